package runtime_test

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"llbot/runtime/admin"
	"llbot/runtime/config"
)

// hookKinds are the webhooks of the three protocols.
var hookKinds = []config.Kind{config.KindOneBotWebhook, config.KindMilkyWebhook, config.KindSatoriWebhook}

// good and refuse are the names of targets that are no beasts: one that takes
// everything, and one where nobody listens until the zoo is tame.
const good, refuse = "good", "refuse"

// zoo is a server with many webhook targets, at /name/kind.
type zoo struct {
	t      *testing.T
	addr   string   // where all but refuse are
	closed string   // where refuse will be
	names  []string // of all targets
	beasts map[string]beast
	tamed  chan struct{} // closed: everybody behaves

	mu    sync.Mutex
	cages map[string]*cage // by path
	lost  []string         // deliveries that came where nobody should come
}

// cage is what came to one target.
type cage struct {
	taken sequence             // deliveries that it took
	last  string               // the id of the newest of them
	tries map[string]time.Time // those that it did not take, by their ids, and when the last try came
	hasty []time.Duration      // waits between tries of the same delivery
}

func newZoo(t *testing.T, late *clock) *zoo {
	t.Helper()
	z := &zoo{t: t, names: []string{good, refuse}, beasts: map[string]beast{}, tamed: make(chan struct{}), cages: map[string]*cage{}}
	for _, b := range beasts() {
		z.beasts[b.name] = b
		z.names = append(z.names, b.name)
	}
	for _, name := range z.names {
		for _, kind := range hookKinds {
			path := "/" + name + "/" + string(kind)
			z.cages[path] = &cage{taken: sequence{name: path}, tries: map[string]time.Time{}}
			if name == good {
				z.cages[path].taken.late = late
			}
		}
	}
	server := httptest.NewServer(z)
	t.Cleanup(server.Close)
	t.Cleanup(z.tame)
	z.addr, z.closed = server.Listener.Addr().String(), freeAddr(t)
	return z
}

// freeAddr is an address where nobody listens.
func freeAddr(t *testing.T) string {
	l := listen(t)
	defer l.Close()
	return l.Addr().String()
}

// listenAt opens a port that was free a while ago.
func listenAt(t *testing.T, addr string, handler http.Handler) *http.Server {
	t.Helper()
	var l net.Listener
	eventually(t, "the port "+addr, func() (ok bool) {
		var err error
		l, err = net.Listen("tcp", addr)
		return err == nil
	})
	server := &http.Server{Handler: handler}
	served := make(chan struct{})
	go func() { defer close(served); _ = server.Serve(l) }()
	t.Cleanup(func() { _ = server.Close(); <-served })
	return server
}

// tame ends the misbehaviour, once.
func (z *zoo) tame() {
	z.mu.Lock()
	defer z.mu.Unlock()
	select {
	case <-z.tamed:
	default:
		close(z.tamed)
	}
}

func (z *zoo) isTame() bool {
	select {
	case <-z.tamed:
		return true
	default:
		return false
	}
}

// hooks configures a webhook of each protocol for each of the names.
func (z *zoo) hooks(edit func(name string, e config.Endpoint), names ...string) (edits []func(*config.Config)) {
	for _, name := range names {
		for _, kind := range hookKinds {
			edits = append(edits, add(kind, func(e config.Endpoint) {
				addr := z.addr
				if name == refuse {
					addr = z.closed
				}
				config.TargetOf(e).URL = config.URL("http://" + addr + "/" + name + "/" + string(kind))
				e.Common().Name = name + "-" + string(kind)
				edit(name, e)
			}))
		}
	}
	return edits
}

// ServeHTTP takes a delivery, or not.
func (z *zoo) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	body, err := io.ReadAll(req.Body)
	if err != nil {
		return // somebody gave up
	}
	name, kind := split(req.URL.Path)
	b, wild := z.beasts[name]
	wild = wild && !z.isTame()
	if z.note(req, body, !wild || slices.Contains(b.takes, kind)); wild {
		b.answer(z, w, req)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

// split takes a path of the zoo apart.
func split(path string) (name string, kind config.Kind) {
	name, rest, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/")
	return name, config.Kind(rest)
}

// note writes down what came.
func (z *zoo) note(req *http.Request, body []byte, takes bool) {
	z.mu.Lock()
	defer z.mu.Unlock()
	c := z.cages[req.URL.Path]
	if c == nil {
		z.lost = append(z.lost, req.URL.Path)
		return
	}
	id := req.Header.Get("X-Delivery-Id")
	if takes {
		name, _ := split(req.URL.Path)
		if id == c.last && z.beasts[name].slow {
			return // our answer came too late, on a busy machine
		}
		c.last = id
		if err := c.taken.take(body); err != nil {
			z.t.Error(err)
		}
		return
	}
	if last, again := c.tries[id]; again {
		c.hasty = append(c.hasty, time.Since(last))
	}
	c.tries[id] = time.Now()
}

// await waits until targets have taken everything up to a number.
func (z *zoo) await(number int, paths ...string) {
	z.t.Helper()
	for _, path := range paths {
		eventually(z.t, fmt.Sprintf("number %d at %s", number, path), func() bool { return int(z.cages[path].taken.got.Load()) == number })
	}
}

// paths are the targets of a name.
func paths(name string) (list []string) {
	for _, kind := range hookKinds {
		list = append(list, "/"+name+"/"+string(kind))
	}
	return list
}

// target is the name by which the admin server knows a path of the zoo.
func target(path string) string {
	name, kind := split(path)
	return name + "-" + string(kind) + "/" + botText
}

// audience is a WebSocket client of each protocol.
func (r *rig) audience(late *clock) (all []*sequence, join func()) {
	r.t.Helper()
	var readers sync.WaitGroup
	for endpoint, path := range socketPath {
		s := r.socket(endpoint, path)
		if endpoint == satoriName {
			s.send(`{"op":3}`)
		}
		r.listening(s.lines)
		seq := &sequence{name: s.name, late: late}
		all = append(all, seq)
		readers.Go(func() {
			for text := range s.in {
				if strings.HasPrefix(text, "closed ") {
					return
				}
				if err := seq.take([]byte(text)); err != nil {
					r.t.Error(err)
				}
			}
		})
		r.t.Cleanup(func() { _ = s.conn.CloseNow() })
	}
	return all, readers.Wait
}

// harsh makes targets that are tried often and given little time, so that much
// goes wrong in a short time.
func (z *zoo) harsh(name string, e config.Endpoint) {
	d := config.DeliveryOf(e)
	d.Attempts, d.RetryMax = 1, 200*time.Millisecond
	e.Common().Replay.Messages, e.Common().Replay.MaxAge = true, 0
	if z.beasts[name].slow {
		config.TargetOf(e).Timeout = 500 * time.Millisecond
	}
}

// Webhook targets that misbehave in every way, at the same host as targets that
// are well: the others get everything at once while those hold, and those get
// everything in order once they are well.
func TestZoo(t *testing.T) {
	const count = 60
	z := newZoo(t, nil)
	r := start(t, z.hooks(z.harsh, z.names...)...)
	sockets, join := r.audience(nil)
	before, running := heap(), runtime.NumGoroutine()
	r.sayAll(admin.SayRequest{Group: group, User: alice, Message: admin.Text(numbered(500)), Count: count})
	z.await(count, paths(good)...)
	for _, s := range sockets {
		eventually(t, "all on "+s.name, func() bool { return s.got.Load() == count })
	}
	z.hold(r, count)
	t.Logf("heap %d → %d KB, goroutines %d → %d", before>>10, heap()>>10, running, runtime.NumGoroutine())
	if grown := heap() - before; grown > 32*megabyte {
		t.Errorf("the heap has grown by %d bytes", grown)
	}
	// A delivery under way is a few goroutines on our side, and as many here.
	if more := runtime.NumGoroutine() - running; more > 8*len(z.cages) {
		t.Errorf("%d goroutines more than before", more)
	}
	z.tame()
	listenAt(t, z.closed, z)
	r.sayAll(admin.SayRequest{Group: group, User: alice, Message: admin.Text(numbered(500)), From: count + 1})
	z.recover(r, count)
	if len(z.lost) > 0 {
		t.Errorf("deliveries to %v", z.lost)
	}
	r.stillServes()
	r.stop()
	join()
	z.tame()
}

// hold looks at the beasts while they are wild.
func (z *zoo) hold(r *rig, count int) {
	z.t.Helper()
	for _, name := range z.names[1:] {
		b := z.beasts[name] // refuse is none
		for _, path := range paths(name) {
			_, kind := split(path)
			status := func() admin.TargetStatus { return r.target(target(path)) }
			switch {
			case slices.Contains(b.takes, kind):
				z.await(count, path)
			case slices.Contains(b.refuses, kind):
				eventually(z.t, "the dead letters of "+path, func() bool { s := status(); return s.Waiting == 0 && s.Letters >= count })
				z.cages[path].taken.got.Store(int64(count)) // it goes on behind them
			default:
				eventually(z.t, "a second try at "+path, func() bool { return status().Retries > 1 })
				z.stuck(path, status(), count)
			}
		}
	}
}

// stuck checks a target that takes nothing: only the event that is next in
// order is tried, and the others wait.
func (z *zoo) stuck(path string, s admin.TargetStatus, count int) {
	z.t.Helper()
	z.mu.Lock()
	defer z.mu.Unlock()
	c := z.cages[path]
	if len(c.tries) > 1 || c.taken.got.Load() > 0 || s.Waiting < count || s.Refused+s.Skipped > 0 {
		z.t.Errorf("%s: %d deliveries tried, %d taken; %+v", path, len(c.tries), c.taken.got.Load(), s)
	}
	if s.State != "retrying" && s.State != "open" || s.LastError == "" {
		z.t.Errorf("%s: %+v", path, s)
	}
	for _, wait := range c.hasty {
		if strings.HasPrefix(path, "/429/") && wait < time.Second {
			z.t.Errorf("%s: tried again after %s", path, wait)
		}
	}
}

// recover waits until the beasts have taken everything.
func (z *zoo) recover(r *rig, count int) {
	z.t.Helper()
	for path := range z.cages {
		z.await(count+1, path)
		eventually(z.t, path+" to be done", func() bool { s := r.target(target(path)); return s.State == "up" && s.Waiting == 0 })
	}
}

// target is how a durable target is doing.
func (r *rig) target(name string) admin.TargetStatus {
	r.t.Helper()
	list, err := r.admin.Targets(r.t.Context(), name)
	if err != nil {
		r.t.Fatal(err)
	}
	return list[0]
}
