package conn

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"llbot/protocols/face"
	"llbot/protocols/qq"
)

// follower reads the log in order for somebody who keeps up at his own pace:
// a webhook target or a subscriber. It is used by one goroutine at a time;
// wake may be called from anywhere.
type follower struct {
	env    Env
	name   string
	want   face.Selection
	cursor *Cursor
	at     qq.SN // read up to here; the cursor may be behind
	beyond qq.SN // a cursor that was beyond the log, until that is told
	bell   chan struct{}

	// passed is told how far all entries are handed over; by default the
	// cursor goes along.
	passed func(to qq.SN)
	// missing is told of entries that are not there; see qq.EventsLost.
	missing func(ctx context.Context, lost *qq.EventsLost) error

	// What is done between entries; nil channels never say anything.
	tick   <-chan time.Time
	onTick func(context.Context)
	jobs   <-chan Redelivery
	onJob  func(Redelivery)
	due    <-chan time.Time
	onDue  func(context.Context)
}

// batchSize is how many entries are read from the log at once.
const batchSize = 64

func newFollower(env Env, name string, want face.Selection, at *Cursor) *follower {
	f := &follower{env: env, name: name, want: want, cursor: at, passed: at.Move, bell: make(chan struct{}, 1)}
	f.missing = func(_ context.Context, lost *qq.EventsLost) error { f.warn(lost); return nil }
	switch last := env.Log.Last(); {
	case at.At() > last: // of another life of the log
		f.beyond = at.At()
		at.Move(last)
	case at.At() == 0:
		at.Move(last)
	}
	return f
}

// wake tells that there may be new entries; it never waits.
func (f *follower) wake(qq.SN) {
	select {
	case f.bell <- struct{}{}:
	default:
	}
}

// run hands each wanted entry to do, in order, until ctx ends or do fails. It
// waits for the former user of the cursor.
func (f *follower) run(ctx context.Context, do func(context.Context, *qq.Entry) error) error {
	if !f.cursor.take(ctx) {
		return ctx.Err()
	}
	defer f.cursor.release()
	return f.read(ctx, do)
}

// read is run for the one who has taken the cursor.
func (f *follower) read(ctx context.Context, do func(context.Context, *qq.Entry) error) error {
	stop := f.env.Routes.Watch(f.wake)
	defer stop()
	f.at = f.cursor.At()
	if f.beyond != 0 {
		if err := f.missing(ctx, &qq.EventsLost{After: f.beyond, Reason: notOurs}); err != nil {
			return err
		}
		f.beyond = 0
	}
	var batch []*qq.Entry
	for ctx.Err() == nil {
		var err error
		if batch, err = f.next(ctx, batch[:0]); err == nil {
			err = f.handle(ctx, batch, do)
		}
		if err != nil {
			return err
		}
	}
	return ctx.Err()
}

// next reads on; when there is nothing it waits, and still answers nothing.
func (f *follower) next(ctx context.Context, dst []*qq.Entry) ([]*qq.Entry, error) {
	batch, err := f.env.Log.Read(dst, f.at, batchSize)
	switch {
	case errors.Is(err, qq.ErrCursorGone):
		return dst, f.skipGap(ctx)
	case err == nil && len(batch) == 0:
		f.await(ctx)
	}
	return batch, err
}

// handle works through a batch, until ctx ends.
func (f *follower) handle(ctx context.Context, batch []*qq.Entry, do func(context.Context, *qq.Entry) error) error {
	for _, e := range batch {
		f.aside(ctx)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if first, any := f.env.Log.Missing(f.at, e.SN); any {
			if err := f.missing(ctx, &qq.EventsLost{After: first - 1, Next: e.SN, Reason: damaged}); err != nil {
				return err
			}
		}
		wanted := f.want.Wants(e)
		if wanted {
			if err := do(ctx, e); err != nil {
				return err
			}
		}
		if f.at = e.SN; wanted {
			f.passed(f.at)
		}
	}
	if n := len(batch); n > 0 && !f.want.Wants(batch[n-1]) {
		f.passed(f.at) // what is for others counts once, at the end
	}
	return nil
}

// aside does one of the things that are due beside the entries, if any.
func (f *follower) aside(ctx context.Context) {
	select {
	case <-f.tick:
		f.onTick(ctx)
	case job := <-f.jobs:
		f.onJob(job)
	case <-f.due:
		f.onDue(ctx)
	default:
	}
}

// await waits for something to do.
func (f *follower) await(ctx context.Context) {
	select {
	case <-ctx.Done():
	case <-f.tick:
		f.onTick(ctx)
	case job := <-f.jobs:
		f.onJob(job)
	case <-f.due:
		f.onDue(ctx)
	case <-f.bell:
	}
}

// skipGap says what is missing and goes on at the oldest entry held.
func (f *follower) skipGap(ctx context.Context) error {
	next := max(f.env.Log.First(), f.at+2) // on, whatever the log says
	if err := f.missing(ctx, &qq.EventsLost{After: f.at, Next: next, Reason: noLongerHeld}); err != nil {
		return err
	}
	f.at = next - 1
	f.passed(f.at)
	return nil
}

func (f *follower) warn(lost *qq.EventsLost) {
	f.env.Sys.Logger().Warn("events are missing", slog.String("target", f.name), slog.String("reason", lost.Reason),
		slog.Uint64("after", uint64(lost.After)), slog.Uint64("next", uint64(lost.Next)))
}
