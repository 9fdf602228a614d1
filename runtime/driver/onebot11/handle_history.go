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
	var list []*qq.Message
	if op.Forward {
		list, err = l.pageFrom(ctx, op.Chat, op.Start, count)
	} else {
		list, err = l.pageTo(ctx, op.Chat, op.Start, count)
	}
	if err != nil {
		return nil, err
	}
	l.pastMessages(ctx, list...)
	return pageOf(list, op, count), nil
}

// pageOf says where the neighbours of a page begin, as far as anything shows
// that there are some.
func pageOf(list []*qq.Message, op qq.GetHistory, count int) *qq.History {
	h := &qq.History{Messages: list}
	if len(list) == 0 {
		return h
	}
	first, last := list[0].Seq, list[len(list)-1].Seq
	full := len(list) >= count
	if first > 1 && (full || op.Forward && op.Start > 1) {
		h.Older = first - 1
	}
	if op.Forward && full || !op.Forward && op.Start != 0 {
		h.Newer = last + 1
	}
	return h
}

// pageTo is the messages that end at a seq (0 = the newest), ascending and
// without recalled ones.
func (l *session) pageTo(ctx context.Context, chat qq.Chat, seq int64, count int) ([]*qq.Message, error) {
	p := onebot11.HistoryPage{Chat: chat, Seq: seq, Count: count}
	switch l.dialect.history {
	case endNowhere:
		return nil, qq.Errorf(qq.ErrUnsupported, "%s has no history", l.dialect.name)
	case endID:
		return l.pageToID(ctx, p)
	}
	return l.page(ctx, p)
}

// pageToID names the end by its id. A seq whose id is not known is reached from
// the newest message backwards.
func (l *session) pageToID(ctx context.Context, p onebot11.HistoryPage) ([]*qq.Message, error) {
	if p.Seq == 0 {
		return l.page(ctx, p)
	}
	ref := qq.MessageRef{Chat: p.Chat, Seq: p.Seq}
	for range seekPages {
		if id, known := l.names.id(ref); known {
			p.ID = id
			return l.page(ctx, p)
		}
		back, err := l.pagesBack(ctx, p.Chat, ref.Seq)
		if err != nil || len(back) == 0 {
			return nil, err
		}
		ref.Seq = back[len(back)-1].Seq // the seq itself may be a gap
	}
	return nil, nil
}

// pagesBack reads a chat from its newest message backwards until messages at or
// below a seq come, and answers those.
func (l *session) pagesBack(ctx context.Context, chat qq.Chat, seq int64) ([]*qq.Message, error) {
	p := onebot11.HistoryPage{Chat: chat, Count: qq.MaxHistoryPage}
	for range seekPages {
		list, err := l.page(ctx, p)
		if err != nil || len(list) == 0 {
			return nil, err
		}
		for _, m := range list {
			l.names.learn(m.MessageRef.ID, said{ref: m.MessageRef, time: m.Time, sender: m.Sender, content: m.Segments})
		}
		if list[0].Seq <= seq {
			return slices.DeleteFunc(list, func(m *qq.Message) bool { return m.Seq > seq }), nil
		}
		if p.ID == list[0].MessageRef.ID {
			return nil, nil
		}
		p.ID = list[0].MessageRef.ID
	}
	return nil, nil
}

// page asks for one page of messages that have not been named yet.
func (l *session) page(ctx context.Context, p onebot11.HistoryPage) ([]*qq.Message, error) {
	byID := l.dialect.history == endID
	answer, err := l.call(ctx, p.Call(byID, l.dialect.reversed && p.ID != 0))
	if err != nil {
		return nil, err
	}
	list, err := l.client.Messages(answer.Data, l.dialect.seq)
	for _, m := range list {
		if m.Peer == 0 && p.Chat.Scene != qq.SceneGroup {
			m.Chat.Peer = p.Chat.Peer // own messages that do not tell to whom they went
		}
		if m.Scene == qq.SceneFriend && p.Chat.Scene == qq.SceneTemp {
			m.Scene = qq.SceneTemp
		}
		if m.Seq == 0 {
			m.Seq = seqOfID(m.MessageRef.ID)
		}
	}
	list = slices.DeleteFunc(list, func(m *qq.Message) bool { return m.Recalled })
	slices.SortStableFunc(list, func(a, b *qq.Message) int { return cmp.Compare(a.Seq, b.Seq) })
	return list, err
}

// pageFrom is the messages that begin at a seq (0 = the oldest): the page that
// would end so many further on, and the next ones while there were gaps.
func (l *session) pageFrom(ctx context.Context, chat qq.Chat, seq int64, count int) ([]*qq.Message, error) {
	if l.dialect.history != endSeq {
		return nil, qq.Errorf(qq.ErrUnsupported, "%s reads history backwards only", l.dialect.name)
	}
	seq = max(seq, 1)
	var out []*qq.Message
	for range forwardTries {
		list, err := l.page(ctx, onebot11.HistoryPage{Chat: chat, Seq: seq + int64(count) - 1, Count: count})
		if err != nil {
			return nil, err
		}
		for _, m := range list {
			if m.Seq >= seq && len(out) < count {
				out = append(out, m)
			}
		}
		if len(out) == count {
			break
		}
		newest, err := l.page(ctx, onebot11.HistoryPage{Chat: chat, Count: 1})
		if err != nil || len(newest) == 0 || newest[0].Seq <= seq+int64(count)-1 {
			return out, err
		}
		seq += int64(count)
	}
	return out, nil
}

// seek looks for a message whose id is not known in the chat's history. A
// message that is not found is no failure here.
func (l *session) seek(ctx context.Context, ref qq.MessageRef) error {
	switch l.dialect.history {
	case endSeq:
		list, err := l.page(ctx, onebot11.HistoryPage{Chat: ref.Chat, Seq: ref.Seq, Count: 1})
		for _, m := range list {
			l.learnMessage(m)
		}
		return err
	case endID:
		_, err := l.pagesBack(ctx, ref.Chat, ref.Seq)
		return err
	}
	return nil
}
