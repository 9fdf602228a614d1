package satori

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"llbot/protocols/action"
	"llbot/protocols/qq"
	"llbot/protocols/wire"
)

// messageActions: https://satori.chat/zh-CN/resources/message.html.
func (s *Server) messageActions() []action.Action {
	return []action.Action{
		action.Handle("message.create", s.codec.createMessage).Acts(qq.ClassSend).Says("Sends content; answers one message for each that was really sent, in order."),
		action.Handle("message.get", s.codec.getMessage).Acts(qq.ClassRead).Says("One message; one that was taken back is not found."),
		action.Bind("message.delete", messageRef.recall, none).Says("Takes a message back."),
		action.Handle("message.list", s.codec.listMessages).Acts(qq.ClassRead).Says("A page of the messages of a channel."),
	}
}

// messageCreate sends content. The referrer of an event names the group through
// which a stranger wrote.
type messageCreate struct {
	ChannelID channelID               `json:"channel_id"`
	Content   string                  `json:"content" doc:"elements"`
	Referrer  wire.Optional[referrer] `json:"referrer" doc:"of an event; names the group through which a stranger wrote"`
}

// createMessage sends the messages that the content asks for, in order, and
// answers those that were sent. All of them are checked before the first one is
// sent. When one fails, what was sent before stays sent and the error says so;
// under an idempotency key the next try sends the others.
func (c codec) createMessage(ctx context.Context, caller qq.Caller, p messageCreate) ([]Message, error) {
	drafts, err := Drafts(p.Content)
	if err != nil {
		return nil, err
	}
	ops := make([]qq.Operation, len(drafts))
	for i, draft := range drafts {
		if ops[i], err = draft.op(caller.Account(), p); err != nil {
			return nil, err
		}
	}
	if caller, err = qq.Together(caller, ops); err != nil {
		return nil, err
	}
	sent := make([]Message, 0, len(drafts))
	for i, draft := range drafts {
		content := c.content(draft.Segments)
		s, err := send(ctx, caller, ops[i])
		if err != nil {
			return nil, partial(err, i, len(drafts), sent)
		}
		sent = append(sent, c.answer(ctx, caller, s, draft, content))
	}
	return sent, nil
}

// op is what sends a draft.
func (d Draft) op(account qq.UserID, p messageCreate) (qq.Operation, error) {
	if d.Forward != nil {
		return qq.ForwardMessage{Ref: *d.Forward, To: p.ChannelID.chat()}, nil
	}
	signed(d.Segments, account)
	if err := qq.CheckContent(d.Segments); err != nil {
		told := *qq.AsError(err)
		told.Text = "content: " + told.Text
		return nil, &told
	}
	op := qq.SendMessage{Chat: p.ChannelID.chat(), Segments: d.Segments}
	if op.Chat.Scene != qq.SceneGroup {
		op.Via = p.Referrer.Value.via
	}
	return op, nil
}

func send(ctx context.Context, caller qq.Caller, op qq.Operation) (*qq.Sent, error) {
	if forward, ok := op.(qq.ForwardMessage); ok {
		return qq.Do(ctx, caller, forward)
	}
	message, ok := op.(qq.SendMessage)
	if !ok {
		return nil, qq.Errorf(qq.ErrInternal, "a message cannot be sent by %s", qq.OpName(op))
	}
	return qq.Do(ctx, caller, message)
}

// answer is a sent message as its sender gets it back. One with blobs, and one
// that was said once more, is read again where that can be done: only then there
// are links and content.
func (c codec) answer(ctx context.Context, caller qq.Caller, s *qq.Sent, draft Draft, content string) Message {
	unknown := draft.Forward != nil
	_ = draft.Segments.EachMedia(func(*qq.Media) error { unknown = true; return nil })
	if unknown {
		if m, err := qq.Do(ctx, caller, qq.GetMessage{Ref: s.MessageRef}); err == nil {
			return c.encodeMessage(m)
		}
	}
	if f, ok := record(draft.Segments); ok && s.Forward != "" {
		made := *f
		made.ID = s.Forward
		content = c.content(append(slices.Clone(draft.Segments[:len(draft.Segments)-1]), &made))
	}
	return sentMessage(caller.Account(), s, content)
}

// record is the record that a message is; only a quote may stand before it.
func record(s qq.Segments) (*qq.Forward, bool) {
	if len(s) == 0 {
		return nil, false
	}
	f, ok := s[len(s)-1].(*qq.Forward)
	return f, ok
}

// partial tells how far a call of several messages came.
func partial(err error, failed, all int, sent []Message) error {
	if all == 1 {
		return err
	}
	ids := make([]string, len(sent))
	for i, m := range sent {
		ids[i] = m.ID
	}
	told := *qq.AsError(err)
	told.Text = fmt.Sprintf("message %d of %d: %s", failed+1, all, firstOf(told.Text, told.Kind.Error()))
	if len(ids) > 0 {
		told.Outcome = qq.Applied
		told.Text += "; already sent: " + strings.Join(ids, ", ")
	}
	return &told
}

// sentMessage is a message of our own as message.create answers it.
func sentMessage(account qq.UserID, s *qq.Sent, content string) Message {
	message := Message{ID: MessageID(s.MessageRef), Content: &content, CreatedAt: int64(s.Time), User: userRef(account)}
	message.Channel = &Channel{ID: ChannelID(s.Chat), Type: ChannelDirect}
	if s.Scene == qq.SceneGroup {
		message.Channel.Type = ChannelText
		message.Guild = &Guild{ID: message.Channel.ID}
		message.Member = &Member{User: message.User}
	}
	return message
}

// messageRef names a message. The message id is enough to find it, so that
// the channel is checked for its form only.
type messageRef struct {
	ChannelID channelID `json:"channel_id"`
	MessageID messageID `json:"message_id"`
}

func (p messageRef) recall() (qq.RecallMessage, error) {
	return qq.RecallMessage{Ref: qq.MessageRef(p.MessageID)}, nil
}

// getMessage answers a message; one that was taken back is gone.
func (c codec) getMessage(ctx context.Context, caller qq.Caller, p messageRef) (Message, error) {
	m, err := qq.Do(ctx, caller, qq.GetMessage{Ref: qq.MessageRef(p.MessageID)})
	if err != nil {
		return Message{}, err
	}
	if m.Recalled {
		return Message{}, qq.Errorf(qq.ErrNotFound, "the message was taken back")
	}
	return c.encodeMessage(opened(ctx, caller, m)), nil
}

// opened is a message with the messages of its record, where QQ still has them.
func opened(ctx context.Context, caller qq.Caller, m *qq.Message) *qq.Message {
	f, ok := record(m.Segments)
	if !ok || f.ID == "" || len(f.Nodes) > 0 {
		return m
	}
	inside, err := qq.Do(ctx, caller, qq.GetForward{ID: f.ID})
	if err != nil {
		return m
	}
	whole, full := *m, *f
	full.Nodes = inside.Nodes
	whole.Segments = append(slices.Clone(m.Segments[:len(m.Segments)-1]), &full)
	return &whole
}
