package metrics

import "llbot/protocols/qq"

// Snapshot is how the server is doing at one moment. Counters only rise while
// the process runs.
type Snapshot struct {
	Accounts  []Account
	Endpoints []Endpoint
	Delivery  Delivery
	Actors    Actors
	Log       Log
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

// Endpoint is one configured way in or out.
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

// Log is what the event log holds: First to Last, 0 when it is empty.
type Log struct {
	First, Last qq.SN
}
