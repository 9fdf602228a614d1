package runtime_test

import (
	"context"
	"flag"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"llbot/runtime/admin"
	"llbot/runtime/config"

	"github.com/coder/websocket"
)

var downEvents = flag.Int("runtime.down", 2000, "how many events pass while the targets are down")

// bots are programs behind one address, at a path each, which can be down.
type bots struct {
	t      *testing.T
	addr   string
	server *http.Server // nil: down

	mu    sync.Mutex
	heard map[string]*heard // by path
	links []*websocket.Conn
	ended sync.WaitGroup // of the links' readers
}

// heard is what came to one of the bots.
type heard struct {
	sequence
	counts
}

type counts struct {
	replayed, live int // deliveries with a mark of replay and without
	begin, end     time.Time
}

func newBots(t *testing.T, paths ...string) *bots {
	b := &bots{t: t, addr: freeAddr(t), heard: map[string]*heard{}}
	for _, path := range paths {
		b.heard[path] = &heard{sequence: sequence{name: path}}
	}
	return b
}

// note writes down what a bot heard.
func (b *bots) note(path string, text []byte, replayed bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	h := b.heard[path]
	before := h.got.Load()
	if err := h.take(text); err != nil {
		b.t.Error(err)
	}
	if h.got.Load() == before {
		return // it had no number
	}
	if replayed {
		h.replayed++
	} else {
		h.live++
	}
	if h.end = time.Now(); h.begin.IsZero() {
		h.begin = h.end
	}
}

// count begins the counting anew and answers what was counted until now.
func (b *bots) count(path string) counts {
	b.mu.Lock()
	defer b.mu.Unlock()
	was := b.heard[path].counts
	b.heard[path].counts = counts{}
	return was
}

// ServeHTTP takes deliveries and links.
func (b *bots) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	if req.Header.Get("Upgrade") == "" {
		if body, err := io.ReadAll(req.Body); err == nil {
			b.note(req.URL.Path, body, req.Header.Get("X-Replay") == "true")
		}
		w.WriteHeader(http.StatusNoContent)
		return
	}
	conn, err := websocket.Accept(w, req, nil)
	if err != nil {
		return
	}
	b.follow(req.URL.Path, conn)
}

// follow reads a link to its end. Whoever reads also answers Pings.
func (b *bots) follow(path string, conn *websocket.Conn) {
	conn.SetReadLimit(16 << 20)
	b.mu.Lock()
	b.links = append(b.links, conn)
	b.mu.Unlock()
	b.ended.Add(1)
	defer b.ended.Done()
	for {
		_, text, err := conn.Read(context.Background())
		if err != nil {
			return
		}
		b.note(path, text, false)
	}
}

// dial has a bot come to the server by itself.
func (b *bots) dial(r *rig, endpoint, path string) {
	b.t.Helper()
	conn, _, err := r.upgrade(endpoint, path)
	if err != nil {
		b.t.Fatal(err)
	}
	go b.follow(path, conn)
}

func (b *bots) up() { b.server = listenAt(b.t, b.addr, b) }

// down ends the bots without a word.
func (b *bots) down() {
	_ = b.server.Close()
	b.mu.Lock()
	links := b.links
	b.links = nil
	b.mu.Unlock()
	for _, conn := range links {
		_ = conn.CloseNow()
	}
	b.ended.Wait()
}

// await waits until all bots have heard everything up to a number, as long as
// they hear anything.
func (b *bots) await(number int) {
	b.t.Helper()
	for path, h := range b.heard {
		for was := int64(-1); h.got.Load() < int64(number); {
			now := h.got.Load()
			if now == was {
				b.t.Fatalf("%s: nothing comes behind %d", path, now)
			}
			was = now
			for deadline := time.Now().Add(patience); time.Now().Before(deadline) && h.got.Load() == was; {
				time.Sleep(5 * time.Millisecond)
			}
		}
	}
}

const durablePath = "/event?durable=steady"

// downConfig configures a target of each kind. Those with a rate are paced.
func downConfig(b *bots, rate int) (edits []func(*config.Config), paced []string) {
	replay := func(e config.Endpoint, rate int) {
		e.Common().Replay = config.Replay{Messages: true, Rate: rate}
		if d := config.DeliveryOf(e); d != nil {
			d.RetryMax = 200 * time.Millisecond
		}
	}
	for _, kind := range hookKinds {
		edits = append(edits, add(kind, func(e config.Endpoint) {
			config.TargetOf(e).URL = config.URL("http://" + b.addr + "/" + string(kind))
			if replay(e, rate); kind == config.KindMilkyWebhook {
				replay(e, 0)
			}
		}))
	}
	edits = append(edits, on(func(e *config.OneBotWS) { replay(e, rate) }), add(config.KindOneBotWSReverse, func(e *config.OneBotWSReverse) {
		e.URL = config.URL("ws://" + b.addr + "/reverse")
		e.Reconnect = config.Reconnect{Initial: 20 * time.Millisecond, Max: 200 * time.Millisecond}
		replay(e, rate)
	}))
	return edits, []string{"/" + string(hookKinds[0]), "/" + string(hookKinds[2]), "/reverse", durablePath}
}

// Targets of all kinds are down while many events pass and the server starts
// anew. When they are back they get all of them, each once and in order, at the
// pace that is set, and then what is new.
func TestTargetsAreDown(t *testing.T) {
	const some = 10
	count, rate := *downEvents, max(2000, *downEvents/20)
	b := newBots(t, "/"+string(hookKinds[0]), "/"+string(hookKinds[1]), "/"+string(hookKinds[2]), "/reverse", durablePath)
	edits, paced := downConfig(b, rate)
	b.up()
	r := start(t, edits...)
	b.dial(r, wsName, durablePath)
	speak := func(from, count int) {
		r.sayAll(admin.SayRequest{Group: group, User: alice, Message: admin.Text(numbered(300)), From: from, Count: count})
	}
	done := func() (waiting int) {
		list, err := r.admin.Targets(t.Context(), "")
		if err != nil || len(list) != len(b.heard) {
			t.Fatalf("%d targets, %v", len(list), err)
		}
		for _, s := range list {
			waiting += s.Waiting
		}
		return waiting
	}
	r.linked(b)
	speak(1, some)
	b.await(some)
	eventually(t, "all to be proven", func() bool { return done() == 0 })
	b.down()
	for path := range b.heard {
		b.count(path)
	}
	before := heap()
	speak(some+1, count/2)
	r.stop()
	r = start(t, append(edits, func(cfg *config.Config) { cfg.Data = r.data })...)
	speak(some+1+count/2, count-count/2)
	grown := heap() - before
	t.Logf("%d events wait; the heap has grown by %d KB", count, grown>>10)
	if grown > 32*megabyte+int64(count)<<10 { // the simulated QQ remembers what was said
		t.Errorf("the heap has grown by %d bytes", grown)
	}
	b.up()
	b.dial(r, wsName, durablePath)
	b.await(some + count)
	for path := range b.heard {
		b.caughtUp(path, count, rate, slices.Contains(paced, path))
	}
	eventually(t, "all to be proven", func() bool { return done() == 0 })
	speak(some+count+1, some)
	b.await(some + count + some)
	for path := range b.heard {
		if h := b.count(path); h.replayed > 0 || h.live != some {
			t.Errorf("%s: what is new came %d times as a replay and %d times live", path, h.replayed, h.live)
		}
	}
	b.down()
}

// A target that was never there yet misses nothing of what happened since it
// was configured, whatever becomes of the server meanwhile.
func TestTargetsThatWereNeverUp(t *testing.T) {
	const each = 5
	b := newBots(t, "/"+string(hookKinds[0]), "/"+string(hookKinds[1]), "/"+string(hookKinds[2]), "/reverse")
	edits, _ := downConfig(b, 0)
	for life := range 3 {
		r := start(t, edits...)
		r.sayAll(admin.SayRequest{Group: group, User: alice, Message: admin.Text(numbered(0)), From: life*each + 1, Count: each})
		if life < 2 {
			r.stop()
			edits = append(edits, func(cfg *config.Config) { cfg.Data = r.data })
		}
	}
	b.up()
	b.await(3 * each)
	b.down()
}

// caughtUp looks at how a bot got what it missed.
func (b *bots) caughtUp(path string, count, rate int, paced bool) {
	b.t.Helper()
	h := b.count(path)
	took := h.end.Sub(h.begin)
	b.t.Logf("%s: %d events in %v, %.0f a second", path, h.replayed+h.live, took.Round(time.Millisecond), float64(count)/took.Seconds())
	if hook := strings.HasSuffix(path, "webhook"); hook && h.live > 0 || h.replayed+h.live != count {
		b.t.Errorf("%s: %d deliveries told to be a replay, %d not", path, h.replayed, h.live)
	}
	// Only the first may have come late.
	if least := time.Duration(count-1) * time.Second / time.Duration(rate); paced && took < least*9/10 {
		b.t.Errorf("%s: %d events in %v: faster than %d a second", path, count, took, rate)
	}
}

// linked waits for the reverse link and the one that came by itself.
func (r *rig) linked(b *bots) {
	r.t.Helper()
	eventually(r.t, "the links", func() bool {
		list, err := r.admin.Targets(r.t.Context(), "")
		up := 0
		for _, s := range list {
			if s.State == "up" {
				up++
			}
		}
		return err == nil && up == len(b.heard)
	})
}
