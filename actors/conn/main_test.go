package conn

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"llbot/actors/router"
	"llbot/actors/system"
	"llbot/protocols/face"
	"llbot/protocols/qq"
	"llbot/runtime/eventlog"

	"github.com/asynkron/protoactor-go/actor"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const (
	account qq.UserID = 10001
	other   qq.UserID = 10002
)

// house is the surroundings of conns: a system, a router and a log, in one
// bubble of time.
type house struct {
	t   testing.TB
	env Env
	log *eventlog.Memory
}

// setting changes the house before it is built.
type setting struct {
	limits Limits
	router router.Options
	log    int
}

// newHouse builds a house; the caller ends it inside the bubble.
func newHouse(t testing.TB, s setting) *house {
	sys := system.New(system.Options{})
	now := func() qq.Time { return qq.TimeOf(time.Now()) }
	log := eventlog.NewMemory(now(), s.log)
	s.router.Last = log.Last()
	routes, err := router.Spawn(sys, nil, s.router)
	if err != nil {
		t.Fatal(err)
	}
	return &house{t: t, log: log, env: Env{Sys: sys, Routes: routes, Log: log, Now: now, Limits: s.limits}}
}

// inside runs a test in a bubble with a house.
func inside(t *testing.T, s setting, fn func(t *testing.T, h *house)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t, s)
		defer h.end()
		fn(t, h)
	})
}

func (h *house) end() {
	time.Sleep(2 * linger) // for the ends of sockets
	if err := h.env.Routes.Stop(context.Background()); err != nil {
		h.t.Error(err)
	}
	h.env.Sys.Shutdown()
}

// publish journals n events of an account.
func (h *house) publish(by qq.UserID, n int) {
	for range n {
		e := &qq.Entry{Account: by, Time: h.env.Now(), Event: &qq.FriendDeleted{User: 10003}}
		if _, err := h.log.Append(e, nil); err != nil {
			h.t.Error(err)
		}
		h.env.Routes.Publish(router.NewEvent(e))
	}
}

// stop ends actors and waits for them.
func (h *house) stop(pids ...*actor.PID) {
	h.t.Helper()
	if err := h.env.Sys.Stop(context.Background(), pids...); err != nil {
		h.t.Error(err)
	}
}

func (h *house) alive(pid *actor.PID) bool {
	_, found := h.env.Sys.Actors().ProcessRegistry.Get(pid)
	return found
}

func selection(of ...qq.UserID) face.Selection {
	return face.Selection{Accounts: face.AccountsOf(of...)}
}

func want[T comparable](t testing.TB, what string, got, want T) {
	t.Helper()
	if got != want {
		t.Fatalf("%s: got %v, want %v", what, got, want)
	}
}

// span lists n numbers from first.
func span(first qq.SN, n int) []qq.SN {
	all := make([]qq.SN, n)
	for i := range all {
		all[i] = first + qq.SN(i)
	}
	return all
}
