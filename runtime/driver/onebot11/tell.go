package onebot11

import (
	"context"
	"time"

	"llbot/protocols/onebot11"
	"llbot/protocols/qq"
	"llbot/runtime/driver/upstream"
)

// now is the clock.
func (s *server) now() time.Time {
	if s.o.Now == nil {
		return time.Now()
	}
	return s.o.Now()
}

// made is an event in the inner language whole: references have QQ's own names.
// People and groups that the wire tells of in part are left out, so that they
// are fetched.
func (l *session) made(ctx context.Context, t onebot11.Told, frame []byte) qq.Event {
	switch e := t.Event.(type) {
	case *qq.MessageReceived:
		if e.Peer == 0 { // an own private message that does not tell to whom it went
			return upstream.Unknown("onebot11", t.Kind, frame)
		}
		l.learnMessage(&e.Message)
		l.nameMessage(ctx, &e.Message, true)
		e.Member, e.Friend = nil, nil
		if e.Scene == qq.SceneGroup {
			e.Group = nil
		}
	case *qq.GroupRequested:
		l.learnFlag(e.GroupRequestRef, t.Flag)
	case *qq.FileUploaded:
		l.nameUpload(e)
	case *qq.UnknownEvent:
		return upstream.Unknown("onebot11", t.Kind, frame)
	case *qq.FriendAdded:
	default:
		if r, ok := e.(qq.Referrer); ok {
			r.EachRef(func(ref *qq.MessageRef) { l.name(ctx, ref, true) })
		}
	}
	l.people.touched(t.Event)
	return t.Event
}

// learnMessage notes a message under its id. One without a number of its own is
// named by its id.
func (l *session) learnMessage(m *qq.Message) {
	if m.Seq == 0 && m.MessageRef.ID != 0 {
		m.Seq = seqOfID(m.MessageRef.ID)
	}
	if m.Peer != 0 {
		l.names.learn(m.MessageRef.ID, said{ref: m.MessageRef, time: m.Time, sender: m.Sender, content: m.Segments.Clone()})
	}
	m.MessageRef.ID = 0
}

// nameMessage gives what a message quotes its name, with what was said there.
// fetch asks the upstream for what is not remembered.
func (l *session) nameMessage(ctx context.Context, m *qq.Message, fetch bool) {
	for _, s := range m.Segments {
		if quote, ok := s.(*qq.Reply); ok {
			l.nameQuote(ctx, m.Chat, quote, fetch)
		}
	}
}

func (l *session) nameQuote(ctx context.Context, chat qq.Chat, q *qq.Reply, fetch bool) {
	id := q.MessageRef.ID
	s, known := l.names.of(id)
	if !known && fetch && id != 0 {
		s, known = l.ask(ctx, id)
	}
	q.MessageRef = qq.MessageRef{Chat: chat, Seq: seqOfID(id)}
	if id == 0 {
		q.Seq = 0
	}
	if known {
		q.MessageRef, q.Sender, q.Time = s.ref, s.sender, s.time
		q.Quoted = plainQuotes(s.content)
	}
}

// plainQuotes is quoted content: what it quotes itself is not looked up.
func plainQuotes(content qq.Segments) qq.Segments {
	out := content.Clone()
	for _, s := range out {
		if q, ok := s.(*qq.Reply); ok {
			q.MessageRef = qq.MessageRef{Chat: q.Chat, Seq: q.Seq}
			q.Quoted = nil
		}
	}
	return out
}

// name gives a reference that came over the wire QQ's own name.
func (l *session) name(ctx context.Context, ref *qq.MessageRef, fetch bool) {
	id := ref.ID
	ref.ID = 0
	if id == 0 {
		return
	}
	s, known := l.names.of(id)
	if !known && ref.Resolved() {
		s, known = l.names.learn(id, said{ref: *ref}), true
	}
	if !known && fetch {
		s, known = l.ask(ctx, id)
	}
	switch {
	case known:
		*ref = s.ref
	case ref.Scene != qq.SceneNone:
		ref.Seq = seqOfID(id)
	}
}

// ask asks the upstream which message has an id.
func (l *session) ask(ctx context.Context, id qq.MessageID) (said, bool) {
	m, err := ask(ctx, l, onebot11.AskMessage(l.dialect.seq), qq.GetMessage{Ref: qq.MessageRef{ID: id}})
	if err != nil {
		return said{}, false
	}
	if m.MessageRef.ID == 0 {
		m.MessageRef.ID = id
	}
	l.learnMessage(m)
	return l.names.of(id)
}

// nameUpload finds the message that shows a file: it has come before, if it
// comes at all.
func (l *session) nameUpload(e *qq.FileUploaded) {
	e.MessageRef.ID = 0
	if ref, ok := l.people.fileOf(e.Chat, e.File.FileID); ok {
		e.MessageRef = ref
	}
}
