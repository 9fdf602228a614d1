package sim

import (
	"context"
	"errors"
	"io"

	"llbot/protocols/qq"
)

// driver is the QQ side of one account: its user's operations, and the queue
// of what it has yet to be told.
type driver struct {
	*actor
	queue *queue
}

var _ qq.Driver = (*driver)(nil)

// Name is "sim".
func (d *driver) Name() string { return "sim" }

// Lacks is empty: the simulated QQ serves every operation.
func (d *driver) Lacks() []string { return d.world.able.Lacks() }

// Heeds is true: all that an operation waits for is the disk and delays that
// were asked for.
func (d *driver) Heeds() bool { return true }

// Do serves one operation of the account.
func (d *driver) Do(ctx context.Context, op qq.Operation) (any, error) {
	if !d.world.faults.ops.Load() {
		return d.do(ctx, op)
	}
	return d.around(ctx, op, func() (any, error) { return d.world.able.Do(ctx, d.actor, op) })
}

// Run emits the account's events in order: first what the journal still holds
// above last, then what waits, then what comes.
func (d *driver) Run(ctx context.Context, emit qq.Emit, last uint64) error {
	if err := d.world.passOver(ctx, recordOf(last)); err != nil {
		return err
	}
	if !d.queue.start(last) {
		return qq.Errorf(qq.ErrConflict, "account %d of the simulated QQ runs already", d.user)
	}
	defer d.queue.end()
	err := d.emitAll(ctx, emit)
	if ctx.Err() != nil {
		return nil
	}
	return err
}

func (d *driver) emitAll(ctx context.Context, emit qq.Emit) error {
	for {
		if n := d.queue.lost(); n > 0 {
			d.world.opt.Logger.Warn("simulated QQ: events were dropped while the account did not run", "account", d.user, "events", n)
		}
		if after, until, open := d.queue.gap(); open {
			if err := d.replay(ctx, emit, after, until); err != nil {
				return err
			}
		}
		it, ok, err := d.queue.next(ctx)
		if err != nil {
			return err
		}
		if !ok {
			continue
		}
		if err := d.world.synced(ctx, it.synced); err != nil {
			return err
		}
		if err := d.emitOne(ctx, emit, it.Emission); err != nil {
			return err
		}
	}
}

func (d *driver) emitOne(ctx context.Context, emit qq.Emit, e qq.Emission) error {
	sn, err := emit(ctx, e)
	if err == nil {
		d.queue.emitted(e.Origin, sn)
	}
	return err
}

// replay derives the events above the origin after, up to record until, once
// more from the journal and emits them.
func (d *driver) replay(ctx context.Context, emit qq.Emit, after, until uint64) error {
	if err := d.world.journal.wait(ctx, until); err != nil {
		return err
	}
	seen := false
	out := &telling{watchers: []qq.UserID{d.user}, link: d.world.opt.Blobs.Link}
	_, err := d.world.folder.rebuild(recordOf(after), until, func(st *state, r record) error {
		if !seen && st.Record > recordOf(after) {
			d.world.opt.Logger.Warn("simulated QQ: events are missing, since the journal that held them is gone",
				"account", d.user, "after_record", recordOf(after), "resumed_at_record", r.number)
		}
		seen = true
		out.told = out.told[:0]
		apply(st, r, out)
		for i, t := range out.told {
			e := qq.Emission{Origin: originOf(r.number, i), Time: r.time, Event: t.event}
			if e.Origin <= after {
				continue
			}
			if err := d.emitOne(ctx, emit, e); err != nil {
				return stopped{err}
			}
		}
		if r.number >= until {
			return io.EOF
		}
		return ctx.Err()
	})
	if s, ok := errors.AsType[stopped](err); ok {
		return s.error
	}
	if err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	d.queue.filledGap(until)
	return nil
}

// stopped carries an error of emit through the reading of the journal.
type stopped struct{ error }
