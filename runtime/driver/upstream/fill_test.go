package upstream

import (
	"context"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"llbot/protocols/qq"
)

// pastOf is a chat's history, and what is to be told of a gap that it fills in.
type pastOf struct {
	name     string
	seen     bool  // the chat was known before the gap, up to message 2
	from, to int64 // the messages that history has
	pages    bool  // it goes on behind one page
	broken   bool  // and ends at an empty one
	short    bool
	filled   int
}

// page answers messages that were all said at one time.
func (c pastOf) page(op qq.GetHistory, at time.Time) *qq.History {
	end := c.to
	if op.Start != 0 {
		end = op.Start
	}
	h := &qq.History{}
	if c.to == 0 {
		return h
	}
	begin := max(c.from, end-int64(op.Count)+1)
	for seq := begin; seq <= end; seq++ {
		h.Messages = append(h.Messages, groupSaid(seq, at))
	}
	if c.pages && (begin > c.from || c.broken) {
		h.Older = begin - 1
	}
	return h
}

// TestAGapThatHistoryDoesNotReachBackOverIsToldSo: what is filled in may be only
// the newest part of what was missed. The mark in the log then says so, and names
// the chat; it says nothing of the kind where history reached what is known, or the
// beginning of the chat.
func TestAGapThatHistoryDoesNotReachBackOverIsToldSo(t *testing.T) {
	for _, c := range []pastOf{
		{name: "one page, all new, of a known chat", seen: true, from: 90, to: 119, short: true, filled: 30},
		{name: "a short page, all new, of a known chat", seen: true, from: 90, to: 99, short: true, filled: 10},
		{name: "one page that reaches what is known", seen: true, from: 2, to: 31, filled: 29},
		{name: "many pages that reach what is known", seen: true, from: 1, to: 100, pages: true, filled: 98},
		{name: "pages that end at an empty one", seen: true, from: 40, to: 100, pages: true, broken: true, short: true, filled: 61},
		{name: "one page of a chat that nothing is known of", from: 90, to: 119, short: true, filled: 30},
		{name: "a new chat", from: 90, to: 99, filled: 10},
		{name: "a new chat from its first message on", from: 1, to: 30, filled: 30},
		{name: "nothing at all", seen: true},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := &scripted{events: make(chan Inbound, 8)}
				table, born := s.table(), time.Now()
				qq.Serve(&table.Handlers, func(_ context.Context, op qq.GetHistory) (*qq.History, error) {
					return c.page(op, born.Add(time.Minute)), nil
				})
				d, log := New(s, table, Options{}), &logbook{}
				life := func(seqs ...int64) {
					ctx, cancel := context.WithCancel(t.Context())
					ended := make(chan error, 1)
					go func() { ended <- d.Run(ctx, log.emit, log.last) }()
					for _, seq := range seqs {
						s.events <- Inbound{Event: &qq.MessageReceived{Message: *groupSaid(seq, time.Now())}}
					}
					time.Sleep(time.Second)
					cancel()
					if err := <-ended; err != nil {
						t.Error(err)
					}
				}
				if c.seen {
					life(1, 2)
				} else {
					life()
				}
				time.Sleep(2 * time.Minute)
				life()
				filled, reason := log.filledIn()
				if filled != c.filled {
					t.Errorf("%d messages are filled in, want %d", filled, c.filled)
				}
				told := strings.Contains(reason, "does not reach back") && strings.Contains(reason, "group 7")
				if told != c.short {
					t.Errorf("told %v, want %v: %s", told, c.short, reason)
				}
			})
		})
	}
}

// groupSaid is a message of group 7 with all that it needs.
func groupSaid(seq int64, at time.Time) *qq.Message {
	m := &said(qq.GroupChat(7), seq).Message
	m.Time, m.Sender, m.Member, m.Group = qq.TimeOf(at), 10002, &qq.Member{Group: 7, User: 10002, Nickname: "A"}, &qq.Group{ID: 7}
	return m
}

// filledIn is how many late messages the log has, and the reason of its last gap.
func (l *logbook) filledIn() (messages int, reason string) {
	for _, e := range l.events {
		switch e := e.(type) {
		case *qq.MessageReceived:
			if e.Late {
				messages++
			}
		case *qq.EventsLost:
			reason = e.Reason
		}
	}
	return messages, reason
}
