package router

import (
	"errors"
	"time"

	"llbot/protocols/qq"
)

// Owner is told what happens to an outbox. Both
// methods only post to a mailbox: they are called from shards, from writers and
// from the outbox's own goroutine, with no lock held.
type Owner interface {
	// Lagging tells that the peer does not keep up and that the shard feeds it
	// no longer. All events up to after are queued, none behind it. It comes
	// once for each Join.
	Lagging(after qq.SN)
	// Dead tells that the connection was cut, once: the sink's error when the
	// peer is gone, ErrStalled, ErrSlow, or what Abort was given.
	Dead(cause error)
}

// Limits bound one outbox; zero fields take the defaults.
type Limits struct {
	Budget int           // bytes of events queued for a slow peer; 0: DefaultBudget
	Hard   int           // bytes queued with replies; 0: DefaultHard
	Stall  time.Duration // a peer that takes no byte so long is cut; 0: DefaultStall
}

// What the zero fields of Limits mean.
const (
	DefaultBudget = 256 << 10
	DefaultHard   = 4 << 20
	DefaultStall  = time.Minute
)

var (
	// ErrStalled is the end of a peer that took no byte for the stall limit.
	ErrStalled = errors.New("peer takes no data")
	// ErrSlow is the end of a peer that asks for more than it takes.
	ErrSlow = errors.New("peer is too slow for its answers")
	// ErrClosed tells that an outbox takes nothing any more.
	ErrClosed = errors.New("connection is closed")
)

// WriteResult is what became of events given to an outbox: all or nothing.
type WriteResult uint8

// The results of Write.
const (
	Accepted WriteResult = iota // written or queued
	Lagging                     // over the budget: nothing was taken
	Closed                      // the outbox is finished or dead
)
