package sim

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"reflect"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"llbot/protocols/qq"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const (
	bot   = SeedAccount
	alice = SeedAlice
	bob   = SeedBob
	carol = SeedCarol
	home  = SeedGroup
)

// clock is a world's clock that a test moves.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func newClock() *clock { return &clock{now: time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)} }

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) add(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// blobs knows the pictures it lists.
type blobs map[qq.ResourceID]qq.Media

func (b blobs) Stat(id qq.ResourceID) (qq.Media, bool) { m, ok := b[id]; return m, ok }
func (b blobs) Link(id qq.ResourceID) string           { return "http://media/" + string(id) }

// Ingest keeps what a base64 URI says as a sound.
func (b blobs) Ingest(_ context.Context, m *qq.Media) error {
	id := qq.ResourceID(fmt.Sprintf("%x", sha256.Sum256([]byte(m.URI))))
	*m = qq.Media{ID: id, Name: string(id[:8]) + ".wav", MIME: "audio/wav", Size: int64(len(m.URI)), Duration: 1}
	b[id] = *m
	return nil
}

func testBlobs() blobs {
	return blobs{"pic": {ID: "pic", Name: "cat.png", MIME: "image/png", Size: 99, Width: 3, Height: 4}}
}

func openWorld(t testing.TB, opt Options) *World {
	t.Helper()
	if opt.Blobs == nil {
		opt.Blobs = testBlobs()
	}
	w, err := Open(opt)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := w.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	return w
}

// do runs an operation as somebody and must succeed.
func do[O qq.Op[R], R any](t testing.TB, w *World, as qq.UserID, op O) R {
	t.Helper()
	v, err := w.Do(context.Background(), as, op)
	if err != nil {
		t.Fatalf("%s as %d: %v", qq.OpName(op), as, err)
	}
	return v.(R)
}

// refused runs an operation that must fail in one way.
func refused(t testing.TB, w *World, as qq.UserID, op qq.Operation, kind error) {
	t.Helper()
	_, err := w.Do(context.Background(), as, op)
	if !errors.Is(err, kind) {
		t.Fatalf("%s as %d: got %v, want %v", qq.OpName(op), as, err, kind)
	}
	if c, ok := qq.CapabilityOf(op); ok && !c.MayFail(kind) {
		t.Errorf("%s fails with %v, which qq.Capabilities does not list", c.Name, kind)
	}
	if e, ok := errors.AsType[*qq.Error](err); !ok || e.Text == "" {
		t.Fatalf("%s as %d: %v is no *qq.Error with a text", qq.OpName(op), as, err)
	}
}

func inGroup(text string) qq.SendMessage {
	return qq.SendMessage{Chat: qq.GroupChat(home), Segments: qq.NewText(text)}
}

func toUser(u qq.UserID, text string) qq.SendMessage {
	return qq.SendMessage{Chat: qq.FriendChat(u), Segments: qq.NewText(text)}
}

// toMember speaks to somebody who need not be a friend.
func toMember(u qq.UserID, text string) qq.SendMessage {
	return qq.SendMessage{Chat: qq.TempChat(u), Segments: qq.NewText(text)}
}

// listener runs a driver and keeps what it emits.
type listener struct {
	t      testing.TB
	cancel context.CancelFunc
	done   chan error

	mu   sync.Mutex
	got  []qq.Emission
	sn   qq.SN
	fail error // emit answers this when set
}

func driverOf(t testing.TB, w *World, uin qq.UserID) qq.Driver {
	t.Helper()
	d, err := w.Driver(uin)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func listen(t testing.TB, d qq.Driver, last uint64) *listener {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	l := &listener{t: t, cancel: cancel, done: make(chan error, 1)}
	go func() { l.done <- d.Run(ctx, l.emit, last) }()
	t.Cleanup(func() { l.stop() })
	for d.(*driver).queue.run() == nil {
		time.Sleep(100 * time.Microsecond)
	}
	return l
}

func (l *listener) emit(_ context.Context, e qq.Emission) (qq.SN, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.fail != nil {
		return 0, l.fail
	}
	l.sn++
	l.got = append(l.got, e)
	return l.sn, nil
}

// stop ends the run and gives what it answered; it may be called again.
func (l *listener) stop() error {
	l.cancel()
	err := <-l.done
	l.done <- err
	return err
}

func (l *listener) emissions() []qq.Emission {
	l.mu.Lock()
	defer l.mu.Unlock()
	return append([]qq.Emission(nil), l.got...)
}

// wait gives the first n emissions.
func (l *listener) wait(n int) []qq.Emission {
	l.t.Helper()
	deadline := time.Now().Add(5 * time.Second)
	for {
		if got := l.emissions(); len(got) >= n {
			return got
		}
		if time.Now().After(deadline) {
			l.t.Fatalf("%d events, want %d", len(l.emissions()), n)
		}
		time.Sleep(time.Millisecond)
	}
}

// pending takes what waits for an account without running its driver.
func pending(w *World, uin qq.UserID) []qq.Event {
	w.mu.Lock()
	defer w.mu.Unlock()
	q := w.queues[uin]
	var list []qq.Event
	for _, it := range q.items[q.head:] {
		list = append(list, it.Event)
	}
	q.items, q.head = nil, 0
	return list
}

// failer is what checks need of a test, of rapid's as well.
type failer interface {
	Helper()
	Fatal(args ...any)
	Fatalf(format string, args ...any)
}

// stateText is the whole state as text, to be compared.
func stateText(t failer, st *state) []byte {
	t.Helper()
	same := *st
	same.Record, same.Clean = 0, false
	b, err := encodeSnapshot(&same)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func sameState(t failer, got, want *state) {
	t.Helper()
	if g, w := stateText(t, got), stateText(t, want); !bytes.Equal(g, w) {
		t.Fatalf("states differ\n got %.2000s\nwant %.2000s", g, w)
	}
}

func TestEveryOperationIsServed(t *testing.T) {
	w := openWorld(t, Options{})
	d := driverOf(t, w, bot)
	if lacks := d.Lacks(); len(lacks) > 0 {
		t.Errorf("not served: %v", lacks)
	}
	if d.Name() != "sim" {
		t.Errorf("name %q", d.Name())
	}
	for _, op := range qq.Catalogue() {
		_, err := d.Do(context.Background(), op)
		if _, out := op.(qq.LogOut); out {
			comeOnline(t, w, bot)
		}
		_, status := op.(qq.GetStatus)
		if errors.Is(err, qq.ErrUnsupported) != status {
			t.Errorf("%s: %v", qq.OpName(op), err)
		}
	}
}

func TestSeed(t *testing.T) {
	w := openWorld(t, Options{})
	groups := do(t, w, bot, qq.ListGroups{})
	if len(groups) != 2 || groups[0].ID != home || groups[0].Name != "llbot 测试群" || groups[0].Members != 4 ||
		groups[0].Owner != alice || groups[1].ID != SeedSecond || groups[1].Owner != bot {
		t.Errorf("groups %+v", groups)
	}
	if m := do(t, w, bot, qq.GetMember{Group: home, User: bot}); m.Role != qq.RoleAdmin || m.Name() != "LLBot" {
		t.Errorf("member %+v", m)
	}
	friends := do(t, w, bot, qq.ListFriends{})
	if len(friends) != 2 || friends[0].ID != alice || friends[0].Remark == "" || friends[0].Category.Name == "" || friends[1].ID != bob {
		t.Errorf("friends %+v", friends)
	}
	refused(t, w, bot, qq.GetFriend{User: carol}, qq.ErrNotFound)
	if l := do(t, w, bot, qq.GetLogin{}); l.ID != bot || !l.Online || l.UID == "" {
		t.Errorf("login %+v", l)
	}
	if u := do(t, w, bot, qq.GetUser{User: alice}); u.Remark != friends[0].Remark {
		t.Errorf("user %+v", u)
	}
	if u := do(t, w, carol, qq.GetUser{User: alice}); u.Remark != "" {
		t.Errorf("a stranger sees the remark of another: %+v", u)
	}
	if len(w.Users()) != 6 || len(w.Groups()) != 2 || !reflect.DeepEqual(w.Accounts(), []qq.UserID{bot}) {
		t.Errorf("%d users, %d groups, accounts %v", len(w.Users()), len(w.Groups()), w.Accounts())
	}
}

func TestUnknownActor(t *testing.T) {
	w := openWorld(t, Options{})
	refused(t, w, 99999, qq.GetMember{Group: home, User: bot}, qq.ErrNotFound)
	if _, err := w.Driver(5); !errors.Is(err, qq.ErrInvalid) {
		t.Errorf("driver of an impossible number: %v", err)
	}
}

func TestNewAccountJoinsTheFirstGroup(t *testing.T) {
	w := openWorld(t, Options{})
	driverOf(t, w, bot)
	if err := w.EnsureAccount(context.Background(), 55555, "Second"); err != nil {
		t.Fatal(err)
	}
	driverOf(t, w, 55555)
	m := do(t, w, 55555, qq.GetMember{Group: home, User: 55555})
	if m.Role != qq.RoleMember || m.Nickname != "Second" {
		t.Errorf("member %+v", m)
	}
	if len(do(t, w, 55555, qq.ListFriends{})) != 0 {
		t.Error("a new account has friends")
	}
	do(t, w, 55555, qq.LeaveGroup{Group: home})
	if err := w.EnsureAccount(context.Background(), 55555, ""); err != nil {
		t.Fatal(err)
	}
	refused(t, w, 55555, qq.GetGroup{Group: home}, qq.ErrNotFound)
	got := pending(w, bot)
	if len(got) != 2 {
		t.Fatalf("events %v", got)
	}
	in := got[0].(*qq.MemberIncreased)
	if in.User != 55555 || in.Self || in.Member == nil {
		t.Errorf("increase %+v", in)
	}
}

func TestClosedWorld(t *testing.T) {
	w := openWorld(t, Options{})
	l := listen(t, driverOf(t, w, bot), 0)
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if err := <-l.done; !errors.Is(err, qq.ErrOffline) {
		t.Errorf("run ended with %v", err)
	}
	l.done <- nil
	refused(t, w, bot, inGroup("hi"), qq.ErrOffline)
	refused(t, w, bot, qq.ListGroups{}, qq.ErrOffline)
}
