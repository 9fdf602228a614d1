package runtime_test

import (
	"context"
	"net"
	"net/http"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	llbot "llbot/runtime"
	"llbot/runtime/config"
)

// Everybody is told that the server goes away, and nobody can come any more.
func TestStopTellsEverybody(t *testing.T) {
	b := newBot(t, welcome)
	r := start(t, reverseTo(b))
	one, milky, satori := r.socket(wsName, "/"), r.socket(milkyName, "/event"), r.socket(satoriName, "/v1/events")
	waiting := r.socket(satoriName, "/v1/events") // never identifies
	reverse := b.next(t)
	streams := []stream{r.stream(httpName, "/_events"), r.stream(milkyName, "/event")}
	satori.send(`{"op":3}`)
	satori.await(`"op":4`)
	for _, l := range []lines{one.lines, milky.lines, satori.lines, reverse.lines, streams[0].lines, streams[1].lines} {
		r.listening(l)
	}
	if took := r.stop(); took > patience {
		t.Errorf("stopping took %s", took)
	}
	for _, w := range []wire{one, milky, satori, waiting, reverse.wire} {
		if got := w.await("closed"); !strings.HasPrefix(got, "closed StatusGoingAway") {
			t.Errorf("%s: %s", w.name, got)
		}
	}
	for _, s := range streams {
		for range s.in { // ends
		}
	}
	for endpoint, addr := range r.addr {
		if conn, err := net.Dial("tcp", addr); addr != "" && err == nil {
			t.Errorf("%s still listens", endpoint)
			_ = conn.Close()
		}
	}
	if err := r.server.Stop(t.Context()); err != nil {
		t.Errorf("second stop: %v", err)
	}
	if err := r.server.Start(t.Context()); err == nil {
		t.Error("a stopped server starts again")
	}
	if _, ok := r.server.Account(bot); ok || r.server.Endpoints() != nil || r.server.Accounts() != nil {
		t.Error("a stopped server has accounts or endpoints")
	}
	if _, err := r.server.Subscribe(t.Context(), llbot.Subscription{}, nil); err == nil {
		t.Error("a stopped server can be subscribed to")
	}
}

// A delivery under way is finished, quick operation included.
func TestStopFinishesDeliveries(t *testing.T) {
	begun := make(chan struct{}, 1)
	var finished atomic.Bool
	rec := newReceiver(t, func(w http.ResponseWriter, _ post) {
		begun <- struct{}{}
		time.Sleep(300 * time.Millisecond)
		finished.Store(true)
		w.WriteHeader(http.StatusNoContent)
	})
	r := start(t, oneBotHook(rec))
	r.say(alice, "in flight")
	<-begun
	if took := r.stop(); !finished.Load() || took > patience {
		t.Errorf("finished: %v, after %s", finished.Load(), took)
	}
}

// Peers that do not react, of every kind, keep nobody: the server is gone
// within its time, and nothing of it is left.
func TestStopWithUnresponsivePeers(t *testing.T) {
	hold := make(chan struct{})
	stuck := newReceiver(t, func(http.ResponseWriter, post) { <-hold })
	defer close(hold)
	r := start(t, oneBotHook(stuck, func(e *config.OneBotWebhook) { e.Timeout = time.Second }))
	for endpoint, path := range socketPath {
		r.rawSocket(endpoint, path)
	}
	r.lazyStream(httpName, "/_events")
	r.dial(httpName)
	r.say(alice, "to the stuck")
	if took := r.stop(); took > llbot.StopTimeout {
		t.Errorf("stopping took %s", took)
	}
	if left := readers(); len(left) > 0 {
		t.Errorf("sockets outlive the server:\n%s", strings.Join(left, "\n\n"))
	}
}

// readers are the goroutines that wait for peers to speak.
func readers() (stacks []string) {
	text := make([]byte, 1<<20)
	text = text[:runtime.Stack(text, true)]
	for stack := range strings.SplitSeq(string(text), "\n\n") {
		if strings.Contains(stack, "runtime/transport.(") && strings.Contains(stack, ").Receive(") {
			stacks = append(stacks, stack)
		}
	}
	return stacks
}

func TestStopIsBoundedByItsContext(t *testing.T) {
	r := start(t)
	r.rawSocket(wsName, "/")
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	begun := time.Now()
	_ = r.server.Stop(ctx)
	if took := time.Since(begun); took > patience {
		t.Errorf("a stop of 100 ms took %s", took)
	}
}

// A port in use is one error that names it, and nothing is left running: the
// same configuration starts once the port is free.
func TestAFailedStartLeavesNothing(t *testing.T) {
	for name, occupy := range map[string]func(*config.Config, int){
		"endpoint": func(cfg *config.Config, port int) { config.ListenOf(cfg.Endpoints[3]).Port = port },
		"admin":    func(cfg *config.Config, port int) { cfg.Admin.Port = port },
	} {
		t.Run(name, func(t *testing.T) {
			noLeaks(t)
			taken := listen(t)
			cfg := testConfig(t)
			occupy(cfg, taken.Addr().(*net.TCPAddr).Port)
			server, err := llbot.New(cfg)
			if err != nil {
				t.Fatal(err)
			}
			err = server.Start(t.Context())
			if err == nil || !strings.Contains(err.Error(), taken.Addr().String()) || strings.Contains(err.Error(), "\n") {
				t.Errorf("start: %v", err)
			}
			if server.Endpoints() != nil || server.AdminAddr() != "" {
				t.Errorf("after a failed start: endpoints %v, admin %q", server.Endpoints(), server.AdminAddr())
			}
			if err := server.Stop(t.Context()); err != nil {
				t.Errorf("stop: %v", err)
			}
			_ = taken.Close()
			again, err := llbot.New(cfg)
			if err != nil {
				t.Fatal(err)
			}
			if err := again.Start(t.Context()); err != nil {
				t.Fatalf("start once the port is free: %v", err)
			}
			if err := again.Stop(t.Context()); err != nil {
				t.Errorf("stop: %v", err)
			}
		})
	}
}

// A folder that another server uses is refused at once.
func TestAFolderInUse(t *testing.T) {
	r := start(t)
	cfg := testConfig(t)
	cfg.Data = r.data
	second, err := llbot.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	begun := time.Now()
	if err := second.Start(t.Context()); err == nil {
		t.Error("two servers in one folder")
		_ = second.Stop(t.Context())
	} else if took := time.Since(begun); took > patience {
		t.Errorf("%v, after %s", err, took)
	}
	r.stillServes()
}

// Run is the whole life, bounded by its context.
func TestRun(t *testing.T) {
	noLeaks(t)
	server, err := llbot.New(testConfig(t))
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- server.Run(ctx) }()
	eventually(t, "the start", func() bool { return server.Endpoints() != nil })
	cancel()
	if err := <-done; err != nil {
		t.Errorf("run: %v", err)
	}
}

func TestNewRefuses(t *testing.T) {
	cfg := testConfig(t)
	if _, err := llbot.New(cfg, llbot.WithDriver(carol, newParrot())); err == nil {
		t.Error("a driver for nobody")
	}
	cfg.Accounts = nil
	if _, err := llbot.New(cfg); err == nil {
		t.Error("a server without accounts")
	}
}
