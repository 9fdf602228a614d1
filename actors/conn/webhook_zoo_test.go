package conn

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"llbot/protocols/face"

	"github.com/asynkron/protoactor-go/actor"
)

// cages are targets by URL, each with its own bad habit.
type cages struct {
	habits map[string]func(ctx context.Context) (Answer, error)

	mu    sync.Mutex
	late  time.Duration // the longest that the good one waited
	taken map[string]int
	sent  map[string]time.Time // by body
}

func (c *cages) Post(ctx context.Context, url string, _ []face.Header, body []byte) (Answer, error) {
	c.mu.Lock()
	if url == "good" {
		c.late = max(c.late, time.Since(c.sent[string(body)]))
	}
	c.mu.Unlock()
	a, err := c.habits[url](ctx)
	c.mu.Lock()
	defer c.mu.Unlock()
	if err == nil && a.Status == 200 {
		c.taken[url]++
	}
	return a, err
}

// TestBadWebhooksHurtNobody: whatever others do, a good target gets each event
// at once.
func TestBadWebhooksHurtNobody(t *testing.T) {
	inside(t, setting{}, func(t *testing.T, h *house) {
		status := func(s int, wait time.Duration) func(context.Context) (Answer, error) {
			return func(context.Context) (Answer, error) {
				time.Sleep(wait)
				return Answer{Status: s}, nil
			}
		}
		c := &cages{taken: map[string]int{}, sent: map[string]time.Time{}, habits: map[string]func(context.Context) (Answer, error){
			"good": status(200, time.Millisecond), "slow": status(200, 9*time.Second), "500": status(500, 0),
			"404": status(404, 0), "redirect": status(301, 0),
			"429":     func(context.Context) (Answer, error) { return Answer{Status: 429, RetryAfter: time.Hour}, nil },
			"refuses": func(context.Context) (Answer, error) { return Answer{}, errors.New("refused") },
			"hangs": func(context.Context) (Answer, error) {
				time.Sleep(10 * time.Second)
				return Answer{}, context.DeadlineExceeded
			},
			"falls": func(context.Context) (Answer, error) { panic("it falls") },
		}}
		h.env.Poster = c
		targets := NewTargets(newBook())
		var pids []*actor.PID
		for url := range c.habits {
			pid, err := SpawnWebhook(nil, "zoo-"+url, h.env, Webhook{Name: "zoo", URL: url, Hook: &hook{}, Caller: caller(account), Retry: time.Second,
				Target: targets.Open(url, TargetWebhook, account)})
			if err != nil {
				t.Fatal(err)
			}
			pids = append(pids, pid)
		}
		const events = 500
		for range events {
			sn := h.log.Last() + 1
			c.mu.Lock()
			c.sent[texts(sn)[0]] = time.Now()
			c.mu.Unlock()
			h.publish(account, 1)
			h.rest(2 * time.Millisecond)
		}
		h.rest(20 * time.Second)
		c.mu.Lock()
		want(t, "waited", c.late, 0)
		want(t, "taken", c.taken["good"], events)
		want(t, "slow but sure", c.taken["slow"] > 0, true)
		c.mu.Unlock()
		for url, state := range map[string]TargetState{"good": StateUp, "slow": StateUp, "500": StateOpen, "refuses": StateOpen, "429": StateRetrying, "hangs": StateRetrying} {
			if got := targets.Find(url).Status().State; got != state {
				t.Errorf("%s is %s, want %s", url, got, state)
			}
		}
		want(t, "cursor of the good one", targets.Find("good").At(), h.log.Last())
		h.stop(pids...)
	})
}
