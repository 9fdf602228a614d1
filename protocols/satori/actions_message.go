package satori

import (
	"context"
	"fmt"
	"strings"

	"llbot/protocols/action"
	"llbot/protocols/qq"
)

// messageActions: https://satori.chat/zh-CN/resources/message.html.
func (s *Server) messageActions() []action.Action {
	return []action.Action{
		action.Handle("message.create", s.codec.createMessage),
		action.Handle("message.get", s.codec.getMessage),
		action.Bind("message.delete", messageRef.recall, none),
		action.Handle("message.list", s.codec.listMessages),
	}
}

// messageCreate sends content. A referrer is taken from an event and means
// nothing to QQ.
type messageCreate struct {
	ChannelID channelID `json:"channel_id"`
	Content   string    `json:"content"`
}

// createMessage sends the messages that the content asks for, in order, and
// answers those that were sent. When one fails, what was sent before stays
// sent and the error says so; under an idempotency key the next try sends the
// others.
func (c codec) createMessage(ctx context.Context, caller qq.Caller, p messageCreate) ([]Message, error) {
	drafts, err := Drafts(p.Content)
	if err != nil {
		return nil, err
	}
	ops := make([]qq.SendMessage, len(drafts))
	for i, draft := range drafts {
		ops[i] = qq.SendMessage{Chat: p.ChannelID.chat(), Segments: draft}
	}
	caller, err = qq.Together(caller, ops)
	if err != nil {
		return nil, err
	}
	sent := make([]Message, 0, len(drafts))
	for i, draft := range drafts {
		content := c.content(draft)
		s, err := qq.Do(ctx, caller, ops[i])
		if err != nil {
			return nil, partial(err, i, len(drafts), sent)
		}
		sent = append(sent, c.answer(ctx, caller, s, draft, content))
	}
	return sent, nil
}

// answer is a sent message as its sender gets it back. One with blobs is read
// again where that can be done: only then they have links.
func (c codec) answer(ctx context.Context, caller qq.Caller, s *qq.Sent, draft qq.Segments, content string) Message {
	blobs := 0
	_ = draft.EachMedia(func(*qq.Media) error { blobs++; return nil })
	if blobs > 0 {
		if m, err := qq.Do(ctx, caller, qq.GetMessage{Ref: s.MessageRef}); err == nil {
			return c.encodeMessage(m)
		}
	}
	return sentMessage(caller.Account(), s, content)
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
	return c.encodeMessage(m), nil
}
