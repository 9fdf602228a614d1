package router

import (
	"slices"
	"sync"
	"sync/atomic"

	"llbot/actors/system"
	"llbot/protocols/qq"
)

// hub is what the shards and the callers share: where a new connection goes,
// how many there are, who watches.
type hub struct {
	sys     *system.System
	options Options
	tally   tally
	desk    *desk
	recent  *Recent
	homes   atomic.Uint64
	window  *window

	mu       sync.Mutex
	seats    []int         // connections of each shard
	inline   []atomic.Bool // whether each shard runs in its sender's goroutine
	watchers atomic.Pointer[[]*watcher]
	live     atomic.Int64 // connections of all shards
	fast     bool         // events come fast
	pace     pace         // of the publisher only
}

// tally is what the router counts; see Stats.
type tally struct {
	published, frames, bytes, lagged, aborted atomic.Uint64
}

type watcher struct{ fn func(qq.SN) }

func newHub(sys *system.System, o Options) *hub {
	f := newDesk(sys.Logger())
	h := &hub{
		sys: sys, options: o, desk: f, recent: newRecent(o.Recent, f), window: newWindow(o.Shards, o.Window),
		pace:  pace{limit: o.Busy},
		seats: make([]int, o.Shards), inline: make([]atomic.Bool, o.Shards),
	}
	h.watchers.Store(&[]*watcher{})
	h.tune()
	return h
}

// home names the shard of a new connection, each in turn.
func (h *hub) home() int { return int(h.homes.Add(1) % uint64(len(h.seats))) }

// seated notes how many connections a shard has.
func (h *hub) seated(shard, n int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.seats[shard] = n
	h.live.Store(int64(h.total()))
	h.tune()
}

// keepPace notes an event that is being published.
func (h *hub) keepPace() {
	if !h.pace.event(int(h.live.Load())) {
		return
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.fast = h.pace.fast
	h.tune()
}

// tune decides where the shards run; mu is held. With few connections in all
// the publisher's goroutine writes to them itself, which is one hop less; with
// many, or when events come fast, each shard has its own. A shard without connections has nothing to
// write: it keeps its seam in the publisher's goroutine, which is cheaper than
// waking another. It cannot be left out: the seam that a joining connection
// needs would have a hole.
func (h *hub) tune() {
	all := h.total()
	for i := range h.inline {
		h.inline[i].Store(all <= h.options.Inline && !h.fast || h.seats[i] == 0)
	}
}

// total is the number of live connections; mu is held.
func (h *hub) total() int {
	n := 0
	for _, seats := range h.seats {
		n += seats
	}
	return n
}

// watch adds a watcher and answers how to take it away.
func (h *hub) watch(fn func(qq.SN)) (cancel func()) {
	w := &watcher{fn}
	h.change(func(all []*watcher) []*watcher { return append(all, w) })
	return func() {
		h.change(func(all []*watcher) []*watcher {
			return slices.DeleteFunc(all, func(x *watcher) bool { return x == w })
		})
	}
}

// change replaces the list; nobody who reads the old one sees a change in it.
func (h *hub) change(edit func([]*watcher) []*watcher) {
	h.mu.Lock()
	defer h.mu.Unlock()
	all := edit(slices.Clone(*h.watchers.Load()))
	h.watchers.Store(&all)
}

// notify tells the watchers. One that panics hurts nobody else.
func (h *hub) notify(last qq.SN) {
	for _, w := range *h.watchers.Load() {
		// The fault is logged and counted by Guard; there is nobody to tell.
		_ = h.sys.Guard("watcher of events", func() { w.fn(last) })
	}
}
