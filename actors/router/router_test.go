package router

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"llbot/actors/system"
	"llbot/protocols/face"
	"llbot/protocols/qq"
)

// TestNothingLostDoubledOrReordered is the promise of the seam: under random
// bursts, random slowness, random leaving, gaps between numbers and a memory
// that is nearly always too short, every connection gets exactly what it wants,
// in order.
func TestNothingLostDoubledOrReordered(t *testing.T) {
	var lagged uint64
	for seed := range uint64(24) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { lagged += storm(t, seed, 12, 400, func(Ref) {}).Lagged })
		})
	}
	if lagged < 100 {
		t.Errorf("only %d connections lagged", lagged)
	}
}

// storm lets clients follow events under random conditions and checks what they
// got. trouble is called between events.
func storm(t *testing.T, seed uint64, clients, events int, trouble func(Ref)) Stats {
	r := rand.New(rand.NewPCG(seed, 1))
	first := qq.SN(r.IntN(100))
	sys := system.New(system.Options{})
	defer sys.Shutdown()
	ref, err := Spawn(sys, nil, Options{
		Last: first, Shards: 1 + r.IntN(3), Inline: r.IntN(2)*100 - 1,
		Seam: 1 + r.IntN(30), Recent: 16, Batch: system.BatchLimits{Items: 1 + r.IntN(10)},
	})
	if err != nil {
		t.Fatal(err)
	}
	log := &record{}
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	publish := func(sn qq.SN) {
		e := entry(sn)
		e.Account += qq.UserID(r.IntN(2))
		log.append(e)
		if r.IntN(3) == 0 {
			time.Sleep(time.Duration(r.IntN(20)) * time.Millisecond)
		}
		ref.Publish(NewEvent(e))
	}

	var all []*client
	slow, quick := context.WithCancel(context.Background())
	sn := first
	for n := range events {
		if n%(events/clients) == 0 {
			c := newClient(t, ref, log, rand.New(rand.NewPCG(seed, uint64(n))),
				Limits{Budget: 50 + r.IntN(300), Stall: 1000 * time.Hour})
			c.want = face.Selection{Accounts: face.AccountsOf(testAccount, testAccount+qq.UserID(r.IntN(2)))}
			c.by = numbers{size: r.IntN(60), mute: r.IntN(3) * 5}
			c.tail, c.after = r.IntN(2) == 0, first+qq.SN(r.IntN(int(sn-first)+1))
			all = append(all, c)
			pace := rand.New(rand.NewPCG(seed, uint64(n)+1))
			running.Go(func() { c.run(ctx) })
			running.Go(func() { c.slowly(slow, pace) })
		}
		sn += 1 + qq.SN(r.IntN(8)/7*r.IntN(50))
		publish(sn)
		trouble(ref)
	}
	time.Sleep(time.Duration(r.IntN(2000)) * time.Millisecond)
	quick()
	time.Sleep(time.Minute)
	synctest.Wait()
	for i, c := range all {
		if got, want := c.peer.text(), c.expected(); got != want {
			t.Errorf("client %d, after %d, tail %v:\ngot  %q\nwant %q", i, c.after, c.tail, got, want)
		}
	}
	cancel()
	running.Wait()
	if err := ref.Stop(context.Background()); err != nil {
		t.Error(err)
	}
	stats := ref.Stats()
	if stats.Published != uint64(events) {
		t.Errorf("stats: %+v", stats)
	}
	return stats
}

// nobody is an Owner who must not be told anything.
func nobody(t *testing.T) *owner {
	w := &owner{}
	t.Cleanup(func() {
		if lagged, dead := w.told(); len(lagged)+len(dead) > 0 {
			t.Errorf("told %v %v", lagged, dead)
		}
	})
	return w
}

// inline makes shards run in the caller's goroutine: what was published is
// written when Publish returns.
func inline() Options { return Options{Last: 10, Shards: 2, Inline: 1 << 20, Busy: -1} }

func TestJoin(t *testing.T) {
	t.Run("at the tail", func(t *testing.T) {
		ref, p := start(t, inline()), newPeer(t, -1)
		o := ref.Outbox(p, nobody(t), Limits{})
		ref.Publish(NewEvent(entry(11)))
		want(t, "seat", seat(t, ref, Subscription{Outbox: o, Selection: everything(), Variant: raw(numbers{}), Tail: true}), Seat{Joined: true, At: 11})
		ref.Publish(NewEvent(entry(12)))
		want(t, "bytes", p.text(), sequence(0, 12))
		want(t, "position", o.Position(), qq.SN(12))
		want(t, "again", seat(t, ref, Subscription{Outbox: o}), Seat{Joined: true, At: 12})
		ref.Leave(o)
		ref.Publish(NewEvent(entry(13)))
		want(t, "left", p.text(), sequence(0, 12))
		want(t, "position", o.Position(), qq.SN(12))
		want(t, "live", ref.Stats().Live, 0)
	})
	t.Run("with what is missed", func(t *testing.T) {
		ref, p := start(t, inline()), newPeer(t, -1)
		o := ref.Outbox(p, nobody(t), Limits{})
		for _, sn := range span(11, 20) {
			ref.Publish(NewEvent(entry(sn)))
		}
		s := Subscription{Outbox: o, Selection: everything(), Variant: raw(numbers{mute: 5}), After: 9}
		want(t, "too far back", seat(t, ref, s), Seat{At: 20})
		want(t, "position to read on from", o.Position(), qq.SN(9))
		s.After = 13
		want(t, "seat", seat(t, ref, s), Seat{Joined: true, At: 20})
		want(t, "bytes", p.text(), sequence(0, 14, 16, 17, 18, 19))
		want(t, "counted", ref.Stats().Frames, uint64(5))
	})
	t.Run("with too much missed", func(t *testing.T) {
		ref, p := start(t, inline()), newPeer(t, -1)
		o := ref.Outbox(p, nobody(t), Limits{Budget: 100})
		for _, sn := range span(11, 20) {
			ref.Publish(NewEvent(entry(sn)))
		}
		s := Subscription{Outbox: o, Selection: everything(), Variant: raw(numbers{size: 20}), After: 13}
		want(t, "no", seat(t, ref, s), Seat{At: 20})
		want(t, "bytes", p.text(), "")
		want(t, "position to read on from", o.Position(), qq.SN(13))
		s.After = 18
		want(t, "seat", seat(t, ref, s), Seat{Joined: true, At: 20})
	})
	t.Run("further than the shard has seen", func(t *testing.T) {
		ref, p := start(t, inline()), newPeer(t, -1)
		o := ref.Outbox(p, nobody(t), Limits{})
		answer := make(chan Seat, 1)
		ref.Join(Subscription{Outbox: o, Selection: everything(), Variant: raw(numbers{}), After: 12, Reply: func(s Seat) { answer <- s }})
		ref.Publish(NewEvent(entry(11)))
		want(t, "waiting", len(answer), 0)
		ref.Publish(NewEvent(entry(12)))
		want(t, "seat", <-answer, Seat{Joined: true, At: 12})
		ref.Publish(NewEvent(entry(13)))
		want(t, "bytes", p.text(), sequence(0, 13))
	})
	t.Run("waiting, then leaving", func(t *testing.T) {
		ref, answer := start(t, inline()), make(chan Seat, 1)
		o := ref.Outbox(newPeer(t, -1), nobody(t), Limits{})
		ref.Join(Subscription{Outbox: o, After: 12, Reply: func(s Seat) { answer <- s }})
		ref.Leave(o)
		want(t, "seat", <-answer, Seat{Err: ErrClosed})
	})
	t.Run("of a closed connection", func(t *testing.T) {
		ref := start(t, inline())
		o := ref.Outbox(newPeer(t, -1), nobody(t), Limits{})
		o.Finish(nil)
		want(t, "seat", seat(t, ref, Subscription{Outbox: o, Tail: true}), Seat{Err: ErrClosed})
		want(t, "live", ref.Stats().Live, 0)
	})
}

func TestStoppedRouterAnswersJoins(t *testing.T) {
	sys := system.New(system.Options{})
	defer sys.Shutdown()
	ref, err := Spawn(sys, nil, inline())
	if err != nil {
		t.Fatal(err)
	}
	answers := make(chan Seat, 2)
	s := Subscription{Outbox: ref.Outbox(newPeer(t, -1), nobody(t), Limits{}), After: 99, Reply: func(s Seat) { answers <- s }}
	ref.Join(s) // waits
	if err := ref.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	want(t, "waiting join", (<-answers).Err, system.ErrStopped)
	ref.Join(s)
	want(t, "late join", (<-answers).Err, system.ErrStopped)
}

func TestLaggingLeavesTheLane(t *testing.T) {
	ref := start(t, inline())
	w, p, q := &owner{}, newPeer(t, 0), newPeer(t, -1)
	slow, healthy := ref.Outbox(p, w, Limits{Budget: 40}), ref.Outbox(q, nobody(t), Limits{})
	healthy.home = slow.home
	for _, o := range []*Outbox{slow, healthy} {
		seat(t, ref, Subscription{Outbox: o, Selection: everything(), Variant: raw(numbers{size: 20}), Tail: true})
	}
	for _, sn := range span(11, 20) {
		ref.Publish(NewEvent(entry(sn)))
	}
	lagged, dead := w.told()
	want(t, "told once", fmt.Sprint(lagged, dead), "[12] []")
	want(t, "the others get all", q.text(), sequence(20, span(11, 20)...))
	stats := ref.Stats()
	want(t, "counted", fmt.Sprint(stats.Lagged, stats.Live), "1 1")

	s := Subscription{Outbox: slow, Selection: everything(), Variant: raw(numbers{size: 20}), After: 12}
	want(t, "no room", seat(t, ref, s), Seat{At: 20})
	p.allow(-1)
	if err := slow.WaitRoom(t.Context()); err != nil {
		t.Fatal(err)
	}
	s.After = 19
	want(t, "back", seat(t, ref, s), Seat{Joined: true, At: 20})
}

func TestEncodedOnceForAll(t *testing.T) {
	const conns, events = 60, 50
	ref := start(t, Options{Shards: 3, Inline: -1})
	var calls [2]atomic.Int64
	var peers []*peer
	for i := range conns {
		p := newPeer(t, -1)
		peers = append(peers, p)
		by := counting{&calls[i%2], numbers{}}
		seat(t, ref, Subscription{
			Outbox: ref.Outbox(p, nobody(t), Limits{}), Selection: everything(),
			Variant: face.Variant{Encoder: by, Framing: face.Framing(i / 2 % 2)}, Tail: true,
		})
	}
	for _, sn := range span(1, events) {
		ref.Publish(NewEvent(entry(sn)))
	}
	if err := ref.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	for i := range calls {
		want(t, "encodings", calls[i].Load(), int64(events))
	}
	for _, p := range peers {
		want(t, "lines", lines(p.text()), events)
	}
	want(t, "frames", ref.Stats().Frames, uint64(conns*events))
}

func TestNobodyAsksNobodyEncodes(t *testing.T) {
	ref := start(t, inline())
	var calls atomic.Int64
	o := ref.Outbox(newPeer(t, -1), nobody(t), Limits{})
	other := face.Selection{Accounts: face.AccountsOf(testAccount + 1)}
	seat(t, ref, Subscription{Outbox: o, Selection: other, Variant: raw(counting{&calls, numbers{}}), Tail: true})
	ref.Publish(NewEvent(entry(11)))
	want(t, "encodings", calls.Load(), int64(0))
	want(t, "position moves all the same", o.Position(), qq.SN(11))
}

func TestWatch(t *testing.T) {
	ref := start(t, inline())
	var seen []qq.SN
	stopBad := ref.Watch(func(qq.SN) { panic("bad watcher") })
	stop := ref.Watch(func(sn qq.SN) { seen = append(seen, sn) })
	ref.Publish(NewEvent(entry(11)))
	stopBad()
	ref.Publish(NewEvent(entry(12)))
	stop()
	stop()
	ref.Publish(NewEvent(entry(13)))
	want(t, "seen", fmt.Sprint(seen), "[11 12]")
}

func TestInlineWhileThereAreFew(t *testing.T) {
	ref := start(t, Options{Shards: 2, Inline: 2})
	var outboxes []*Outbox
	flags := func() string {
		return fmt.Sprint(ref.router.inline[0].Load(), ref.router.inline[1].Load())
	}
	want(t, "at first", flags(), "true true")
	for range 3 {
		o := ref.Outbox(newPeer(t, -1), nobody(t), Limits{})
		o.home = 0
		outboxes = append(outboxes, o)
		seat(t, ref, Subscription{Outbox: o, Selection: everything(), Variant: raw(numbers{}), Tail: true})
	}
	want(t, "many, all in one", flags(), "false true")
	ref.Leave(outboxes[0])
	seat(t, ref, Subscription{Outbox: outboxes[1]}) // behind the leave
	want(t, "few again", flags(), "true true")
}
