package conn

import (
	"context"
	"errors"
	"log/slog"

	"llbot/actors/router"
	"llbot/protocols/face"
	"llbot/protocols/qq"

	"github.com/asynkron/protoactor-go/actor"
)

// each hands the entries of a redelivery to do, in order and at its pace.
// What the log no longer holds is passed over; missing counts its numbers.
func (r Redelivery) each(ctx context.Context, log LogReader, want face.Selection, do func(*qq.Entry) error) (missing int, err error) {
	var pace pacer
	gap := Replay{Rate: r.Rate}.pace()
	step := func(e *qq.Entry) error {
		if !want.Wants(e) {
			return nil
		}
		if gap > 0 {
			if err := pace.wait(ctx, gap); err != nil {
				return err
			}
		}
		return do(e)
	}
	if len(r.List) > 0 {
		return r.eachListed(log, step)
	}
	var batch []*qq.Entry
	for after := r.After; after < r.UpTo && ctx.Err() == nil; {
		batch, err = log.Read(batch[:0], after, batchSize)
		switch {
		case errors.Is(err, qq.ErrCursorGone):
			first := log.First()
			missing += int(min(max(first, after+2), r.UpTo+1) - after - 1)
			after = max(first-1, after+1)
			continue
		case err != nil || len(batch) == 0:
			return missing, err
		}
		for _, e := range batch {
			if after = e.SN; e.SN > r.UpTo {
				break
			}
			if err := step(e); err != nil {
				return missing, err
			}
		}
	}
	return missing, ctx.Err()
}

func (r Redelivery) eachListed(log LogReader, step func(*qq.Entry) error) (missing int, err error) {
	var one []*qq.Entry
	for _, sn := range r.List {
		one, err = log.Read(one[:0], sn-1, 1)
		if err != nil || len(one) == 0 || one[0].SN != sn {
			missing++
			continue
		}
		if err := step(one[0]); err != nil {
			return missing, err
		}
	}
	return missing, nil
}

// again sends what was asked for by hand, beside what is new. A redelivery that
// is cut off is begun again on the next connection.
func (c *live) again(self *actor.PID) {
	p := c.proofs
	if p.busy {
		return
	}
	select {
	case job := <-p.jobs:
		p.busy = true
		root := c.env.Sys.Root()
		c.env.Sys.Go("redelivery to "+p.Name, func() {
			err := c.carryOut(self, job)
			if err != nil && c.ended(err) {
				err = p.Redeliver(job) // for the next connection
			}
			if err != nil {
				c.env.Sys.Logger().Warn("redelivery dropped", slog.String("target", p.Name), slog.Any("error", err))
			}
			root.Send(self, &carriedOut{})
		}, func(error) { root.Send(self, &carriedOut{}) })
	default:
	}
}

// ended tells that the connection's end is the cause of an error: what the log
// fails to give would fail again at once.
func (c *live) ended(err error) bool {
	return c.life.context().Err() != nil || errors.Is(err, router.ErrClosed)
}

func (c *live) carryOut(self *actor.PID, job Redelivery) error {
	p := c.proofs
	if job.UpTo == 0 {
		job.UpTo = c.env.Log.Last()
	}
	events := max(len(job.List), 1)
	p.note(func(s *TargetStatus) { s.Replaying += events })
	defer p.note(func(s *TargetStatus) { s.Replaying -= events })
	want := c.sub.selection
	missing, err := job.each(c.life.context(), c.env.Log, want, func(e *qq.Entry) error {
		frame := c.env.Routes.Of(e).Frame(c.sub.variant)
		if err := c.out.Push(c.life.context(), frame, 0); err != nil {
			return err
		}
		c.env.Sys.Root().Send(self, &redelivered{[]qq.SN{e.SN}})
		return nil
	})
	if missing > 0 {
		p.note(func(s *TargetStatus) { s.LastError = goneText(missing) })
	}
	return err
}
