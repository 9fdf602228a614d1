package admin

import (
	"context"
	"strconv"
	"time"

	"llbot/protocols/qq"
	"llbot/protocols/wire"
)

func (s *Server) simClock(_ context.Context, q *query) (any, error) {
	if err := q.err(); err != nil {
		return nil, err
	}
	return s.Worlds.Clock(q.text("world"))
}

// clockBody is the body of POST /api/sim/clock.
type clockBody struct {
	World   wire.Optional[string]    `json:"world"`
	Set     wire.Optional[instant]   `json:"set"`
	Advance wire.Optional[duration]  `json:"advance"`
	Speed   wire.Optional[float64]   `json:"speed"`
	Real    wire.Optional[wire.Bool] `json:"real"`
}

// instant is a time: RFC 3339 or Unix milliseconds.
type instant struct{ time.Time }

// DecodeWire reads the time under c.
func (t *instant) DecodeWire(c wire.Cursor) {
	var text wire.Str
	c.Into(&text)
	if at, err := time.Parse(time.RFC3339, string(text)); err == nil {
		t.Time = at
	} else if ms, err := strconv.ParseInt(string(text), 10, 64); err == nil && ms > 0 {
		t.Time = time.UnixMilli(ms)
	} else {
		c.Fault("must be a time such as 2026-01-02T15:04:05Z, or Unix milliseconds")
	}
}

// duration is a length of time: a text such as 10m, or seconds.
type duration struct{ time.Duration }

// DecodeWire reads the duration under c.
func (d *duration) DecodeWire(c wire.Cursor) { readDuration(c, &d.Duration) }

func (s *Server) simSetClock(ctx context.Context, body []byte) (any, error) {
	b, err := decode[clockBody](body)
	if err != nil {
		return nil, err
	}
	c := ClockChange{Set: b.Set.Value.Time, Advance: b.Advance.Value.Duration, Real: bool(b.Real.Value)}
	if b.Speed.Set {
		c.Speed = &b.Speed.Value
	}
	var faults faultList
	switch {
	case c.Real && (b.Set.Set || b.Advance.Set || b.Speed.Set):
		faults.add("real", "goes with none of set, advance and speed")
	case b.Set.Set && b.Advance.Set:
		faults.add("advance", "does not go with set")
	case !c.Real && !b.Set.Set && !b.Advance.Set && !b.Speed.Set:
		faults.add("", "one of set, advance, speed and real is needed")
	}
	if err := faults.err(); err != nil {
		return nil, err
	}
	return s.Worlds.SetClock(ctx, b.World.Value, c)
}

// FaultList is the answer of GET /api/sim/faults.
type FaultList struct {
	Faults []Fault `json:"faults"`
}

func (s *Server) simFaults(_ context.Context, q *query) (any, error) {
	if err := q.err(); err != nil {
		return nil, err
	}
	list, err := s.Worlds.Faults(q.text("world"))
	if list == nil {
		list = []Fault{}
	}
	return FaultList{list}, err
}

// faultBody is the body of POST /api/sim/faults.
type faultBody struct {
	World       wire.Optional[string]   `json:"world"`
	Kind        string                  `json:"kind"`
	Account     wire.Optional[wire.Int] `json:"account"`
	Op          wire.Optional[string]   `json:"op"`
	Class       wire.Optional[string]   `json:"class"`
	Event       wire.Optional[string]   `json:"event"`
	Probability wire.Optional[float64]  `json:"probability"`
	Count       wire.Optional[wire.Int] `json:"count"`
	Delay       wire.Optional[duration] `json:"delay"`
	DelayMS     wire.Optional[wire.Int] `json:"delay_ms"`
	Text        wire.Optional[string]   `json:"text"`
}

func (s *Server) simAddFault(_ context.Context, body []byte) (any, error) {
	b, err := decode[faultBody](body)
	if err != nil {
		return nil, err
	}
	var faults faultList
	f := Fault{
		Kind: b.Kind, Account: faults.userOr("account", b.Account), Op: b.Op.Value, Class: b.Class.Value, Event: b.Event.Value,
		Probability: b.Probability.Value, Count: faults.within("count", b.Count.Value, 0, maxCount),
		DelayMS: max(b.Delay.Value.Milliseconds(), int64(b.DelayMS.Value)), Text: b.Text.Value,
	}
	if op, known := findOperation(f.Op); f.Op != "" && known {
		f.Op = qq.OpName(op)
	}
	if err := faults.err(); err != nil {
		return nil, err
	}
	return s.Worlds.AddFault(b.World.Value, f)
}

// clearBody is the body of DELETE /api/sim/faults: those with the numbers, or all.
type clearBody struct {
	World wire.Optional[string]     `json:"world"`
	IDs   wire.Optional[[]wire.Int] `json:"ids"`
}

// Cleared tells how many faults were taken away.
type Cleared struct {
	Cleared int `json:"cleared"`
}

func (s *Server) simClearFaults(_ context.Context, body []byte) (any, error) {
	if len(body) == 0 {
		body = []byte("{}")
	}
	b, err := decode[clearBody](body)
	if err != nil {
		return nil, err
	}
	var ids []int
	for _, id := range b.IDs.Value {
		ids = append(ids, int(id))
	}
	n, err := s.Worlds.ClearFaults(b.World.Value, ids)
	return Cleared{n}, err
}

// trafficBody is the body of POST /api/sim/traffic.
type trafficBody struct {
	World    wire.Optional[string]     `json:"world"`
	Rate     float64                   `json:"rate"`
	For      duration                  `json:"for"`
	Groups   wire.Optional[[]wire.Int] `json:"groups"`
	Seed     wire.Optional[wire.Int]   `json:"seed"`
	Pictures wire.Optional[wire.Bool]  `json:"pictures"`
}

func (s *Server) simTraffic(ctx context.Context, body []byte) (any, error) {
	b, err := decode[trafficBody](body)
	if err != nil {
		return nil, err
	}
	var faults faultList
	t := Traffic{Rate: b.Rate, For: b.For.Duration, Seed: uint64(max(b.Seed.Value, 0)), Pictures: bool(b.Pictures.Value)}
	if !(t.Rate > 0 && t.Rate <= maxRate) {
		faults.add("rate", "must be more than 0 and at most 1000000 a second")
	}
	if t.For <= 0 {
		faults.add("for", "must be a duration such as 10m")
	}
	for _, g := range b.Groups.Value {
		t.Groups = append(t.Groups, faults.group("groups", g))
	}
	if err := faults.err(); err != nil {
		return nil, err
	}
	return s.Worlds.Traffic(ctx, b.World.Value, t)
}
