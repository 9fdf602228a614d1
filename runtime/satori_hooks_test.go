package runtime_test

import (
	"bytes"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	llbot "llbot/runtime"
	"llbot/runtime/admin"
	"llbot/runtime/config"
)

// A webhook that a client registers is there until it is deleted, over restarts
// of the server, and goes on behind the last event that it took.
func TestRegisteredWebhookPersists(t *testing.T) {
	h := newHookStory(t)
	h.life(t, func(r *rig) {
		h.says(r, 2)
		h.create(r, "one")
		h.says(r, 3)
		h.takes(t, "one", 3, 5)
		h.create(r, "two")
		h.says(r, 2)
		h.takes(t, "two", 6, 7)
		shown := h.shown(r)
		if host := strings.TrimPrefix(h.rec.url, "http://"); len(shown) != 1 || shown[0].Kind != "webhook" || shown[0].State != "up" ||
			!strings.Contains(shown[0].Name, "/hook:"+host+"-") || strings.Contains(shown[0].Name, hookKey) {
			t.Errorf("shown as %+v", shown)
		}
	})
	h.life(t, func(r *rig) { h.says(r, 4) }, withoutSatori)
	h.rests(t)
	h.life(t, func(r *rig) {
		h.takes(t, "two", 8, 11)
		h.says(r, 1)
		h.takes(t, "two", 12, 12)
	})
	h.life(t, func(r *rig) {
		h.remove(r)
		h.remove(r)
		h.says(r, 2)
		if shown := h.shown(r); len(shown) > 0 {
			t.Errorf("still there: %+v", shown)
		}
	})
	h.life(t, func(r *rig) {
		h.says(r, 2)
		h.create(r, "three")
		h.says(r, 1)
		h.takes(t, "three", 17, 17)
	})
	h.rests(t)
}

// What was answered stands when the server is killed at once: a new webhook has
// its place, and a deleted one does not come back.
func TestRegisteredWebhookAfterAKill(t *testing.T) {
	h := newHookStory(t)
	h.life(t, func(r *rig) {
		h.create(r, "one")
		h.kill(t)
	})
	h.life(t, func(r *rig) { h.says(r, 3) }, withoutSatori)
	h.life(t, func(r *rig) {
		h.takes(t, "one", 1, 3)
		eventually(t, "proof", func() bool { return h.shown(r)[0].Waiting == 0 })
		h.create(r, "two")
		h.kill(t)
	})
	h.life(t, func(r *rig) {
		h.says(r, 1)
		h.takes(t, "two", 4, 4)
		h.away.Store(true)
		h.says(r, 2)
		h.rec.await(t, "word 5.")
		h.remove(r)
		h.kill(t)
	})
	h.returns()
	h.life(t, func(r *rig) {
		h.says(r, 1)
		h.create(r, "three")
		h.says(r, 1)
		h.takes(t, "three", 8, 8)
		if shown := h.shown(r); len(shown) != 1 || shown[0].Letters != 0 {
			t.Errorf("shown as %+v", shown)
		}
	})
}

// A receiver may delete its webhook, or give it a new token, while it is posted
// to; what it is told is not posted to it any more.
func TestReceiverChangesItsWebhook(t *testing.T) {
	h := newHookStory(t)
	var r *rig
	var took time.Duration
	h.reply = func(p post) {
		begun := time.Now()
		switch {
		case strings.Contains(p.body, "word 1."):
			h.create(r, "two")
		case strings.Contains(p.body, "word 3."):
			h.remove(r)
		}
		took = max(took, time.Since(begun))
	}
	h.life(t, func(running *rig) {
		r = running
		h.create(r, "one")
		h.says(r, 1)
		h.takes(t, "one", 1, 1)
		h.says(r, 1)
		h.takes(t, "two", 2, 2)
		h.says(r, 3)
		h.takes(t, "two", 3, 3)
		eventually(t, "the end", func() bool { return len(h.shown(r)) == 0 })
		h.create(r, "three")
		h.says(r, 1)
		h.takes(t, "three", 6, 6)
	})
	if took > patience {
		t.Errorf("the receiver waited %s", took)
	}
}

// A registered webhook gets the events of all accounts of its endpoint, knows
// no token of ours, and its secrets are in no log.
func TestRegisteredWebhookOfTwoAccounts(t *testing.T) {
	h := newHookStory(t)
	h.away.Store(true)
	var logged logBuffer
	logger := slog.New(slog.NewTextHandler(&logged, &slog.HandlerOptions{Level: slog.LevelDebug}))
	r := startWith(t, []llbot.Option{llbot.WithLogger(logger)}, twoAccounts, withToken(token))
	create := func(body string) answer {
		return r.request("POST", r.url(satoriName, "/v1/meta/webhook.create"), body, "Authorization", "Bearer "+token)
	}
	if a := create(fmt.Sprintf(`{"url":%q,"token":"secret-of-the-receiver"}`, h.url())); a.status != 200 || a.text != "{}" || a.header.Get("Content-Type") != jsonType {
		t.Errorf("%d %s", a.status, a.text)
	}
	if a := create(`{"url":"gopher://example.org/` + hookKey + `"}`); a.status != 400 || a.text != "url: must begin with http:// or https://" {
		t.Errorf("%d %s", a.status, a.text)
	}
	if a := r.request("POST", r.url(satoriName, "/v1/meta/webhook.create"), `{}`); a.status != 401 {
		t.Errorf("%d %s", a.status, a.text)
	}
	r.sayAll(admin.SayRequest{Group: group, User: alice, Message: admin.Text("to both")})
	h.rec.await(t, "to both")
	h.away.Store(false)
	var got []string
	for len(got) < 2 {
		p := h.rec.await(t, "to both")
		for name, values := range p.header {
			if strings.Contains(strings.Join(values, " "), token) {
				t.Errorf("our token is in %s", name)
			}
		}
		if user := at(p.body, "login.user.id"); !slices.Contains(got, user) {
			got = append(got, user)
		}
	}
	for i := 1; ; i++ {
		if a := create(fmt.Sprintf(`{"url":"http://127.0.0.1:9/%d"}`, i)); a.status != 200 {
			if i != 100 || a.status != 400 || a.text != "an endpoint has 100 webhooks at most" {
				t.Errorf("webhook %d: %d %s", i, a.status, a.text)
			}
			break
		}
	}
	r.stop()
	for _, secret := range []string{"secret-of-the-receiver", hookKey, token} {
		if strings.Contains(logged.String(), secret) {
			t.Errorf("%q is in the log", secret)
		}
	}
	if !strings.Contains(logged.String(), "webhook not delivered") {
		t.Error("the log tells of no failure")
	}
}

// logBuffer takes log lines from many goroutines.
type logBuffer struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (b *logBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.Write(p)
}

func (b *logBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.String()
}

const hookKey = "secret-of-the-hook"

// hookStory is a registered webhook's life over those of the server.
type hookStory struct {
	rec     *receiver
	away    atomic.Bool // it answers 503
	reply   func(post)  // what it does before it answers
	folders string      // the data folder is in here; a kill makes another one
	data    int         // its number
	said    int
}

func newHookStory(t *testing.T) *hookStory {
	h := &hookStory{folders: t.TempDir()}
	h.rec = newReceiver(t, func(w http.ResponseWriter, p post) {
		if h.reply != nil {
			h.reply(p)
		}
		if h.away.Load() {
			w.WriteHeader(http.StatusServiceUnavailable)
		}
	})
	return h
}

func (h *hookStory) url() string    { return h.rec.url + "/events?key=" + hookKey }
func (h *hookStory) folder() string { return filepath.Join(h.folders, fmt.Sprint(h.data)) }

func withoutSatori(cfg *config.Config) {
	cfg.Endpoints = slices.DeleteFunc(cfg.Endpoints, func(e config.Endpoint) bool { return e.Common().Name == satoriName })
}

// life is one life of the server.
func (h *hookStory) life(t *testing.T, story func(r *rig), edits ...func(*config.Config)) {
	t.Helper()
	folder := h.folder()
	r := start(t, append(edits, func(cfg *config.Config) { cfg.Data, cfg.Durability = folder, config.DurabilityStrict })...)
	story(r)
	r.stop()
}

// kill goes on with a copy of the data folder as it is now, as a killed server
// leaves it.
func (h *hookStory) kill(t *testing.T) {
	t.Helper()
	from := h.folder()
	h.data++
	if err := os.CopyFS(h.folder(), os.DirFS(from)); err != nil {
		t.Fatal(err)
	}
}

func (h *hookStory) says(r *rig, count int) {
	r.sayAll(admin.SayRequest{Group: group, User: alice, Message: admin.Text("word {{seq}}."), Count: count, From: h.said + 1})
	h.said += count
}

// takes reads deliveries: exactly these messages, in order, with the token.
func (h *hookStory) takes(t *testing.T, token string, from, to int) {
	t.Helper()
	for n := from; n <= to; {
		p := h.rec.next(t)
		switch {
		case !strings.Contains(p.body, "word "): // a change of ours
		case strings.Contains(p.body, fmt.Sprintf("word %d.", n)) && p.header.Get("Authorization") == "Bearer "+token:
			n++
		default:
			t.Fatalf("want message %d of %d to %d under %q, got %v %s", n, from, to, token, p.header, p.body)
		}
	}
}

// rests finds that no message came unread.
func (h *hookStory) rests(t *testing.T) {
	t.Helper()
	for len(h.rec.posts) > 0 {
		if p := <-h.rec.posts; strings.Contains(p.body, "word ") {
			t.Errorf("delivered: %s", p.body)
		}
	}
}

// returns lets the receiver take events again. What it refused is forgotten.
func (h *hookStory) returns() {
	h.away.Store(false)
	for len(h.rec.posts) > 0 {
		<-h.rec.posts
	}
}

// shown are the targets of registered webhooks.
func (h *hookStory) shown(r *rig) (found []admin.TargetStatus) {
	r.t.Helper()
	list, err := r.admin.Targets(r.t.Context(), "")
	if err != nil {
		r.t.Fatal(err)
	}
	return slices.DeleteFunc(list, func(s admin.TargetStatus) bool {
		return !strings.HasPrefix(s.Name, satoriName+"/"+botText+"/hook:")
	})
}

func (h *hookStory) create(r *rig, secret string) {
	h.ask(r, "create", fmt.Sprintf(`{"url":%q,"token":%q}`, h.url(), secret))
}

func (h *hookStory) remove(r *rig) { h.ask(r, "delete", fmt.Sprintf(`{"url":%q}`, h.url())) }

func (h *hookStory) ask(r *rig, method, body string) {
	a := r.request("POST", r.url(satoriName, "/v1/meta/webhook."+method), body)
	if a.status != 200 || a.text != "{}" {
		r.t.Errorf("%s: %d %s", method, a.status, a.text)
	}
}
