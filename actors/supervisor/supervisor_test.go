package supervisor

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"llbot/actors/account"
	"llbot/actors/conn"
	"llbot/actors/endpoint"
	"llbot/actors/router"
	"llbot/actors/system"
	"llbot/protocols/face"
	"llbot/protocols/qq"
	"llbot/runtime/eventlog"

	"github.com/asynkron/protoactor-go/actor"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// diary notes what happens, in order.
type diary struct {
	mu    sync.Mutex
	lines []string
}

func (d *diary) note(line string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.lines = append(d.lines, line)
}

func (d *diary) all() string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return strings.Join(d.lines, ", ")
}

// order is all but the beginning of the driver, which nobody waits for.
func (d *diary) order() string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return strings.Join(slices.DeleteFunc(slices.Clone(d.lines), func(l string) bool { return l == "driver runs" }), ", ")
}

// driver is a QQ that is online and does nothing but emit what it is told.
type driver struct {
	qq.Handlers
	diary *diary
	deaf  chan struct{} // when set, Run ends only with it
	emit  qq.Emit
}

func (d *driver) Name() string { return "test" }

func (d *driver) Do(_ context.Context, op qq.Operation) (any, error) {
	if _, ok := op.(qq.GetLogin); ok {
		return qq.Login{Online: true}, nil
	}
	return nil, qq.ErrUnsupported
}

func (d *driver) Run(ctx context.Context, emit qq.Emit, _ uint64) error {
	d.emit = emit
	d.diary.note("driver runs")
	<-ctx.Done()
	if d.deaf != nil {
		<-d.deaf
	}
	d.diary.note("driver ends")
	return nil
}

// port is a listener that notes its opening and closing; one address is taken.
type port struct {
	diary *diary
	addr  string
}

var errTaken = errors.New("address already in use")

func (p port) Listen(addr string, _ endpoint.Handler) (endpoint.Listening, error) {
	if addr == "taken" {
		return nil, errTaken
	}
	p.diary.note("port opens")
	p.addr = addr
	return p, nil
}

func (p port) Addr() string { return p.addr }

func (p port) Stop(context.Context) error {
	p.diary.note("port closes")
	return nil
}

// protocol is a server that nobody asks.
type protocol struct{ face.Server }

// house is what trees grow in.
type house struct {
	sys    *system.System
	log    *eventlog.Memory
	diary  *diary
	driver *driver
}

func inside(t *testing.T, fn func(t *testing.T, h *house)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		d := &diary{}
		h := &house{sys: system.New(system.Options{}), log: eventlog.NewMemory(1, 0), diary: d, driver: &driver{diary: d}}
		fn(t, h)
		synctest.Wait()
		if left := h.actors(); len(left) > 0 {
			t.Errorf("left behind: %v", left)
		}
		h.sys.Shutdown()
	})
}

// actors is the names of ours that are there.
func (h *house) actors() (names []string) {
	for _, bucket := range h.sys.Actors().ProcessRegistry.LocalPIDs.LocalPIDs {
		for _, name := range bucket.Keys() {
			if strings.HasPrefix(name, "llbot") || strings.HasPrefix(name, "second") {
				names = append(names, name)
			}
		}
	}
	slices.Sort(names)
	return names
}

func now() qq.Time { return qq.TimeOf(time.Now()) }

// plan is a tree of one account and a port at each address.
func (h *house) plan(addrs ...string) Plan {
	return Plan{
		Log: h.log, Router: router.Options{Last: h.log.Last()}, Env: conn.Env{Log: h.log, Now: now},
		Accounts: []account.Options{{ID: 10001, Driver: h.driver, LastOrigin: h.log.LastOrigin, Now: now}},
		Endpoints: func(all endpoint.Accounts, env conn.Env) (list []endpoint.Options, err error) {
			if env.Sys != h.sys || len(all) != 1 {
				err = errors.New("the surroundings are not whole")
			}
			for _, addr := range addrs {
				list = append(list, endpoint.Options{Name: addr, Accounts: all, Env: env, Server: protocol{}, Listener: port{diary: h.diary}, Addr: addr})
			}
			return list, err
		},
	}
}

func (h *house) start(t testing.TB, addrs ...string) *Tree {
	t.Helper()
	tree, err := Start(context.Background(), h.sys, h.plan(addrs...))
	if err != nil {
		t.Fatal(err)
	}
	synctest.Wait()
	return tree
}

// say lets the driver emit n events.
func (h *house) say(t testing.TB, n int) {
	t.Helper()
	for range n {
		if _, err := h.driver.emit(context.Background(), qq.Emission{Event: &qq.FriendDeleted{}}); err != nil {
			t.Error(err)
		}
	}
}

func everything() face.Selection { return face.Selection{Accounts: face.AccountsOf(10001)} }

func want[T comparable](t testing.TB, what string, got, want T) {
	t.Helper()
	if got != want {
		t.Fatalf("%s: got %v, want %v", what, got, want)
	}
}

func TestStartAndStop(t *testing.T) {
	inside(t, func(t *testing.T, h *house) {
		tree := h.start(t, "a", "b")
		want(t, "endpoints", len(tree.Endpoints()), 2)
		want(t, "address", tree.Endpoints()[1].Addr, "b")
		want(t, "accounts", len(tree.Accounts()), 1)
		_, found := tree.Account(10001)
		want(t, "account", found, true)
		_, found = tree.Account(10002)
		want(t, "nobody's account", found, false)
		_, err := tree.Subscribe(t.Context(), conn.Subscriber{Want: everything(), Do: func(context.Context, *qq.Entry) {
			time.Sleep(time.Second)
			h.diary.note("subscriber called")
		}})
		want(t, "subscribed", err, nil)
		h.say(t, 3)
		want(t, "published", tree.Routes().Stats().Published, 4) // with the coming online
		synctest.Wait()
		want(t, "stopped", tree.Stop(t.Context()), nil)
		want(t, "order", h.diary.order(),
			"port opens, port opens, port closes, port closes, subscriber called, driver ends")
		want(t, "stopped again", tree.Stop(t.Context()), nil)
	})
}

// TestFailedStartLeavesNothing, whatever it was that failed.
func TestFailedStartLeavesNothing(t *testing.T) {
	odd := errors.New("odd configuration")
	for name, c := range map[string]struct {
		change func(*Plan)
		want   error
	}{
		"port in use": {func(*Plan) {}, errTaken},
		"endpoints fail": {func(p *Plan) {
			p.Endpoints = func(endpoint.Accounts, conn.Env) ([]endpoint.Options, error) { return nil, odd }
		}, odd},
		"endpoints panic": {func(p *Plan) {
			p.Endpoints = func(endpoint.Accounts, conn.Env) ([]endpoint.Options, error) { panic(odd) }
		}, odd},
		"account twice": {func(p *Plan) { p.Accounts = append(p.Accounts, p.Accounts[0]) }, nil},
	} {
		t.Run(name, func(t *testing.T) {
			inside(t, func(t *testing.T, h *house) {
				plan := h.plan("a", "taken", "b")
				c.change(&plan)
				tree, err := Start(t.Context(), h.sys, plan)
				if tree != nil || err == nil || c.want != nil && !errors.Is(err, c.want) {
					t.Errorf("got %v, %v", tree, err)
				}
				lines := h.diary.all()
				want(t, "ports", strings.Count(lines, "port opens"), strings.Count(lines, "port closes"))
				want(t, "drivers", strings.Count(lines, "driver runs"), strings.Count(lines, "driver ends"))

				want(t, "another start", h.start(t, "a").Stop(t.Context()), nil)
			})
		})
	}
}

func TestStartWithoutTime(t *testing.T) {
	inside(t, func(t *testing.T, h *house) {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := Start(ctx, h.sys, h.plan("a")); !errors.Is(err, context.Canceled) {
			t.Errorf("got %v", err)
		}
	})
}

func TestTwoTreesNeedTwoNames(t *testing.T) {
	inside(t, func(t *testing.T, h *house) {
		tree := h.start(t)
		if _, err := Start(t.Context(), h.sys, h.plan()); err == nil {
			t.Error("a second tree of the same name was started")
		}
		plan := h.plan()
		plan.Name, plan.Accounts = "second", nil
		plan.Endpoints = func(endpoint.Accounts, conn.Env) ([]endpoint.Options, error) { return nil, nil }
		second, err := Start(t.Context(), h.sys, plan)
		want(t, "second tree", err, nil)
		want(t, "stopped", errors.Join(second.Stop(t.Context()), tree.Stop(t.Context())), nil)
	})
}

func TestSubscribe(t *testing.T) {
	inside(t, func(t *testing.T, h *house) {
		tree := h.start(t)
		var seen, slow atomic.Int32
		end, err := tree.Subscribe(t.Context(), conn.Subscriber{Name: "s", Want: everything(), Do: func(context.Context, *qq.Entry) { seen.Add(1) }})
		want(t, "subscribed", err, nil)
		endSlow, err := tree.Subscribe(t.Context(), conn.Subscriber{Name: "slow", Want: everything(), After: h.log.First(),
			Do: func(context.Context, *qq.Entry) { time.Sleep(time.Second); slow.Add(1) }})
		want(t, "subscribed", err, nil)
		h.say(t, 5)
		synctest.Wait()
		want(t, "seen", seen.Load(), 5)
		end()
		h.say(t, 1)
		synctest.Wait()
		want(t, "seen after the end", seen.Load(), 5)
		want(t, "slow ones wait for nobody", slow.Load(), 0)
		began := time.Now()
		endSlow()
		want(t, "the last call was waited for", fmt.Sprint(slow.Load(), time.Since(began)), "1 1s")
		end()
		want(t, "stopped", tree.Stop(t.Context()), nil)
		end()
		endSlow()
	})
}

// TestSubscribersOfThePlan see the first event of all.
func TestSubscribersOfThePlan(t *testing.T) {
	inside(t, func(t *testing.T, h *house) {
		plan := h.plan()
		seen := make(chan qq.Event, 9)
		plan.Subscribers = []conn.Subscriber{{Name: "first", Want: everything(), Do: func(_ context.Context, e *qq.Entry) { seen <- e.Event }}}
		tree, err := Start(t.Context(), h.sys, plan)
		want(t, "started", err, nil)
		online, ok := (<-seen).(*qq.StatusChanged)
		want(t, "the account's coming", ok && online.Online && online.Added, true)
		end, err := tree.Subscribe(t.Context(), conn.Subscriber{Want: everything(), Do: func(context.Context, *qq.Entry) {}})
		want(t, "another one", err, nil)
		end()
		want(t, "stopped", tree.Stop(t.Context()), nil)
	})
}

func TestSubscribeFails(t *testing.T) {
	inside(t, func(t *testing.T, h *house) {
		tree := h.start(t)
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := tree.Subscribe(ctx, conn.Subscriber{}); !errors.Is(err, context.Canceled) {
			t.Errorf("without time: %v", err)
		}
		want(t, "stopped", tree.Stop(t.Context()), nil)
		if _, err := tree.Subscribe(t.Context(), conn.Subscriber{}); !errors.Is(err, system.ErrStopped) {
			t.Errorf("after the end: %v", err)
		}
	})
}

// TestGrowthIsGuarded: a fault in what is started does not take the tree down,
// and what is started for somebody who left is stopped.
func TestGrowthIsGuarded(t *testing.T) {
	inside(t, func(t *testing.T, h *house) {
		tree := h.start(t, "a")
		log := tree.env.Log
		tree.env.Log = nil // makes the start of a subscriber panic
		if _, err := tree.Subscribe(t.Context(), conn.Subscriber{}); !errors.Is(err, system.ErrPanicked) {
			t.Errorf("got %v", err)
		}
		tree.env.Log = log
		before := fmt.Sprint(h.actors())
		h.sys.Root().Send(tree.root, &spawn{fn: func(parent actor.Context) (*actor.PID, error) {
			return conn.SpawnSubscriber(parent, "late", tree.env, conn.Subscriber{})
		}})
		synctest.Wait()
		want(t, "actors", fmt.Sprint(h.actors()), before)
		want(t, "restarts", h.sys.Stats().Restarts, 0)
		h.say(t, 1)
		want(t, "stopped", tree.Stop(t.Context()), nil)
	})
}

// TestStopWithoutTime: everything is told to end, and the error tells what did not.
func TestStopWithoutTime(t *testing.T) {
	inside(t, func(t *testing.T, h *house) {
		h.driver.deaf = make(chan struct{})
		tree := h.start(t, "a")
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		err := tree.Stop(ctx)
		if !errors.Is(err, context.DeadlineExceeded) || !strings.Contains(err.Error(), "driver of account 10001") {
			t.Errorf("got %v", err)
		}
		close(h.driver.deaf)
		synctest.Wait()
		want(t, "order", h.diary.order(), "port opens, port closes, driver ends")
	})
}
