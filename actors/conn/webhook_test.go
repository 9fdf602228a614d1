package conn

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"llbot/protocols/qq"
)

func TestWebhookPostsInOrderOneAtATime(t *testing.T) {
	inside(t, setting{}, func(t *testing.T, h *house) {
		h.publish(account, 3) // before its time
		p := &poster{answer: func(context.Context, string, int) (Answer, error) {
			time.Sleep(time.Millisecond)
			return Answer{Status: 200}, nil
		}}
		pid := h.target(&hook{}, p)
		first := h.log.Last() + 1
		h.publish(account, 2*batchSize)
		h.publish(other, 1)
		time.Sleep(time.Second)
		h.publish(account, 1)
		time.Sleep(time.Second)
		sns := append(span(first, 2*batchSize), first+2*batchSize+1)
		same(t, "posted", p.bodies(), texts(sns...))
		h.stop(pid)
	})
}

func TestWebhookTriesAgain(t *testing.T) {
	for name, c := range map[string]struct {
		answer Answer
		err    error
		most   []time.Duration // bounds of the waits
		least  time.Duration
	}{
		"unreachable":     {err: errors.New("refused"), most: []time.Duration{2 * time.Second, 4 * time.Second, 5 * time.Second, 5 * time.Second}},
		"broken":          {answer: Answer{Status: 502}, most: []time.Duration{2 * time.Second, 4 * time.Second, 5 * time.Second, 5 * time.Second}},
		"too many":        {answer: Answer{Status: 429, RetryAfter: 7 * time.Second}, least: 7 * time.Second, most: []time.Duration{7 * time.Second}},
		"in a year":       {answer: Answer{Status: 503, RetryAfter: 9000 * time.Hour}, least: time.Hour, most: []time.Duration{time.Hour}},
		"timed out there": {answer: Answer{Status: 408}, most: []time.Duration{2 * time.Second}},
	} {
		t.Run(name, func(t *testing.T) {
			inside(t, setting{}, func(t *testing.T, h *house) {
				fails := len(c.most)
				p := &poster{answer: func(_ context.Context, _ string, try int) (Answer, error) {
					if try <= fails {
						return c.answer, c.err
					}
					return Answer{Status: 200}, nil
				}}
				pid := h.target(&hook{}, p, func(w *Webhook) { w.Retry = 5 * time.Second })
				first := h.log.Last() + 1
				h.publish(account, 2)
				time.Sleep(2 * time.Hour)
				synctest.Wait()
				sns := append(slices.Repeat([]qq.SN{first}, fails+1), first+1)
				same(t, "posted", p.bodies(), texts(sns...))
				for i, most := range c.most {
					if wait := p.waits()[i]; wait < c.least || wait > most {
						t.Errorf("wait %d is %v, want %v to %v", i, wait, c.least, most)
					}
				}
				h.stop(pid)
			})
		})
	}
}

func TestWebhookLeavesOutWhatItPanicsOn(t *testing.T) {
	for name, wrong := range map[string]func(sn qq.SN) *hook{
		"Encode": func(sn qq.SN) *hook { return &hook{wrong: sn} },
		"Headers": func(sn qq.SN) *hook {
			return &hook{onHeader: func(body string) {
				if body == texts(sn)[0] {
					panic(body)
				}
			}}
		},
	} {
		t.Run(name, func(t *testing.T) {
			inside(t, setting{}, func(t *testing.T, h *house) {
				first := h.log.Last() + 1
				p := &poster{}
				ledger := newBook()
				pid := h.target(wrong(first+1), p, ledger.target)
				h.publish(account, 4)
				h.rest(time.Minute)
				same(t, "posted", p.bodies(), texts(first, first+2, first+3))
				want(t, "dead letters", len(ledger.refused), 1)
				letter := ledger.refused[0]
				if letter.SN != first+1 || !strings.Contains(letter.Reason, "panic") || letter.Status != 0 {
					t.Errorf("dead letter %+v", letter)
				}
				h.stop(pid)
			})
		})
	}
}

func TestPanicOnAnAnswerDeliversNothingTwice(t *testing.T) {
	inside(t, setting{}, func(t *testing.T, h *house) {
		first := h.log.Last() + 1
		p := &poster{}
		pid := h.target(&hook{answer: func(e *qq.Entry, _ string) func(context.Context) error { panic("bad answer") }}, p)
		h.publish(account, 2)
		time.Sleep(2 * workAgain)
		synctest.Wait()
		same(t, "posted", p.bodies(), texts(first, first+1))
		h.stop(pid)
	})
}

func TestQuickOperations(t *testing.T) {
	inside(t, setting{limits: Limits{InFlight: 3}}, func(t *testing.T, h *house) {
		first := h.log.Last() + 1
		p := &poster{answer: func(_ context.Context, body string, _ int) (Answer, error) {
			return Answer{Status: 200, Body: []byte("do " + body)}, nil
		}}
		release := make(chan struct{})
		var begun, ended atomic.Int32
		target := newTarget("hook", TargetWebhook, account, nil)
		pid := h.target(&hook{answer: func(e *qq.Entry, body string) func(context.Context) error {
			if body != "do "+texts(e.SN)[0] {
				t.Errorf("answer %q of event %d", body, e.SN)
			}
			if e.SN == first {
				return nil
			}
			return func(ctx context.Context) error {
				begun.Add(1)
				<-release
				ended.Add(1)
				if ctx.Err() != nil {
					t.Error("the operation was cut")
				}
				if e.SN == first+1 {
					panic("quick and wrong")
				}
				return errors.New("no luck")
			}
		}}, p, func(w *Webhook) { w.Target = target })
		h.publish(account, 6)
		synctest.Wait()
		want(t, "posted while they wait", len(p.bodies()), 5) // the fifth waits for the bound
		want(t, "begun", begun.Load(), 3)
		want(t, "cursor, which waits for none", target.At(), first+4)
		drained := make(chan struct{})
		go func() { Drain(t.Context(), h.env.Sys, pid); close(drained) }()
		synctest.Wait()
		close(release)
		<-drained
		want(t, "ended", ended.Load(), begun.Load())
		want(t, "alive", h.alive(pid), false)
	})
}

func TestHeartbeat(t *testing.T) {
	inside(t, setting{}, func(t *testing.T, h *house) {
		p := &poster{answer: func(_ context.Context, body string, _ int) (Answer, error) {
			if body == "beat" {
				return Answer{}, errors.New("refused")
			}
			time.Sleep(10 * time.Second)
			return Answer{Status: 200}, nil
		}}
		pid := h.target(&hook{beat: 15 * time.Second}, p)
		first := h.log.Last() + 1
		time.Sleep(31 * time.Second)
		same(t, "idle", p.bodies(), []string{"beat", "beat"})
		h.publish(account, 3)
		time.Sleep(28 * time.Second)
		same(t, "busy", p.bodies()[2:], append(texts(first, first+1), "beat", texts(first + 2)[0]))
		h.stop(pid)
	})
}

func TestWebhookGoesOnAtTheOldestEvent(t *testing.T) {
	inside(t, setting{log: 4}, func(t *testing.T, h *house) {
		p := &poster{answer: func(context.Context, string, int) (Answer, error) {
			time.Sleep(time.Minute)
			return Answer{Status: 200}, nil
		}}
		pid := h.target(&hook{}, p)
		first := h.log.Last() + 1
		h.publish(account, 1)
		synctest.Wait()
		h.publish(account, 9)
		time.Sleep(time.Hour)
		same(t, "posted", p.bodies(), texts(append([]qq.SN{first}, span(first+6, 4)...)...))
		h.stop(pid)
	})
}

func TestUnreadableLogIsTriedAgain(t *testing.T) {
	inside(t, setting{}, func(t *testing.T, h *house) {
		var reads atomic.Int32
		log := h.log
		h.env.Log = &oddLog{log, func(dst []*qq.Entry, after qq.SN, max int) ([]*qq.Entry, error) {
			switch reads.Add(1) {
			case 1:
				return nil, errors.New("disk on fire")
			case 2:
				panic("disk still on fire")
			}
			return log.Read(dst, after, max)
		}}
		p := &poster{}
		pid := h.target(&hook{}, p)
		first := log.Last() + 1
		h.publish(account, 2)
		time.Sleep(3 * workAgain)
		synctest.Wait()
		same(t, "posted", p.bodies(), texts(first, first+1))
		h.stop(pid)
	})
}
