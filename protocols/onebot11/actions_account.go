package onebot11

import (
	"context"

	"llbot/protocols/action"
	"llbot/protocols/qq"
	"llbot/protocols/wire"
)

// Spec: https://github.com/botuniverse/onebot-11/blob/master/api/public.md

func accountActions(app App) []action.Action {
	return []action.Action{
		action.Bind("get_login_info", nothing.login, encodeLogin),
		action.Bind("get_guild_service_profile", nothing.login, encodeGuildProfile),
		action.Bind("get_status", nothing.status, encodeStatus),
		action.Bind("get_stranger_info", userParam.profile, encodeStranger),
		constant("get_version_info", versionInfo{app.Name, "v11", app.Version}),
		constant("can_send_image", ability{true}),
		constant("can_send_record", ability{false}),
	}
}

// constant is an action whose answer does not depend on the account.
func constant[W any](name string, answer W) action.Action {
	return action.Handle(name, func(context.Context, qq.Caller, nothing) (W, error) { return answer, nil })
}

// nothing is the parameters of an action that has none.
type nothing struct{}

func (nothing) login() (qq.GetLogin, error)   { return qq.GetLogin{}, nil }
func (nothing) status() (qq.GetStatus, error) { return qq.GetStatus{}, nil }

type userParam struct {
	User wire.Int `json:"user_id"`
}

func (p userParam) profile() (qq.GetUser, error) { return qq.GetUser{User: qq.UserID(p.User)}, nil }

// null is the result of an action that answers nothing.
func null(qq.None) wire.Raw { return wire.Raw("null") }

type loginInfo struct {
	User     qq.UserID `json:"user_id"`
	Nickname string    `json:"nickname"`
}

func encodeLogin(l qq.Login) loginInfo { return loginInfo{l.ID, l.Nickname} }

type guildProfile struct {
	Nickname string `json:"nickname"`
	TinyID   string `json:"tiny_id"`
	Avatar   string `json:"avatar_url"`
}

// encodeGuildProfile says "no guilds" in the way that koishi understands when
// it asks on connecting: the tiny_id "0".
func encodeGuildProfile(l qq.Login) guildProfile { return guildProfile{l.Nickname, "0", l.Avatar} }

type statusInfo struct {
	liveness
	Stat statistics `json:"stat"`
}

type statistics struct {
	Received    int64 `json:"message_received"`
	Sent        int64 `json:"message_sent"`
	LastMessage int64 `json:"last_message_time"`
	Started     int64 `json:"startup_time"`
}

func encodeStatus(s qq.Status) statusInfo {
	return statusInfo{liveness{s.Online, s.Good}, statistics{s.Received, s.Sent, s.LastMessage.Unix(), s.Started.Unix()}}
}

type versionInfo struct {
	Name     string `json:"app_name"`
	Protocol string `json:"protocol_version"`
	Version  string `json:"app_version"`
}

type ability struct {
	Yes bool `json:"yes"`
}

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
		LongNick: u.Bio, City: u.City, Country: u.Country, Labels: []string{}, Remark: u.Remark,
	}
}
