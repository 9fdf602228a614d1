package onebot11

import (
	"math"
	"strconv"

	"llbot/protocols/qq"
)

// messageTold is a message in events, get_msg and histories. A sender is read
// in the widest form of the implementations.
type messageTold struct {
	messageEvent
	Sender  senderTold `json:"sender"`
	Number  int64      `json:"message_id"`
	RealSeq int64      `json:"real_seq"`
	RealID  int64      `json:"real_id"`
	Status  string     `json:"status"`
}

type senderTold struct {
	User     qq.UserID  `json:"user_id"`
	Nickname string     `json:"nickname"`
	Card     string     `json:"card"`
	Role     string     `json:"role"`
	Level    string     `json:"level"`
	Title    string     `json:"title"`
	Sex      string     `json:"sex"`
	Age      int        `json:"age"`
	Area     string     `json:"area"`
	Group    qq.GroupID `json:"group_id"`
}

func (t *tell) message() qq.Event {
	var v messageTold
	t.into(&v)
	m := t.Client.messageOf(&v, t.seq)
	if m == nil {
		return nil
	}
	return &qq.MessageReceived{Message: *m}
}

// messageOf is the message in the inner language, nil when it is not one of a
// person's or a group's chats.
func (c *Client) messageOf(v *messageTold, seq SeqFrom) *qq.Message {
	sender := v.Sender.User
	if sender == 0 {
		sender = v.User
	}
	m := &qq.Message{
		MessageRef: qq.MessageRef{Seq: v.seq(seq), ID: narrow(v.Number)}, Time: seconds64(v.Time), Sender: sender,
		Nickname: v.Sender.Nickname, Self: v.PostType == "message_sent" || sender == v.SelfID && v.SelfID != 0,
		Segments: DecodeReceived(c.Pieces(v.Message)), Recalled: v.Status == "deleted",
	}
	switch v.MessageType {
	case "group":
		v.inGroup(m)
	case "private":
		v.inPrivate(m)
	default:
		return nil
	}
	return m
}

// seq is QQ's own number of the message, 0 when it is not told.
func (v *messageTold) seq(from SeqFrom) int64 {
	switch from {
	case SeqReal:
		return max(v.RealSeq, 0)
	case SeqMessage:
		return max(choose64(v.Seq != 0, v.Seq, v.RealID), 0)
	}
	return 0
}

func choose64(first bool, a, b int64) int64 {
	if first {
		return a
	}
	return b
}

// narrow is a message_id, 0 for what is none of 32 bits.
func narrow(n int64) qq.MessageID {
	if n < math.MinInt32 || n > math.MaxInt32 {
		return 0
	}
	return qq.MessageID(n)
}

func (v *messageTold) inGroup(m *qq.Message) {
	m.Chat = qq.GroupChat(v.Group)
	m.Group = &qq.Group{ID: v.Group}
	if v.GroupName != nil {
		m.Group.Name = *v.GroupName
	}
	level, _ := strconv.Atoi(v.Sender.Level)
	m.Member = &qq.Member{
		Group: v.Group, User: m.Sender, Nickname: v.Sender.Nickname, Card: v.Sender.Card, Role: roleOf(v.Sender.Role), Level: level,
		Title: v.Sender.Title, Sex: sexOf(v.Sender.Sex), Age: v.Sender.Age, City: v.Sender.Area,
	}
}

// inPrivate: the peer of an own message is its target, which some do not tell.
func (v *messageTold) inPrivate(m *qq.Message) {
	peer := m.Sender
	if m.Self {
		peer = qq.UserID(v.Target)
	}
	if v.SubType != "group" {
		m.Chat = qq.FriendChat(peer)
		m.Friend = &qq.Friend{User: qq.User{ID: peer}}
		if !m.Self {
			m.Friend.Nickname, m.Friend.Sex, m.Friend.Age = v.Sender.Nickname, sexOf(v.Sender.Sex), v.Sender.Age
		}
		return
	}
	m.Chat = qq.TempChat(peer)
	source := v.Sender.Group
	if source == 0 {
		source = v.Group // NapCat
	}
	if source != 0 {
		m.Group = &qq.Group{ID: source}
	}
}

func roleOf(name string) qq.Role {
	switch name {
	case "owner":
		return qq.RoleOwner
	case "admin":
		return qq.RoleAdmin
	}
	return qq.RoleMember
}

func sexOf(name string) qq.Sex {
	switch name {
	case "male":
		return qq.SexMale
	case "female":
		return qq.SexFemale
	}
	return qq.SexUnknown
}
