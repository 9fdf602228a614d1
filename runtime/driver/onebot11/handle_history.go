package onebot11

import (
	"cmp"
	"context"
	"slices"

	"llbot/protocols/onebot11"
	"llbot/protocols/qq"
)

// Bounds of reading a chat's history.
const (
	forwardTries = 8  // pages that are looked at for one that goes forward
	seekPages    = 10 // pages that are looked at for a message without an id
)

// history answers a page. OneBot's pages end at a message; one that begins at a
// message is looked for a page further on.
func (s *server) history(ctx context.Context, op qq.GetHistory) (*qq.History, error) {
	l, err := s.link()
	if err != nil {
		return nil, err
	}
	count := op.Count
	if count <= 0 {
		count = usualPage
	}
	var part stretch
	if op.Forward {
		part, err = l.pageFrom(ctx, op.Chat, op.Start, count)
	} else {
		part, err = l.pageTo(ctx, op.Chat, op.Start, count)
	}
	if err != nil {
		return nil, err
	}
	l.pastMessages(ctx, part.list...)
	return part.page(op), nil
}

// stretch is a part of a chat, ascending and without recalled messages.
type stretch struct {
	list  []*qq.Message
	first int64 // the lowest seq that was answered, recalled or not
	full  bool  // nothing shows that it ends here
}

// upTo drops what is above a seq.
func (s stretch) upTo(seq int64) stretch {
	s.list = slices.DeleteFunc(s.list, func(m *qq.Message) bool { return m.Seq > seq })
	return s
}

// page says where the neighbours begin, as far as anything shows that there
// are some.
func (s stretch) page(op qq.GetHistory) *qq.History {
	h := &qq.History{Messages: s.list}
	if s.first > 1 && (s.full || op.Forward && op.Start > 1) {
		h.Older = s.first - 1
	}
	if len(s.list) > 0 && (op.Forward && s.full || !op.Forward && op.Start != 0) {
		h.Newer = s.list[len(s.list)-1].Seq + 1
	}
	return h
}

// pageTo is the messages that end at a seq (0 = the newest).
func (l *session) pageTo(ctx context.Context, chat qq.Chat, seq int64, count int) (stretch, error) {
	p := onebot11.HistoryPage{Chat: chat, Seq: seq, Count: count}
	switch l.dialect.history {
	case endNowhere:
		return stretch{}, qq.Errorf(qq.ErrUnsupported, "%s has no history", l.dialect.name)
	case endID:
		return l.pageToID(ctx, p)
	}
	return l.page(ctx, p)
}

// pageToID names the end by its id. A seq whose id is not known is most often
// the one before a message that is known, where the page before this one began;
// otherwise it is reached from the newest message backwards.
func (l *session) pageToID(ctx context.Context, p onebot11.HistoryPage) (stretch, error) {
	if p.Seq == 0 {
		return l.page(ctx, p)
	}
	ref := qq.MessageRef{Chat: p.Chat, Seq: p.Seq}
	for range seekPages {
		for _, end := range []int64{ref.Seq, ref.Seq + 1} {
			if id, known := l.names.id(qq.MessageRef{Chat: p.Chat, Seq: end}); known {
				p.ID = id
				part, err := l.page(ctx, p)
				return part.upTo(p.Seq), err
			}
		}
		back, err := l.pagesBack(ctx, p.Chat, ref.Seq)
		if err != nil || len(back) == 0 {
			return stretch{}, err
		}
		ref.Seq = back[len(back)-1].Seq // the seq itself may be a gap
	}
	return stretch{}, nil
}

// pagesBack reads a chat from its newest message backwards until messages at or
// below a seq come, and answers those.
func (l *session) pagesBack(ctx context.Context, chat qq.Chat, seq int64) ([]*qq.Message, error) {
	p := onebot11.HistoryPage{Chat: chat, Count: qq.MaxHistoryPage}
	for range seekPages {
		part, err := l.page(ctx, p)
		if err != nil || part.first == 0 {
			return nil, err
		}
		if part.first <= seq {
			return part.upTo(seq).list, nil
		}
		next, known := l.names.id(qq.MessageRef{Chat: chat, Seq: part.first})
		if !known || next == p.ID {
			return nil, nil
		}
		p.ID = next
	}
	return nil, nil
}

// page asks for one page of messages, whose ids are learned and whose quotes
// have not been named yet.
func (l *session) page(ctx context.Context, p onebot11.HistoryPage) (stretch, error) {
	byID := l.dialect.history == endID
	answer, err := l.call(ctx, p.Call(byID, l.dialect.reversed && p.ID != 0))
	if err != nil {
		return stretch{}, err
	}
	list, err := l.client.Messages(answer.Data, l.dialect.seq)
	for _, m := range list {
		l.placed(m, p.Chat)
	}
	slices.SortStableFunc(list, func(a, b *qq.Message) int { return cmp.Compare(a.Seq, b.Seq) })
	part := stretch{full: len(list) >= p.Count || l.dialect.window && len(list) > 0}
	if len(list) > 0 {
		part.first = list[0].Seq
	}
	part.list = slices.DeleteFunc(list, func(m *qq.Message) bool { return m.Recalled })
	return part, err
}

// placed says where a message of a history is, as far as it does not itself,
// and notes it under its id.
func (l *session) placed(m *qq.Message, in qq.Chat) {
	if m.Peer == 0 && in.Scene != qq.SceneGroup {
		m.Chat.Peer = in.Peer // own messages that do not tell to whom they went
	}
	if m.Scene == qq.SceneFriend && in.Scene == qq.SceneTemp {
		m.Scene = qq.SceneTemp
	}
	if m.Seq == 0 {
		m.Seq = seqOfID(m.MessageRef.ID)
	}
	l.names.learn(m.MessageRef.ID, said{ref: m.MessageRef, time: m.Time, sender: m.Sender, content: m.Segments.Clone()})
}

// pageFrom is the messages that begin at a seq (0 = the oldest): the page that
// would end so many further on, and the next ones while there were gaps.
func (l *session) pageFrom(ctx context.Context, chat qq.Chat, seq int64, count int) (stretch, error) {
	if l.dialect.history != endSeq {
		return stretch{}, qq.Errorf(qq.ErrUnsupported, "%s reads history backwards only", l.dialect.name)
	}
	seq = max(seq, 1)
	var out []*qq.Message
	for range forwardTries {
		part, err := l.page(ctx, onebot11.HistoryPage{Chat: chat, Seq: seq + int64(count) - 1, Count: count})
		if err != nil {
			return stretch{}, err
		}
		for _, m := range part.list {
			if m.Seq >= seq && len(out) < count {
				out = append(out, m)
			}
		}
		if len(out) == count {
			break
		}
		newest, err := l.page(ctx, onebot11.HistoryPage{Chat: chat, Count: 1})
		if err != nil {
			return stretch{}, err
		}
		if len(newest.list) == 0 || newest.list[len(newest.list)-1].Seq <= seq+int64(count)-1 {
			break
		}
		seq += int64(count)
	}
	part := stretch{list: out, full: len(out) == count}
	if len(out) > 0 {
		part.first = out[0].Seq
	}
	return part, nil
}

// seek looks for a message whose id is not known in the chat's history. A
// message that is not found is no failure here.
func (l *session) seek(ctx context.Context, ref qq.MessageRef) error {
	switch l.dialect.history {
	case endSeq:
		_, err := l.page(ctx, onebot11.HistoryPage{Chat: ref.Chat, Seq: ref.Seq, Count: 1})
		return err
	case endID:
		_, err := l.pagesBack(ctx, ref.Chat, ref.Seq)
		return err
	}
	return nil
}
