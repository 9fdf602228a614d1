package onebot11

import (
	"llbot/protocols/action"
	"llbot/protocols/qq"
	"llbot/protocols/wire"
)

func friendActions() []action.Action {
	return []action.Action{
		action.Bind("get_friend_list", listFriends.op, encodeFriends),
		action.Bind("delete_friend", userParam.unfriend, null),
	}
}

// listFriends: LLBot always asks QQ; no_cache false is our way to ask faster.
type listFriends struct {
	NoCache wire.Optional[wire.Bool] `json:"no_cache"`
}

func (p listFriends) op() (qq.ListFriends, error) {
	return qq.ListFriends{NoCache: bool(p.NoCache.Or(true))}, nil
}

func (p userParam) unfriend() (qq.DeleteFriend, error) {
	return qq.DeleteFriend{User: qq.UserID(p.User)}, nil
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

func encodeFriends(list []*qq.Friend) []friendInfo {
	out := make([]friendInfo, len(list))
	for i, f := range list {
		out[i] = friendInfo{
			User: f.ID, Nickname: f.Nickname, Remark: f.Remark, Sex: f.Sex.String(), Age: f.Age, QID: f.QID, LongNick: f.Bio,
		}
	}
	return out
}
