package conn

import (
	"context"
	"log/slog"
	"net/url"
	"sync"
	"time"

	"llbot/actors/router"
	"llbot/protocols/face"
	"llbot/protocols/qq"

	"github.com/asynkron/protoactor-go/actor"
)

// Webhook describes one delivery target: a URL and one account's events. Zero
// fields take defaults.
type Webhook struct {
	Name       string // the endpoint's, for logs
	URL        string
	Hook       face.Hook
	Caller     qq.Caller
	ReportSelf bool
	// Target holds how far the delivery has come; nil: one that lives as long
	// as the actor.
	Target *Target
	Replay Replay
	// Attempts is how often a target may say no to an event before it becomes
	// a dead letter; 0: three. A target that is away is tried for ever.
	Attempts int
	// Concurrency is how many events may be in flight at once; 0: one, which
	// keeps them strictly in order.
	Concurrency int
	// Retry is the longest wait between tries; 0: one minute.
	Retry time.Duration
}

// webhook posts events in order and tries again until the target proves
// delivery. Its goroutine is the only one that touches it, but for what is in
// flight beside it when Concurrency is above one.
type webhook struct {
	Webhook
	env     Env
	form    face.Variant
	named   string // the target's name, which may hold what a header must not, as an address has it
	posting string // what a delivery and the reading of its answer are called when they fail
	reading string
	follow  *follower
	circuit circuit
	window  *window
	quick   chan struct{}   // one for each quick operation under way
	flying  sync.WaitGroup  // deliveries beside the goroutine
	broken  func(error)     // ends the goroutine after a fault of such a delivery
	trying  context.Context // of exchanges: those under way have their time even when we are asked to end

	pacer pacer // of replayed events
	job   *handwork
}

// SpawnWebhook starts a target.
func SpawnWebhook(parent actor.SpawnerContext, name string, env Env, w Webhook) (*actor.PID, error) {
	if w.Target == nil {
		w.Target = newTarget(w.Name, TargetWebhook, w.Caller.Account(), nil)
	}
	if w.Attempts <= 0 {
		w.Attempts = 3
	}
	if w.Retry <= 0 {
		w.Retry = time.Minute
	}
	w.Concurrency = max(w.Concurrency, 1)
	hook := newWebhook(env, w)
	work := newWorker(env.Sys, "webhook "+w.Target.Name, hook.work)
	work.finish = hook.finish
	return work.spawn(parent, name)
}

func newWebhook(env Env, w Webhook) *webhook {
	want := face.Selection{Accounts: face.AccountsOf(w.Caller.Account()), ReportSelf: w.ReportSelf}
	hook := &webhook{
		Webhook: w, env: env, follow: newFollower(env, w.Target.Name, want, w.Target.Cursor),
		named:   (&url.URL{Path: w.Target.Name}).EscapedPath(),
		posting: "delivery to " + w.Target.Name, reading: "answer of " + w.Target.Name,
		form:    face.Variant{Encoder: w.Hook.Encoder(), Framing: face.FrameRaw},
		circuit: circuit{env: env, target: w.Target}, quick: make(chan struct{}, env.Limits.inFlight()),
	}
	hook.follow.missing = hook.missing
	hook.follow.onJob, hook.follow.onDue = hook.accept, hook.redeliver
	return hook
}

// work follows the log until ctx ends.
func (w *webhook) work(ctx context.Context) error {
	if !w.Target.take(ctx) {
		return ctx.Err()
	}
	defer w.Target.release()
	w.circuit.begin()
	defer w.leave(ctx)
	w.window = newWindow(w.Target.Cursor, w.Concurrency)
	w.follow.passed, w.follow.jobs = w.window.passed, w.Target.jobs
	defer w.heartbeat()()

	ctx, cancel := context.WithCancelCause(ctx)
	w.broken = cancel
	trying, stop := outlasting(ctx, lastExchange)
	defer stop()
	w.trying = trying
	defer w.flying.Wait()
	defer cancel(context.Canceled)
	if err := w.follow.read(ctx, w.take); ctx.Err() == nil {
		return err
	}
	return context.Cause(ctx)
}

// take brings one entry on its way. Bodies are encoded once for all targets of
// a kind.
func (w *webhook) take(ctx context.Context, e *qq.Entry) error {
	body := w.env.Routes.Of(e).Frame(w.form)
	if body == nil {
		w.silent(e)
		return nil
	}
	d := &delivery{Entry: e, body: body, replayed: w.circuit.missed(e.SN)}
	if err := w.pace(ctx, d); err != nil {
		return err
	}
	return w.launch(ctx, d)
}

// silent looks at an entry that has no body: the protocol may have no words for
// it, but when its encoder panics the event has to be listed.
func (w *webhook) silent(e *qq.Entry) {
	fault := w.env.Sys.Guard("encoder of "+w.Target.Name, func() { w.form.Encoder.Encode(nil, e) })
	if fault != nil {
		w.giveUp(&delivery{Entry: e}, outcome{reason: harmless(fault)})
	}
}

// pace waits before a replayed event.
func (w *webhook) pace(ctx context.Context, d *delivery) error {
	gap := w.Replay.pace()
	if gap == 0 || !d.replayed || w.leavesOut(d) != "" {
		return nil
	}
	return w.pacer.wait(ctx, gap)
}

// launch delivers an event once there is room: here, or beside the goroutine
// when there may be several.
func (w *webhook) launch(ctx context.Context, d *delivery) error {
	if err := w.window.enter(ctx, d.SN); err != nil {
		return err
	}
	if w.Concurrency == 1 {
		return w.bring(ctx, d)
	}
	w.flying.Add(1)
	w.env.Sys.Go(w.posting, func() {
		defer w.flying.Done()
		_ = w.bring(ctx, d) // it fails with ctx, which the goroutine sees too
	}, w.broken)
	return nil
}

// bring moves the cursor when an event is done with, and then runs the quick
// operation that the answer asks for.
func (w *webhook) bring(ctx context.Context, d *delivery) error {
	proven, answer, err := w.settle(ctx, d)
	if err != nil {
		return err
	}
	w.window.leave(d.SN)
	if proven {
		w.react(ctx, d.Entry, answer)
	}
	return nil
}

// missing tells the target that events are not there, if its protocol has words
// for it.
func (w *webhook) missing(ctx context.Context, lost *qq.EventsLost) error {
	w.follow.warn(lost)
	w.circuit.gap((&goneError{*lost}).Error())
	at := w.Target.At()
	if lost.Next != 0 {
		at = lost.Next - 1
	}
	e := &qq.Entry{SN: at, Account: w.Caller.Account(), Time: w.env.Now(), Event: lost}
	body := router.NewEvent(e).Frame(w.form) // the router may know another event by its number
	if body == nil {
		return nil
	}
	return w.launch(ctx, &delivery{Entry: e, body: body, note: true})
}

// leave ends the target's service and says what stays undelivered. After a
// fault of ours it goes on soon.
func (w *webhook) leave(ctx context.Context) {
	w.putBack()
	if ctx.Err() == nil {
		return
	}
	w.circuit.end()
	if n := w.undelivered(); n > 0 {
		w.env.Sys.Logger().Warn("webhook stops with events undelivered; they stay in the log",
			slog.String("target", w.Target.Name), slog.Int("events", n))
	}
}

// mostCounted is how many entries are looked at for a line in the log.
const mostCounted = 10_000

// undelivered counts the target's events behind its cursor, up to a bound.
func (w *webhook) undelivered() (n int) {
	// What has left the log is told when the target goes on.
	after := max(w.Target.At(), w.env.Log.First()-1)
	var batch []*qq.Entry
	for seen := 0; seen < mostCounted; seen += len(batch) {
		batch, _ = w.env.Log.Read(batch[:0], after, batchSize) // it is a count for people
		if len(batch) == 0 {
			break
		}
		for _, e := range batch {
			if after = e.SN; w.follow.want.Wants(e) {
				n++
			}
		}
	}
	return n
}
