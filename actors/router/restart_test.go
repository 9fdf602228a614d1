package router

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"testing"
	"testing/synctest"

	"llbot/actors/system"
	"llbot/protocols/face"
	"llbot/protocols/qq"
)

// bomb is an Owner that brings its shard down in the middle of a batch.
type bomb struct{}

func (bomb) Lagging(qq.SN) { panic("boom") }
func (bomb) Dead(error)    {}

// plant seats a connection that lags at once and whose owner panics then.
func plant(t testing.TB, ref Ref, v face.Variant, home int) {
	o := ref.Outbox(newPeer(t, 0), bomb{}, Limits{Budget: 1})
	o.home = home
	o.Send([]byte("full"))
	t.Cleanup(func() { o.Abort(errPeerGone) })
	ref.Join(Subscription{Outbox: o, Selection: everything(), Variant: v, Tail: true})
}

func TestRestartFinishesTheBatch(t *testing.T) {
	ref := start(t, Options{Shards: 1, Inline: 100})
	var peers []*peer
	join := func() {
		p := newPeer(t, -1)
		peers = append(peers, p)
		seat(t, ref, Subscription{Outbox: ref.Outbox(p, nobody(t), Limits{}), Selection: everything(), Variant: raw(numbers{}), Tail: true})
	}
	for range 3 {
		join()
		plant(t, ref, raw(numbers{}), 0)
		join()
	}
	for _, sn := range span(1, 5) {
		ref.Publish(NewEvent(entry(sn)))
	}
	if err := ref.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	for i, p := range peers {
		if got := p.text(); got != sequence(0, span(1, 5)...) {
			t.Errorf("connection %d got %q", i, got)
		}
	}
	want(t, "panics", ref.router.sys.Stats().Panics, uint64(3))
}

// TestRestartsUnderLoad is the promise of the seam once more, with shards that
// fall all the time.
func TestRestartsUnderLoad(t *testing.T) {
	for seed := range uint64(8) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := rand.New(rand.NewPCG(seed, 2))
				var router Ref
				storm(t, seed, 10, 300, func(ref Ref) {
					router = ref
					switch r.IntN(30) {
					case 0:
						plant(t, ref, raw(numbers{size: r.IntN(60), mute: r.IntN(3) * 5}), r.IntN(len(ref.router.shards)))
					case 1:
						o := ref.Outbox(newPeer(t, -1), &owner{}, Limits{})
						ref.Join(Subscription{Outbox: o, Tail: true, Reply: func(Seat) { panic("boom") }})
					}
				})
				if router.router.sys.Stats().Panics < 5 {
					t.Error("there was no trouble")
				}
			})
		})
	}
}

// uncomparable breaks the rule for encoders.
type uncomparable struct {
	numbers
	_ []int
}

func TestUncomparableEncoderIsRefused(t *testing.T) {
	ref := start(t, Options{Shards: 1})
	o := ref.Outbox(newPeer(t, -1), nobody(t), Limits{})
	answer := seat(t, ref, Subscription{Outbox: o, Variant: raw(uncomparable{}), Tail: true})
	want(t, "error", errors.Is(answer.Err, system.ErrPanicked), true)
	want(t, "the shard goes on", seat(t, ref, Subscription{Outbox: o, Variant: raw(numbers{}), Tail: true}), Seat{Joined: true})
}
