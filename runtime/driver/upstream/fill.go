package upstream

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"slices"
	"sync"

	"llbot/protocols/qq"
)

// Bounds of filling a gap.
const (
	fillAtOnce = 4    // chats read at the same time
	fillPages  = 1000 // pages of one chat
	fillPage   = qq.MaxHistoryPage
)

// fill emits the messages that came while there was no link, as far as the
// upstream's history has them, and marks them as late. Whatever else happened
// meanwhile nobody can tell any more: the log gets a mark that something is
// missing.
func (l *live) fill() error {
	oldest := qq.TimeOf(l.o.Now().Add(-l.o.Timing.Backfill))
	found, failed := l.missed(oldest)
	reason := fmt.Sprintf("there was no link to %s: messages of that time are filled in where its history has them (%d), other events are not",
		l.Name(), len(found))
	if l.o.Timing.Backfill < 0 {
		reason = fmt.Sprintf("there was no link to %s", l.Name())
	}
	if failed > 0 {
		reason += fmt.Sprintf("; the history of %d chats could not be read", failed)
	}
	if l.trail.floor < oldest {
		reason += "; messages older than " + l.o.Timing.Backfill.String() + " are left out"
	}
	if err := l.deliver(qq.Emission{Time: qq.TimeOf(l.o.Now()), Event: &qq.EventsLost{After: l.lastSN, Reason: reason}}); err != nil {
		return err
	}
	l.o.Logger.Info("gap filled in", slog.String("driver", l.Name()), slog.Int("messages", len(found)), slog.Int("unread_chats", failed))
	for _, m := range found {
		if !l.trail.step(m.MessageRef) {
			continue
		}
		m.Late = true
		if err := l.tell(m.Time, &qq.MessageReceived{Message: *m}, 0); err != nil {
			return err
		}
	}
	return nil
}

// missed reads what the chats' histories hold above what was emitted, in order
// of time and, within a chat, of seq; failed counts the chats that could not be
// read.
func (l *live) missed(oldest qq.Time) (found []*qq.Message, failed int) {
	if l.o.Timing.Backfill < 0 {
		return nil, 0
	}
	chats, failed := l.chats()
	var mu sync.Mutex
	var work sync.WaitGroup
	free := make(chan struct{}, fillAtOnce)
	for _, c := range chats {
		free <- struct{}{}
		work.Go(func() {
			defer func() { <-free }()
			list, err := l.missedIn(c, oldest)
			mu.Lock()
			defer mu.Unlock()
			found = append(found, list...)
			if err != nil {
				failed++
				l.o.Logger.Warn("history not read", slog.String("driver", l.Name()), slog.Any("chat", c), slog.Any("error", err))
			}
		})
	}
	work.Wait()
	slices.SortStableFunc(found, func(a, b *qq.Message) int {
		if a.Chat == b.Chat {
			return cmp.Compare(a.Seq, b.Seq)
		}
		return cmp.Compare(a.Time, b.Time)
	})
	return found, failed
}

// missedIn reads a chat from its newest message backwards to what is known.
func (l *live) missedIn(c qq.Chat, oldest qq.Time) (found []*qq.Message, err error) {
	start := int64(0)
	for range fillPages {
		page, err := l.page(c, start)
		if err != nil {
			return found, err
		}
		news := 0
		for _, m := range page.Messages {
			if m.Chat == c && m.Time >= oldest && l.trail.missed(m) {
				found = append(found, m)
				news++
			}
		}
		if news == 0 || news < len(page.Messages) || page.Older == 0 || page.Older == start {
			return found, nil
		}
		start = page.Older
	}
	return found, nil
}

func (l *live) page(c qq.Chat, start int64) (*qq.History, error) {
	ctx, cancel := context.WithTimeout(l.ctx, l.o.Timing.Silence)
	defer cancel()
	v, err := l.table.Do(ctx, qq.GetHistory{Chat: c, Start: start, Count: fillPage})
	if err != nil {
		return nil, err
	}
	page, ok := v.(*qq.History)
	if !ok || page == nil {
		return &qq.History{}, nil
	}
	return page, nil
}

// chats are all that may have messages: groups, friends, and whoever else the
// account spoke with lately.
func (l *live) chats() (list []qq.Chat, failed int) {
	ctx, cancel := context.WithTimeout(l.ctx, l.o.Timing.Silence)
	defer cancel()
	seen := map[qq.Chat]bool{}
	add := func(c qq.Chat) {
		if !seen[c] {
			seen[c] = true
			list = append(list, c)
		}
	}
	if v, err := l.table.Do(ctx, qq.ListGroups{NoCache: true}); err != nil {
		failed++
	} else if groups, ok := v.([]*qq.Group); ok {
		for _, g := range groups {
			add(qq.GroupChat(g.ID))
		}
	}
	if v, err := l.table.Do(ctx, qq.ListFriends{NoCache: true}); err != nil {
		failed++
	} else if friends, ok := v.([]*qq.Friend); ok {
		for _, f := range friends {
			add(qq.FriendChat(f.ID))
		}
	}
	for c := range l.trail.chats {
		add(c)
	}
	return list, failed
}
