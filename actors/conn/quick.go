package conn

import (
	"context"
	"log/slog"
	"time"

	"llbot/protocols/qq"
)

// react runs the quick operation that an answer asked for. The next delivery
// does not wait for it, as long as not too many are under way.
func (w *webhook) react(ctx context.Context, e *qq.Entry, answer []byte) {
	var quick func(context.Context) error
	if w.env.Sys.Guard(w.reading, func() { quick = w.Hook.Answer(w.Caller, e, answer) }) != nil || quick == nil {
		return
	}
	w.quick <- struct{}{}
	end := func(error) { <-w.quick }
	w.env.Sys.Go("quick operation of "+w.Target.Name, func() {
		if err := quick(context.WithoutCancel(ctx)); err != nil {
			w.env.Sys.Logger().Warn("quick operation failed", slog.String("target", w.Target.Name), slog.Any("error", err))
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

// heartbeat begins the beats of protocols that have one; they are posted
// between events, once each.
func (w *webhook) heartbeat() (stop func()) {
	every, body := w.Hook.Beat()
	if every <= 0 {
		return func() {}
	}
	ticker := time.NewTicker(every)
	w.follow.tick = ticker.C
	w.follow.onTick = func(ctx context.Context) {
		// A panic is logged; the next beat comes.
		_ = w.env.Sys.Guard("heartbeat of "+w.Target.Name, func() { w.beat(ctx, body(ctx, w.Caller, w.env.Now())) })
	}
	return ticker.Stop
}

func (w *webhook) beat(ctx context.Context, body []byte) {
	_, err := w.env.Poster.Post(ctx, w.URL, w.Hook.Headers(w.Caller.Account(), body), body)
	if err != nil {
		w.env.Sys.Logger().Debug("heartbeat not delivered", slog.String("target", w.Target.Name), slog.Any("error", err))
	}
}
