package conn

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"llbot/protocols/qq"
)

func TestDrainWaitsForQuickOperations(t *testing.T) {
	inside(t, setting{}, func(t *testing.T, h *house) {
		pid := h.target(&hook{answer: func(*qq.Entry, string) func(context.Context) error {
			return func(ctx context.Context) error { time.Sleep(time.Second); return ctx.Err() }
		}}, &poster{})
		h.publish(account, 2)
		synctest.Wait()
		began := time.Now()
		Drain(t.Context(), h.env.Sys, pid)
		want(t, "took", time.Since(began), time.Second)
	})
}

func TestDrainFinishesTheExchangeUnderWay(t *testing.T) {
	inside(t, setting{}, func(t *testing.T, h *house) {
		first := h.log.Last() + 1
		target := newTarget("hook", TargetWebhook, account, nil)
		p := &poster{answer: func(ctx context.Context, _ string, _ int) (Answer, error) {
			time.Sleep(time.Second)
			return Answer{Status: 200}, ctx.Err()
		}}
		pid := h.target(&hook{}, p, func(w *Webhook) { w.Target = target })
		h.publish(account, 5)
		time.Sleep(1500 * time.Millisecond)
		began := time.Now()
		Drain(t.Context(), h.env.Sys, pid, pid)
		want(t, "took", time.Since(began), 500*time.Millisecond)
		want(t, "alive", h.alive(pid), false)
		want(t, "cursor", target.At(), first+1)
		same(t, "posted", p.bodies(), texts(first, first+1))

		next := h.target(&hook{}, p, func(w *Webhook) { w.Target = target })
		time.Sleep(10 * time.Second)
		same(t, "posted by the next", p.bodies()[2:], texts(span(first+2, 3)...))
		h.stop(next)
	})
}

// TestStoppedTargetIsWaitedForByTheNext: an exchange that a stopped actor left
// under way is neither doubled nor overtaken.
func TestStoppedTargetIsWaitedForByTheNext(t *testing.T) {
	inside(t, setting{}, func(t *testing.T, h *house) {
		first := h.log.Last() + 1
		target := newTarget("hook", TargetWebhook, account, nil)
		p := &poster{answer: func(context.Context, string, int) (Answer, error) {
			time.Sleep(time.Second)
			return Answer{Status: 200}, nil
		}}
		pid := h.target(&hook{}, p, func(w *Webhook) { w.Target = target })
		for range 4 {
			h.publish(account, 2)
			time.Sleep(100 * time.Millisecond)
			h.stop(pid)
			pid = h.target(&hook{}, p, func(w *Webhook) { w.Target = target })
		}
		time.Sleep(time.Minute)
		same(t, "posted", p.bodies(), texts(span(first, 8)...))
		h.stop(pid)
	})
}

func TestDrainDoesNotWaitForTheNextTry(t *testing.T) {
	inside(t, setting{}, func(t *testing.T, h *house) {
		target := newTarget("hook", TargetWebhook, account, nil)
		p := &poster{answer: func(context.Context, string, int) (Answer, error) {
			return Answer{Status: 503, RetryAfter: time.Hour}, nil
		}}
		pid := h.target(&hook{}, p, func(w *Webhook) { w.Target = target })
		last := h.log.Last()
		h.publish(account, 1)
		time.Sleep(time.Minute)
		began := time.Now()
		Drain(t.Context(), h.env.Sys, pid)
		want(t, "took", time.Since(began), 0)
		want(t, "cursor", target.At(), last) // not delivered: not done with
	})
}
