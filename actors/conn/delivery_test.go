package conn

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"llbot/actors/system"
	"llbot/protocols/qq"
)

// target keeps a webhook's place in the book, as after a start of the process.
func (b *book) target(w *Webhook) {
	w.Target = NewTargets(b).Open("hook/10001", TargetWebhook, account)
	w.Replay.Messages = true
}

// keep shows the target that a webhook was given.
func keep(to **Target) func(*Webhook) { return func(w *Webhook) { *to = w.Target } }

// statuses are the answers to one try after the other; the last stays.
func statuses(list ...int) func(context.Context, string, int) (Answer, error) {
	return func(_ context.Context, _ string, try int) (Answer, error) {
		return Answer{Status: list[min(try, len(list))-1]}, nil
	}
}

func TestWebhookGivesUpWhatIsRefused(t *testing.T) {
	for name, c := range map[string]struct {
		attempts int
		statuses []int
		tries    int
		letter   bool
	}{
		"three times":             {statuses: []int{404, 404, 404, 200}, tries: 3, letter: true},
		"as often as configured":  {attempts: 1, statuses: []int{400, 200}, tries: 1, letter: true},
		"redirects":               {attempts: 2, statuses: []int{302, 307, 200}, tries: 2, letter: true},
		"twice, then taken":       {statuses: []int{403, 403, 204}, tries: 3},
		"trouble is not a no":     {attempts: 2, statuses: []int{500, 404, 503, 429, 401, 200}, tries: 5, letter: true},
		"trouble, then taken":     {attempts: 1, statuses: []int{500, 502, 408, 425, 200}, tries: 5},
		"answers that are no end": {attempts: 1, statuses: []int{101, 200}, tries: 1, letter: true},
	} {
		t.Run(name, func(t *testing.T) {
			inside(t, setting{}, func(t *testing.T, h *house) {
				p, ledger, first := &poster{answer: statuses(c.statuses...)}, newBook(), h.log.Last()+1
				var target *Target
				pid := h.target(&hook{}, p, ledger.target, func(w *Webhook) { w.Attempts = c.attempts }, keep(&target))
				h.publish(account, 2)
				h.rest(24 * time.Hour)
				same(t, "posted", p.bodies(), texts(append(slices.Repeat([]qq.SN{first}, c.tries), first+1)...))
				want(t, "dead letters", len(ledger.refused) == 1, c.letter)
				for _, l := range ledger.refused {
					status := c.statuses[c.tries-1]
					if l.SN != first || l.Tries != c.tries || l.Status != status || l.At == 0 || !strings.Contains(l.Reason, fmt.Sprint(status)) {
						t.Errorf("dead letter %+v", l)
					}
				}
				want(t, "cursor", ledger.cursors["hook/10001"], first+1)
				s := target.Status()
				want(t, "refused", int(s.Refused), len(ledger.refused))
				want(t, "delivered", int(s.Delivered)+len(ledger.refused), 2)
				h.stop(pid)
			})
		})
	}
}

// TestRefusalWaitsShortly: who says no cannot make us wait.
func TestRefusalWaitsShortly(t *testing.T) {
	inside(t, setting{}, func(t *testing.T, h *house) {
		p := &poster{answer: func(context.Context, string, int) (Answer, error) {
			return Answer{Status: 404, RetryAfter: time.Hour}, nil
		}}
		pid := h.target(&hook{}, p)
		h.publish(account, 1)
		h.rest(24 * time.Hour)
		for i, most := range []time.Duration{2 * time.Second, 4 * time.Second} {
			if wait := p.waits()[i]; wait > most {
				t.Errorf("wait %d is %v", i, wait)
			}
		}
		h.stop(pid)
	})
}

// milky takes any answer below 500.
type milky struct{ hook }

func (milky) Proven(status int) bool { return status > 0 && status < 500 }

func TestHookSaysWhatIsProof(t *testing.T) {
	inside(t, setting{}, func(t *testing.T, h *house) {
		p, ledger := &poster{answer: statuses(404, 500, 429, 302)}, newBook()
		first := h.log.Last() + 1
		pid := h.target(&hook{}, p, ledger.target, func(w *Webhook) { w.Hook = &milky{} })
		h.publish(account, 3)
		h.rest(time.Minute)
		same(t, "posted", p.bodies(), texts(first, first+1, first+1, first+2))
		want(t, "dead letters", len(ledger.refused), 0)
		h.stop(pid)
	})
}

func TestDeliveryHeaders(t *testing.T) {
	inside(t, setting{}, func(t *testing.T, h *house) {
		p, ledger, first := &poster{answer: statuses(204, 500, 404, 204)}, newBook(), h.log.Last()+1
		name := "群里的 bot\r\n/10001"
		rename := func(w *Webhook) { w.Target = NewTargets(ledger).Open(name, TargetWebhook, account) }
		pid := h.target(&hook{}, p, rename)
		h.publish(account, 2)
		h.rest(time.Minute)
		h.stop(pid)
		h.publish(account, 1)
		pid = h.target(&hook{}, p, rename)
		h.publish(account, 1)
		h.rest(time.Minute)
		h.stop(pid)

		id := func(sn qq.SN) string {
			return fmt.Sprintf("%%E7%%BE%%A4%%E9%%87%%8C%%E7%%9A%%84%%20bot%%0D%%0A/10001-%d", sn)
		}
		for i, c := range []struct {
			id, attempt, replay string
		}{
			{id(first), "1", ""},
			{id(first + 1), "1", ""}, {id(first + 1), "2", ""}, {id(first + 1), "3", ""},
			{id(first + 2), "1", "true"},
			{id(first + 3), "1", ""},
		} {
			head := p.heads[i]
			if head[headerID] != c.id || head[headerAttempt] != c.attempt || head[headerReplay] != c.replay {
				t.Errorf("post %d: %v, want %v", i, head, c)
			}
		}
		want(t, "posts", len(p.heads), 6)
	})
}

// TestWhatWaitedIsAReplay: events that came while the target was away are
// marked, those after it was back are not, and an event that it refused makes
// no replay of those behind it.
func TestWhatWaitedIsAReplay(t *testing.T) {
	for name, c := range map[string]struct {
		answer func(context.Context, string, int) (Answer, error)
		replay string
	}{
		"away":    {func(context.Context, string, int) (Answer, error) { return Answer{}, errors.New("refused") }, "true"},
		"trouble": {statuses(503), "true"},
		"no":      {statuses(404), ""},
	} {
		t.Run(name, func(t *testing.T) {
			inside(t, setting{}, func(t *testing.T, h *house) {
				p := &poster{answer: c.answer}
				pid := h.target(&hook{}, p, func(w *Webhook) { w.Retry, w.Attempts = time.Second, 100 })
				h.publish(account, 3)
				h.rest(5 * time.Second)
				p.set(statuses(200))
				h.rest(5 * time.Second)
				h.publish(account, 1)
				synctest.Wait()
				got := map[string]string{}
				for i, body := range p.bodies() {
					got[body] = p.heads[i][headerReplay]
				}
				last := h.log.Last()
				for i, want := range []string{"", c.replay, c.replay, ""} {
					if body := texts(last - 3 + qq.SN(i))[0]; got[body] != want {
						t.Errorf("event %d: replay %q, want %q", i, got[body], want)
					}
				}
				h.stop(pid)
			})
		})
	}
}

// TestCircuit: a target's state can be seen, without secrets, and it is up
// again with the first proof.
func TestCircuit(t *testing.T) {
	inside(t, setting{}, func(t *testing.T, h *house) {
		p := &poster{answer: func(context.Context, string, int) (Answer, error) {
			return Answer{}, &url.Error{Op: "Post", URL: "http://me:secret@target/a?token=secret", Err: errors.New("refused")}
		}}
		var target *Target
		pid := h.target(&hook{}, p, newBook().target, func(w *Webhook) { w.Retry = time.Minute }, keep(&target))
		want(t, "state at first", target.Status().State, StateUp)
		h.publish(account, 1)
		synctest.Wait()
		for tries := 1; tries < 8; tries = len(p.bodies()) {
			s := target.Status()
			state := StateRetrying
			if tries >= opensAfter {
				state = StateOpen
			}
			want(t, fmt.Sprintf("state after %d", tries), s.State, state)
			want(t, "tries", s.Tries, tries)
			want(t, "failed", s.Retries, uint64(tries))
			want(t, "error", s.LastError, `Post "http://target/a": refused`)
			want(t, "error at", s.LastErrorAt > 0 && s.LastErrorAt <= h.env.Now(), true)
			want(t, "next try ahead", s.NextTry >= h.env.Now(), true)
			h.rest(time.Duration(s.NextTry-h.env.Now())*time.Millisecond + 3*time.Millisecond)
			want(t, "tried again in time", len(p.bodies()) > tries, true)
		}
		p.set(nil)
		h.rest(time.Minute)
		s := target.Status()
		want(t, "state", s.State, StateUp)
		want(t, "tries", s.Tries, 0)
		want(t, "next try", s.NextTry, 0)
		want(t, "delivered", s.Delivered, 1)
		want(t, "proof", s.LastProof > s.LastErrorAt, true)
		p.set(statuses(503))
		h.publish(account, 1)
		synctest.Wait()
		want(t, "state after the next failure", target.Status().State, StateRetrying)
		h.stop(pid)
		synctest.Wait()
		want(t, "state at the end", target.Status().State, StateDown)
	})
}

func TestHarmless(t *testing.T) {
	for text, want := range map[string]string{
		"plain":                       "plain",
		"posting to http://h:1/p: no": "posting to http://h:1/p: no",
		`parse "https://u:p@h/p?access_token=x#f": no`: `parse "https://h/p": no`,
		"http://h?x=1":                       "http://h",
		"a ws://u@h/x@y?z b https://h2?q, c": "a ws://h/x@y b https://h2, c",
		"://":                                "://",
		strings.Repeat("é", maxReason):       strings.Repeat("é", maxReason/2),
	} {
		if got := harmless(errors.New(text)); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}

// TestEndTellsWhatStaysUndelivered counts the target's own events.
func TestEndTellsWhatStaysUndelivered(t *testing.T) {
	inside(t, setting{log: 8}, func(t *testing.T, h *house) {
		target := newTarget("hook", TargetWebhook, account, nil)
		h.env.Poster = &poster{}
		w := newWebhook(h.env, Webhook{Hook: &hook{}, Caller: caller(account), Target: target})
		want(t, "nothing", w.undelivered(), 0)
		h.publish(account, 2)
		h.publish(other, 2)
		want(t, "of all", w.undelivered(), 2)
		h.publish(account, 6)
		want(t, "of what is held", w.undelivered(), 6)
	})
}

// TestEndOfWebhookIsLogged says once what a target has not got.
func TestEndOfWebhookIsLogged(t *testing.T) {
	inside(t, setting{}, func(t *testing.T, h *house) {
		var lines strings.Builder
		sys := system.New(system.Options{Logger: slog.New(slog.NewTextHandler(&lines, nil))})
		defer sys.Shutdown()
		h.env.Sys = sys
		p := &poster{answer: statuses(200, 503)}
		pid := h.target(&hook{}, p)
		h.publish(account, 4)
		h.publish(other, 4)
		h.rest(time.Minute)
		Drain(t.Context(), sys, pid)
		if got := lines.String(); strings.Count(got, "webhook stops") != 1 || !strings.Contains(got, "events=3") || strings.Contains(got, "http") {
			t.Errorf("logged %s", got)
		}
	})
}
