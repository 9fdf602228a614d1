package admin

import (
	"context"
	"time"

	"llbot/protocols/qq"
)

// Simulation is what can be done with the simulated worlds beside speaking. A
// world is named by the configuration; "" is that of the first account. Safe
// for concurrent use.
type Simulation interface {
	// Do lets anybody in the world do an operation of the catalogue or a deed
	// of Deeds.
	Do(ctx context.Context, world string, as qq.UserID, op qq.Operation) (any, error)
	// Dump writes the world down as a scene: JSON, or the YAML that a server
	// can begin with.
	Dump(world string, yaml bool) ([]byte, error)
	// Clock tells what the world's clock shows.
	Clock(world string) (Clock, error)
	// SetClock changes it.
	SetClock(ctx context.Context, world string, c ClockChange) (Clock, error)
	// Faults lists the faults that wait to strike.
	Faults(world string) ([]Fault, error)
	// AddFault adds one and answers it with its number.
	AddFault(world string, f Fault) (Fault, error)
	// ClearFaults takes faults away, all when ids is empty, and tells how many.
	ClearFaults(world string, ids []int) (int, error)
	// Traffic lets people chat until it is over or ctx ends.
	Traffic(ctx context.Context, world string, t Traffic) (TrafficDone, error)
}

// Clock is what a world's clock shows.
type Clock struct {
	Now   string  `json:"now"`  // RFC 3339, with milliseconds
	Time  qq.Time `json:"time"` // the same in Unix milliseconds
	Own   bool    `json:"own"`  // false: it is the machine's
	Speed float64 `json:"speed"`
}

// ClockChange is what a clock is to do; the zero value leaves it alone. Set
// and Advance exclude each other, Real excludes the rest.
type ClockChange struct {
	Set     time.Time     // show this
	Advance time.Duration // go forward at once
	Speed   *float64      // run so much faster than real time; 0 stands still
	Real    bool          // be the machine's clock again
}

// Fault is a fault on demand, as package sim has it.
type Fault struct {
	ID          int       `json:"id"`
	Kind        string    `json:"kind"`
	Account     qq.UserID `json:"account,omitempty"`
	Op          string    `json:"op,omitempty"`
	Class       string    `json:"class,omitempty"`
	Event       string    `json:"event,omitempty"`
	Probability float64   `json:"probability,omitempty"`
	Count       int       `json:"count,omitempty"`
	DelayMS     int64     `json:"delay_ms,omitempty"`
	Text        string    `json:"text,omitempty"`
	Struck      int       `json:"struck"`
}

// Traffic is chatter of many people.
type Traffic struct {
	Rate     float64       // messages a second, in the world's time
	For      time.Duration // of the world's time
	Groups   []qq.GroupID  // none: all
	Seed     uint64        // the same seed in the same world is the same chatter; 0 picks one
	Pictures bool
}

// TrafficDone tells what became of the chatter.
type TrafficDone struct {
	Said     int    `json:"said"`
	Replies  int    `json:"replies"`
	Pictures int    `json:"pictures"`
	Refused  int    `json:"refused"` // by the rules: the muted and the like
	Seed     uint64 `json:"seed"`
}

// noWorlds answers where no account lives in a simulated QQ.
type noWorlds struct{}

func (noWorlds) Do(context.Context, string, qq.UserID, qq.Operation) (any, error) {
	return nil, noSim()
}
func (noWorlds) Dump(string, bool) ([]byte, error) { return nil, noSim() }
func (noWorlds) Clock(string) (Clock, error)       { return Clock{}, noSim() }
func (noWorlds) SetClock(context.Context, string, ClockChange) (Clock, error) {
	return Clock{}, noSim()
}
func (noWorlds) Faults(string) ([]Fault, error)         { return nil, noSim() }
func (noWorlds) AddFault(string, Fault) (Fault, error)  { return Fault{}, noSim() }
func (noWorlds) ClearFaults(string, []int) (int, error) { return 0, noSim() }
func (noWorlds) Traffic(context.Context, string, Traffic) (TrafficDone, error) {
	return TrafficDone{}, noSim()
}
