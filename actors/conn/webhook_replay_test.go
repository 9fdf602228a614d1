package conn

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"llbot/actors/router"
	"llbot/protocols/qq"
)

// say journals n messages to the account.
func (h *house) say(n int) {
	for range n {
		e := &qq.Entry{Account: account, Time: h.env.Now(), Event: &qq.MessageReceived{}}
		if _, err := h.log.Append(e, nil); err != nil {
			h.t.Error(err)
		}
		h.env.Routes.Publish(router.NewEvent(e))
	}
}

// TestReplayLeavesMessagesOut that were missed; they are listed, and requests
// and notices come.
func TestReplayLeavesMessagesOut(t *testing.T) {
	inside(t, setting{}, func(t *testing.T, h *house) {
		p, ledger, first := &poster{}, newBook(), h.log.Last()+1
		off := func(w *Webhook) { w.Replay.Messages = false }
		h.stop(h.target(&hook{}, p, ledger.target, off))
		h.say(2)              // first, first+1: missed
		h.publish(account, 2) // first+2, first+3
		var target *Target
		pid := h.target(&hook{}, p, ledger.target, off, keep(&target))
		h.rest(time.Second)
		h.say(1) // first+4
		h.rest(time.Second)
		same(t, "posted", p.bodies(), texts(span(first+2, 3)...))
		want(t, "skipped", fmt.Sprint(len(ledger.skipped), ledger.skipped[first] != "", ledger.skipped[first+1] != ""), "2 true true")
		want(t, "counted", target.Status().Skipped, 2)
		want(t, "cursor", ledger.cursors["hook/10001"], first+4)
		h.stop(pid)
	})
}

// TestMessagesOfAnOutageGrowOld: those that wait, and the one in hand, are left
// out once they are too old; notices are tried on.
func TestMessagesOfAnOutageGrowOld(t *testing.T) {
	inside(t, setting{}, func(t *testing.T, h *house) {
		p := &poster{answer: statuses(503)}
		ledger, first := newBook(), h.log.Last()+1
		pid := h.target(&hook{}, p, ledger.target, func(w *Webhook) { w.Replay.MaxAge = 10 * time.Minute })
		h.say(2)              // too old by then
		h.publish(account, 1) // first+2
		h.rest(time.Hour)
		h.say(1) // first+3: young enough
		h.rest(5 * time.Minute)
		p.set(nil)
		h.rest(5 * time.Minute)
		taken := p.bodies()[len(p.bodies())-2:]
		same(t, "taken", taken, texts(first+2, first+3))
		want(t, "skipped", len(ledger.skipped), 2)
		if why := ledger.skipped[first]; !strings.Contains(why, "10m") {
			t.Errorf("skipped since %q", why)
		}
		if n := p.count(texts(first)[0]); n < 10 || n > 700 {
			t.Errorf("%d tries of a message within ten minutes", n)
		}
		h.stop(pid)
	})
}

func (p *poster) count(body string) (n int) {
	for _, b := range p.bodies() {
		if b == body {
			n++
		}
	}
	return n
}

// TestReplayIsPaced, and what is new is not.
func TestReplayIsPaced(t *testing.T) {
	inside(t, setting{}, func(t *testing.T, h *house) {
		p, ledger := &poster{}, newBook()
		rate := func(w *Webhook) { w.Replay.Rate = 20 }
		h.stop(h.target(&hook{}, p, ledger.target, rate))
		h.publish(account, 10)
		pid := h.target(&hook{}, p, ledger.target, rate)
		h.rest(time.Minute)
		h.publish(account, 10)
		synctest.Wait()
		want(t, "posts", len(p.bodies()), 20)
		for i, wait := range p.waits() {
			if paced := i < 9; paced && wait != 50*time.Millisecond || i > 9 && wait != 0 {
				t.Errorf("wait %d is %v", i, wait)
			}
		}
		h.stop(pid)
	})
}

func TestRedeliveryByHand(t *testing.T) {
	const slow = 100 * time.Millisecond // an exchange is part of the pace
	for name, c := range map[string]struct {
		job    func(first qq.SN) Redelivery
		sns    []qq.SN // behind the first
		struck int
		error  string
		took   time.Duration
	}{
		"listed":            {job: func(f qq.SN) Redelivery { return Redelivery{List: []qq.SN{f + 3, f + 1}} }, sns: []qq.SN{3, 1}, struck: 2},
		"a span":            {job: func(f qq.SN) Redelivery { return Redelivery{After: f, UpTo: f + 2} }, sns: []qq.SN{1, 2}, struck: 2},
		"up to now":         {job: func(f qq.SN) Redelivery { return Redelivery{After: f + 1} }, sns: []qq.SN{2, 3, 5}, struck: 3},
		"paced":             {job: func(f qq.SN) Redelivery { return Redelivery{After: f - 1, Rate: 2} }, sns: []qq.SN{0, 1, 2, 3, 5}, struck: 5, took: 2*time.Second + slow},
		"not there":         {job: func(f qq.SN) Redelivery { return Redelivery{List: []qq.SN{f + 99, f + 1}} }, sns: []qq.SN{1}, struck: 1, error: "not in the log"},
		"somebody else's":   {job: func(f qq.SN) Redelivery { return Redelivery{List: []qq.SN{f + 4}} }, error: "not for this target"},
		"partly gone":       {job: func(f qq.SN) Redelivery { return Redelivery{After: f - 5, UpTo: f + 1} }, sns: []qq.SN{0, 1}, struck: 2, error: "no longer in the log"},
		"gone":              {job: func(f qq.SN) Redelivery { return Redelivery{List: []qq.SN{f - 2}} }, error: "no longer in the log"},
		"an empty span":     {job: func(f qq.SN) Redelivery { return Redelivery{After: f + 2, UpTo: f + 2} }},
		"beyond everything": {job: func(f qq.SN) Redelivery { return Redelivery{After: f + 99, UpTo: f + 200} }},
	} {
		t.Run(name, func(t *testing.T) {
			inside(t, setting{}, func(t *testing.T, h *house) {
				p, ledger, first := &poster{}, newBook(), h.log.Last()+1
				var target *Target
				pid := h.target(&hook{}, p, ledger.target, keep(&target), func(w *Webhook) { w.Replay.Messages = false })
				h.say(4)
				h.publish(other, 1)
				h.publish(account, 1)
				synctest.Wait()
				before := len(p.bodies())
				want(t, "posted", before, 5)
				if c.took > 0 {
					p.set(func(context.Context, string, int) (Answer, error) {
						time.Sleep(slow)
						return Answer{Status: 200}, nil
					})
				}
				want(t, "queued", target.Redeliver(c.job(first)), nil)
				h.rest(c.took)
				var sns []qq.SN
				for i, n := range c.sns {
					sns = append(sns, first+n)
					if head := p.heads[before+i]; head[headerReplay] != "true" || head[headerAttempt] != "1" || !strings.HasSuffix(head[headerID], fmt.Sprint("-", first+n)) {
						t.Errorf("headers %v", head)
					}
				}
				same(t, "posted again", p.bodies()[before:], texts(sns...))
				want(t, "struck off", len(ledger.struck), c.struck)
				s := target.Status()
				want(t, "left", s.Replaying, 0)
				if !strings.Contains(s.LastError, c.error) || c.error == "" && s.LastError != "" {
					t.Errorf("error %q, want %q", s.LastError, c.error)
				}
				want(t, "cursor", target.At(), h.log.Last())
				h.stop(pid)
			})
		})
	}
}

// TestRedeliveryGoesBesideWhatIsNew, also when the target does not take it: it
// is tried on, and a target that says no has the event listed again.
func TestRedeliveryGoesBesideWhatIsNew(t *testing.T) {
	inside(t, setting{}, func(t *testing.T, h *house) {
		ledger, first := newBook(), h.log.Last()+1
		old := texts(first)[0]
		p := &poster{}
		var target *Target
		pid := h.target(&hook{}, p, ledger.target, keep(&target), func(w *Webhook) { w.Retry = time.Minute })
		h.publish(account, 2)
		synctest.Wait()
		bad := func(status int) {
			p.set(func(_ context.Context, body string, _ int) (Answer, error) {
				if body == old {
					return Answer{Status: status}, nil
				}
				return Answer{Status: 200}, nil
			})
		}
		bad(503)
		want(t, "queued", target.Redeliver(Redelivery{List: []qq.SN{first, first + 1}, Rate: 1}), nil)
		for range 600 {
			h.publish(account, 3)
			h.rest(time.Second)
			want(t, "cursor", target.At(), h.log.Last())
		}
		if n := p.count(old); n < 8 || n > 400 {
			t.Errorf("posted %d times", n)
		}
		want(t, "left", target.Status().Replaying, 2)
		for i, body := range p.bodies() {
			if replayed := body == old && i > 1; (p.heads[i][headerReplay] == "true") != replayed {
				t.Errorf("post %d of %s: headers %v", i, body, p.heads[i])
			}
		}
		bad(404)
		h.rest(10 * time.Minute)
		want(t, "dead letters", len(ledger.refused), 1)
		want(t, "dead letter", ledger.refused[0].SN, first)
		want(t, "the next is redelivered", fmt.Sprint(ledger.struck), fmt.Sprint([]qq.SN{first + 1}))
		want(t, "left", target.Status().Replaying, 0)
		h.stop(pid)
	})
}

// TestRedeliveryOutlivesTheActor: what is left of it is for the next one, and
// not too many wait.
func TestRedeliveryOutlivesTheActor(t *testing.T) {
	inside(t, setting{}, func(t *testing.T, h *house) {
		p, ledger, first := &poster{}, newBook(), h.log.Last()+1
		var target *Target
		pid := h.target(&hook{}, p, ledger.target, keep(&target))
		h.publish(account, 4)
		synctest.Wait()
		want(t, "queued", target.Redeliver(Redelivery{After: first - 1, UpTo: first + 3, Rate: 1}), nil)
		h.rest(1500 * time.Millisecond)
		want(t, "left", target.Status().Replaying, 2)
		h.stop(pid)
		synctest.Wait()
		for range maxRedeliveries - 1 {
			want(t, "queued", target.Redeliver(Redelivery{List: []qq.SN{first}}), nil)
		}
		want(t, "one too many", target.Redeliver(Redelivery{}), ErrRedelivering)
		pid = h.target(&hook{}, p, ledger.target, func(w *Webhook) { w.Target = target })
		h.rest(time.Minute)
		want(t, "posted", len(p.bodies()), 4+4+maxRedeliveries-1)
		same(t, "posted", p.bodies()[4:8], texts(span(first, 4)...))
		h.stop(pid)
	})
}

// TestWebhookIsToldWhatIsMissing: the target gets a note of its own, which is
// tried like an event but is none; the cursor waits for it.
func TestWebhookIsToldWhatIsMissing(t *testing.T) {
	for name, c := range map[string]struct {
		beyond   qq.SN // the cursor, from the end; 0: fallen off
		statuses []int
		notes    int
	}{
		"fallen off":             {0, []int{500, 503, 200}, 3},
		"fallen off, not wanted": {0, []int{404, 404, 404, 200}, 3},
		"beyond":                 {1000, []int{200}, 1},
		"just beyond":            {1, []int{500, 200}, 2},
	} {
		t.Run(name, func(t *testing.T) {
			inside(t, setting{log: 4}, func(t *testing.T, h *house) {
				h.publish(account, 9)
				first, last := h.log.First(), h.log.Last()
				p, ledger := &poster{answer: statuses(c.statuses...)}, newBook()
				at, posts := last+c.beyond, texts(last+1)
				note := fmt.Sprintf("gap:%d:0", at)
				if c.beyond == 0 {
					at, posts = last-8, texts(span(first, 5)...)
					note = fmt.Sprintf("gap:%d:%d", at, first)
				}
				ledger.cursors["hook/10001"] = at
				var target *Target
				pid := h.target(&hook{encoder: gaps{}}, p, ledger.target, keep(&target))
				h.rest(time.Minute)
				h.publish(account, 1)
				synctest.Wait()
				same(t, "posted", p.bodies(), append(slices.Repeat([]string{note}, c.notes), posts...))
				for i, head := range p.heads {
					want(t, "is a note", strings.HasSuffix(head[headerID], "-missing"), i < c.notes)
				}
				s := target.Status()
				want(t, "gaps", s.Gaps, 1)
				want(t, "error", s.LastError != "", true)
				want(t, "dead letters", len(ledger.refused), 0)
				want(t, "cursor", target.At(), last+1)
				h.stop(pid)
			})
		})
	}
}

// TestGapsOfASilentProtocolAreCounted when the protocol has no words for them.
func TestGapsOfASilentProtocolAreCounted(t *testing.T) {
	inside(t, setting{log: 4}, func(t *testing.T, h *house) {
		h.publish(account, 9)
		p, ledger := &poster{}, newBook()
		ledger.cursors["hook/10001"] = h.log.Last() - 8
		var target *Target
		pid := h.target(&hook{}, p, ledger.target, keep(&target))
		same(t, "posted", p.bodies(), texts(span(h.log.First(), 4)...))
		s := target.Status()
		want(t, "gaps", s.Gaps, 1)
		want(t, "error", strings.Contains(s.LastError, "no longer held"), true)
		h.stop(pid)
	})
}
