package journal

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"llbot/actors/system"
	"llbot/protocols/qq"
)

var errMood = errors.New("not today")

// moody is a log that fails when it feels like it, before it keeps an entry. A
// strict one takes its time to make an entry safe.
type moody struct {
	Log
	r      *rand.Rand // Append's alone
	calm   atomic.Bool
	strict bool
	kept   chan func(error)
}

func (l *moody) Strict() bool { return l.strict }

func (l *moody) Append(e *qq.Entry, accepted func(error)) (bool, error) {
	if !l.calm.Load() {
		switch l.r.IntN(20) {
		case 0:
			panic(errMood)
		case 1:
			return false, errMood
		}
	}
	if !l.strict {
		return l.Log.Append(e, accepted)
	}
	fresh, err := l.Log.Append(e, nil)
	if fresh {
		l.kept <- accepted
	}
	return fresh, err
}

// sync is the writer of a strict log.
func (l *moody) sync() {
	for accepted := range l.kept {
		time.Sleep(time.Millisecond)
		accepted(nil)
	}
}

// crowd appends events of one house and notes what became of them.
type crowd struct {
	*house
	t *testing.T

	mu       sync.Mutex
	accepted map[qq.SN]qq.Entry // as they were given
	refused  int
}

// patience is far longer than any restart is held back.
const patience = time.Hour

// ask appends an entry. Each call is answered, also those that wait while the
// actor is away.
func (c *crowd) ask(e qq.Entry) bool {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	given := e
	var asks system.Asks[qq.SN]
	sn, err := asks.Ask(ctx, func(r system.Reply[qq.SN]) { c.journal.Append(&e, r) })
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case err == nil && sn != 0:
		if other, taken := c.accepted[sn]; taken {
			c.t.Errorf("number %d for %v and %v", sn, other, given)
		}
		c.accepted[sn] = given
		return true
	case errors.Is(err, errMood):
		c.refused++
	default:
		c.t.Errorf("origin %d of %d: %d, %v", e.Origin, e.Account, sn, err)
	}
	return false
}

// drive is a driver that gives each event until it is accepted.
func (c *crowd) drive(account qq.UserID, events int, r *rand.Rand) {
	for i := range events {
		for !c.ask(qq.Entry{Account: account, Origin: uint64(i + 1), Event: &qq.FriendDeleted{User: qq.UserID(i)}}) {
			if c.t.Failed() {
				return
			}
			time.Sleep(time.Duration(r.IntN(20)) * time.Millisecond)
		}
		time.Sleep(time.Duration(r.IntN(3)) * time.Millisecond)
	}
}

// talk gives events without origins once each.
func (c *crowd) talk(events int, r *rand.Rand) {
	for i := range events {
		c.ask(qq.Entry{Account: 10003, Event: &qq.FriendDeleted{User: qq.UserID(i)}})
		time.Sleep(time.Duration(r.IntN(3)) * time.Millisecond)
	}
}

// check compares what was accepted, what the log holds and what the router saw.
func (c *crowd) check(driven int) {
	c.t.Helper()
	entries, err := c.memory.Read(nil, c.memory.First()-1, 1<<20)
	if err != nil || len(entries) != len(c.accepted) {
		c.t.Fatalf("the log holds %d events of %d that were accepted, %v", len(entries), len(c.accepted), err)
	}
	next := map[qq.UserID]uint64{}
	var users []byte
	for i, e := range entries {
		given := c.accepted[e.SN]
		if e.SN != entries[0].SN+qq.SN(i) || e.Account != given.Account || e.Origin != given.Origin || e.Event != given.Event {
			c.t.Fatalf("entry %d is %v, accepted was %v", i, e, given)
		}
		if e.Origin != 0 {
			next[e.Account]++
			if e.Origin != next[e.Account] {
				c.t.Fatalf("entry %d: origin %d of %d, want %d", i, e.Origin, e.Account, next[e.Account])
			}
		}
		users = append(users, byte(e.Event.(*qq.FriendDeleted).User))
	}
	for _, account := range []qq.UserID{10001, 10002} {
		if next[account] != uint64(driven) {
			c.t.Errorf("%d events of %d, want %d", next[account], account, driven)
		}
	}
	if got := c.sink.bytes(); !slices.Equal(got, users) {
		c.t.Errorf("the router saw %v, the log holds %v", got, users)
	}
}

// newCrowd replaces the house's journal by one with a moody log.
func newCrowd(t *testing.T, seed uint64, strict bool) (*crowd, *moody) {
	t.Helper()
	c := &crowd{house: newHouse(t), t: t, accepted: map[qq.SN]qq.Entry{}}
	log := &moody{Log: c.memory, r: rand.New(rand.NewPCG(seed, 0)), strict: strict, kept: make(chan func(error), 64)}
	go log.sync()
	t.Cleanup(func() { close(log.kept) })
	if err := c.sys.Stop(t.Context(), c.journal.PID()); err != nil {
		t.Fatal(err)
	}
	var err error
	if c.journal, err = Spawn(c.sys, nil, log, c.routes); err != nil {
		t.Fatal(err)
	}
	return c, log
}

// TestRestartsUnderLoad: drivers go on while the journal fails again and again.
// Each of them is answered at once or after the restart; what was accepted is
// in the log and with the router once and in order, and what was not is nowhere.
func TestRestartsUnderLoad(t *testing.T) {
	for seed := range uint64(6) {
		strict := seed%2 == 1
		t.Run(fmt.Sprintf("%d strict %v", seed, strict), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c, log := newCrowd(t, seed, strict)
				const events = 60
				var load sync.WaitGroup
				for _, account := range []qq.UserID{10001, 10002} {
					load.Go(func() { c.drive(account, events, rand.New(rand.NewPCG(seed, uint64(account)))) })
				}
				for i := range uint64(4) {
					load.Go(func() { c.talk(events, rand.New(rand.NewPCG(seed, 1+i))) })
				}
				load.Wait()
				log.calm.Store(true)
				if !c.ask(qq.Entry{Account: 10003, Event: &qq.FriendDeleted{User: 255}}) {
					t.Error("the journal does not serve again")
				}
				synctest.Wait()
				c.check(events)
				if s := c.sys.Stats(); s.Restarts < 5 || c.refused < 10 {
					t.Errorf("nothing was put to the test: %d restarts, %d refusals", s.Restarts, c.refused)
				}
			})
		})
	}
}
