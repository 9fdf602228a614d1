package subject

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"time"

	"llbot/actors/system"

	"github.com/HdrHistogram/hdrhistogram-go"
	"github.com/asynkron/protoactor-go/actor"
)

// PanicSpec says how often actors of the running server are made to panic.
type PanicSpec struct {
	Rate float64 // a second; 0 ends it
}

// victims is how many actors panic by turns: as many as a crowd has.
const victims = 1000

// Panics makes actors beside those of the server, in its actor system and
// supervised as its connections are, panic until it is told to end; it answers
// how often they did.
func (s *Service) Panics(spec PanicSpec, count *uint64) error {
	if s.panicking != nil {
		close(s.panicking.end)
		*count = <-s.panicking.count
		s.panicking = nil
	}
	if spec.Rate <= 0 {
		return nil
	}
	s.panicking = &panicking{end: make(chan struct{}), count: make(chan uint64, 1)}
	return s.panicking.begin(s.actors, spec.Rate)
}

// panicking is a source of panics.
type panicking struct {
	end   chan struct{}
	count chan uint64
}

func (p *panicking) begin(actors *actor.ActorSystem, rate float64) error {
	logger := slog.New(slog.NewJSONHandler(io.Discard, nil)) // each panic is logged
	sys := system.New(system.Options{Existing: actors, Logger: logger, Strategy: system.Backoff{ResetAfter: time.Nanosecond}.Strategy()})
	pids := make([]*actor.PID, victims)
	for i := range pids {
		var err error
		if pids[i], err = sys.Spawn(sys.Root(), fmt.Sprintf("fragile-%d", i), func() actor.Actor { return fragile{} }, system.Spawning{}); err != nil {
			return err
		}
	}
	go p.run(sys, pids, rate)
	return nil
}

// run keeps the rate whatever the ticker misses.
func (p *panicking) run(sys *system.System, pids []*actor.PID, rate float64) {
	defer sys.Shutdown()
	tick := time.NewTicker(2 * time.Millisecond)
	defer tick.Stop()
	begun := time.Now()
	for n := uint64(0); ; {
		select {
		case <-p.end:
			p.count <- n
			_ = sys.Stop(context.Background(), pids...) // they have nothing to lose
			return
		case <-tick.C:
		}
		for due := uint64(rate * time.Since(begun).Seconds()); n < due; n++ {
			sys.Root().Send(pids[n%victims], &crash{begun})
		}
	}
}

// Recovery is how long it takes from a panic to serving again.
type Recovery struct{ P50, P99 time.Duration }

// crash is what makes fragile panic.
type crash struct{ at time.Time }

// fragile is an actor that tells when it is back.
type fragile struct{ back chan<- struct{} }

// Receive implements actor.Actor.
func (f fragile) Receive(ctx actor.Context) {
	switch m := ctx.Message().(type) {
	case *actor.Started:
		if f.back != nil {
			f.back <- struct{}{}
		}
	case *crash:
		panic(fmt.Sprintf("made to panic at %s", m.at))
	}
}

// Recover measures how long an actor that panicks takes to serve again.
func (s *Service) Recover(times int, r *Recovery) error {
	sys := system.New(system.Options{
		Logger:   slog.New(slog.DiscardHandler),
		Strategy: system.Backoff{ResetAfter: time.Nanosecond}.Strategy(),
	})
	defer sys.Shutdown()
	back := make(chan struct{}, 1)
	pid, err := sys.Spawn(sys.Root(), "fragile", func() actor.Actor { return fragile{back} }, system.Spawning{})
	if err != nil {
		return err
	}
	<-back
	took := hdrhistogram.New(1, int64(time.Minute), 3)
	for range times {
		begun := time.Now()
		sys.Root().Send(pid, &crash{begun})
		<-back
		if err := took.RecordValue(int64(time.Since(begun))); err != nil {
			return err
		}
		time.Sleep(100 * time.Microsecond) // forgiven, and the garbage of the last one gone
	}
	*r = Recovery{P50: time.Duration(took.ValueAtQuantile(50)), P99: time.Duration(took.ValueAtQuantile(99))}
	return sys.Stop(context.Background(), pid)
}
