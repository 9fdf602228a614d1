package runtime_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"llbot/protocols/qq"
	llbot "llbot/runtime"
	"llbot/runtime/config"

	"github.com/coder/websocket"
)

// satoriVeil stands before a Satori server of ours and hides that it is one: who
// does not know it asks for nothing beyond the specification, neither to go on
// behind an event, nor for a place in a chat, nor under a key.
type satoriVeil struct{}

// veiled names another adapter in a text of the server.
func veiled(text []byte) []byte {
	return bytes.ReplaceAll(text, []byte(`"adapter":"llbot"`), []byte(`"adapter":"another"`))
}

// before starts the veil before a server and answers where it is reached.
func (v *satoriVeil) before(t *testing.T, to func() string) string {
	t.Helper()
	ctx, end := context.WithCancel(context.Background())
	transport := &http.Transport{}
	calls := &httputil.ReverseProxy{
		Transport: transport,
		Rewrite: func(r *httputil.ProxyRequest) {
			r.Out.URL.Scheme, r.Out.URL.Host = "http", to()
			if r.Out.Header.Get("Idempotency-Key") != "" {
				t.Error("a key was sent to a server that takes none")
			}
		},
		ModifyResponse: func(r *http.Response) error {
			body, err := io.ReadAll(r.Body)
			body = veiled(body)
			r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
			r.Header.Set("Content-Length", strconv.Itoa(len(body)))
			return err
		},
		ErrorHandler: func(w http.ResponseWriter, _ *http.Request, _ error) { w.WriteHeader(http.StatusBadGateway) },
	}
	var work sync.WaitGroup
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		work.Add(1)
		defer work.Done()
		if r.Header.Get("Upgrade") == "" {
			calls.ServeHTTP(w, r)
			return
		}
		v.events(ctx, t, w, r, to())
	}))
	t.Cleanup(func() { end(); s.CloseClientConnections(); work.Wait(); s.Close(); transport.CloseIdleConnections() })
	return strings.TrimPrefix(s.URL, "http://")
}

// events joins a client to the server's events.
func (v *satoriVeil) events(ctx context.Context, t *testing.T, w http.ResponseWriter, r *http.Request, to string) {
	client := &http.Client{Transport: &http.Transport{}}
	defer client.CloseIdleConnections()
	server, _, err := websocket.Dial(ctx, "ws://"+to+r.URL.Path, &websocket.DialOptions{HTTPClient: client})
	if err != nil {
		http.Error(w, "refused", http.StatusBadGateway)
		return
	}
	defer server.CloseNow()
	peer, err := websocket.Accept(w, r, nil)
	if err != nil {
		return
	}
	defer peer.CloseNow()
	server.SetReadLimit(64 << 20)
	ctx, end := context.WithCancel(ctx)
	var both sync.WaitGroup
	carry := func(from, to *websocket.Conn) {
		defer end()
		for {
			_, frame, err := from.Read(ctx)
			if err != nil {
				return
			}
			if from == peer && bytes.Contains(frame, []byte(`"sn"`)) {
				t.Errorf("asked to go on: %s", frame)
			}
			if to.Write(ctx, websocket.MessageText, veiled(frame)) != nil {
				return
			}
		}
	}
	both.Go(func() { carry(peer, server) })
	both.Go(func() { carry(server, peer) })
	both.Wait()
}

// viaVeil is Satori to a server that hides being ours. The platform tells the
// driver which one it passes for.
func viaVeil(name string) upstreamProtocol {
	p := viaSatoriDriver()
	p.name, p.resumes, p.veil = name, false, &satoriVeil{}
	return p
}

// TestSatoriUpstreamFillsGaps: what was said while there was no link to a Satori
// server that sends nothing again is found in message.list: each message once, in
// order and marked late, own ones too; behind a restart of b as well.
func TestSatoriUpstreamFillsGaps(t *testing.T) {
	noLeaks(t)
	for name, of := range map[string]struct {
		platform string
		said     int // LLBot's message.list has one page
	}{"LLBot": {"llonebot", 20}, "nobody known": {"red", 35}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := viaVeil(name)
			c := newChain(t, p, on(func(e *config.Satori) { e.Platform = of.platform }))
			h, all := hear(t, c.inner), &heardTexts{seen: map[string]int{}}
			end, err := c.inner.Subscribe(t.Context(), llbot.Subscription{ReportSelf: true}, func(_ context.Context, e *qq.Entry) { all.take(e) })
			if err != nil {
				t.Fatal(err)
			}
			defer end()
			c.sayMany("before", 5)
			eventually(t, "the first words", func() bool { return h.has("before 5") })
			c.link.set(linkRefuses)
			c.offline(t)
			for i := range of.said { // seqs that are made of times tell the order of different ones
				c.a.say(alice, fmt.Sprintf("meanwhile %d", i+1))
				time.Sleep(2 * time.Millisecond)
			}
			c.a.tell(alice, "in private 1")
			c.a.onebot("send_group_msg", `{"group_id":123456,"message":"own 1"}`)
			c.link.set(linkPasses)
			c.online(t)
			c.sayMany("after", 5)
			eventually(t, "the last words", func() bool { return h.has("after 5") && h.has("in private 1") && all.has("own 1") })
			words := map[string]int{"before": 5, "meanwhile": of.said, "after": 5, "in private": 1}
			for word, n := range words {
				h.inOrder(t, word, n)
			}
			all.inOrder(t, "own", 1)
			if _, late, lost := h.count(); late < of.said+1 || late > of.said+6 || lost != 1 {
				t.Errorf("%d messages were late, %d gaps", late, lost)
			}
			c.b.stopInner(c)
			c.sayMany("asleep", 20)
			c.startB(t, p, func(cfg *config.Config) { cfg.Data = c.b.data })
			c.online(t)
			eventually(t, "what was missed", func() bool { return c.logged(t, "asleep 20") })
			words["asleep"] = 20
			whole := c.log(t)
			for word, n := range words {
				whole.inOrder(t, word, n)
			}
		})
	}
}
