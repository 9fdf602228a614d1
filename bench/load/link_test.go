//go:build linux

package load

import (
	"bytes"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"
)

// poster is a server whose every event is a call, and that posts them in order.
type poster struct {
	addr string // where it is called
	told chan []byte
}

// newPoster starts one that posts to a hook, what it has from before first.
func newPoster(t *testing.T, hook string, backlog uint64) *poster {
	t.Helper()
	p := &poster{told: make(chan []byte, 1<<20)}
	for n := range backlog {
		p.told <- append([]byte(`{"old":"`), AppendMark(nil, n+1)...)
	}
	done := make(chan struct{})
	stop := make(chan struct{})
	go func() {
		defer close(done)
		for {
			select {
			case <-stop:
				return
			case body := <-p.told:
				resp, err := http.Post("http://"+hook+"/whatever", "application/json", bytes.NewReader(body))
				if err != nil {
					return // the test is over
				}
				_ = resp.Body.Close()
			}
		}
	}()
	t.Cleanup(func() { close(stop); <-done; http.DefaultClient.CloseIdleConnections() })
	p.addr = served(t, func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		if r.URL.Path != "/say" {
			_, _ = io.WriteString(w, `{"retcode":1404}`)
			return
		}
		p.told <- body
		_, _ = io.WriteString(w, `{"retcode":0}`)
	})
	return p
}

func (p *poster) act(path string) *CallSpec {
	return &CallSpec{Addr: p.addr, Depth: 1, Expect: `"retcode":0`, Request: Post(p.addr, path, `{"new":"bench:000000000000"}`)}
}

func hooksAt(t *testing.T) *hooks {
	t.Helper()
	h, err := openHooks(HookSpec{Targets: 1, Addr: "127.0.0.1:0"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(h.close)
	return h
}

// Events are made by calling, whatever path they are posted to counts, and
// those that the server still holds from before are not taken for ours.
func TestHooksOfAnotherServer(t *testing.T) {
	h := hooksAt(t)
	p := newPoster(t, h.at.Addr().String(), 500)
	if err := h.link(HookLink{Act: p.act("/say")}); err != nil {
		t.Fatal(err)
	}
	if sample := string(h.all.sample[0]); !strings.HasPrefix(sample, `{"new":"bench:`) {
		t.Errorf("the sample is %s", sample)
	}
	got, err := h.saturate(50 * time.Millisecond)
	if err != nil || got.Faults() > 0 || got.Count == 0 || got.Count != got.Events {
		t.Errorf("%+v, %v", got, err)
	}
}

// A server that refuses to make events is quoted.
func TestHooksOfAServerThatRefuses(t *testing.T) {
	h := hooksAt(t)
	p := newPoster(t, h.at.Addr().String(), 0)
	if err := h.link(HookLink{Act: p.act("/sing")}); err == nil || !strings.Contains(err.Error(), "1404") {
		t.Errorf("%v", err)
	}
}

// Later runs begin with greater numbers, which fit into a mark.
func TestFreshNumbers(t *testing.T) {
	first := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	a, b := freshNumber(first), freshNumber(first.Add(time.Minute))
	if b-a != 600_000 {
		t.Errorf("a minute is %d", b-a)
	}
	if n, end := Marked(AppendMark(nil, b)); n != b || end != MarkSize {
		t.Errorf("%d is read as %d", b, n)
	}
}
