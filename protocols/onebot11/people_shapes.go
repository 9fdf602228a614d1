package onebot11

import "llbot/protocols/qq"

// stranger is anybody's profile; what QQ does not tell us is zero.
type stranger struct {
	User          qq.UserID `json:"user_id"`
	Nickname      string    `json:"nickname"`
	Sex           string    `json:"sex"`
	Age           int       `json:"age"`
	QID           string    `json:"qid"`
	Level         int       `json:"level"`
	LoginDays     int       `json:"login_days"`
	RegTime       int64     `json:"reg_time"`
	LongNick      string    `json:"long_nick"`
	City          string    `json:"city"`
	Country       string    `json:"country"`
	BirthdayYear  int       `json:"birthday_year"`
	BirthdayMonth int       `json:"birthday_month"`
	BirthdayDay   int       `json:"birthday_day"`
	Labels        []string  `json:"labels"`
	VIP           bool      `json:"is_vip"`
	SVIP          bool      `json:"is_svip"`
	YearsVIP      bool      `json:"is_years_vip"`
	VIPLevel      int       `json:"vip_level"`
	Remark        string    `json:"remark"`
}

func encodeStranger(u *qq.User) stranger {
	return stranger{
		User: u.ID, Nickname: u.Nickname, Sex: u.Sex.String(), Age: u.Age, QID: u.QID, Level: u.Level,
		LoginDays: u.LoginDays, RegTime: u.Registered.Unix(), LongNick: u.Bio, City: u.City, Country: u.Country,
		BirthdayYear: u.BirthYear, BirthdayMonth: u.BirthMonth, BirthdayDay: u.BirthDay, Labels: list(u.Labels),
		VIP: u.VIP >= qq.VIPMember, SVIP: u.VIP >= qq.VIPSuper, YearsVIP: u.VIPByYear, VIPLevel: u.VIPLevel, Remark: u.Remark,
	}
}

type friendInfo struct {
	User          qq.UserID `json:"user_id"`
	Nickname      string    `json:"nickname"`
	Remark        string    `json:"remark"`
	Sex           string    `json:"sex"`
	BirthdayYear  int       `json:"birthday_year"`
	BirthdayMonth int       `json:"birthday_month"`
	BirthdayDay   int       `json:"birthday_day"`
	Age           int       `json:"age"`
	QID           string    `json:"qid"`
	LongNick      string    `json:"long_nick"`
}

func encodeFriend(f *qq.Friend) friendInfo {
	return friendInfo{
		User: f.ID, Nickname: f.Nickname, Remark: f.Remark, Sex: f.Sex.String(), BirthdayYear: f.BirthYear,
		BirthdayMonth: f.BirthMonth, BirthdayDay: f.BirthDay, Age: f.Age, QID: f.QID, LongNick: f.Bio,
	}
}

func encodeFriends(friends []*qq.Friend) []friendInfo { return each(friends, encodeFriend) }
