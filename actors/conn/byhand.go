package conn

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"llbot/protocols/qq"
)

// handwork is a redelivery that a webhook works on beside what is new. One
// event of it is posted at a time, between new ones; one that fails is tried
// again later and holds up none of these.
type handwork struct {
	Redelivery
	looking bool      // for the events between After and UpTo
	at      qq.SN     // looked up to here
	list    []qq.SN   // still to be delivered
	hand    *delivery // the first of list once it has failed
}

// accept takes up a job; others wait until it is through.
func (w *webhook) accept(r Redelivery) {
	if r.UpTo == 0 {
		r.UpTo = w.env.Log.Last()
	}
	w.job = &handwork{Redelivery: r, looking: len(r.List) == 0, at: r.After, list: slices.Clone(r.List)}
	w.follow.jobs = nil
	w.showJob(0)
}

// showJob tells how much is left and comes back to the job after a wait.
func (w *webhook) showJob(wait time.Duration) {
	left := len(w.job.list)
	w.Target.note(func(s *TargetStatus) { s.Replaying = left })
	if left == 0 && !w.job.looking {
		w.job, w.follow.due, w.follow.jobs = nil, nil, w.Target.jobs
		return
	}
	w.follow.due = time.NewTimer(wait).C
}

// redeliver does the next step of the job.
func (w *webhook) redeliver(ctx context.Context) {
	if w.job.looking {
		w.look()
		w.showJob(0)
		return
	}
	began, wait := time.Now(), time.Duration(0)
	if d := w.inHand(); d != nil {
		wait = w.again(ctx, d)
		wait = max(wait, Replay{Rate: w.job.Rate}.pace()-time.Since(began))
	}
	w.showJob(wait)
}

// look reads on for the events of the job.
func (w *webhook) look() {
	batch, err := w.env.Log.Read(nil, w.job.at, batchSize)
	switch {
	case errors.Is(err, qq.ErrCursorGone):
		next := max(w.env.Log.First(), w.job.at+2)
		w.notRedelivered(fmt.Sprintf("events from %d to %d are no longer in the log", w.job.at+1, next-1))
		w.job.at = next - 1
	case err != nil:
		w.notRedelivered("the log cannot be read: " + err.Error())
		w.job.looking = false
	case len(batch) == 0:
		w.job.looking = false
	}
	for _, e := range batch {
		if w.job.at = e.SN; e.SN > w.job.UpTo {
			break
		}
		if w.follow.want.Wants(e) {
			w.job.list = append(w.job.list, e.SN)
		}
	}
	w.job.looking = w.job.looking && w.job.at < w.job.UpTo
}

// inHand is the job's next delivery; nil, and the job a step further, when the
// event cannot be delivered. It stays in the dead letters then, if it is there.
func (w *webhook) inHand() *delivery {
	if w.job.hand != nil {
		return w.job.hand
	}
	sn := w.job.list[0]
	d, why := w.fetch(sn)
	if d == nil {
		if len(w.job.List) > 0 || why != noWords { // who asks for a span means what there is
			w.notRedelivered(fmt.Sprintf("event %d is not redelivered: %s", sn, why))
		}
		w.job.list = w.job.list[1:]
	}
	w.job.hand = d
	return d
}

// noWords is why an event is not delivered that its protocol does not know.
const noWords = "its protocol has no words for it"

func (w *webhook) fetch(sn qq.SN) (d *delivery, why string) {
	found, err := w.env.Log.Read(nil, sn-1, 1)
	switch {
	case errors.Is(err, qq.ErrCursorGone):
		return nil, "it is no longer in the log"
	case err != nil:
		return nil, err.Error()
	case len(found) == 0 || found[0].SN != sn:
		return nil, "it is not in the log"
	case !w.follow.want.Wants(found[0]):
		return nil, "it is not for this target"
	}
	body := w.env.Routes.Of(found[0]).Frame(w.form)
	if body == nil {
		return nil, noWords
	}
	return &delivery{Entry: found[0], body: body, replayed: true, byHand: true}, ""
}

// again makes one try and answers the wait before the job's next step. Its place
// in the window is one like others', since targets may not be given more at once.
func (w *webhook) again(ctx context.Context, d *delivery) time.Duration {
	select {
	case w.window.room <- struct{}{}:
	case <-ctx.Done():
		return 0
	}
	o := w.try(d)
	<-w.window.room
	switch {
	case o.proven:
		w.Target.ledger.Redelivered(w.Target.Name, d.SN)
	case o.final:
		w.giveUp(d, o)
	default:
		return o.wait
	}
	w.job.list, w.job.hand = w.job.list[1:], nil
	if o.proven {
		w.react(ctx, d.Entry, o.answer)
	}
	return 0
}

func (w *webhook) notRedelivered(why string) {
	w.env.Sys.Logger().Warn("not redelivered", slog.String("target", w.Target.Name), slog.String("reason", why))
	w.circuit.trouble(why)
}

// putBack keeps what is left of a job for whoever serves the target next.
func (w *webhook) putBack() {
	if w.job == nil {
		return
	}
	rest := w.job.Redelivery
	if !w.job.looking {
		rest.List = w.job.list
	}
	w.job, w.follow.due = nil, nil
	if err := w.Target.Redeliver(rest); err != nil {
		w.notRedelivered(err.Error())
	}
}
