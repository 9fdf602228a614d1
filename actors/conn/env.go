package conn

import (
	"time"

	"llbot/actors/router"
	"llbot/actors/system"
	"llbot/protocols/qq"
)

// Env is what every conn needs of its surroundings.
type Env struct {
	Sys    *system.System
	Routes router.Ref
	Log    LogReader
	Dialer Dialer
	Poster Poster
	Now    func() qq.Time
	Limits Limits
	// Targets are the durable targets; nil: each lives as long as its actor.
	Targets *Targets
}

// Limits bound one connection. Zero fields take the defaults.
type Limits struct {
	InFlight int           // calls at once before reading stops; 0: 64
	Outbox   int           // bytes queued for a slow peer; 0: 256 KiB
	Stall    time.Duration // a peer that takes no byte so long is cut; 0: 60 s
}

func (l Limits) inFlight() int {
	if l.InFlight > 0 {
		return l.InFlight
	}
	return 64
}

func (l Limits) outbox() router.Limits { return router.Limits{Budget: l.Outbox, Stall: l.Stall} }
