package journal

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"llbot/actors/router"
	"llbot/actors/system"
	"llbot/protocols/face"
	"llbot/protocols/qq"
	"llbot/runtime/eventlog"

	"github.com/asynkron/protoactor-go/actor"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// faultyLog fails on demand before it keeps an entry.
type faultyLog struct {
	Log
	before error
	panics bool
}

func (l *faultyLog) Append(e *qq.Entry, accepted func(error)) (bool, error) {
	if l.before != nil {
		if l.panics {
			panic(l.before)
		}
		return false, l.before
	}
	return l.Log.Append(e, accepted)
}

// house is a journal with its surroundings and a connection that gets all.
type house struct {
	sys     *system.System
	routes  router.Ref
	log     *faultyLog
	memory  *eventlog.Memory
	journal Ref
	sink    *sink
}

func newHouse(t *testing.T) *house {
	t.Helper()
	memory := eventlog.NewMemory(1, 0)
	h := &house{sys: system.New(system.Options{}), log: &faultyLog{Log: memory}, memory: memory, sink: &sink{}}
	var err error
	if h.routes, err = router.Spawn(h.sys, nil, router.Options{Last: memory.Last()}); err != nil {
		t.Fatal(err)
	}
	if h.journal, err = Spawn(h.sys, nil, h.log, h.routes); err != nil {
		t.Fatal(err)
	}
	seated := make(chan router.Seat, 1)
	h.routes.Join(router.Subscription{
		Outbox: h.routes.Outbox(h.sink, h.sink, router.Limits{}), Variant: face.Variant{Encoder: users{}},
		Selection: face.Selection{Accounts: face.AccountsOf(10001, 10002, 10003)}, Tail: true,
		Reply: func(s router.Seat) { seated <- s },
	})
	<-seated
	t.Cleanup(func() {
		ctx := context.Background()
		if err := errors.Join(h.sys.Drain(ctx, h.journal.PID()), h.routes.Stop(ctx)); err != nil {
			t.Error(err)
		}
		h.sys.Shutdown()
	})
	return h
}

// append journals an event and waits for the answer.
func (h *house) append(account qq.UserID, origin uint64, user qq.UserID) (qq.SN, error) {
	var asks system.Asks[qq.SN]
	return asks.Ask(context.Background(), func(r system.Reply[qq.SN]) {
		h.journal.Append(&qq.Entry{Account: account, Origin: origin, Event: &qq.FriendDeleted{User: user}}, r)
	})
}

// users writes an event as one byte.
type users struct{}

func (users) Encode(dst []byte, e *qq.Entry) ([]byte, bool) {
	return append(dst, byte(e.Event.(*qq.FriendDeleted).User)), true
}

// sink is a connection that takes everything, and its owner.
type sink struct {
	mu  sync.Mutex
	got []byte
}

func (s *sink) TryWrite(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.got = append(s.got, p...)
	return len(p), nil
}

func (s *sink) WriteAll([]byte, time.Duration) error { return nil }
func (s *sink) Abort()                               {}
func (s *sink) Close()                               {}
func (s *sink) Lagging(qq.SN)                        {}
func (s *sink) Dead(error)                           {}

func (s *sink) bytes() []byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.got)
}

// TestOneOrderForAll: numbers rise without holes over all accounts, an account's
// events keep their order, and the router sees what the log holds.
func TestOneOrderForAll(t *testing.T) {
	h := newHouse(t)
	const each = 80
	var senders sync.WaitGroup
	for account := qq.UserID(10001); account <= 10003; account++ {
		senders.Go(func() {
			for i := range each {
				if sn, err := h.append(account, uint64(i+1), qq.UserID(i)); err != nil || sn == 0 {
					t.Error(sn, err)
				}
			}
		})
	}
	senders.Wait()
	entries, err := h.memory.Read(nil, h.memory.First()-1, 1000)
	if err != nil || len(entries) != 3*each {
		t.Fatal(len(entries), err)
	}
	next := map[qq.UserID]uint64{}
	var users []byte
	for i, e := range entries {
		if e.SN != entries[0].SN+qq.SN(i) || e.Origin != next[e.Account]+1 {
			t.Fatalf("entry %d: number %d, origin %d of account %d", i, e.SN, e.Origin, e.Account)
		}
		next[e.Account] = e.Origin
		users = append(users, byte(e.Event.(*qq.FriendDeleted).User))
	}
	if got := h.sink.bytes(); !slices.Equal(got, users) {
		t.Errorf("the router saw %v, the log holds %v", got, users)
	}
}

func TestRepeatsAreDropped(t *testing.T) {
	h := newHouse(t)
	first, _ := h.append(10001, 7, 1)
	for _, origin := range []uint64{7, 3} {
		if sn, err := h.append(10001, origin, 2); sn != 0 || err != nil {
			t.Errorf("repeat of %d: %d, %v", origin, sn, err)
		}
	}
	other, _ := h.append(10002, 7, 3)
	last, _ := h.append(10001, 0, 4)
	if other != first+1 || last != first+2 {
		t.Errorf("numbers %d, %d, %d", first, other, last)
	}
	if got := h.sink.bytes(); !slices.Equal(got, []byte{1, 3, 4}) {
		t.Errorf("published %v", got)
	}
}

func TestFailureToAppendReachesTheDriver(t *testing.T) {
	full := errors.New("disk full")
	for name, panics := range map[string]bool{"error": false, "panic": true} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t)
			h.log.before, h.log.panics = full, panics
			if _, err := h.append(10001, 1, 1); !errors.Is(err, full) {
				t.Errorf("got %v", err)
			}
			h.log.before = nil
			sn, err := h.append(10001, 1, 1)
			if err != nil || sn != h.memory.Last() {
				t.Error(sn, err)
			}
			if got := h.sink.bytes(); !slices.Equal(got, []byte{1}) {
				t.Errorf("published %v", got)
			}
		})
	}
}

// TestFaultBetweenLogAndRouter: what was logged is published all the same.
func TestFaultBetweenLogAndRouter(t *testing.T) {
	h := newHouse(t)
	e := &qq.Entry{Account: 10001, Event: &qq.FriendDeleted{User: 9}}
	if _, err := h.memory.Append(e, nil); err != nil {
		t.Fatal(err)
	}
	j := &journal{sys: h.sys, log: h.log, routes: h.routes, logged: e}
	started := make(chan struct{})
	pid, err := h.sys.Spawn(nil, "again", func() actor.Actor { close(started); return j }, system.Spawning{Dispatcher: system.Synchronized()})
	if err != nil {
		t.Fatal(err)
	}
	<-started
	if err := h.sys.Stop(context.Background(), pid); err != nil {
		t.Fatal(err)
	}
	if got := h.sink.bytes(); !slices.Equal(got, []byte{9}) || j.logged != nil {
		t.Errorf("published %v", got)
	}
}

func TestAppendAfterTheEnd(t *testing.T) {
	h := newHouse(t)
	if err := h.sys.Stop(context.Background(), h.journal.PID()); err != nil {
		t.Fatal(err)
	}
	if _, err := h.append(10001, 1, 1); !errors.Is(err, system.ErrStopped) {
		t.Errorf("got %v", err)
	}
}
