package milky

import (
	"context"
	"fmt"
	"sync"
	"time"

	"llbot/protocols/milky"
	"llbot/protocols/qq"
	"llbot/runtime/driver/upstream"
)

// Receive reads events until the socket ends. A message that is no event ends
// it as well: the server, or what lies between, is out of step.
func (l *link) Receive(on func(upstream.Inbound)) error {
	var broken error
	err := l.events.Receive(func(text []byte) {
		switch {
		case broken != nil:
		case text == nil:
			on(upstream.Inbound{})
		default:
			if broken = l.heard(text, on); broken != nil {
				l.Close()
			}
		}
	})
	if broken != nil {
		return broken
	}
	return err
}

func (l *link) heard(text []byte, on func(upstream.Inbound)) error {
	h, err := milky.ReadEvent(text)
	if err != nil {
		return fmt.Errorf("what came is no event: %w", err)
	}
	if h.Account != 0 && h.Account != l.login.ID {
		on(upstream.Inbound{}) // of another account of the same server
		return nil
	}
	in := upstream.Inbound{Time: h.Time, Event: h.Event}
	switch e := h.Event.(type) {
	case nil:
		in.Event = upstream.Unknown(l.p.Name(), h.Type, append([]byte(nil), text...))
	case *qq.MessageReceived:
		in.Time = e.Time
		l.files.note(&e.Message)
	case *qq.FileUploaded:
		l.place(e, h.FileID)
	}
	on(in)
	return nil
}

// place finds the message that shows an uploaded file: one that came just
// before, or else in the chat's history.
func (l *link) place(e *qq.FileUploaded, file qq.FileID) {
	if f, ok := l.files.of(file); ok {
		e.MessageRef = f.ref
		return
	}
	limit := l.p.o.Timing.Lookup
	if limit <= 0 {
		limit = upstream.DefaultLookup
	}
	ctx, cancel := context.WithTimeout(context.Background(), max(limit, time.Second))
	defer cancel()
	asking := milky.Client{Call: l.call, Account: l.p.account}
	if m := asking.Showing(ctx, e.Chat, file); m != nil {
		e.MessageRef = m.MessageRef
	}
}

// shownFiles is how many files are remembered.
const shownFiles = 1024

// shown remembers which messages showed files. Safe for concurrent use.
type shown struct {
	mu    sync.Mutex
	at    map[qq.FileID]shownFile
	order []qq.FileID
}

// shownFile is where a file was shown, and by whom.
type shownFile struct {
	ref  qq.MessageRef
	hash string
	own  bool
}

func newShown() *shown { return &shown{at: map[qq.FileID]shownFile{}} }

func (s *shown) note(m *qq.Message) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, seg := range m.Segments {
		f, ok := seg.(*qq.File)
		if !ok {
			continue
		}
		if _, twice := s.at[f.FileID]; !twice {
			s.order = append(s.order, f.FileID)
		}
		s.at[f.FileID] = shownFile{m.MessageRef, f.Hash, m.Self}
		if len(s.order) > shownFiles {
			delete(s.at, s.order[0])
			s.order = s.order[1:]
		}
	}
}

func (s *shown) of(file qq.FileID) (shownFile, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f, ok := s.at[file]
	return f, ok
}
