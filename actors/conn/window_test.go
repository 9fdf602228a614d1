package conn

import (
	"context"
	"math/rand/v2"
	"slices"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"llbot/protocols/qq"
)

// TestWindow: events end in any order. The cursor never passes one that is not
// done with, never goes back, and comes to the end; no more are in flight than
// lie within the window.
func TestWindow(t *testing.T) {
	for seed := range uint64(200) {
		r := rand.New(rand.NewPCG(seed, 0))
		size, events, cursor := 1+r.IntN(5), qq.SN(1+r.IntN(40)), NewCursor()
		w := newWindow(cursor, size)
		var flying, done []qq.SN
		at := qq.SN(0)
		for sn := qq.SN(1); sn <= events || len(flying) > 0; {
			room := len(w.room) < size
			switch {
			case sn <= events && r.IntN(4) == 0: // for others
				w.passed(sn)
				done = append(done, sn)
				sn++
			case sn <= events && room && r.IntN(2) == 0:
				if err := w.enter(t.Context(), sn); err != nil {
					t.Fatal(err)
				}
				w.passed(sn)
				flying = append(flying, sn)
				sn++
			case len(flying) > 0:
				i := r.IntN(len(flying))
				w.leave(flying[i])
				done = append(done, flying[i])
				flying = slices.Delete(flying, i, i+1)
			}
			if cursor.At() < at {
				t.Fatalf("seed %d: the cursor went back from %d to %d", seed, at, cursor.At())
			}
			at = cursor.At()
			for n := qq.SN(1); n <= at; n++ {
				if !slices.Contains(done, n) {
					t.Fatalf("seed %d: the cursor is at %d, %d is not done with", seed, at, n)
				}
			}
			if n := len(w.room); n > size {
				t.Fatalf("seed %d: %d places of %d", seed, n, size)
			}
		}
		if cursor.At() != events || len(w.room) != 0 {
			t.Fatalf("seed %d: the cursor is at %d of %d, %d places taken", seed, cursor.At(), events, len(w.room))
		}
	}
}

func TestWindowIsLeftByWhoWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWindow(NewCursor(), 1)
		want(t, "enters", w.enter(t.Context(), 1), nil)
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		want(t, "waits", w.enter(ctx, 2), context.DeadlineExceeded)
	})
}

// TestConcurrentDeliveries: as many as configured are in flight, no event is
// begun further ahead of one that is stuck, and the cursor stays behind it.
func TestConcurrentDeliveries(t *testing.T) {
	inside(t, setting{}, func(t *testing.T, h *house) {
		first := h.log.Last() + 1
		stuck := texts(first + 2)[0]
		release := make(chan struct{})
		p := &poster{most: 4, answer: func(_ context.Context, body string, _ int) (Answer, error) {
			time.Sleep(time.Second)
			if body == stuck {
				<-release
			}
			return Answer{Status: 200}, nil
		}}
		ledger := newBook()
		pid := h.target(&hook{}, p, ledger.target, func(w *Webhook) { w.Concurrency = 4 })
		h.publish(account, 20)
		synctest.Wait()
		want(t, "in flight", p.under.Load(), 4)
		h.rest(time.Minute)
		want(t, "in flight beside the stuck", p.under.Load(), 1)
		want(t, "begun", len(p.bodies()), 6)
		want(t, "cursor", ledger.cursors["hook/10001"], first+1)

		began := time.Now()
		close(release)
		h.rest(time.Minute)
		want(t, "cursor", ledger.cursors["hook/10001"], first+19)
		got := p.bodies()
		slices.Sort(got)
		same(t, "posted", got, texts(span(first, 20)...))
		p.mu.Lock()
		want(t, "four at a time", p.at[19].Sub(began) <= 4*time.Second, true)
		p.mu.Unlock()
		h.stop(pid)
	})
}

// TestConcurrentEndWaitsForAll that are under way, and the next begins behind
// what is proven without a hole.
func TestConcurrentEndWaitsForAll(t *testing.T) {
	inside(t, setting{}, func(t *testing.T, h *house) {
		first := h.log.Last() + 1
		p := &poster{most: 3}
		p.set(func(_ context.Context, body string, _ int) (Answer, error) {
			time.Sleep(time.Second)
			if body == texts(first + 1)[0] {
				return Answer{Status: 503}, nil
			}
			return Answer{Status: 200}, nil
		})
		ledger := newBook()
		change := func(w *Webhook) { w.Concurrency, w.Retry = 3, time.Hour }
		pid := h.target(&hook{}, p, ledger.target, change)
		h.publish(account, 6)
		h.rest(500 * time.Millisecond)
		began := time.Now()
		Drain(t.Context(), h.env.Sys, pid)
		want(t, "took", time.Since(began), 500*time.Millisecond)
		want(t, "cursor", ledger.cursors["hook/10001"], first)
		same(t, "posted", sorted(p.bodies()), texts(span(first, 3)...))

		p.set(nil)
		pid = h.target(&hook{}, p, ledger.target, change)
		same(t, "posted", sorted(p.bodies()[3:]), texts(span(first+1, 5)...))
		h.stop(pid)
	})
}

func sorted(list []string) []string {
	slices.Sort(list)
	return list
}

// panicky is a ledger that falls over the first dead letter.
type panicky struct {
	*book
	fell atomic.Bool
}

func (p *panicky) Refused(target string, r Refusal) {
	if p.fell.CompareAndSwap(false, true) {
		panic("no ink")
	}
	p.book.Refused(target, r)
}

// TestFaultOfConcurrentDeliveryStallsNothing: a fault in one of several
// deliveries has them begun again at the cursor.
func TestFaultOfConcurrentDeliveryStallsNothing(t *testing.T) {
	for name, n := range map[string]int{"one": 1, "several": 3} {
		t.Run(name, func(t *testing.T) {
			inside(t, setting{}, func(t *testing.T, h *house) {
				first, ledger := h.log.Last()+1, &panicky{book: newBook()}
				p := &poster{most: 3, answer: func(_ context.Context, body string, _ int) (Answer, error) {
					time.Sleep(time.Millisecond)
					if body == texts(first + 3)[0] {
						return Answer{Status: 404}, nil
					}
					return Answer{Status: 200}, nil
				}}
				pid := h.target(&hook{}, p, func(w *Webhook) {
					w.Target, w.Concurrency, w.Attempts = NewTargets(ledger).Open("hook/10001", TargetWebhook, account), n, 1
				})
				h.publish(account, 9)
				h.rest(time.Minute)
				h.publish(account, 1)
				h.rest(time.Minute)
				want(t, "fell", ledger.fell.Load(), true)
				got := sorted(p.bodies())
				if len(got) > 10+n {
					t.Errorf("%d posts", len(got))
				}
				same(t, "posted", slices.Compact(got), texts(span(first, 10)...))
				want(t, "dead letters", len(ledger.refused), 1)
				want(t, "cursor", ledger.cursors["hook/10001"], first+9)
				h.stop(pid)
			})
		})
	}
}
