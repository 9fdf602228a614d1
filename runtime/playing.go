package runtime

import (
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	"llbot/protocols/qq"
	"llbot/runtime/admin"
	"llbot/runtime/driver/sim"
)

// playing plays the simulated worlds for the admin server.
type playing struct {
	machine  *machine
	first    string                 // name of the first account's world, "" when that has another driver
	accounts map[string][]qq.UserID // of ours, by world, in configured order
}

func (m *machine) playing(s *Server) playing {
	p := playing{machine: m, accounts: map[string][]qq.UserID{}}
	for i, a := range s.cfg.Accounts {
		if !simulated(s, a) {
			continue
		}
		if i == 0 {
			p.first = a.World
		}
		p.accounts[a.World] = append(p.accounts[a.World], qq.UserID(a.UIN))
	}
	return p
}

// named is the name of the world that is meant.
func (p playing) named(world string) string {
	if world == "" {
		return p.first
	}
	return world
}

func (p playing) world(name string) (*sim.World, error) {
	if w := p.machine.worlds[p.named(name)]; w != nil {
		return w, nil
	}
	if name == "" {
		return nil, qq.Errorf(qq.ErrUnsupported, "the first account does not live in a simulated QQ")
	}
	return nil, qq.Errorf(qq.ErrNotFound, "there is no world %q; there are %s", name,
		strings.Join(slices.Sorted(maps.Keys(p.machine.worlds)), ", "))
}

// Do implements admin.Simulation.
func (p playing) Do(ctx context.Context, world string, as qq.UserID, op qq.Operation) (any, error) {
	w, err := p.world(world)
	if err != nil {
		return nil, err
	}
	if answer, ours, err := (deeds{w}).do(ctx, as, op); ours {
		return answer, err
	}
	if r, ok := op.(qq.Resolving); ok {
		if op, err = r.Resolve(func(ref qq.MessageRef) (qq.MessageRef, error) { return p.resolve(p.named(world), as, ref) }); err != nil {
			return nil, err
		}
	}
	return w.Do(ctx, as, op)
}

// resolve finds the message of a 32-bit id, which an account of ours gave it,
// as somebody else in the world calls it.
func (p playing) resolve(world string, as qq.UserID, ref qq.MessageRef) (qq.MessageRef, error) {
	if ref.Resolved() || ref.ID == 0 {
		return ref, nil
	}
	for _, account := range p.accounts[world] {
		found, ok := p.machine.store.IDs().Resolve(account, ref.ID)
		if !ok {
			continue
		}
		if found.Scene != qq.SceneGroup && account != as {
			if found.User() != as {
				continue
			}
			found.Peer = int64(account) // the same chat from the other side
		}
		return found, nil
	}
	return ref, qq.Errorf(qq.ErrNotFound, "no account of this world gave a message the id %d", ref.ID)
}

// Dump implements admin.Simulation.
func (p playing) Dump(world string, yaml bool) ([]byte, error) {
	w, err := p.world(world)
	switch {
	case err != nil:
		return nil, err
	case yaml:
		return w.Scene().YAML(), nil
	}
	return w.Snapshot()
}

// Clock implements admin.Simulation.
func (p playing) Clock(world string) (admin.Clock, error) {
	w, err := p.world(world)
	if err != nil {
		return admin.Clock{}, err
	}
	c := w.Clock()
	return admin.Clock{Now: c.Now.UTC().Format("2006-01-02T15:04:05.000Z07:00"), Time: qq.TimeOf(c.Now), Own: c.Own, Speed: c.Speed}, nil
}

// SetClock implements admin.Simulation.
func (p playing) SetClock(ctx context.Context, world string, c admin.ClockChange) (admin.Clock, error) {
	w, err := p.world(world)
	if err != nil {
		return admin.Clock{}, err
	}
	if err := wind(ctx, w, c); err != nil {
		return admin.Clock{}, err
	}
	return p.Clock(world)
}

func wind(ctx context.Context, w *sim.World, c admin.ClockChange) error {
	if c.Real {
		return w.FreeClock(ctx)
	}
	if c.Advance != 0 {
		if err := w.Advance(ctx, c.Advance); err != nil {
			return err
		}
	}
	if c.Set.IsZero() && c.Speed == nil {
		return nil
	}
	to := sim.Clock{At: c.Set, Speed: w.Clock().Speed}
	if c.Speed != nil {
		to.Speed = *c.Speed
	}
	return w.SetClock(ctx, to)
}

// Faults implements admin.Simulation.
func (p playing) Faults(world string) ([]admin.Fault, error) {
	w, err := p.world(world)
	if err != nil {
		return nil, err
	}
	var list []admin.Fault
	for _, f := range w.Faults() {
		list = append(list, shownFault(f))
	}
	return list, nil
}

func shownFault(f sim.Fault) admin.Fault {
	return admin.Fault{ID: f.ID, Kind: string(f.Kind), Account: f.Account, Op: f.Op, Class: f.Class, Event: f.Event,
		Probability: f.Probability, Count: f.Count, DelayMS: f.Delay.Milliseconds(), Text: f.Text, Struck: f.Struck}
}

// AddFault implements admin.Simulation.
func (p playing) AddFault(world string, f admin.Fault) (admin.Fault, error) {
	w, err := p.world(world)
	if err != nil {
		return admin.Fault{}, err
	}
	added, err := w.AddFault(sim.Fault{Kind: sim.FaultKind(f.Kind), Account: f.Account, Op: f.Op, Class: f.Class, Event: f.Event,
		Probability: f.Probability, Count: f.Count, Delay: time.Duration(f.DelayMS) * time.Millisecond, Text: f.Text})
	return shownFault(added), err
}

// ClearFaults implements admin.Simulation.
func (p playing) ClearFaults(world string, ids []int) (int, error) {
	w, err := p.world(world)
	if err != nil {
		return 0, err
	}
	return w.ClearFaults(ids...), nil
}

// Traffic implements admin.Simulation.
func (p playing) Traffic(ctx context.Context, world string, t admin.Traffic) (admin.TrafficDone, error) {
	w, err := p.world(world)
	if err != nil {
		return admin.TrafficDone{}, err
	}
	words := sim.Traffic{Rate: t.Rate, For: t.For, Groups: t.Groups, Seed: t.Seed}
	if t.Pictures {
		if words.Pictures, err = p.machine.paintings(ctx); err != nil {
			return admin.TrafficDone{}, err
		}
	}
	r, err := w.Traffic(ctx, words)
	return admin.TrafficDone{Said: r.Said, Replies: r.Replies, Pictures: r.Pictures, Refused: r.Refused, Seed: r.Seed}, err
}
