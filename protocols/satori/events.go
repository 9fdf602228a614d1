package satori

import (
	"llbot/protocols/face"
	"llbot/protocols/qq"
	"llbot/protocols/wire"
)

// Encoder writes log entries as Satori events. Equal encoders write equal
// bytes.
type Encoder struct {
	Platform string // name space of ids
	Adapter  string // prefix of native event types
	Internal bool   // also happenings that Satori has no event for, as internal
	// OwnUploads also tells of files that the account itself put into a chat.
	OwnUploads bool
	Bare       bool // the event alone, as webhooks get it; else an EVENT frame
}

var _ face.Encoder = Encoder{}

// Encode appends the entry's frame or event; false when it stays silent.
func (e Encoder) Encode(dst []byte, entry *qq.Entry) ([]byte, bool) {
	event, ok := e.Event(entry)
	if !ok {
		return dst, false
	}
	body := wire.MustMarshal(event)
	if e.Bare {
		return append(dst, body...), true
	}
	dst = append(dst, `{"op":0,"body":`...)
	return append(append(dst, body...), '}'), true
}

// Event translates an entry; false when this face is silent about it:
// events of kinds that this version does not know, what Satori has no event for
// unless Internal is set, and the account's own uploads unless OwnUploads is.
// Gaps are always told.
func (e Encoder) Event(entry *qq.Entry) (*Event, bool) {
	c := codec{e.Platform, e.Adapter}
	ev := &Event{
		SN: uint64(entry.SN), ID: uint64(entry.SN), Timestamp: int64(entry.Time),
		SelfID: entry.Account.String(), Platform: e.Platform,
		Login: LoginRef{SN: int64(entry.Account), User: *userRef(entry.Account), Platform: e.Platform},
	}
	if lost, ok := entry.Event.(*qq.EventsLost); ok {
		c.native(ev, "gap", &GapData{uint64(lost.After), uint64(lost.Next), lost.Reason})
		return ev, true
	}
	if file, ok := entry.Event.(*qq.FileUploaded); ok && file.Self && !e.OwnUploads {
		return nil, false
	}
	known := c.chatEvent(ev, entry.Event) || c.peopleEvent(ev, entry.Event) ||
		c.loginEvent(ev, entry.Account, entry.Event) || c.nativeEvent(ev, entry.Account, entry.Event)
	return ev, known && (ev.Type != "internal" || e.Internal)
}

// in places an event in a group. The channel stands beside the guild so that
// a bot can answer there.
func (ev *Event) in(g qq.GroupID) {
	ev.Guild = &Guild{ID: g.String()}
	ev.Channel = &Channel{ID: g.String(), Type: ChannelText}
}

// about sets whom a group event happened to; m may be nil.
func (ev *Event) about(u qq.UserID, m *qq.Member) {
	if m == nil {
		ev.User = userRef(u)
		ev.Member = &Member{User: userRef(u)}
		return
	}
	member := encodeMember(m)
	ev.User, ev.Member = member.User, &member
}

func (c codec) messageCreated(ev *Event, m *qq.Message) {
	ev.Type = "message-created"
	at, user, content := placeOf(m), c.sender(m), c.content(m.Segments)
	ev.Message = &Message{ID: MessageID(m.MessageRef), Content: &content, CreatedAt: int64(m.Time)}
	ev.Channel, ev.Guild, ev.Member, ev.User = at.channel, at.guild, at.member, &user
	ev.Referrer = &Referrer{Message: ev.Message.ID}
	if m.Group != nil && m.Scene == qq.SceneTemp {
		ev.Referrer.Guild = m.Group.ID.String()
	}
}

func messageDeleted(ev *Event, v *qq.MessageRecalled) {
	ev.Type = "message-deleted"
	ev.Message = &Message{ID: MessageID(v.MessageRef)}
	if v.Scene == qq.SceneGroup {
		ev.in(v.Chat.Group())
		ev.about(v.Sender, nil)
	} else {
		channel := directChannel(v.Chat.User(), "")
		ev.Channel, ev.User = &channel, userRef(v.Sender)
	}
	ev.Operator = optionalUser(v.Operator)
}

func friendRequested(ev *Event, v *qq.FriendRequested) {
	ev.Type, ev.User = "friend-request", userRef(v.Initiator)
	ev.Message = request(friendRequestID(v.InitiatorUID, v.Filtered), v.Comment, v.Time)
	channel := directChannel(v.Initiator, "")
	ev.Channel = &channel
}

// request is the message resource of a request event: its id is what the
// answering call names.
func request(id, comment string, at qq.Time) *Message {
	content := Content("", qq.NewText(comment))
	return &Message{ID: id, Content: &content, CreatedAt: int64(at)}
}

func groupRequested(ev *Event, r *qq.GroupRequest) {
	ev.in(r.Group)
	ev.Guild.Name, ev.Channel.Name = r.GroupName, r.GroupName
	ev.Message = request(groupRequestID(r.GroupRequestRef), r.Comment, r.Time)
	initiator := person(r.Initiator, r.Nickname)
	switch r.Kind {
	case qq.Invitation:
		ev.Type, ev.User, ev.Operator = "guild-request", &initiator, &initiator
	case qq.InvitedJoinRequest:
		ev.Type, ev.Operator = "guild-member-request", &initiator
		ev.about(r.Target, nil)
	default:
		ev.Type, ev.User = "guild-member-request", &initiator
		ev.Member = &Member{User: &initiator}
	}
}

func memberIncreased(ev *Event, v *qq.MemberIncreased) {
	ev.in(v.Group)
	ev.Operator = optionalUser(v.Operator)
	if ev.Operator == nil {
		ev.Operator = optionalUser(v.Inviter)
	}
	if v.Self {
		ev.Type = "guild-added"
		return
	}
	ev.Type = "guild-member-added"
	ev.about(v.User, v.Member)
}

func memberDecreased(ev *Event, v *qq.MemberDecreased) {
	ev.in(v.Group)
	ev.Operator = optionalUser(v.Operator)
	if v.Self {
		ev.Type = "guild-removed"
		return
	}
	ev.Type = "guild-member-removed"
	ev.about(v.User, v.Member)
}

// adminChanged carries Milky's data too, since the member does not tell what
// changed.
func (c codec) adminChanged(ev *Event, v *qq.AdminChanged) {
	c.native(ev, nativeAdmin, &AdminData{v.Group, v.User, v.Operator, v.On})
	ev.Type, ev.Operator = "guild-member-updated", optionalUser(v.Operator)
	ev.in(v.Group)
	ev.about(v.User, v.Member)
	role := qq.RoleMember
	if v.On {
		role = qq.RoleAdmin
	}
	ev.Member.Roles = []Role{encodeRole(role)}
}

// cardChanged carries OneBot's data too: it knows the card before.
func (c codec) cardChanged(ev *Event, v *qq.CardChanged) {
	c.native(ev, nativeCard, &CardData{v.Group, v.User, v.New, v.Old})
	ev.Type, ev.Operator = "guild-member-updated", optionalUser(v.Operator)
	ev.in(v.Group)
	ev.about(v.User, v.Member)
	if v.New != "" || v.Member == nil {
		ev.Member.Nick = v.New
	} else {
		ev.Member.Nick = v.Member.Nickname
	}
}

// encodeLogin is the whole login without its features.
func (c codec) encodeLogin(l qq.Login) Login {
	status := StatusOffline
	if l.Online {
		status = StatusOnline
	}
	return Login{
		SN: int64(l.ID), Platform: c.platform, User: encodeUser(&l.User),
		Status: status, Adapter: c.adapterName(),
	}
}
