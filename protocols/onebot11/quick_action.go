package onebot11

import (
	"context"
	"math"

	"llbot/protocols/qq"
	"llbot/protocols/wire"
)

type quickParams struct {
	Context   quickContext   `json:"context"`
	Operation quickOperation `json:"operation"`
}

// quickContext is the event as a client hands it back; only what names the
// subject is read.
type quickContext struct {
	Post    wire.Str                 `json:"post_type"`
	Message wire.Optional[wire.Str]  `json:"message_type"`
	Request wire.Optional[wire.Str]  `json:"request_type"`
	Sub     wire.Optional[wire.Str]  `json:"sub_type"`
	ID      wire.Optional[wire.Int]  `json:"message_id"`
	User    wire.Optional[wire.Int]  `json:"user_id"`
	Group   wire.Optional[wire.Int]  `json:"group_id"`
	Flag    wire.Optional[wire.Str]  `json:"flag"`
	Sender  wire.Optional[quickFrom] `json:"sender"`
}

// quickFrom: a temporary chat's group stands in the sender.
type quickFrom struct {
	Group wire.Optional[wire.Int] `json:"group_id"`
}

// handleQuick answers when the operation is done, with its error: LLBot, which
// answers at once, cannot tell a client what went wrong.
func handleQuick(ctx context.Context, c qq.Caller, p quickParams) (*noData, error) {
	s, err := p.Context.subject(ctx, c)
	if err != nil {
		return nil, err
	}
	if s == nil {
		return null(qq.None{}), nil
	}
	ops, err := s.plan(p.Operation)
	if err != nil {
		return nil, err
	}
	if err := do(ctx, c, ops); err != nil {
		return nil, err
	}
	return null(qq.None{}), nil
}

// subject is nil for events that nothing can be done about.
func (q quickContext) subject(ctx context.Context, c qq.Caller) (subject, error) {
	switch q.Post {
	case "message":
		return q.message()
	case "request":
		return q.request(ctx, c)
	}
	return nil, nil
}

func (q quickContext) message() (subject, error) {
	var faults wire.Faults
	need := func(name string, n wire.Optional[wire.Int], limit wire.Int) {
		if n.Value <= 0 || n.Value > limit {
			faults = append(faults, wire.Fault{Path: "context." + name, Reason: "is required"})
		}
	}
	need("message_id", q.ID, math.MaxInt32)
	need("user_id", q.User, math.MaxInt64)
	user := qq.UserID(q.User.Value)
	m := aboutMessage{ref: qq.MessageRef{ID: qq.MessageID(q.ID.Value)}, sender: user}
	switch {
	case q.Message.Value == "group":
		need("group_id", q.Group, math.MaxInt64)
		m.chat = qq.GroupChat(qq.GroupID(q.Group.Value))
	case q.Message.Value == "private" && q.Sub.Value == "group":
		m.chat, m.via = qq.TempChat(user), qq.GroupID(q.Group.Or(q.Sender.Value.Group.Value))
	case q.Message.Value == "private":
		m.chat = qq.FriendChat(user)
	default:
		faults = append(faults, wire.Fault{Path: "context.message_type", Reason: "must be private or group"})
	}
	if len(faults) > 0 {
		return nil, faults
	}
	return m, nil
}

func (q quickContext) request(ctx context.Context, c qq.Caller) (subject, error) {
	switch q.Request.Value {
	case "friend":
		uid, filtered := parseFriendFlag(string(q.Flag.Value))
		if uid == "" {
			return nil, fault("context.flag", "is required")
		}
		return aboutFriend{uid, filtered}, nil
	case "group":
		ref, err := groupRequest(ctx, c, "context.flag", string(q.Flag.Value))
		if err != nil {
			return nil, err
		}
		return aboutGroup{ref}, nil
	}
	return nil, fault("context.request_type", "must be friend or group")
}
