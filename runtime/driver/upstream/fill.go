package upstream

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strings"
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
	found := l.missed(oldest)
	mark := qq.Emission{Time: qq.TimeOf(l.o.Now()), Event: &qq.EventsLost{After: l.lastSN, Reason: l.lostReason(found, oldest)}}
	if err := l.deliver(mark); err != nil {
		return err
	}
	l.o.Logger.Info("gap filled in", slog.String("driver", l.Name()), slog.Int("messages", len(found.list)),
		slog.Int("unread_chats", found.failed), slog.Any("cut_short", found.short))
	for _, m := range found.list {
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

// lostReason says what the log may lack behind a gap.
func (l *live) lostReason(found *haul, oldest qq.Time) string {
	if l.o.Timing.Backfill < 0 {
		return "there was no link to " + l.Name()
	}
	reason := fmt.Sprintf("there was no link to %s: messages of that time are filled in where its history has them (%d), other events are not",
		l.Name(), len(found.list))
	if found.failed > 0 {
		reason += fmt.Sprintf("; the history of %d chats could not be read", found.failed)
	}
	if n := len(found.short); n > 0 {
		reason += fmt.Sprintf("; the history of %d chats does not reach back to what is known, so that messages may be missing there: %s", n, someChats(found.short))
	}
	if l.trail.floor < oldest {
		reason += "; messages older than " + l.o.Timing.Backfill.String() + " are left out"
	}
	return reason
}

// namedChats is how many chats a reason names.
const namedChats = 10

func someChats(chats []qq.Chat) string {
	var names []string
	for _, c := range chats[:min(len(chats), namedChats)] {
		names = append(names, fmt.Sprintf("%s %d", c.Scene, c.Peer))
	}
	if len(chats) > namedChats {
		names = append(names, "…")
	}
	return strings.Join(names, ", ")
}

// haul is what was read of the chats' histories.
type haul struct {
	list   []*qq.Message
	failed int       // chats, or lists of chats, that could not be read
	short  []qq.Chat // whose history ended before it came to what is known
}

// missed reads what the chats' histories hold above what was emitted, in order
// of time and, within a chat, of seq.
func (l *live) missed(oldest qq.Time) *haul {
	found := &haul{}
	if l.o.Timing.Backfill < 0 {
		return found
	}
	var chats []qq.Chat
	chats, found.failed = l.chats()
	var mu sync.Mutex
	var work sync.WaitGroup
	free := make(chan struct{}, fillAtOnce)
	for _, c := range chats {
		free <- struct{}{}
		work.Go(func() {
			defer func() { <-free }()
			list, short, err := l.missedIn(c, oldest)
			mu.Lock()
			defer mu.Unlock()
			found.list = append(found.list, list...)
			if short {
				found.short = append(found.short, c)
			}
			if err != nil {
				found.failed++
				l.o.Logger.Warn("history not read", slog.String("driver", l.Name()), slog.Any("chat", c), slog.Any("error", err))
			}
		})
	}
	work.Wait()
	slices.SortStableFunc(found.list, func(a, b *qq.Message) int {
		if a.Chat == b.Chat {
			return cmp.Compare(a.Seq, b.Seq)
		}
		return cmp.Compare(a.Time, b.Time)
	})
	slices.SortFunc(found.short, func(a, b qq.Chat) int { return cmp.Or(cmp.Compare(a.Scene, b.Scene), cmp.Compare(a.Peer, b.Peer)) })
	return found
}

// missedIn reads a chat from its newest message backwards to what is known; short
// tells that it came to an end before.
func (l *live) missedIn(c qq.Chat, oldest qq.Time) (found []*qq.Message, short bool, err error) {
	start, last := int64(0), 0
	for range fillPages {
		page, err := l.page(c, start)
		if err != nil {
			return found, false, err
		}
		news := 0
		for _, m := range page.Messages {
			if m.Chat == c && m.Time >= oldest && l.trail.missed(m) {
				found = append(found, m)
				news++
			}
		}
		if news < len(page.Messages) { // the rest is known, or too old
			return found, false, nil
		}
		last = max(last, news)
		if news == 0 || page.Older == 0 || page.Older == start {
			return found, l.short(c, found, last, page.Older), nil
		}
		start = page.Older
	}
	return found, true, nil
}

// short tells whether a chat's history, all of it new, ended too early: behind a
// page that named an older one, or before what is known of the chat. Of a chat that
// nothing is known of, only a page that is not nearly full is the beginning; some
// servers hand out one page and no more.
func (l *live) short(c qq.Chat, found []*qq.Message, page int, older int64) bool {
	first := func(m *qq.Message) bool { return m.Seq <= 1 }
	switch {
	case len(found) == 0 || slices.ContainsFunc(found, first):
		return false
	case older != 0 || l.trail.chats[c] != nil:
		return true
	}
	return page >= fillPage*2/3
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
