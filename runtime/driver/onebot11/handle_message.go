package onebot11

import (
	"context"

	"llbot/protocols/onebot11"
	"llbot/protocols/qq"
)

func (s *server) send(ctx context.Context, op qq.SendMessage) (*qq.Sent, error) {
	return s.said(ctx, func(l *session) (*qq.Sent, error) {
		op, err := outward(ctx, l, op)
		if err != nil {
			return nil, err
		}
		return ask(ctx, l, onebot11.AskSend(), op)
	})
}

func (s *server) forward(ctx context.Context, op qq.ForwardMessage) (*qq.Sent, error) {
	return s.said(ctx, func(l *session) (*qq.Sent, error) {
		op, err := outward(ctx, l, op)
		if err != nil {
			return nil, err
		}
		return ask(ctx, l, onebot11.AskForwardMessage(), op)
	})
}

func (s *server) speak(ctx context.Context, op qq.SendSpeech) (*qq.Sent, error) {
	return s.said(ctx, func(l *session) (*qq.Sent, error) { return ask(ctx, l, onebot11.AskSendSpeech(), op) })
}

// said completes what a sender answers, which is an id alone: number, time and
// chat come from the upstream's own echo when that was quicker, else from
// get_msg. What cannot be found out is no failure: the message was sent.
func (s *server) said(ctx context.Context, send func(*session) (*qq.Sent, error)) (*qq.Sent, error) {
	l, err := s.link()
	if err != nil {
		return nil, err
	}
	sent, err := send(l)
	if err != nil {
		return nil, err
	}
	id := sent.MessageRef.ID
	l.name(ctx, &sent.MessageRef, true)
	if m, known := l.names.of(id); known {
		sent.Time = m.time
	}
	if sent.Time == 0 {
		sent.Time = qq.TimeOf(s.now())
	}
	return sent, nil
}

func (s *server) message(ctx context.Context, op qq.GetMessage) (*qq.Message, error) {
	l, err := s.link()
	if err != nil {
		return nil, err
	}
	if op, err = outward(ctx, l, op); err != nil {
		return nil, err
	}
	m, err := ask(ctx, l, onebot11.AskMessage(l.dialect.seq), op)
	if err != nil {
		return nil, err
	}
	l.pastMessages(ctx, m)
	m.MessageRef = qq.MessageRef{Chat: op.Ref.Chat, Seq: op.Ref.Seq}
	return m, nil
}

// pastMessages names messages that were asked for, and completes them.
func (l *session) pastMessages(ctx context.Context, list ...*qq.Message) {
	for _, m := range list {
		l.learnMessage(m)
	}
	for _, m := range list {
		l.nameMessage(ctx, m, true)
	}
	l.people.whole(ctx, list...)
}

func (s *server) forwarded(ctx context.Context, op qq.GetForward) (*qq.Forwarded, error) {
	l, err := s.link()
	if err != nil {
		return nil, err
	}
	f, err := ask(ctx, l, onebot11.AskForward(), op)
	if err != nil {
		return nil, err
	}
	f.EachRef(func(ref *qq.MessageRef) { l.name(ctx, ref, false) })
	return f, nil
}

// markRead: with the chat alone everything in it is read.
func (s *server) markRead(ctx context.Context, op qq.MarkRead) (qq.None, error) {
	l, err := s.link()
	if err != nil {
		return qq.None{}, err
	}
	if op.Ref.Resolved() {
		if op.Ref, err = l.outwardRef(ctx, op.Ref); err != nil {
			return qq.None{}, err
		}
	} else {
		op.Ref.ID = 0
	}
	return ask(ctx, l, onebot11.AskMarkRead(), op)
}

func (s *server) recent(ctx context.Context, op qq.ListRecentChats) (*qq.RecentChats, error) {
	l, err := s.link()
	if err != nil {
		return nil, err
	}
	chats, err := ask(ctx, l, onebot11.AskRecent(l.dialect.seq), op)
	if err != nil {
		return nil, err
	}
	for _, c := range chats.Chats {
		if c.Last != nil {
			l.pastMessages(ctx, c.Last)
		}
	}
	return chats, nil
}
