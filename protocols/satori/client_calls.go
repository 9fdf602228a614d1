package satori

import (
	"time"

	"llbot/protocols/qq"
)

// The parameters of the methods, as clients write them. Ids are strings, spans
// milliseconds.
type (
	// UserCall names a person.
	UserCall struct {
		User string `json:"user_id"`
	}
	// GuildCall names a group.
	GuildCall struct {
		Guild string `json:"guild_id"`
		Next  string `json:"next,omitempty"`
	}
	// PageCall asks for a page of a list.
	PageCall struct {
		Next string `json:"next,omitempty"`
	}
	// MemberCall names a member, and what is to be done with him.
	MemberCall struct {
		Guild     string `json:"guild_id"`
		User      string `json:"user_id"`
		Permanent *bool  `json:"permanent,omitempty"`
		Duration  *int64 `json:"duration,omitempty"`
		Role      string `json:"role_id,omitempty"`
	}
	// ChannelCall names a channel, and what is to become of it. Enable is the form
	// of the JavaScript library.
	ChannelCall struct {
		Channel  string       `json:"channel_id"`
		Guild    string       `json:"guild_id,omitempty"`
		Duration *int64       `json:"duration,omitempty"`
		Enable   *bool        `json:"enable,omitempty"`
		Data     *ChannelData `json:"data,omitempty"`
	}
	// ChannelData is what a channel is to be.
	ChannelData struct {
		Name string `json:"name"`
	}
	// MessageCall names a message, an emoji on it, a page.
	MessageCall struct {
		Channel string `json:"channel_id"`
		Message string `json:"message_id"`
		Emoji   string `json:"emoji_id,omitempty"`
		Next    string `json:"next,omitempty"`
	}
	// ListCall asks for a page of a channel.
	ListCall struct {
		Channel   string `json:"channel_id"`
		Next      string `json:"next,omitempty"`
		Direction string `json:"direction,omitempty"`
		Limit     int    `json:"limit,omitempty"`
		Order     string `json:"order,omitempty"`
	}
	// CreateCall says something.
	CreateCall struct {
		Channel  string    `json:"channel_id"`
		Content  string    `json:"content"`
		Referrer *Referrer `json:"referrer,omitempty"`
	}
	// ApproveCall answers a request.
	ApproveCall struct {
		Message string `json:"message_id"`
		Approve bool   `json:"approve"`
		Comment string `json:"comment,omitempty"`
	}
)

// AskUser is user.get.
func (*Client) AskUser(op qq.GetUser) (UserCall, error) { return UserCall{op.User.String()}, nil }

// EndFriendship is friend.delete.
func (*Client) EndFriendship(op qq.DeleteFriend) (UserCall, error) {
	return UserCall{op.User.String()}, nil
}

// AskGroup is guild.get.
func (*Client) AskGroup(op qq.GetGroup) (GuildCall, error) {
	return GuildCall{Guild: op.Group.String()}, nil
}

// AskMember is guild.member.get.
func (*Client) AskMember(op qq.GetMember) (MemberCall, error) {
	return MemberCall{Guild: op.Group.String(), User: op.User.String()}, nil
}

// Kick is guild.member.kick.
func (*Client) Kick(op qq.KickMember) (MemberCall, error) {
	return MemberCall{Guild: op.Group.String(), User: op.Member.String(), Permanent: &op.Block}, nil
}

// Mute is guild.member.mute.
func (*Client) Mute(op qq.MuteMember) (MemberCall, error) {
	ms := op.For.Milliseconds()
	return MemberCall{Guild: op.Group.String(), User: op.Member.String(), Duration: &ms}, nil
}

// SetAdmin is guild.member.role.set: taking the role away is to set the plain
// one, which all servers know.
func (c *Client) SetAdmin(op qq.SetAdmin) (MemberCall, error) {
	role := c.Dialect.member
	if op.On {
		role = c.Dialect.admin
	}
	return MemberCall{Guild: op.Group.String(), User: op.Member.String(), Role: role}, nil
}

// MuteGroup is channel.mute, in the form of the specification and in that of the
// JavaScript library.
func (*Client) MuteGroup(op qq.MuteGroup) (ChannelCall, error) {
	ms := int64(0)
	if op.On {
		ms = int64(qq.MaxMute / time.Millisecond)
	}
	id := op.Group.String()
	return ChannelCall{Channel: id, Guild: id, Duration: &ms, Enable: &op.On}, nil
}

// Rename is channel.update.
func (*Client) Rename(op qq.SetGroupName) (ChannelCall, error) {
	return ChannelCall{Channel: op.Group.String(), Data: &ChannelData{op.Name}}, nil
}

// Leave is channel.delete.
func (*Client) Leave(op qq.LeaveGroup) (ChannelCall, error) {
	return ChannelCall{Channel: op.Group.String()}, nil
}

// AskMessage is message.get.
func (c *Client) AskMessage(op qq.GetMessage) (MessageCall, error) { return c.naming(op.Ref) }

// Recall is message.delete.
func (c *Client) Recall(op qq.RecallMessage) (MessageCall, error) { return c.naming(op.Ref) }

// React is reaction.create, or reaction.delete when the emoji is to be taken off.
func (c *Client) React(op qq.React) (MessageCall, error) {
	call, err := c.naming(op.Ref)
	call.Emoji = op.Emoji.ID
	return call, err
}

// AskReactions is reaction.list. The server decides how many stand on a page.
func (c *Client) AskReactions(op qq.ListReactions) (MessageCall, error) {
	call, err := c.naming(op.Ref)
	call.Emoji, call.Next = op.Emoji.ID, op.Cursor
	return call, err
}

func (c *Client) naming(ref qq.MessageRef) (MessageCall, error) {
	id, err := c.nameOf(ref)
	return MessageCall{Channel: c.channelOf(ref.Chat), Message: id}, err
}

// AnswerFriend is friend.approve. What the new friend is to be called cannot be
// told.
func (*Client) AnswerFriend(op qq.AnswerFriendRequest) (ApproveCall, error) {
	return ApproveCall{friendRequestID(op.InitiatorUID, op.Filtered), op.Approve, op.Reason}, nil
}

// AnswerGroup is guild.approve for an invitation, guild.member.approve for a
// request to join.
func (c *Client) AnswerGroup(op qq.AnswerGroupRequest) (ApproveCall, error) {
	id := groupRequestID(op.Ref)
	if c.Dialect.IDs != IDPlain && c.Dialect.IDs != IDByUID {
		name, err := c.nameOf(qq.MessageRef{Chat: qq.GroupChat(op.Ref.Group), Seq: op.Ref.Seq})
		if err != nil {
			return ApproveCall{}, err
		}
		id = name[min(len(requestName), len(name)):]
	}
	return ApproveCall{id, op.Approve, op.Reason}, nil
}
