package conn

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"llbot/protocols/face"
	"llbot/protocols/qq"

	"github.com/asynkron/protoactor-go/actor"
)

// keeping is a ledger that forgets the moves of its last moments when the
// process is killed, as the store does.
type keeping struct {
	*book
	moves []move
}

type move struct {
	at time.Time
	to qq.SN
}

func (k *keeping) Save(target string, sn qq.SN) {
	k.book.Save(target, sn)
	k.mu.Lock()
	defer k.mu.Unlock()
	k.moves = append(k.moves, move{time.Now(), sn})
}

// kill takes back the moves of the last 50 ms before a kill and those behind it.
func (k *keeping) kill(target string, when time.Time) {
	k.mu.Lock()
	defer k.mu.Unlock()
	kept := slices.IndexFunc(k.moves, func(m move) bool { return when.Sub(m.at) < 50*time.Millisecond })
	if kept > 0 {
		k.moves = k.moves[:kept]
		k.cursors[target] = k.moves[kept-1].to
	}
}

// given are the events that were given up.
func (k *keeping) given(sn qq.SN) bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.skipped[sn] != "" || slices.ContainsFunc(k.refused, func(r Refusal) bool { return r.SN == sn })
}

// zoo is a target with every bad habit. It checks that events are begun in
// order: those more than the window behind are done with.
type zoo struct {
	t      testing.TB
	whim   *whim
	ledger *keeping
	window int

	mu     sync.Mutex
	events []qq.SN // the target's, in order
	proven map[qq.SN]int
	posts  int
	ends   int // of the process
}

func (z *zoo) Post(ctx context.Context, _ string, _ []face.Header, body []byte) (Answer, error) {
	var sn qq.SN
	_, _ = fmt.Sscanf(string(body), "%d#", &sn)
	z.begun(sn)
	z.whim.pause(60)
	switch z.whim.draw(24) {
	case 0, 1:
		return Answer{}, errors.New("connection refused")
	case 2: // it hangs
		time.Sleep(10 * time.Second)
		return Answer{}, context.DeadlineExceeded
	case 3, 4:
		return Answer{Status: 500}, nil
	case 5:
		return Answer{Status: 429, RetryAfter: 5 * time.Second}, nil
	case 6: // it took the event, and we never know
		return Answer{}, errors.New("connection reset by peer")
	case 7, 8, 9, 10:
		return Answer{Status: 404}, nil
	case 11:
		panic("the poster falls")
	}
	z.mu.Lock()
	defer z.mu.Unlock()
	z.proven[sn]++
	return Answer{Status: 200}, nil
}

func (z *zoo) begun(sn qq.SN) {
	z.mu.Lock()
	defer z.mu.Unlock()
	z.posts++
	i := slices.Index(z.events, sn)
	if i < 0 {
		z.t.Errorf("%d was posted, which is not the target's", sn)
		return
	}
	for _, before := range z.events[:max(i-z.window+1, 0)] {
		if z.proven[before] == 0 && !z.ledger.given(before) {
			z.t.Errorf("%d was begun before %d was done with", sn, before)
		}
	}
}

// TestRandomTroubleLosesNothing: the target misbehaves, the actor falls, the
// process is ended or killed. In the end each event is proven, or listed; it is
// posted in order, and twice only within the window of a kill.
func TestRandomTroubleLosesNothing(t *testing.T) {
	for seed := range uint64(12) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			inside(t, setting{}, func(t *testing.T, h *house) {
				window, kills := 1+3*int(seed%2), seed%3 == 0
				ledger := &keeping{book: newBook()}
				z := &zoo{t: t, whim: newWhim(seed, 0), ledger: ledger, window: window, proven: map[qq.SN]int{}}
				r := newWhim(seed, 1)
				pid := z.start(h)
				for range 60 {
					z.happen(h, r)
					r.pause(3000)
					switch r.draw(6) {
					case 0:
						h.fell(pid)
					case 1:
						when := time.Now()
						z.end(h, pid)
						if kills {
							ledger.kill("hook/10001", when)
						}
						z.happen(h, r)
						pid = z.start(h)
					}
				}
				time.Sleep(24 * time.Hour)
				z.end(h, pid)
				want(t, "cursor", ledger.cursors["hook/10001"], h.log.Last())
				z.check(t, kills)
			})
		})
	}
}

// start begins a life of the process, as far as the target goes.
func (z *zoo) start(h *house) *actor.PID {
	h.env.Poster = z
	w := Webhook{Name: "hook", URL: "http://target", Hook: &hook{}, Caller: caller(account), Concurrency: z.window,
		Attempts: 2, Retry: 20 * time.Second, Replay: Replay{Messages: true, MaxAge: time.Minute},
		Target: NewTargets(z.ledger).Open("hook/10001", TargetWebhook, account)}
	pid, err := SpawnWebhook(nil, h.env.Sys.Actors().ProcessRegistry.NextId(), h.env, w)
	if err != nil {
		h.t.Fatal(err)
	}
	synctest.Wait()
	return pid
}

// end ends it, and what is under way.
func (z *zoo) end(h *house, pid *actor.PID) {
	z.ends++
	h.stop(pid)
	time.Sleep(11 * time.Second)
	synctest.Wait()
}

func (z *zoo) check(t *testing.T, kills bool) {
	t.Helper()
	again := 0 // deliveries of what was done with
	for _, sn := range z.events {
		n, listed := z.proven[sn], z.ledger.given(sn)
		if listed {
			n++
		}
		if n == 0 {
			t.Errorf("%d is lost", sn)
		}
		again += n - 1
	}
	if most := z.ends * (z.window - 1); !kills && again > most {
		t.Errorf("%d deliveries of what was done with, %d may be", again, most)
	}
	for sn := range maps.Keys(z.ledger.skipped) {
		if !slices.Contains(z.events, sn) {
			t.Errorf("%d was skipped, which is not the target's", sn)
		}
	}
	want(t, "some are proven", len(z.proven) > len(z.events)/2, true)
	want(t, "some are refused", len(z.ledger.refused) > 0, true)
	t.Logf("%d events, %d posts, %d refused, %d skipped, %d again, %d ends", len(z.events), z.posts, len(z.ledger.refused), len(z.ledger.skipped), again, z.ends)
}

// happen journals a few events, of others too.
func (z *zoo) happen(h *house, r *whim) {
	for range r.draw(12) {
		switch r.draw(4) {
		case 0:
			h.publish(other, 1)
			continue
		case 1:
			z.expect(h.log.Last() + 1)
			h.say(1)
		default:
			z.expect(h.log.Last() + 1)
			h.publish(account, 1)
		}
	}
}

func (z *zoo) expect(sn qq.SN) {
	z.mu.Lock()
	defer z.mu.Unlock()
	z.events = append(z.events, sn)
}
