package router

import (
	"runtime"
	"time"

	"llbot/actors/system"
	"llbot/protocols/qq"
)

// Options set a router up; zero fields take the defaults.
type Options struct {
	// Last is the number of the newest entry of the log at the start.
	Last qq.SN
	// Shards is how many actors write; 0: GOMAXPROCS.
	Shards int
	// Inline is up to how many live connections in all the shards run in the
	// publisher's goroutine; 0: DefaultInline, negative: never.
	Inline int
	// Busy is the time from event to event, for each connection, below which
	// shards run on goroutines of their own however few the connections are: what
	// comes meanwhile goes out in one write. 0: DefaultBusy, negative: never.
	Busy time.Duration
	// Recent is how many events keep their encodings for laggards; 0:
	// DefaultRecent. It is rounded up to a power of two.
	Recent int
	// Seam and SeamBytes are how much a shard remembers for those who join, in
	// events and bytes, give or take a quarter; 0: DefaultSeam, DefaultSeamBytes.
	Seam, SeamBytes int
	// Window is how many events a shard may be behind before WaitRoom waits; 0:
	// DefaultWindow.
	Window int
	// Batch bounds what a shard takes from its mailbox at once.
	Batch system.BatchLimits
}

// What the zero fields of Options mean.
const (
	DefaultInline    = 8
	DefaultRecent    = 2048
	DefaultSeam      = 1024
	DefaultWindow    = 4096
	DefaultSeamBytes = 4 << 20
	DefaultBusy      = 50 * time.Microsecond
)

func (o Options) orDefaults() Options {
	o.Shards = positive(o.Shards, runtime.GOMAXPROCS(0))
	o.Recent = positive(o.Recent, DefaultRecent)
	o.Seam = positive(o.Seam, DefaultSeam)
	o.Window = positive(o.Window, DefaultWindow)
	o.SeamBytes = positive(o.SeamBytes, DefaultSeamBytes)
	if o.Inline == 0 {
		o.Inline = DefaultInline
	}
	if o.Busy == 0 {
		o.Busy = DefaultBusy
	}
	return o
}

func (l Limits) orDefaults() Limits {
	l.Budget = positive(l.Budget, DefaultBudget)
	l.Hard = max(positive(l.Hard, DefaultHard), l.Budget)
	l.Stall = positive(l.Stall, DefaultStall)
	return l
}

// positive is n, or other when n says nothing.
func positive[N ~int | ~int64](n, other N) N {
	if n > 0 {
		return n
	}
	return other
}
