package conn

import (
	"context"
	"log/slog"
	"math/rand/v2"
	"time"

	"llbot/protocols/face"
	"llbot/protocols/qq"

	"github.com/asynkron/protoactor-go/actor"
)

// Webhook describes one delivery target: a URL and one account's events.
type Webhook struct {
	Name       string // the endpoint's, for logs
	URL        string
	Hook       face.Hook
	Caller     qq.Caller
	ReportSelf bool
	// Retry is the longest wait between tries; 0: one minute.
	Retry time.Duration
}

// webhook posts events in order, one in flight, and tries again until the
// target proves delivery. Its cursor lives in the follower, which outlives the
// actor's restarts.
type webhook struct {
	*Webhook
	env    Env
	follow *follower
	work   *worker
}

// SpawnWebhook starts a target.
func SpawnWebhook(parent actor.SpawnerContext, name string, env Env, w Webhook) (*actor.PID, error) {
	want := face.Selection{Accounts: face.AccountsOf(w.Caller.Account()), ReportSelf: w.ReportSelf}
	state := &webhook{Webhook: &w, env: env, follow: newFollower(env, w.Name, want), work: newWorker()}
	return env.Sys.Spawn(parent, name, func() actor.Actor { return &webhookActor{state} }, spawning())
}

type webhookActor struct{ *webhook }

// ended tells an actor that its worker is through.
type ended struct{ err error }

// begin tells an actor to start its worker again.
type begin struct{}

func (w *webhookActor) Receive(ctx actor.Context) {
	switch m := ctx.Message().(type) {
	case *actor.Started, *begin:
		w.start(ctx.Self())
	case *drain:
		w.work.finish(m, w.env.Sys, ctx.Self())
	case *ended:
		w.again(ctx.Self(), m.err)
	case *actor.Stopping:
		w.work.cancel()
	}
}

func (w *webhookActor) start(self *actor.PID) {
	w.work.start(w.env.Sys, "webhook "+w.Name, w.deliver, func(err error) { w.env.Sys.Root().Send(self, &ended{err}) })
}

// again restarts the worker after a fault of ours, at the entry it was at.
func (w *webhookActor) again(self *actor.PID, err error) {
	if err == nil || w.work.ctx.Err() != nil {
		return
	}
	w.follow.skip()
	w.env.Sys.Wheel().After(time.Second, self, &begin{})
}

func (w *webhook) deliver(ctx context.Context) {
	every, body := w.Hook.Beat()
	if every > 0 {
		ticker := time.NewTicker(every)
		defer ticker.Stop()
		w.follow.tick = ticker.C
		w.follow.onTick = func(ctx context.Context) { w.beat(ctx, body) }
	}
	var buf []byte
	err := w.follow.run(ctx, func(ctx context.Context, e *qq.Entry) error {
		var said bool
		if buf, said = w.Hook.Encoder().Encode(buf[:0], e); !said {
			return nil
		}
		return w.post(ctx, e, buf)
	})
	if err != nil && ctx.Err() == nil {
		panic(err) // the log cannot be read: a fault of ours
	}
}

// post delivers one body, trying again with full-jitter back-off while the
// target is unreachable or overloaded. A refusal (other 4xx) is final.
func (w *webhook) post(ctx context.Context, e *qq.Entry, body []byte) error {
	for try := 1; ; try++ {
		// An exchange under way is finished even when we are asked to end.
		answer, err := w.env.Poster.Post(context.WithoutCancel(ctx), w.URL, w.Hook.Headers(e.Account, body), body)
		if err == nil && w.Hook.Proven(answer.Status) {
			w.react(ctx, e, answer.Body)
			return nil
		}
		if err == nil && !retryable(answer.Status) {
			w.env.Sys.Logger().Warn("webhook refused an event", slog.String("target", w.Name),
				slog.Uint64("sn", uint64(e.SN)), slog.Int("status", answer.Status))
			return nil
		}
		wait := max(w.backoff(try), answer.RetryAfter)
		w.env.Sys.Logger().Warn("webhook not delivered", slog.String("target", w.Name), slog.Uint64("sn", uint64(e.SN)),
			slog.Int("try", try), slog.Int("status", answer.Status), slog.Any("error", err), slog.Duration("again_in", wait))
		if err := sleep(ctx, wait); err != nil {
			return err
		}
	}
}

// react runs the quick operation that an answer asked for, without holding up
// the next delivery.
func (w *webhook) react(ctx context.Context, e *qq.Entry, body []byte) {
	quick := w.Hook.Answer(w.Caller, e, body)
	if quick == nil {
		return
	}
	w.env.Sys.Go("quick operation of "+w.Name, func() {
		if err := quick(context.WithoutCancel(ctx)); err != nil {
			w.env.Sys.Logger().Warn("quick operation failed", slog.String("target", w.Name), slog.Any("error", err))
		}
	}, nil)
}

func (w *webhook) beat(ctx context.Context, body func(context.Context, qq.Caller, qq.Time) []byte) {
	text := body(ctx, w.Caller, w.env.Now())
	_, err := w.env.Poster.Post(ctx, w.URL, w.Hook.Headers(w.Caller.Account(), text), text)
	if err != nil {
		w.env.Sys.Logger().Debug("heartbeat not delivered", slog.String("target", w.Name), slog.Any("error", err))
	}
}

func (w *webhook) backoff(try int) time.Duration {
	limit := w.Retry
	if limit <= 0 {
		limit = time.Minute
	}
	return rand.N(min(time.Second<<min(try, 8), limit) + 1)
}

// retryable lists the statuses that say "not now" rather than "no".
func retryable(status int) bool {
	return status >= 500 || status == 408 || status == 425 || status == 429
}

func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}
