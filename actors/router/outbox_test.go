package router

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"llbot/actors/system"
	"llbot/protocols/qq"
)

// newOutbox makes an outbox without a router.
func newOutbox(p *peer, o Owner, l Limits) *Outbox {
	return &Outbox{sys: system.New(system.Options{}), sink: p, owner: o, tally: &tally{}, limits: l.orDefaults()}
}

// bubble runs a test of outboxes on a fake clock.
func bubble(t *testing.T, room int, l Limits, test func(t *testing.T, o *Outbox, p *peer, w *owner)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		p, w := newPeer(t, room), &owner{}
		o := newOutbox(p, w, l)
		defer o.sys.Shutdown()
		test(t, o, p, w)
		o.Abort(errors.New("test is over"))
	})
}

func want(t *testing.T, what string, got, want any) {
	t.Helper()
	if got != want {
		t.Fatalf("%s: got %v, want %v", what, got, want)
	}
}

func TestWriteGoesStraight(t *testing.T) {
	bubble(t, -1, Limits{}, func(t *testing.T, o *Outbox, p *peer, w *owner) {
		want(t, "result", o.Write([]byte("one "), 1), Accepted)
		want(t, "send", o.Send([]byte("pong ")), true)
		want(t, "result", o.Write([]byte("two"), 2), Accepted)
		want(t, "bytes", p.text(), "one pong two")
		want(t, "position", o.Position(), qq.SN(2))
		want(t, "counted", o.tally.bytes.Load(), uint64(12))
	})
}

func TestWriteKeepsOrderThroughTheBacklog(t *testing.T) {
	bubble(t, 2, Limits{}, func(t *testing.T, o *Outbox, p *peer, w *owner) {
		o.Write([]byte("one "), 1)
		o.Send([]byte("pong "))
		o.Write([]byte("two"), 2)
		synctest.Wait()
		want(t, "stuck at", p.text(), "on")
		p.allow(3)
		synctest.Wait()
		want(t, "stuck at", p.text(), "one p")
		p.allow(-1)
		synctest.Wait()
		want(t, "all", p.text(), "one pong two")
		want(t, "direct again", o.Write([]byte("!"), 3), Accepted)
		want(t, "all", p.text(), "one pong two!")
		want(t, "backlog is given back", o.backlog == nil, true)
	})
}

func TestBudget(t *testing.T) {
	bubble(t, 0, Limits{Budget: 10}, func(t *testing.T, o *Outbox, p *peer, w *owner) {
		want(t, "larger than the budget, but alone", o.Write([]byte("0123456789AB"), 1), Accepted)
		want(t, "over", o.Write([]byte("x"), 2), Lagging)
		want(t, "position", o.Position(), qq.SN(1))
		want(t, "nothing to write", o.Write(nil, 2), Accepted)
		p.allow(8)
		synctest.Wait()
		want(t, "a piece counts until it is out", o.Write([]byte("xyz"), 3), Lagging)
		p.allow(4)
		synctest.Wait()
		want(t, "room", o.Write([]byte("xyz"), 3), Accepted)
	})
}

func TestRepeatedEventsAreNotWrittenTwice(t *testing.T) {
	bubble(t, -1, Limits{}, func(t *testing.T, o *Outbox, p *peer, w *owner) {
		o.Write([]byte("a"), 5)
		want(t, "again", o.Write([]byte("a"), 5), Accepted)
		want(t, "bytes", p.text(), "a")
	})
}

func TestSendOverTheHardLimitCuts(t *testing.T) {
	bubble(t, 0, Limits{Budget: 4, Hard: 8}, func(t *testing.T, o *Outbox, p *peer, w *owner) {
		want(t, "events", o.Write([]byte("1234"), 1), Accepted)
		want(t, "a reply may exceed the budget", o.Send([]byte("5678")), true)
		want(t, "but not this", o.Send([]byte("9")), false)
		_, dead := w.told()
		want(t, "told", len(dead) == 1 && errors.Is(dead[0], ErrSlow), true)
		_, aborted := p.ended()
		want(t, "aborted", aborted, true)
		want(t, "counted", o.tally.aborted.Load(), uint64(1))
		want(t, "closed", o.Write([]byte("x"), 2), Closed)
	})
}

func TestStalledPeerIsCut(t *testing.T) {
	bubble(t, 1, Limits{Stall: time.Minute}, func(t *testing.T, o *Outbox, p *peer, w *owner) {
		o.Write([]byte("abcdef"), 1)
		time.Sleep(50 * time.Second)
		p.allow(1) // a single byte is a sign of life
		time.Sleep(50 * time.Second)
		synctest.Wait()
		_, dead := w.told()
		want(t, "alive", len(dead), 0)
		time.Sleep(11 * time.Second)
		synctest.Wait()
		_, dead = w.told()
		want(t, "told", len(dead) == 1 && errors.Is(dead[0], ErrStalled), true)
		_, aborted := p.ended()
		want(t, "aborted", aborted, true)
		want(t, "counted", o.tally.aborted.Load(), uint64(1))
	})
}

func TestDeadPeer(t *testing.T) {
	for name, room := range map[string]int{"in TryWrite": -1, "in WriteAll": 0} {
		t.Run(name, func(t *testing.T) {
			bubble(t, room, Limits{}, func(t *testing.T, o *Outbox, p *peer, w *owner) {
				if room == 0 {
					o.Write([]byte("stuck"), 1)
					synctest.Wait()
				}
				p.change(func() { p.gone = errPeerGone })
				o.Write([]byte("x"), 2)
				synctest.Wait()
				o.Write([]byte("x"), 3)
				_, dead := w.told()
				want(t, "told once", len(dead) == 1 && errors.Is(dead[0], errPeerGone), true)
				want(t, "closed", o.Write([]byte("x"), 4), Closed)
				want(t, "closed", o.Send([]byte("x")), false)
				want(t, "not our doing", o.tally.aborted.Load(), uint64(0))
			})
		})
	}
}

// explosive is a sink with a fault.
type explosive struct{ *peer }

func (explosive) TryWrite([]byte) (int, error) { panic("boom") }

func TestPanickingSinkOnlyEndsItsConnection(t *testing.T) {
	bubble(t, -1, Limits{}, func(t *testing.T, o *Outbox, p *peer, w *owner) {
		o.sink = explosive{p}
		want(t, "result", o.Write([]byte("x"), 1), Closed)
		_, dead := w.told()
		want(t, "told", len(dead) == 1 && strings.Contains(dead[0].Error(), "boom"), true)
	})
}

func TestWaitRoomAndPush(t *testing.T) {
	bubble(t, 0, Limits{Budget: 100}, func(t *testing.T, o *Outbox, p *peer, w *owner) {
		want(t, "room at first", o.WaitRoom(t.Context()), nil)
		o.Write(make([]byte, 80), 1)
		ready, pushed := make(chan error, 1), make(chan error, 1)
		go func() { ready <- o.WaitRoom(t.Context()) }()
		synctest.Wait()
		want(t, "waiting", len(ready), 0)
		p.allow(80)
		want(t, "ready", <-ready, nil)
		o.Write(make([]byte, 20), 2)
		go func() { pushed <- o.Push(t.Context(), make([]byte, 90), 3) }()
		synctest.Wait()
		want(t, "waiting for all of it", len(pushed), 0)
		p.allow(20)
		want(t, "pushed", <-pushed, nil)
		want(t, "position", o.Position(), qq.SN(3))

		ctx, cancel := context.WithCancel(t.Context())
		go func() { ready <- o.WaitRoom(ctx) }()
		synctest.Wait()
		cancel()
		want(t, "given up", errors.Is(<-ready, context.Canceled), true)

		go func() { pushed <- o.Push(t.Context(), []byte("x"), 4) }()
		synctest.Wait()
		o.Abort(errPeerGone)
		want(t, "ended", errors.Is(<-pushed, ErrClosed), true)
	})
}

func TestFinish(t *testing.T) {
	t.Run("at once", func(t *testing.T) {
		bubble(t, -1, Limits{}, func(t *testing.T, o *Outbox, p *peer, w *owner) {
			o.Write([]byte("event "), 1)
			o.Finish([]byte("bye"))
			closed, aborted := p.ended()
			want(t, "closed", closed && !aborted, true)
			want(t, "bytes", p.text(), "event bye")
			want(t, "nothing more", o.Send([]byte("x")), false)
		})
	})
	t.Run("behind the backlog", func(t *testing.T) {
		bubble(t, 0, Limits{Budget: 4}, func(t *testing.T, o *Outbox, p *peer, w *owner) {
			o.Write([]byte("event "), 1)
			o.Finish([]byte("bye"))
			o.Finish([]byte("bye"))
			want(t, "nothing more", o.Write([]byte("x"), 2), Closed)
			synctest.Wait()
			closed, _ := p.ended()
			want(t, "closed", closed, false)
			p.allow(-1)
			synctest.Wait()
			closed, aborted := p.ended()
			want(t, "closed", closed && !aborted, true)
			want(t, "bytes", p.text(), "event bye")
			_, dead := w.told()
			want(t, "told", len(dead), 0)
		})
	})
	t.Run("of a stuck peer", func(t *testing.T) {
		bubble(t, 0, Limits{}, func(t *testing.T, o *Outbox, p *peer, w *owner) {
			o.Write([]byte("event "), 1)
			o.Finish(nil)
			time.Sleep(2 * DefaultStall)
			synctest.Wait()
			_, dead := w.told()
			want(t, "told", len(dead) == 1 && errors.Is(dead[0], ErrStalled), true)
		})
	})
	t.Run("without a word", func(t *testing.T) {
		bubble(t, -1, Limits{}, func(t *testing.T, o *Outbox, p *peer, w *owner) {
			o.Finish(nil)
			closed, _ := p.ended()
			want(t, "closed", closed, true)
		})
	})
}

func TestAbortWhileTheFlusherWaits(t *testing.T) {
	bubble(t, 0, Limits{}, func(t *testing.T, o *Outbox, p *peer, w *owner) {
		o.Write([]byte("stuck"), 1)
		synctest.Wait()
		o.Abort(context.Canceled)
		o.Abort(errPeerGone)
		synctest.Wait()
		_, dead := w.told()
		want(t, "told once, the first", len(dead) == 1 && errors.Is(dead[0], context.Canceled), true)
	})
}

func TestMarkTellsWhatStandsBefore(t *testing.T) {
	bubble(t, -1, Limits{}, func(t *testing.T, o *Outbox, p *peer, w *owner) {
		l := newLane(laneKey{}, 3)
		o.Write([]byte("a"), 2)
		o.attach(&l.position)
		at, ok := o.Mark([]byte("ping"))
		want(t, "events that the lane skipped count", at == 3 && ok, true)
		o.detach()
		l.position.Store(9)
		at, _ = o.Mark([]byte("ping"))
		want(t, "no longer fed", at, qq.SN(3))
	})
}

func TestManyWriters(t *testing.T) {
	bubble(t, 0, Limits{Budget: 1 << 20}, func(t *testing.T, o *Outbox, p *peer, w *owner) {
		var writers sync.WaitGroup
		for _, word := range []string{"alpha\n", "beta\n", "gamma\n"} {
			writers.Go(func() {
				for range 200 {
					o.Send([]byte(word))
				}
			})
		}
		for p.allow(7); lines(p.text()) < 590; p.allow(7) {
			synctest.Wait()
		}
		p.allow(-1)
		writers.Wait()
		synctest.Wait()
		want(t, "all there", lines(p.text()), 600)
		for line := range strings.Lines(p.text()) {
			if line != "alpha\n" && line != "beta\n" && line != "gamma\n" {
				t.Fatalf("a message was cut in two: %q", line)
			}
		}
	})
}

func TestWriteAllocatesNothing(t *testing.T) {
	o := newOutbox(newPeer(t, -1), &owner{}, Limits{})
	o.sink = discard{}
	defer o.sys.Shutdown()
	frames, sn := make([]byte, 600), qq.SN(0)
	if n := testing.AllocsPerRun(1000, func() {
		sn++
		o.Write(frames, sn)
	}); n != 0 {
		t.Errorf("%v allocations for each write", n)
	}
}

// discard is a sink that takes everything.
type discard struct{}

func (discard) TryWrite(p []byte) (int, error)       { return len(p), nil }
func (discard) WriteAll([]byte, time.Duration) error { return nil }
func (discard) Abort()                               {}
func (discard) Close()                               {}
