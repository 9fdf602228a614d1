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
	// Cursor, when set, is where to begin, and is moved on with each delivery.
	Cursor *Cursor
}

// longestRetryAfter bounds what a target may ask for by Retry-After.
const longestRetryAfter = time.Hour

// webhook posts events in order, one in flight, and tries again until the
// target proves delivery.
type webhook struct {
	*Webhook
	env    Env
	follow *follower
	quick  chan struct{} // one for each quick operation under way
}

// SpawnWebhook starts a target.
func SpawnWebhook(parent actor.SpawnerContext, name string, env Env, w Webhook) (*actor.PID, error) {
	want := face.Selection{Accounts: face.AccountsOf(w.Caller.Account()), ReportSelf: w.ReportSelf}
	hook := &webhook{
		Webhook: &w, env: env, follow: newFollower(env, w.Name, want, w.Cursor),
		quick: make(chan struct{}, env.Limits.inFlight()),
	}
	work := newWorker(env.Sys, "webhook "+w.Name, hook.deliver)
	work.finish = hook.finish
	return work.spawn(parent, name)
}

// deliver follows the log. Bodies are encoded once for all targets of a kind,
// and an event that its encoder panics on is left out, as everywhere.
func (w *webhook) deliver(ctx context.Context) error {
	every, body := w.Hook.Beat()
	if every > 0 {
		ticker := time.NewTicker(every)
		defer ticker.Stop()
		w.follow.tick = ticker.C
		w.follow.onTick = func(ctx context.Context) { w.beat(ctx, body) }
	}
	form := face.Variant{Encoder: w.Hook.Encoder(), Framing: face.FrameRaw}
	return w.follow.run(ctx, func(ctx context.Context, e *qq.Entry) error {
		if text := w.env.Routes.Of(e).Frame(form); text != nil {
			return w.post(ctx, e, text)
		}
		return nil
	})
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
		wait := max(w.backoff(try), min(answer.RetryAfter, longestRetryAfter))
		w.env.Sys.Logger().Warn("webhook not delivered", slog.String("target", w.Name), slog.Uint64("sn", uint64(e.SN)),
			slog.Any("account", e.Account), slog.Int("try", try), slog.Int("status", answer.Status), cause(err), slog.Duration("again_in", wait))
		if err := sleep(ctx, wait); err != nil {
			return err
		}
	}
}

// react runs the quick operation that an answer asked for. The next delivery
// does not wait for it, as long as not too many are under way.
func (w *webhook) react(ctx context.Context, e *qq.Entry, body []byte) {
	quick := w.Hook.Answer(w.Caller, e, body)
	if quick == nil {
		return
	}
	w.quick <- struct{}{}
	end := func(error) { <-w.quick }
	w.env.Sys.Go("quick operation of "+w.Name, func() {
		if err := quick(context.WithoutCancel(ctx)); err != nil {
			w.env.Sys.Logger().Warn("quick operation failed", slog.String("target", w.Name), slog.Any("error", err))
		}
		end(nil)
	}, end)
}

// finish waits for the quick operations under way; none begins any more.
func (w *webhook) finish() {
	for range cap(w.quick) {
		w.quick <- struct{}{}
	}
	for range cap(w.quick) {
		<-w.quick
	}
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

// cause is an error for the log; without one the attribute is left out.
func cause(err error) slog.Attr {
	if err == nil {
		return slog.Attr{}
	}
	return slog.Any("error", err)
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
