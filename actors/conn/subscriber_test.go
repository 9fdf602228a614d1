package conn

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"llbot/protocols/qq"
)

func TestSubscriber(t *testing.T) {
	inside(t, setting{}, func(t *testing.T, h *house) {
		h.publish(account, 5)
		first := h.log.Last() - 4
		var got []string
		see := func(_ context.Context, e *qq.Entry) {
			got = append(got, texts(e.SN)...)
			if e.SN == first+3 {
				panic("not this one")
			}
		}
		pid, err := SpawnSubscriber(nil, "s", h.env, Subscriber{Want: selection(account), After: first, Do: see})
		if err != nil {
			t.Fatal(err)
		}
		h.publish(other, 1)
		h.publish(account, 1)
		time.Sleep(2 * workAgain)
		synctest.Wait()
		same(t, "got", got, texts(append(span(first+1, 4), first+6)...))
		Drain(t.Context(), h.env.Sys, pid)
		h.publish(account, 1)
		synctest.Wait()
		want(t, "after the end", len(got), 5)
	})
}

func TestSubscriberBeginsWithTheNextEvent(t *testing.T) {
	for name, after := range map[string]qq.SN{"unnamed": 0, "beyond": 1 << 52} {
		t.Run(name, func(t *testing.T) {
			inside(t, setting{}, func(t *testing.T, h *house) {
				h.publish(account, 5)
				var got []string
				pid, err := SpawnSubscriber(nil, "s", h.env, Subscriber{Want: selection(account), After: after,
					Do: func(_ context.Context, e *qq.Entry) { got = append(got, texts(e.SN)...) }})
				if err != nil {
					t.Fatal(err)
				}
				first := h.log.Last() + 1
				h.publish(account, 2)
				synctest.Wait()
				same(t, "got", got, texts(first, first+1))
				h.stop(pid)
			})
		})
	}
}

func TestEndOfASubscriberWaitsForItsLastCall(t *testing.T) {
	inside(t, setting{}, func(t *testing.T, h *house) {
		var calls atomic.Int32
		pid, err := SpawnSubscriber(nil, "s", h.env, Subscriber{Want: selection(account),
			Do: func(context.Context, *qq.Entry) { time.Sleep(time.Second); calls.Add(1) }})
		if err != nil {
			t.Fatal(err)
		}
		h.publish(account, 9)
		time.Sleep(1500 * time.Millisecond)
		var ends sync.WaitGroup
		for range 3 {
			ends.Go(func() { Drain(t.Context(), h.env.Sys, pid) })
		}
		ends.Wait()
		want(t, "calls", calls.Load(), 2)
		want(t, "alive", h.alive(pid), false)
	})
}

func TestDrainGivesUpWithItsContext(t *testing.T) {
	inside(t, setting{}, func(t *testing.T, h *house) {
		release := make(chan struct{})
		pid, err := SpawnSubscriber(nil, "s", h.env, Subscriber{Want: selection(account), Do: func(context.Context, *qq.Entry) { <-release }})
		if err != nil {
			t.Fatal(err)
		}
		h.publish(account, 1)
		synctest.Wait()
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		began := time.Now()
		Drain(ctx, h.env.Sys, pid)
		want(t, "took", time.Since(began), time.Second)
		close(release)
		synctest.Wait()
		want(t, "alive", h.alive(pid), false)
	})
}
