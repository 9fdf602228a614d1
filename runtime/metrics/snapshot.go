package metrics

import (
	"time"

	"llbot/protocols/qq"
)

// Snapshot is how the server is doing at one moment. Counters only rise while
// the process runs.
type Snapshot struct {
	Accounts  []Account
	Endpoints []Endpoint
	Delivery  Delivery
	Actors    Actors
	Log       Log
	Targets   []Target
}

// Account is one QQ account of ours.
type Account struct {
	Account  qq.UserID
	Online   bool   // logged in
	Linked   bool   // the driver's link works
	Accepted uint64 // events that the journal took
	Received uint64 // messages
	Sent     uint64 // messages
}

// Endpoint is one configured way in: a server.
type Endpoint struct {
	Name      string
	Listening bool
}

// Delivery is what the router and its outboxes did.
type Delivery struct {
	Published     uint64 // events handed to the shards
	Frames        uint64 // events delivered, each connection counted
	Bytes         uint64 // taken by outboxes
	Lagged        uint64 // times that a connection fell behind and went to read the log
	Aborted       uint64 // connections cut for taking too little
	EncoderPanics uint64
	Live          int // connections fed by shards now
	Outboxes      int // connections there are now, lagging ones included
}

// Actors is what happened in the actor system.
type Actors struct {
	DeadLetters uint64 // messages that no actor received
	Panics      uint64 // of all kinds
	Restarts    uint64 // of actors
	GivenUp     uint64 // actors that supervision stopped
}

// Log is the event log.
type Log struct {
	First, Last qq.SN // what is held, 0 when it is empty
	Synced      qq.SN // everything up to it is on disk
	Bytes       int64 // on disk
	Segments    int
	Pending     int64 // bytes that wait for the disk

	Appended uint64 // entries that came in
	Repeats  uint64 // entries dropped since their origin was known
	Refused  uint64 // entries not taken
	Failures uint64 // writes and syncs that failed
	Lost     uint64 // numbers found unreadable

	Syncs            uint64
	SyncP50, SyncP99 time.Duration // of all syncs so far
}

// Target is a durable target that is served now.
type Target struct {
	Name  string
	Kind  string
	State string // one of States

	Cursor    qq.SN
	Lag       time.Duration // age of the oldest event that waits, 0 when none does
	Delivered *uint64       // proven deliveries; nil when they are not counted
	Retries   uint64        // tries that failed
	Gaps      uint64        // times that events left the log undelivered
	Refused   uint64        // events given up
	Skipped   uint64        // events left out by the replay policy
	Letters   int           // events listed as refused or skipped now

	LettersDropped uint64 // listed events that made room for younger ones
	Tries          int    // of the event in hand
	Replaying      int    // events still to be redelivered by hand
}

// States are the states of a target.
func States() []string { return []string{"down", "up", "retrying", "open", "live-only"} }
