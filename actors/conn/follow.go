package conn

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"llbot/actors/system"
	"llbot/protocols/face"
	"llbot/protocols/qq"

	"github.com/asynkron/protoactor-go/actor"
)

// follower reads the log in order for somebody who keeps up at his own pace:
// a webhook target or a subscriber. It is used by one goroutine at a time;
// wake may be called from anywhere.
type follower struct {
	env   Env
	name  string
	want  face.Selection
	after qq.SN // everything up to here is done with
	at    qq.SN // the entry in hand
	bell  chan struct{}

	tick   <-chan time.Time      // nil: never
	onTick func(context.Context) // called between entries
}

// batchSize is how many entries are read from the log at once.
const batchSize = 64

func newFollower(env Env, name string, want face.Selection) *follower {
	return &follower{env: env, name: name, want: want, after: env.Log.Last(), bell: make(chan struct{}, 1)}
}

// wake tells that there may be new entries; it never waits.
func (f *follower) wake(qq.SN) {
	select {
	case f.bell <- struct{}{}:
	default:
	}
}

// run hands each wanted entry to do, in order, until ctx ends or do fails.
func (f *follower) run(ctx context.Context, do func(context.Context, *qq.Entry) error) error {
	stop := f.env.Routes.Watch(f.wake)
	defer stop()
	var batch []*qq.Entry
	for {
		var err error
		batch, err = f.env.Log.Read(batch[:0], f.after, batchSize)
		if errors.Is(err, qq.ErrCursorGone) {
			f.skipGap()
			continue
		}
		if err != nil {
			return err
		}
		for _, e := range batch {
			f.at = e.SN
			if f.want.Wants(e) {
				if err := do(ctx, e); err != nil {
					return err
				}
			}
			f.after = e.SN
		}
		if err := f.pause(ctx, len(batch) > 0); err != nil {
			return err
		}
	}
}

// pause waits for something to do; with more to read it only looks.
func (f *follower) pause(ctx context.Context, more bool) error {
	ready := f.bell
	if more {
		ready = closed
	}
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-f.tick:
		f.onTick(ctx)
	case <-ready:
	}
	return nil
}

var closed = func() chan struct{} { c := make(chan struct{}); close(c); return c }()

// skip leaves the entry in hand behind: what made us fail would do so again.
func (f *follower) skip() { f.after = max(f.after, f.at) }

// skipGap goes on at the oldest entry held and says what is missing.
func (f *follower) skipGap() {
	first := f.env.Log.First()
	f.env.Sys.Logger().Warn("events are no longer held",
		slog.String("target", f.name), slog.Uint64("after", uint64(f.after)), slog.Uint64("next", uint64(first)))
	f.after = first - 1
}

// worker is the single goroutine that an actor of this package works through.
// It survives restarts of the actor: a second start finds it running.
type worker struct {
	ctx    context.Context
	cancel context.CancelFunc
	busy   chan struct{} // cap 1: held while the goroutine runs
}

func newWorker() *worker {
	ctx, cancel := context.WithCancel(context.Background())
	return &worker{ctx: ctx, cancel: cancel, busy: make(chan struct{}, 1)}
}

func (w *worker) start(sys *system.System, name string, fn func(context.Context), onEnd func(error)) {
	select {
	case w.busy <- struct{}{}:
	default:
		return
	}
	sys.Go(name, func() {
		fn(w.ctx)
		<-w.busy
		onEnd(nil)
	}, func(err error) {
		<-w.busy
		onEnd(err)
	})
}

// finish lets the worker end what it has in hand and then stops its actor.
func (w *worker) finish(d *drain, sys *system.System, self *actor.PID) {
	w.cancel()
	sys.Go("end of "+self.Id, func() {
		w.busy <- struct{}{}
		sys.Root().Stop(self)
		d.done()
	}, d.Fail)
}
