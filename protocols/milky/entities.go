package milky

import "llbot/protocols/qq"

// The entities that answers and events share. No field is ever null unless the
// specification marks it optional.

type categoryEntity struct {
	ID   int    `json:"category_id"`
	Name string `json:"category_name"`
}

type friendEntity struct {
	UserID   qq.UserID      `json:"user_id"`
	Nickname string         `json:"nickname"`
	Sex      string         `json:"sex" one:"male|female|unknown"`
	QID      string         `json:"qid"`
	Remark   string         `json:"remark"`
	Category categoryEntity `json:"category"`
}

type groupEntity struct {
	GroupID        qq.GroupID `json:"group_id"`
	GroupName      string     `json:"group_name"`
	MemberCount    int        `json:"member_count"`
	MaxMemberCount int        `json:"max_member_count"`
	Remark         string     `json:"remark"`
	CreatedTime    int64      `json:"created_time"`
	Description    string     `json:"description"`
	Question       string     `json:"question"`
	Announcement   string     `json:"announcement"`
}

type memberEntity struct {
	UserID        qq.UserID  `json:"user_id"`
	Nickname      string     `json:"nickname"`
	Sex           string     `json:"sex" one:"male|female|unknown"`
	GroupID       qq.GroupID `json:"group_id"`
	Card          string     `json:"card"`
	Title         string     `json:"title"`
	Level         int        `json:"level"`
	Role          string     `json:"role" one:"owner|admin|member"`
	JoinTime      int64      `json:"join_time"`
	LastSentTime  int64      `json:"last_sent_time"`
	ShutUpEndTime int64      `json:"shut_up_end_time,omitempty"`
}

func encodeFriend(f *qq.Friend) *friendEntity {
	return &friendEntity{
		UserID: f.ID, Nickname: f.Nickname, Sex: f.Sex.String(), QID: f.QID, Remark: f.Remark,
		Category: categoryEntity{f.Category.ID, f.Category.Name},
	}
}

func encodeGroup(g *qq.Group) *groupEntity {
	return &groupEntity{
		GroupID: g.ID, GroupName: g.Name, MemberCount: g.Members, MaxMemberCount: g.MaxMembers, Remark: g.Remark,
		CreatedTime: g.Created.Unix(), Description: g.Description, Question: g.Question, Announcement: g.Announcement,
	}
}

func encodeMember(m *qq.Member) *memberEntity {
	return &memberEntity{
		UserID: m.User, Nickname: m.Nickname, Sex: m.Sex.String(), GroupID: m.Group, Card: m.Card, Title: m.Title,
		Level: m.Level, Role: m.Role.String(), JoinTime: m.Joined.Unix(), LastSentTime: m.LastSpoke.Unix(),
		ShutUpEndTime: m.MutedUntil.Unix(),
	}
}

// encodeAll translates a list; the result is [] where there is nothing.
func encodeAll[T, W any](list []T, encode func(T) W) []W {
	out := make([]W, 0, len(list))
	for _, v := range list {
		out = append(out, encode(v))
	}
	return out
}

// encodeKnown translates a list, leaving out what encode cannot tell: an entry
// that lacks an id which it must carry.
func encodeKnown[T, W any](list []T, encode func(T) *W) []*W {
	out := make([]*W, 0, len(list))
	for _, v := range list {
		if w := encode(v); w != nil {
			out = append(out, w)
		}
	}
	return out
}

// listed is the list itself, [] for nil.
func listed[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}
