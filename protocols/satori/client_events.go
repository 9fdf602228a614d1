package satori

import (
	"llbot/protocols/qq"
	"llbot/protocols/wire"
)

// Heard is one event as a server told it. Event is nil when it belongs to
// another login, or says nothing that is not known from READY.
type Heard struct {
	SN      uint64 // 0 when the server numbers none
	Time    qq.Time
	Account qq.UserID
	Event   qq.Event
	// Login is set in events about the login itself.
	Login *Login
}

// heard is the body of an EVENT. Some servers call sn id, some name the login in
// the old way.
type heard struct {
	SN        uint64        `json:"sn"`
	ID        uint64        `json:"id"`
	Type      string        `json:"type"`
	Timestamp int64         `json:"timestamp"`
	SelfID    string        `json:"self_id"`
	Login     *Login        `json:"login"`
	Channel   *Channel      `json:"channel"`
	Guild     *Guild        `json:"guild"`
	Member    *Member       `json:"member"`
	Message   *HeardMessage `json:"message"`
	Operator  *User         `json:"operator"`
	User      *User         `json:"user"`
	Friend    *FriendOrUser `json:"friend"`
	Emoji     *Emoji        `json:"emoji"`
	Button    *Button       `json:"button"`
	Referrer  wire.Raw      `json:"referrer"`
	Native    string        `json:"_type"`
	Data      wire.Raw      `json:"_data"`
}

// heardHead is what is read of an event that is not understood.
type heardHead struct {
	SN   wire.Raw `json:"sn"`
	Type string   `json:"type"`
}

// ReadEvent reads the body of an EVENT. What this version does not know, and
// what makes no sense, is an UnknownEvent that holds the body; an error means
// that it is no event at all.
func (c *Client) ReadEvent(body []byte) (Heard, error) {
	var h heard
	if err := wire.Check(body); err != nil {
		return Heard{}, qq.Errorf(qq.ErrUpstream, "the server sent an event that is no JSON: %w", err)
	}
	if err := wire.Unmarshal(body, &h); err != nil {
		var head heardHead
		if wire.Unmarshal(body, &head) != nil || head.Type == "" {
			return Heard{}, qq.Errorf(qq.ErrUpstream, "the server sent an event that cannot be read: %w", err)
		}
		sn, _ := positive(string(head.SN))
		return Heard{SN: uint64(sn), Account: c.Account, Event: unknownEvent(head.Type, body)}, nil
	}
	out := Heard{SN: max(h.SN, h.ID), Time: qq.Time(h.Timestamp), Account: h.account()}
	if out.Account != c.Account {
		return out, nil
	}
	if event, ok := c.loginHeard(&h); ok {
		out.Event, out.Login = event, h.Login
		return out, nil
	}
	if out.Event = c.event(&h); out.Event == nil {
		out.Event = unknownEvent(firstOf(h.Native, h.Type), body)
	}
	return out, nil
}

func unknownEvent(kind string, body []byte) *qq.UnknownEvent {
	return &qq.UnknownEvent{Kind: "satori:" + kind, Data: append([]byte(nil), body...)}
}

// account is whose event it is.
func (h *heard) account() qq.UserID {
	if h.Login != nil && h.Login.User.ID != "" {
		return userOf(h.Login.User.ID)
	}
	return userOf(h.SelfID)
}

// event reads an event that is not about the login; nil for what cannot be read.
func (c *Client) event(h *heard) qq.Event {
	switch h.Type {
	case "message-created", "message":
		return c.messageHeard(h)
	case "message-deleted":
		return c.recalled(h)
	case "message-pinned", "message-unpinned":
		return c.pinned(h)
	case "reaction-added", "reaction-removed":
		return c.reacted(h)
	case "interaction/button":
		return c.pressed(h)
	case "friend-request":
		return c.friendAsked(h)
	case "friend-added", "friend-updated", "friend-deleted", "friend-removed":
		return friendHeard(h)
	case "guild-request", "guild-member-request":
		return c.groupAsked(h)
	case "guild-file-added":
		return c.nativeHeard(h)
	case "internal":
		return c.nativeHeard(h)
	}
	return c.guildHeard(h)
}

// operator is who did it, 0 when nobody is named.
func (h *heard) operator() qq.UserID { return userOfPtr(h.Operator) }

// whom is whom it happened to.
func (h *heard) whom() qq.UserID {
	if u := userOfPtr(h.User); u != 0 {
		return u
	}
	if h.Member != nil {
		return userOfPtr(h.Member.User)
	}
	return 0
}

// group is the group of the event, 0 outside of groups.
func (h *heard) group() qq.GroupID {
	if h.Guild != nil {
		n, _ := positive(h.Guild.ID)
		return qq.GroupID(n)
	}
	if chat, ok := chatOf(h.Channel, nil); ok && chat.Scene == qq.SceneGroup {
		return chat.Group()
	}
	return 0
}

// member is the member that the event tells of; nil when it gives his number
// alone.
func (h *heard) member() *qq.Member {
	if h.Member == nil || h.group() == 0 {
		return nil
	}
	m := *h.Member
	if m.User == nil || m.User.Name == "" {
		m.User = h.User
	}
	if m.User == nil || m.User.Name == "" {
		return nil
	}
	return readMember(h.group(), h.whom(), &m)
}
