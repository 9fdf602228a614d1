package satori

import "llbot/protocols/qq"

// HeardMessage is a message as servers write it. Quote is the form of the
// JavaScript library, which takes the quote out of the content.
type HeardMessage struct {
	ID        string        `json:"id"`
	Content   *string       `json:"content"`
	Channel   *Channel      `json:"channel"`
	Guild     *Guild        `json:"guild"`
	Member    *Member       `json:"member"`
	User      *User         `json:"user"`
	CreatedAt int64         `json:"created_at"`
	Timestamp int64         `json:"timestamp"` // of the JavaScript library, where created_at is not set
	Quote     *HeardMessage `json:"quote"`
}

// said is when it was said, 0 when that is not told.
func (m *HeardMessage) said() qq.Time {
	if m.CreatedAt != 0 {
		return qq.Time(m.CreatedAt)
	}
	return qq.Time(m.Timestamp)
}

// ReadMessage reads a message that a call answered. fallback is the chat where
// the answer names none.
func (c *Client) ReadMessage(m *HeardMessage, fallback qq.Chat) (*qq.Message, error) {
	chat, ok := chatOf(m.Channel, m.Guild)
	if !ok {
		chat = fallback
	}
	if chat.Peer == 0 {
		return nil, qq.Errorf(qq.ErrUpstream, "the server told message %q without a channel of QQ", clip(m.ID))
	}
	out := &qq.Message{MessageRef: c.Names.Ref(chat, m.ID, m.said()), Time: m.said()}
	if !out.Resolved() {
		return nil, qq.Errorf(qq.ErrUpstream, "the server told a message whose id %q makes no sense", clip(m.ID))
	}
	if err := c.from(out, m); err != nil {
		return nil, err
	}
	if m.Content != nil {
		out.Segments = c.Content(out.Chat, *m.Content)
	}
	if m.Quote != nil && !quotes(out.Segments) {
		out.Segments = append(qq.Segments{c.readQuote(out.Chat, m.Quote)}, out.Segments...)
	}
	return out, nil
}

// from fills in who said a message and where.
func (c *Client) from(out *qq.Message, m *HeardMessage) error {
	who := m.User
	if who == nil && m.Member != nil {
		who = m.Member.User
	}
	if out.Sender = userOfPtr(who); out.Sender == 0 {
		return qq.Errorf(qq.ErrUpstream, "the server told message %q without a sender of QQ", clip(m.ID))
	}
	out.Nickname, out.Self = who.Name, out.Sender == c.Account
	switch out.Scene {
	case qq.SceneGroup:
		out.Group = groupOf(m)
		out.Member = memberSaying(out, m)
		out.Nickname = firstOf(out.Nickname, out.Member.Nickname)
	case qq.SceneFriend:
		out.Friend = friendSaying(out, m, who)
	}
	return nil
}

// groupOf is the group of a message, nil when the server tells no more than the
// number.
func groupOf(m *HeardMessage) *qq.Group {
	guild := Guild{}
	if m.Guild != nil {
		guild = *m.Guild
	}
	if m.Channel != nil {
		guild.ID, guild.Name = firstOf(guild.ID, m.Channel.ID), firstOf(guild.Name, m.Channel.Name)
	}
	if guild.Name == "" && guild.Avatar == "" {
		return nil
	}
	group, err := ReadGuild(guild)
	if err != nil {
		return nil
	}
	return group
}

func memberSaying(out *qq.Message, m *HeardMessage) *qq.Member {
	if m.Member == nil {
		return qq.StubMember(out.Chat.Group(), out.Sender, out.Nickname)
	}
	member := *m.Member
	if member.User == nil {
		member.User = m.User
	}
	read := readMember(out.Chat.Group(), out.Sender, &member)
	if read.Nickname == "" {
		read.Nickname = out.Nickname
		if read.Card == read.Nickname {
			read.Card = ""
		}
	}
	return read
}

// friendSaying is the peer of a friend's chat. Of one's own messages only the
// peer's nickname is told.
func friendSaying(out *qq.Message, m *HeardMessage, who *User) *qq.Friend {
	friend := &qq.Friend{User: qq.User{ID: out.Chat.User()}}
	if m.Channel != nil {
		friend.Nickname = m.Channel.Name
	}
	if out.Sender == friend.ID {
		friend.Nickname = firstOf(friend.Nickname, who.Name)
		friend.Remark, friend.Avatar = who.Nick, readAvatar(friend.ID, who.Avatar)
	}
	return friend
}

func quotes(s qq.Segments) bool {
	for _, seg := range s {
		if _, ok := seg.(*qq.Reply); ok {
			return true
		}
	}
	return false
}

func (c *Client) readQuote(chat qq.Chat, m *HeardMessage) *qq.Reply {
	reply := &qq.Reply{MessageRef: c.Names.Ref(chat, m.ID, m.said()), Sender: userOfPtr(m.User), Time: m.said()}
	if m.Content != nil {
		reply.Quoted = c.Content(chat, *m.Content)
	}
	return reply
}
