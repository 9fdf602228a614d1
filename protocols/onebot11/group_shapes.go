package onebot11

import (
	"strconv"

	"llbot/protocols/qq"
)

type groupInfo struct {
	Group      qq.GroupID `json:"group_id"`
	Name       string     `json:"group_name"`
	Memo       string     `json:"group_memo"`
	Created    int64      `json:"group_create_time"`
	Members    int        `json:"member_count"`
	MaxMembers int        `json:"max_member_count"`
	Remark     string     `json:"remark_name"`
	Avatar     string     `json:"avatar_url"`
	Owner      qq.UserID  `json:"owner_id"`
	Top        bool       `json:"is_top"`
	AllMuted   int64      `json:"shut_up_all_timestamp"` // 0, or wholeMute
	SelfMuted  int64      `json:"shut_up_me_timestamp"`
}

// wholeMute is the end of a mute that has none: the greatest 32-bit time.
const wholeMute = 1<<32 - 1

func encodeGroup(g *qq.Group) groupInfo {
	v := groupInfo{
		Group: g.ID, Name: g.Name, Memo: g.Description, Created: g.Created.Unix(), Members: g.Members,
		MaxMembers: g.MaxMembers, Remark: g.Remark, Avatar: g.Avatar, Owner: g.Owner,
		Top: g.Pinned, SelfMuted: g.MutedUntil.Unix(),
	}
	if g.WholeMute {
		v.AllMuted = wholeMute
	}
	return v
}

func encodeGroups(groups []*qq.Group) []groupInfo {
	return each(groups, encodeGroup)
}

type memberInfo struct {
	Group          qq.GroupID `json:"group_id"`
	User           qq.UserID  `json:"user_id"`
	Nickname       string     `json:"nickname"`
	Card           string     `json:"card"`
	Name           string     `json:"card_or_nickname"`
	Sex            string     `json:"sex"`
	Age            int        `json:"age"`
	Area           string     `json:"area"`
	Level          string     `json:"level"`
	QQLevel        int        `json:"qq_level"`
	Joined         int64      `json:"join_time"`
	LastSent       int64      `json:"last_sent_time"`
	TitleExpires   int64      `json:"title_expire_time"`
	Unfriendly     bool       `json:"unfriendly"`
	CardChangeable bool       `json:"card_changeable"`
	Robot          bool       `json:"is_robot"`
	MutedUntil     int64      `json:"shut_up_timestamp"`
	Role           string     `json:"role"`
	Title          string     `json:"title"`
}

func encodeMember(m *qq.Member) memberInfo {
	return memberInfo{
		Group: m.Group, User: m.User, Nickname: m.Nickname, Card: m.Card, Name: m.Name(), Sex: m.Sex.String(), Age: m.Age, Area: m.City,
		Level: strconv.Itoa(m.Level), QQLevel: m.QQLevel, Joined: m.Joined.Unix(), LastSent: m.LastSpoke.Unix(),
		CardChangeable: true, Robot: m.Robot, MutedUntil: m.MutedUntil.Unix(), Role: m.Role.String(), Title: m.Title,
		TitleExpires: m.TitleUntil.Unix(),
	}
}

func encodeMembers(members []*qq.Member) []memberInfo {
	return each(members, encodeMember)
}
