package conn

import (
	"context"
	"errors"
	"log/slog"
	"sync/atomic"
	"time"

	"llbot/protocols/face"
	"llbot/protocols/qq"
)

// Cursor is where a target has come to in the log: everything up to it is done
// with. Whoever wants a target to go on after its actor is gone holds the
// Cursor. Nobody works from one before its former user is through.
type Cursor struct {
	after atomic.Uint64
	used  chan struct{} // cap 1
}

// NewCursor is nowhere yet: a target begins with the next event.
func NewCursor() *Cursor { return &Cursor{used: make(chan struct{}, 1)} }

// take waits for the former user; false when ctx ended before.
func (c *Cursor) take(ctx context.Context) bool {
	select {
	case c.used <- struct{}{}:
		return true
	case <-ctx.Done():
		return false
	}
}

func (c *Cursor) release() { <-c.used }

// At is the number of the last entry that is done with, 0 for nowhere yet.
func (c *Cursor) At() qq.SN { return qq.SN(c.after.Load()) }

// Move sets the cursor.
func (c *Cursor) Move(to qq.SN) { c.after.Store(uint64(to)) }

// follower reads the log in order for somebody who keeps up at his own pace:
// a webhook target or a subscriber. It is used by one goroutine at a time;
// wake may be called from anywhere.
type follower struct {
	env    Env
	name   string
	want   face.Selection
	cursor *Cursor
	inHand qq.SN // the entry that is being handled
	bell   chan struct{}

	tick   <-chan time.Time      // nil: never
	onTick func(context.Context) // called between entries
}

// batchSize is how many entries are read from the log at once.
const batchSize = 64

func newFollower(env Env, name string, want face.Selection, at *Cursor) *follower {
	if at == nil {
		at = NewCursor()
	}
	// A number beyond ours is of another life of the log.
	if last := env.Log.Last(); at.At() == 0 || at.At() > last {
		at.Move(last)
	}
	return &follower{env: env, name: name, want: want, cursor: at, bell: make(chan struct{}, 1)}
}

// wake tells that there may be new entries; it never waits.
func (f *follower) wake(qq.SN) {
	select {
	case f.bell <- struct{}{}:
	default:
	}
}

// run hands each wanted entry to do, in order, until ctx ends or do fails. An
// entry that was in hand when the last run panicked is left behind: it would
// do so again.
func (f *follower) run(ctx context.Context, do func(context.Context, *qq.Entry) error) error {
	if !f.cursor.take(ctx) {
		return ctx.Err()
	}
	defer f.cursor.release()
	stop := f.env.Routes.Watch(f.wake)
	defer stop()
	f.cursor.Move(max(f.cursor.At(), f.inHand))
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
	batch, err := f.env.Log.Read(dst, f.cursor.At(), batchSize)
	switch {
	case errors.Is(err, qq.ErrCursorGone):
		f.skipGap()
		return dst, nil
	case err == nil && len(batch) == 0:
		f.await(ctx)
	}
	return batch, err
}

// handle works through a batch, until ctx ends.
func (f *follower) handle(ctx context.Context, batch []*qq.Entry, do func(context.Context, *qq.Entry) error) error {
	for _, e := range batch {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		select {
		case <-f.tick:
			f.onTick(ctx)
		default:
		}
		if f.want.Wants(e) {
			f.inHand = e.SN
			if err := do(ctx, e); err != nil {
				return err
			}
		}
		f.cursor.Move(e.SN)
	}
	return nil
}

// await waits for something to do.
func (f *follower) await(ctx context.Context) {
	select {
	case <-ctx.Done():
	case <-f.tick:
		f.onTick(ctx)
	case <-f.bell:
	}
}

// skipGap goes on at the oldest entry held and says what is missing.
func (f *follower) skipGap() {
	first, after := f.env.Log.First(), f.cursor.At()
	f.env.Sys.Logger().Warn("events are no longer held",
		slog.String("target", f.name), slog.Uint64("after", uint64(after)), slog.Uint64("next", uint64(first)))
	f.cursor.Move(max(first-1, after+1)) // on, whatever the log says
}
