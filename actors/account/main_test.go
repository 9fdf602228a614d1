package account

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"llbot/actors/journal"
	"llbot/actors/router"
	"llbot/actors/system"
	"llbot/protocols/qq"
	"llbot/runtime/eventlog"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const self qq.UserID = 10001

// house is an account with its surroundings, in one bubble of time.
type house struct {
	t       testing.TB
	sys     *system.System
	log     *eventlog.Memory
	routes  router.Ref
	journal journal.Ref
	driver  *driver
	ids     *ids
	media   *ingester
	keys    *keyring
	ref     Ref
}

// inside runs a test in a bubble with an account.
func inside(t *testing.T, d *driver, fn func(t *testing.T, h *house)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t, d)
		defer h.end()
		fn(t, h)
	})
}

// both is inside twice: with a driver that callers leave behind, and with one
// that heeds their contexts and so runs on their goroutines.
func both(t *testing.T, d *driver, fn func(t *testing.T, h *house)) {
	t.Helper()
	for _, d.heeds = range []bool{false, true} {
		t.Run(fmt.Sprintf("heeds=%v", d.heeds), func(t *testing.T) { inside(t, d, fn) })
	}
}

func now() qq.Time { return qq.TimeOf(time.Now()) }

func newHouse(t testing.TB, d *driver) *house { return newHouseOf(t, d, d) }

// newHouseOf gives the account a driver that is built around d.
func newHouseOf(t testing.TB, d *driver, outer qq.Driver) *house {
	h := &house{t: t, sys: system.New(system.Options{Logger: d.logger}), log: eventlog.NewMemory(now(), 0), driver: d, ids: &ids{}, media: &ingester{}, keys: newKeyring()}
	var err error
	if h.routes, err = router.Spawn(h.sys, nil, router.Options{Last: h.log.Last()}); err != nil {
		t.Fatal(err)
	}
	if h.journal, err = journal.Spawn(h.sys, nil, h.log, h.routes); err != nil {
		t.Fatal(err)
	}
	if h.ref, err = Spawn(h.sys, nil, Options{ID: self, Driver: outer, Journal: h.journal, IDs: h.ids, Ingester: h.media, Keys: h.keys,
		LastOrigin: h.log.LastOrigin, Now: now}); err != nil {
		t.Fatal(err)
	}
	synctest.Wait()
	return h
}

func (h *house) end() {
	ctx := context.Background()
	err := errors.Join(h.ref.Close(ctx), h.sys.Stop(ctx, h.journal.PID()), h.routes.Stop(ctx))
	if err != nil {
		h.t.Error(err)
	}
	h.sys.Shutdown()
}

// entries is what the log holds.
func (h *house) entries() []*qq.Entry {
	h.t.Helper()
	all, err := h.log.Read(nil, h.log.First()-1, 1<<20)
	if err != nil {
		h.t.Fatal(err)
	}
	return all
}

// states is the changes of state that were announced.
func (h *house) states() (all []*qq.StatusChanged) {
	for _, e := range h.entries() {
		if s, ok := e.Event.(*qq.StatusChanged); ok {
			all = append(all, s)
		}
	}
	return all
}

// driver is a QQ made of functions. Without any it is online, serves nothing
// and keeps its link.
type driver struct {
	logger *slog.Logger // nil logs nothing
	qq.Handlers
	offline bool // GetLogin says so
	heeds   bool
	awaits  string
	run     func(ctx context.Context, emit qq.Emit, last uint64) error

	mu     sync.Mutex
	runs   []time.Time
	logins int
	emit   qq.Emit // of the newest run
	lasts  []uint64
}

func (d *driver) Name() string { return "test" }

func (d *driver) Awaits() string { return d.awaits }

func (d *driver) Heeds() bool { return d.heeds }

func (d *driver) Do(ctx context.Context, op qq.Operation) (any, error) {
	if _, ok := op.(qq.GetLogin); ok && !d.has(op) {
		d.mu.Lock()
		d.logins++
		d.mu.Unlock()
		return qq.Login{User: qq.User{ID: self, Nickname: "bot"}, Online: !d.offline}, nil
	}
	return d.Handlers.Do(ctx, op)
}

func (d *driver) has(op qq.Operation) bool { return !slices.Contains(d.Lacks(), qq.OpName(op)) }

func (d *driver) Run(ctx context.Context, emit qq.Emit, last uint64) error {
	d.mu.Lock()
	d.runs, d.emit, d.lasts = append(d.runs, time.Now()), emit, append(d.lasts, last)
	d.mu.Unlock()
	if d.run != nil {
		return d.run(ctx, emit, last)
	}
	<-ctx.Done()
	return nil
}

func (d *driver) began() []time.Time {
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.Clone(d.runs)
}

// ids stamps the seq plus 1000 and finds it again.
type ids struct{ wrong int64 }

func (i *ids) Stamp(_ qq.UserID, ref qq.MessageRef) qq.MessageID {
	if ref.Seq == i.wrong && i.wrong != 0 {
		panic("no id for it")
	}
	return qq.MessageID(ref.Seq + 1000)
}

func (i *ids) Resolve(_ qq.UserID, id qq.MessageID) (qq.MessageRef, bool) {
	if id <= 1000 {
		return qq.MessageRef{}, false
	}
	return qq.MessageRef{Chat: qq.GroupChat(7), Seq: int64(id) - 1000, ID: id}, true
}

// ingester takes everything but what is called "bad".
type ingester struct{ took []string }

func (i *ingester) Ingest(_ context.Context, m *qq.Media) error {
	if m.URI == "bad" {
		return qq.Errorf(qq.ErrMedia, "cannot read it")
	}
	i.took = append(i.took, m.URI)
	m.ID = qq.ResourceID("stored:" + m.URI)
	return nil
}

func want[T comparable](t testing.TB, what string, got, want T) {
	t.Helper()
	if got != want {
		t.Fatalf("%s: got %v, want %v", what, got, want)
	}
}

// wantKind checks that err is a *qq.Error of a kind.
func wantKind(t testing.TB, err, kind error) *qq.Error {
	t.Helper()
	var e *qq.Error
	if !errors.As(err, &e) || !errors.Is(err, kind) {
		t.Fatalf("got %v, want a *qq.Error that is %v", err, kind)
	}
	return e
}
