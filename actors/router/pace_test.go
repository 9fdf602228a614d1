package router

import (
	"testing"
	"testing/synctest"
	"time"

	"llbot/protocols/qq"
)

func TestPace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := pace{limit: 10 * time.Microsecond}
		come := func(n, conns int, gap time.Duration) (changes int) {
			for range n {
				time.Sleep(gap)
				if p.event(conns) {
					changes++
				}
			}
			return changes
		}
		for _, c := range []struct {
			what    string
			n       int
			conns   int
			gap     time.Duration
			changes int
			fast    bool
		}{
			{"slow", 10 * paceEvents, 1, 20 * time.Microsecond, 0, false},
			{"a burst", paceEvents / 4, 1, time.Microsecond, 0, false},
			{"slow again", 3 * paceEvents / 4, 1, 20 * time.Microsecond, 0, false},
			{"fast", 3 * paceEvents, 1, 5 * time.Microsecond, 1, true},
			{"not quite slow", 3 * paceEvents, 1, 20 * time.Microsecond, 0, true},
			{"slow", 3 * paceEvents, 1, 50 * time.Microsecond, 1, false},
			{"fast for three", 3 * paceEvents, 3, 20 * time.Microsecond, 1, true},
			{"slow for three", 3 * paceEvents, 3, 150 * time.Microsecond, 1, false},
		} {
			if got := come(c.n, c.conns, c.gap); got != c.changes || p.fast != c.fast {
				t.Errorf("%s: %d changes, fast %v", c.what, got, p.fast)
			}
		}
	})
	never := pace{limit: -1}
	for range 10 * paceEvents {
		if never.event(1) {
			t.Fatal("changed")
		}
	}
}

// TestFastEventsHaveShardsOfTheirOwn: the publisher writes itself while events
// come slowly, and leaves it to the shards while they do not. All arrive.
func TestFastEventsHaveShardsOfTheirOwn(t *testing.T) {
	ref, p := start(t, Options{Shards: 1, Inline: 8, Last: 10, Busy: time.Hour}), newPeer(t, -1)
	o := ref.Outbox(p, nobody(t), Limits{})
	seat(t, ref, Subscription{Outbox: o, Selection: everything(), Variant: raw(numbers{}), Tail: true})
	last := qq.SN(10)
	publish := func(n int) (inline bool) {
		for range n {
			last++
			ref.Publish(NewEvent(entry(last)))
		}
		return ref.router.inline[0].Load()
	}
	// The first stretch began at no time at all and so was slow.
	want(t, "inline after a stretch", publish(paceEvents), true)
	want(t, "inline after another", publish(paceEvents), false)
	publish(10)
	if err := ref.Stop(t.Context()); err != nil { // delivers what waits
		t.Fatal(err)
	}
	var all []qq.SN
	for sn := qq.SN(11); sn <= last; sn++ {
		all = append(all, sn)
	}
	want(t, "bytes", p.text(), sequence(0, all...))
}
