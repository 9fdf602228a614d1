package router

import (
	"errors"
	"fmt"
	"testing"

	"llbot/actors/system"
	"llbot/protocols/qq"

	"github.com/asynkron/protoactor-go/actor"
)

// TestLaggingBetweenTheChunksOfABatch: a batch that is too large for one joined
// write goes out in several, and who lags at the second has had the first.
func TestLaggingBetweenTheChunksOfABatch(t *testing.T) {
	const size = joinedBytes / 3
	ref := start(t, Options{Shards: 1, Inline: 100})
	s := ref.router.shards[0]
	w, p, q := &owner{}, newPeer(t, 0), newPeer(t, -1)
	slow, healthy := ref.Outbox(p, w, Limits{}), ref.Outbox(q, nobody(t), Limits{})
	t.Cleanup(func() { slow.Abort(errPeerGone) })
	for _, o := range []*Outbox{slow, healthy} {
		seat(t, ref, Subscription{Outbox: o, Selection: everything(), Variant: raw(numbers{size: size}), Tail: true})
	}
	for _, sn := range span(1, 8) { // chunks of 3, 3 and 2; the budget holds two
		s.seam.push(NewEvent(entry(sn)))
	}
	s.deliver()
	lagged, _ := w.told()
	want(t, "lagged", fmt.Sprint(lagged), "[6]")
	want(t, "position", slow.Position(), qq.SN(6))
	want(t, "all for the other", q.text(), sequence(size, span(1, 8)...))
	want(t, "in three writes", q.tries, 3)
	want(t, "the buffer stays", cap(s.scratch) > 0, true)
	want(t, "position", healthy.Position(), qq.SN(8))
}

// TestPanicBetweenTheChunks: what a restart finds is neither lost nor doubled.
func TestPanicBetweenTheChunks(t *testing.T) {
	const size = joinedBytes / 3
	ref := start(t, Options{Shards: 1, Inline: 100})
	s := ref.router.shards[0]
	var peers []*peer
	for i := range 5 {
		if i == 2 {
			o := ref.Outbox(newPeer(t, joinedBytes-size), bomb{}, Limits{Budget: 1})
			t.Cleanup(func() { o.Abort(errPeerGone) })
			seat(t, ref, Subscription{Outbox: o, Selection: everything(), Variant: raw(numbers{size: size}), Tail: true})
			continue
		}
		p := newPeer(t, -1)
		peers = append(peers, p)
		seat(t, ref, Subscription{Outbox: ref.Outbox(p, nobody(t), Limits{}), Selection: everything(), Variant: raw(numbers{size: size}), Tail: true})
	}
	for _, sn := range span(1, 8) {
		s.seam.push(NewEvent(entry(sn)))
	}
	func() {
		defer func() { want(t, "panic", recover(), any("boom")) }()
		s.deliver()
	}()
	want(t, "interrupted at the second chunk", s.lanes[laneKey{everything(), raw(numbers{size: size})}].at(), qq.SN(3))
	s.deliver()
	for _, p := range peers {
		want(t, "bytes", p.text() == sequence(size, span(1, 8)...), true)
	}
}

func TestScratchIsGivenBackAfterAGiant(t *testing.T) {
	ref := start(t, Options{Shards: 1, Inline: 100})
	s := ref.router.shards[0]
	s.scratch = make([]byte, keepScratch+1)
	s.deliver()
	want(t, "scratch", s.scratch == nil, true)
}

func TestClosedConnectionsAreForgotten(t *testing.T) {
	ref := start(t, inline())
	o := ref.Outbox(newPeer(t, -1), &owner{}, Limits{})
	seat(t, ref, Subscription{Outbox: o, Selection: everything(), Variant: raw(numbers{}), Tail: true})
	want(t, "live", ref.Stats().Live, 1)
	o.Abort(errPeerGone)
	ref.Publish(NewEvent(entry(11)))
	want(t, "live", ref.Stats().Live, 0)
	want(t, "lanes", len(ref.router.shards[o.home].lanes), 0)
}

func TestSpawnTwice(t *testing.T) {
	sys := system.New(system.Options{})
	defer sys.Shutdown()
	ref, err := Spawn(sys, nil, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Spawn(sys, nil, Options{}); !errors.Is(err, actor.ErrNameExists) {
		t.Errorf("got %v", err)
	}
	if err := ref.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := sys.Stop(t.Context(), ref.PID()); err != nil { // gone already
		t.Fatal(err)
	}
}
