package satori

import (
	"llbot/protocols/qq"
	"llbot/protocols/wire"
)

// messageHeard reads a message. The resources stand beside it.
func (c *Client) messageHeard(h *heard) qq.Event {
	if h.Message == nil {
		return nil
	}
	m := *h.Message
	if m.Channel == nil {
		m.Channel = h.Channel
	}
	if m.Guild == nil {
		m.Guild = h.Guild
	}
	if m.Member == nil {
		m.Member = h.Member
	}
	if m.User == nil {
		m.User = h.User
	}
	if m.said() == 0 {
		m.CreatedAt = h.Timestamp
	}
	message, err := c.ReadMessage(&m, qq.Chat{})
	if err != nil {
		return nil
	}
	if message.Scene == qq.SceneTemp {
		message.Group = h.via()
	}
	return &qq.MessageReceived{Message: *message}
}

// via is the group through which a stranger writes, as our own server tells it.
func (h *heard) via() *qq.Group {
	var r Referrer
	if len(h.Referrer) == 0 || wire.Unmarshal(h.Referrer, &r) != nil {
		return nil
	}
	n, ok := positive(r.Guild)
	if !ok {
		return nil
	}
	return &qq.Group{ID: qq.GroupID(n)}
}

// ref is the message that an event is about.
func (c *Client) ref(h *heard) (qq.MessageRef, bool) {
	chat, ok := chatOf(h.Channel, h.Guild)
	if !ok || h.Message == nil {
		return qq.MessageRef{}, false
	}
	ref := c.Names.Ref(chat, h.Message.ID, 0)
	return ref, ref.Resolved()
}

func (c *Client) recalled(h *heard) qq.Event {
	ref, ok := c.ref(h)
	if !ok {
		return nil
	}
	return &qq.MessageRecalled{MessageRef: ref, Sender: h.whom(), Operator: h.operator()}
}

func (c *Client) pinned(h *heard) qq.Event {
	ref, ok := c.ref(h)
	if !ok {
		return nil
	}
	return &qq.EssenceChanged{MessageRef: ref, Sender: h.whom(), Operator: h.operator(), On: h.Type == "message-pinned"}
}

// reacted reads a reaction. Servers behind Koishi give the emoji as content.
func (c *Client) reacted(h *heard) qq.Event {
	ref, ok := c.ref(h)
	if !ok {
		return nil
	}
	id := ""
	if h.Emoji != nil {
		id = h.Emoji.ID
	} else if h.Message.Content != nil {
		id = *h.Message.Content
	}
	emoji, ok := parseEmoji(id)
	if !ok {
		return nil
	}
	return &qq.ReactionChanged{MessageRef: ref, User: h.whom(), Emoji: emoji, On: h.Type == "reaction-added", Member: h.member()}
}

func (c *Client) pressed(h *heard) qq.Event {
	ref, ok := c.ref(h)
	if !ok || h.Button == nil {
		return nil
	}
	return &qq.ButtonPressed{MessageRef: ref, User: h.whom(), Button: h.Button.ID, Data: h.Button.Data, Member: h.member()}
}
