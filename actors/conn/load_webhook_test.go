package conn

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"llbot/protocols/qq"

	"github.com/asynkron/protoactor-go/actor"
)

// whim draws for many goroutines.
type whim struct {
	mu sync.Mutex
	r  *rand.Rand
}

func newWhim(seed, of uint64) *whim { return &whim{r: rand.New(rand.NewPCG(seed, of))} }

func (w *whim) draw(n int) int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.r.IntN(n)
}

// pause is a short wait of uneven length.
func (w *whim) pause(most int) { time.Sleep(time.Duration(w.draw(most)) * time.Millisecond) }

// choosy takes most of what it is posted.
type choosy struct {
	poster
	whim  *whim
	taken []string
}

func newChoosy(seed uint64) *choosy {
	c := &choosy{whim: newWhim(seed, 0)}
	c.answer = func(ctx context.Context, body string, _ int) (Answer, error) {
		c.whim.pause(20)
		switch c.whim.draw(20) {
		case 0:
			return Answer{}, errors.New("refused")
		case 1:
			return Answer{Status: 503, RetryAfter: time.Second}, nil
		}
		c.mu.Lock()
		defer c.mu.Unlock()
		c.taken = append(c.taken, body)
		return Answer{Status: 200, Body: []byte(body)}, ctx.Err()
	}
	return c
}

func (c *choosy) took() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return append([]string(nil), c.taken...)
}

// fell is how a worker's actor is made to panic.
func (h *house) fell(pid *actor.PID) { h.env.Sys.Root().Send(pid, (*failed)(nil)) }

// TestWebhookRestartsUnderLoad: events go on while the actor of a target falls
// again and again, and the log cannot be read at times. The target takes each
// event once and in order, one exchange at a time, quick operations are not
// lost, and those who wait for the end are answered.
func TestWebhookRestartsUnderLoad(t *testing.T) {
	for seed := range uint64(6) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			inside(t, setting{limits: Limits{InFlight: 4}}, func(t *testing.T, h *house) {
				p, moods, quick := newChoosy(seed), newWhim(seed, 1), map[qq.SN]int{}
				log := h.log
				h.env.Log = &oddLog{log, func(dst []*qq.Entry, after qq.SN, max int) ([]*qq.Entry, error) {
					switch moods.draw(30) {
					case 0:
						return nil, errors.New("disk on fire")
					case 1:
						panic("disk on fire")
					}
					return log.Read(dst, after, max)
				}}
				var mu sync.Mutex
				pid := h.target(&hook{answer: func(e *qq.Entry, _ string) func(context.Context) error {
					return func(ctx context.Context) error {
						p.whim.pause(30)
						mu.Lock()
						defer mu.Unlock()
						quick[e.SN]++
						return ctx.Err()
					}
				}}, &p.poster)
				first, events := log.Last()+1, 0
				var load sync.WaitGroup
				load.Go(func() {
					for r := newWhim(seed, 2); events < 500; r.pause(200) {
						n := 1 + r.draw(5)
						h.publish(account, n)
						events += n
					}
				})
				load.Go(func() {
					r := newWhim(seed, 3)
					for range 30 {
						h.fell(pid)
						r.pause(2000)
					}
				})
				load.Wait()
				time.Sleep(time.Hour)
				want(t, "restarts", h.env.Sys.Stats().Restarts >= 10, true)
				for range 50 { // the log goes on to fail, the actor does not
					h.publish(account, 1)
					events++
					time.Sleep(time.Second)
				}
				time.Sleep(time.Hour)
				same(t, "taken", p.took(), texts(span(first, events)...))
				want(t, "refusals", len(p.bodies()) > len(p.took()), true)
				h.drainInTrouble(pid)
				want(t, "quick operations", len(quick), events)
				for sn, n := range quick {
					want(t, fmt.Sprintf("quick operations of %d", sn), n, 1)
				}
			})
		})
	}
}

// drainInTrouble drains an actor that falls at that very moment: all who wait
// are answered.
func (h *house) drainInTrouble(pid *actor.PID) {
	h.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Minute)
	defer cancel()
	var drains sync.WaitGroup
	for range 3 {
		h.fell(pid)
		drains.Go(func() { Drain(ctx, h.env.Sys, pid) })
	}
	drains.Wait()
	synctest.Wait()
	want(h.t, "the drain ended by itself", ctx.Err(), nil)
	want(h.t, "alive", h.alive(pid), false)
}
