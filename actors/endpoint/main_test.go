package endpoint

import (
	"context"
	"errors"
	"io"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"llbot/actors/conn"
	"llbot/actors/router"
	"llbot/actors/system"
	"llbot/protocols/face"
	"llbot/protocols/qq"
	"llbot/runtime/eventlog"

	"github.com/asynkron/protoactor-go/actor"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// caller is an account that nobody asks anything.
type caller qq.UserID

func (c caller) Account() qq.UserID { return qq.UserID(c) }

func (c caller) Do(context.Context, qq.Operation) (any, error) { return nil, qq.ErrUnsupported }

// house is the surroundings of an endpoint, in one bubble of time.
type house struct {
	t   testing.TB
	sys *system.System
	log *eventlog.Memory
	env conn.Env
}

func inside(t *testing.T, fn func(t *testing.T, h *house)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		now := func() qq.Time { return qq.TimeOf(time.Now()) }
		h := &house{t: t, sys: system.New(system.Options{}), log: eventlog.NewMemory(now(), 0)}
		routes, err := router.Spawn(h.sys, nil, router.Options{Last: h.log.Last()})
		if err != nil {
			t.Fatal(err)
		}
		h.env = conn.Env{Sys: h.sys, Routes: routes, Log: h.log, Now: now}
		fn(t, h)
		if err := routes.Stop(context.Background()); err != nil {
			t.Error(err)
		}
		h.sys.Shutdown()
	})
}

// open starts an endpoint and waits until it rests.
func (h *house) open(o Options) Ref {
	h.t.Helper()
	if o.Name == "" {
		o.Name = "test"
	}
	o.Env = h.env
	ref, err := Open(h.sys, nil, o)
	if err != nil {
		h.t.Fatal(err)
	}
	synctest.Wait()
	return ref
}

func (h *house) alive(pid *actor.PID) bool {
	_, found := h.sys.Actors().ProcessRegistry.Get(pid)
	return found
}

// publish journals an event.
func (h *house) publish(by qq.UserID) *qq.Entry {
	return h.journal(&qq.Entry{Account: by, Time: 1, Event: &qq.FriendDeleted{User: 3}})
}

// say journals a message.
func (h *house) say(to qq.UserID) *qq.Entry {
	return h.journal(&qq.Entry{Account: to, Time: 1, Event: &qq.MessageReceived{}})
}

func (h *house) journal(e *qq.Entry) *qq.Entry {
	if _, err := h.log.Append(e, nil); err != nil {
		h.t.Error(err)
	}
	h.env.Routes.Publish(router.NewEvent(e))
	return e
}

// port is a listener and its open port, which the test knocks at.
type port struct {
	h        Handler
	refused  error
	requests time.Duration // how long requests under way take
	onListen func(Handler)

	mu      sync.Mutex
	stopped int
	cut     bool
}

func (p *port) Listen(addr string, h Handler) (Listening, error) {
	if p.refused != nil {
		return nil, p.refused
	}
	p.h = h
	if p.onListen != nil {
		p.onListen(h)
	}
	return p, nil
}

func (p *port) Addr() string { return "127.0.0.1:4321" }

func (p *port) Stop(ctx context.Context) error {
	p.mu.Lock()
	p.stopped++
	p.mu.Unlock()
	select {
	case <-time.After(p.requests):
		return nil
	case <-ctx.Done():
		p.mu.Lock()
		defer p.mu.Unlock()
		p.cut = true
		return ctx.Err()
	}
}

func (p *port) stops() (int, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.stopped, p.cut
}

// connect opens a connection that talks in a role.
func (p *port) connect(role string) *socket {
	s := &socket{end: make(chan error, 4)}
	route := p.h.Head(&face.Head{Path: role})
	p.h.Connected(route, s)
	synctest.Wait()
	return s
}

// protocol is a server whose links greet with their role; role "panic" panics.
type protocol struct{}

func (protocol) Route(h *face.Head, dir face.Directory) face.Route {
	first, _ := dir.First()
	return face.Route{Kind: face.RouteSocket, Talk: face.Talk{Role: h.Path, Account: first.Account()}}
}

func (protocol) Serve(_ context.Context, dir face.Directory, r face.Request) face.Response {
	return face.Response{Status: 200 + len(dir.All()), Body: r.Body}
}

func (protocol) Refuse(r face.Refusal, reason string) face.Response {
	return face.Response{Status: int(r), Body: []byte(reason)}
}

func (protocol) Link(talk face.Talk, _ face.Directory) face.Link {
	if talk.Role == "panic" {
		panic("no such role")
	}
	return greeter(talk.Role)
}

// greeter is a conversation of one word.
type greeter string

func (g greeter) Open(qq.Time) []face.Effect {
	return []face.Effect{face.Send{Payload: []byte(g)}}
}
func (greeter) Frame(qq.Time, []byte) []face.Effect { return nil }
func (greeter) Fire(qq.Time, string) []face.Effect  { return nil }

// socket is a connection whose peer reads everything and has manners.
type socket struct {
	end chan error

	mu      sync.Mutex
	got     []byte
	closed  bool
	aborted bool
}

func (s *socket) Masked() bool   { return false }
func (s *socket) Remote() string { return "peer" }

func (s *socket) Receive(func(conn.Frame) bool) error { return <-s.end }

func (s *socket) TryWrite(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.got = append(s.got, p...)
	return len(p), nil
}

func (s *socket) WriteAll([]byte, time.Duration) error {
	return errors.New("never called: all is taken at once")
}

func (s *socket) Abort() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.aborted = true
	s.end <- io.ErrClosedPipe
}

func (s *socket) Close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed = true
	s.end <- io.EOF
}

func (s *socket) state() (closed, aborted bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.closed, s.aborted
}

// heard is the texts that the peer was sent, and the code of the close frame.
func (s *socket) heard() (words []string, code int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for b := s.got; len(b) >= 2; b = b[2+int(b[1]):] {
		payload := b[2 : 2+int(b[1])]
		if b[0]&0xf == face.OpClose {
			return words, int(payload[0])<<8 | int(payload[1])
		}
		words = append(words, string(payload))
	}
	return words, 0
}

func want[T comparable](t testing.TB, what string, got, want T) {
	t.Helper()
	if got != want {
		t.Fatalf("%s: got %v, want %v", what, got, want)
	}
}
