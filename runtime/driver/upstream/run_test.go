package upstream

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"llbot/protocols/qq"
)

// nowhere is a protocol whose server is away.
type nowhere struct{}

func (nowhere) Name() string { return "nowhere" }
func (nowhere) Connect(context.Context) (Link, error) {
	return nil, qq.Errorf(qq.ErrOffline, "nobody listens")
}

// scripted is a server in memory: a link hands over what comes on events, and
// answers calls while it is not deaf.
type scripted struct {
	events     chan Inbound
	deaf, mute bool // calls hang; no sign of life on the events' side
	mu         sync.Mutex
	opened     int
	history    map[qq.Chat][]*qq.Message
}

func (*scripted) Name() string { return "scripted" }

func (s *scripted) Connect(context.Context) (Link, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.opened++
	return &scriptedLink{s: s, pongs: make(chan struct{}, 8), end: make(chan struct{})}, nil
}

type scriptedLink struct {
	s     *scripted
	pongs chan struct{}
	end   chan struct{}
	once  sync.Once
}

func (*scriptedLink) Login() qq.Login {
	return qq.Login{User: qq.User{ID: 10001, Nickname: "me"}}
}

func (l *scriptedLink) Receive(on func(Inbound)) error {
	for {
		select {
		case in := <-l.s.events:
			on(in)
		case <-l.pongs:
			on(Inbound{})
		case <-l.end:
			return errors.New("cut")
		}
	}
}

func (l *scriptedLink) Ping() error {
	l.s.mu.Lock()
	defer l.s.mu.Unlock()
	if !l.s.mute {
		l.pongs <- struct{}{}
	}
	return nil
}

func (l *scriptedLink) Probe(ctx context.Context) (bool, error) {
	l.s.mu.Lock()
	deaf := l.s.deaf
	l.s.mu.Unlock()
	if deaf {
		<-ctx.Done()
		return false, ctx.Err()
	}
	return true, nil
}

func (l *scriptedLink) Close() { l.once.Do(func() { close(l.end) }) }

// table answers history and lists out of the script.
func (s *scripted) table() *Table {
	t := NewTable()
	qq.Serve(&t.Handlers, func(context.Context, qq.ListGroups) ([]*qq.Group, error) { return []*qq.Group{{ID: 7}}, nil })
	qq.Serve(&t.Handlers, func(context.Context, qq.ListFriends) ([]*qq.Friend, error) { return nil, nil })
	qq.Serve(&t.Handlers, func(_ context.Context, op qq.GetHistory) (*qq.History, error) {
		s.mu.Lock()
		defer s.mu.Unlock()
		return &qq.History{Messages: s.history[op.Chat]}, nil
	})
	return t
}

// logbook is a log that drops repeats.
type logbook struct {
	mu     sync.Mutex
	last   uint64
	events []qq.Event
}

func (l *logbook) emit(_ context.Context, e qq.Emission) (qq.SN, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if e.Origin != 0 && e.Origin <= l.last {
		return 0, nil
	}
	l.last = max(l.last, e.Origin)
	l.events = append(l.events, e.Event)
	return qq.SN(len(l.events)), nil
}

func (l *logbook) kinds() (kinds []string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, e := range l.events {
		kinds = append(kinds, qq.EventKind(e))
	}
	return kinds
}

// Either half that dies ends the link within 15 seconds.
func TestHalfDeadLinksAreDetected(t *testing.T) {
	for name, kill := range map[string]func(*scripted){
		"calls hang": func(s *scripted) { s.deaf = true }, "no events": func(s *scripted) { s.mute = true },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := &scripted{events: make(chan Inbound)}
				d := New(s, s.table(), Options{})
				ended := make(chan error, 1)
				go func() { ended <- d.Run(t.Context(), (&logbook{}).emit, 0) }()
				time.Sleep(time.Hour)
				if len(ended) > 0 {
					t.Fatal("a good link ended: ", <-ended)
				}
				if login, err := d.Do(t.Context(), qq.GetLogin{}); err != nil || !login.(qq.Login).Online {
					t.Errorf("%v, %v", login, err)
				}
				s.mu.Lock()
				kill(s)
				s.mu.Unlock()
				began := time.Now()
				if err := <-ended; err == nil || time.Since(began) > 15*time.Second {
					t.Errorf("%v after %v", err, time.Since(began))
				}
				_, err := d.Do(t.Context(), qq.GetLogin{})
				if e := qq.AsError(err); !errors.Is(e, qq.ErrOffline) || e.Outcome != qq.NotApplied {
					t.Error(err)
				}
			})
		})
	}
}

// Behind a gap come its mark, what history has of it, and then what waited.
func TestAGapIsFilledInOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &scripted{events: make(chan Inbound, 8), history: map[qq.Chat][]*qq.Message{}}
		d, log := New(s, s.table(), Options{}), &logbook{}
		say := func(seq int64) *qq.MessageReceived {
			m := said(qq.GroupChat(7), seq)
			m.Time, m.Sender, m.Member, m.Group = qq.TimeOf(time.Now()), 10002, &qq.Member{Group: 7, User: 10002, Nickname: "A"}, &qq.Group{ID: 7}
			return m
		}
		life := func(events ...qq.Event) {
			ctx, cancel := context.WithCancel(t.Context())
			ended := make(chan error, 1)
			go func() { ended <- d.Run(ctx, log.emit, log.last) }()
			for _, e := range events {
				s.events <- Inbound{Event: e}
			}
			time.Sleep(time.Second)
			cancel()
			if err := <-ended; err != nil {
				t.Error(err)
			}
		}
		life(say(1), say(2))
		time.Sleep(time.Minute)
		two, three, four := say(2), say(3), say(4)
		s.history[qq.GroupChat(7)] = []*qq.Message{&two.Message, &three.Message, &four.Message}
		life(say(4), say(5))
		want := []string{"StatusChanged", "MessageReceived", "MessageReceived", "StatusChanged", "EventsLost",
			"MessageReceived", "MessageReceived", "MessageReceived"}
		got := log.kinds()
		if len(got) != len(want) {
			t.Fatalf("got %v, want %v", got, want)
		}
		for i, kind := range want {
			if got[i] != kind {
				t.Fatalf("got %v, want %v", got, want)
			}
		}
		for i, c := range []struct {
			seq  int64
			late bool
		}{{3, true}, {4, true}, {5, false}} {
			if m := log.events[5+i].(*qq.MessageReceived); m.Seq != c.seq || m.Late != c.late {
				t.Errorf("message %d, late %v", m.Seq, m.Late)
			}
		}
	})
}

func TestSomebodyElseIsRefused(t *testing.T) {
	s := &scripted{events: make(chan Inbound)}
	d := New(s, s.table(), Options{Account: 10002})
	if err := d.Run(t.Context(), (&logbook{}).emit, 0); !errors.Is(err, qq.ErrForbidden) {
		t.Error(err)
	}
}
