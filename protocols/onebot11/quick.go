package onebot11

import (
	"context"
	"errors"

	"llbot/protocols/qq"
	"llbot/protocols/wire"
)

// quickOperation is what a webhook's answer, or .handle_quick_operation, asks
// to be done about an event. null is as absent.
type quickOperation struct {
	Reply    wire.Optional[Content]   `json:"reply"`
	Escaped  wire.Optional[wire.Bool] `json:"auto_escape"`
	AtSender wire.Optional[wire.Bool] `json:"at_sender"`
	Delete   wire.Optional[wire.Bool] `json:"delete"`
	Kick     wire.Optional[wire.Bool] `json:"kick"`
	Block    wire.Optional[wire.Bool] `json:"reject_add_request"`
	Ban      wire.Optional[wire.Bool] `json:"ban"`
	BanFor   wire.Optional[wire.Int]  `json:"ban_duration" doc:"seconds"`
	Approve  wire.Optional[wire.Bool] `json:"approve"`
	Remark   wire.Optional[wire.Str]  `json:"remark"`
	Reason   wire.Optional[wire.Str]  `json:"reason"`
}

// subject is an event that quick operations are about.
type subject interface {
	// plan lists what is to be done, in order; nothing on an error.
	plan(q quickOperation) ([]qq.Operation, error)
}

// aboutMessage: replies, and in groups recall, kick and mute.
type aboutMessage struct {
	ref    qq.MessageRef // may hold the ID alone
	chat   qq.Chat
	via    qq.GroupID // temporary chats: the shared group, 0 = any
	sender qq.UserID
}

func (m aboutMessage) plan(q quickOperation) ([]qq.Operation, error) {
	inGroup := m.chat.Scene == qq.SceneGroup
	var ops []qq.Operation
	if q.Reply.Set && !q.Reply.Value.empty() {
		content, nudged, err := q.Reply.Value.parts("reply", bool(q.Escaped.Value), inGroup)
		if err != nil {
			return nil, err
		}
		answer := speech{qq.SendMessage{Chat: m.chat}, nudged}
		if len(content) > 0 {
			answer.message = m.reply(content, inGroup && bool(q.AtSender.Value))
		}
		ops = append(ops, answer.ops()...)
	}
	if !inGroup {
		return ops, nil
	}
	if q.Delete.Value {
		ops = append(ops, qq.RecallMessage{Ref: m.ref})
	}
	if q.Kick.Value {
		ops = append(ops, qq.KickMember{Group: m.chat.Group(), Member: m.sender, Block: bool(q.Block.Value)})
	}
	if q.Ban.Value {
		n := q.BanFor.Value
		if n == 0 {
			n = defaultMute
		}
		d, err := seconds("ban_duration", n)
		if err != nil {
			return nil, err
		}
		ops = append(ops, qq.MuteMember{Group: m.chat.Group(), Member: m.sender, For: d})
	}
	return ops, nil
}

// reply quotes the message, as LLBot does, then calls the sender when asked.
func (m aboutMessage) reply(content qq.Segments, mention bool) qq.SendMessage {
	out := qq.Segments{&qq.Reply{MessageRef: m.ref}}
	if mention {
		out = append(out, &qq.Mention{User: m.sender}, &qq.Text{Text: " "})
	}
	return qq.SendMessage{Chat: m.chat, Via: m.via, Segments: append(out, content...)}
}

// aboutFriend: a friend request is answered when approve is there at all.
type aboutFriend struct {
	uid      string
	filtered bool
}

func (f aboutFriend) plan(q quickOperation) ([]qq.Operation, error) {
	if !q.Approve.Set {
		return nil, nil
	}
	return []qq.Operation{qq.AnswerFriendRequest{
		InitiatorUID: f.uid, Filtered: f.filtered, Approve: bool(q.Approve.Value), Remark: string(q.Remark.Value),
	}}, nil
}

// aboutGroup is a request to join or an invitation.
type aboutGroup struct{ ref qq.GroupRequestRef }

func (g aboutGroup) plan(q quickOperation) ([]qq.Operation, error) {
	if !q.Approve.Set {
		return nil, nil
	}
	return []qq.Operation{qq.AnswerGroupRequest{Ref: g.ref, Approve: bool(q.Approve.Value), Reason: string(q.Reason.Value)}}, nil
}

// subjectOf is the subject of a log entry, nil for events that nothing can be
// done about; the account's own messages are among those.
func subjectOf(e *qq.Entry) subject {
	switch v := e.Event.(type) {
	case *qq.MessageReceived:
		if v.Self {
			return nil
		}
		m := aboutMessage{ref: v.MessageRef, chat: v.Chat, sender: v.Sender}
		if v.Scene == qq.SceneTemp && v.Group != nil {
			m.via = v.Group.ID
		}
		return m
	case *qq.FriendRequested:
		return aboutFriend{v.InitiatorUID, v.Filtered}
	case *qq.GroupRequested:
		return aboutGroup{v.GroupRequestRef}
	}
	return nil
}

// do carries out a plan; one failure does not keep the rest from being tried.
func do(ctx context.Context, c qq.Caller, ops []qq.Operation) error {
	c, err := qq.Together(c, ops)
	if err != nil {
		return err
	}
	var failures []error
	for _, op := range ops {
		if _, err := c.Do(ctx, op); err != nil {
			failures = append(failures, err)
		}
	}
	return errors.Join(failures...)
}
