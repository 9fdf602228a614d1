package runtime

import (
	"bytes"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"

	"llbot/actors/conn"
	"llbot/protocols/qq"
	"llbot/runtime/admin"
	"llbot/runtime/eventlog"
	"llbot/runtime/metrics"
	"llbot/runtime/store"
)

const (
	first, second = qq.UserID(10001), qq.UserID(10002)
	hookName      = "onebot11-webhook/10001"
)

// openDeliveries is a log of capacity 8 with targets over a store of a folder.
func openDeliveries(t *testing.T, dir string) (deliveries, *store.Store) {
	t.Helper()
	s, err := store.Open(dir, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	m := &machine{store: s, log: eventlog.NewMemory(1_800_000_000_000, 8), targets: conn.NewTargets(ledger{s.Cursors(), s.DeadLetters()})}
	return m.deliveries(), s
}

func (d deliveries) append(t *testing.T, accounts ...qq.UserID) {
	t.Helper()
	for n, account := range accounts {
		e := &qq.Entry{Account: account, Time: 1_800_000_000_000 + qq.Time(n)*1000, Event: &qq.GroupMuted{Group: 7}}
		if _, err := d.log.Append(e, nil); err != nil {
			t.Fatal(err)
		}
	}
}

func (d deliveries) status(t *testing.T) admin.TargetStatus {
	t.Helper()
	s, ok := d.Find(hookName)
	if !ok {
		t.Fatal("the target is not found")
	}
	return s
}

func TestWhatWaitsForATarget(t *testing.T) {
	d, _ := openDeliveries(t, t.TempDir())
	hook := d.targets.Open(hookName, conn.TargetWebhook, first)
	d.append(t, first, second, first, second, first)
	if s := d.status(t); s.Waiting != 0 || s.Oldest != 0 || s.State != "down" || s.Kind != "webhook" || s.Account != first {
		t.Errorf("nowhere yet: %+v", s)
	}
	hook.Move(d.log.First())
	if s := d.status(t); s.Waiting != 2 || s.Oldest != 1_800_000_002_000 || s.OffLog {
		t.Errorf("behind: %+v", s)
	}
	if f := d.figures(1_800_000_012_000); len(f) != 1 || f[0].Lag != 10*time.Second {
		t.Errorf("%+v", f)
	}
	hook.Move(d.log.Last())
	if s := d.status(t); s.Waiting != 0 || s.Oldest != 0 {
		t.Errorf("done: %+v", s)
	}
	if f := d.figures(1_800_000_012_000); f[0].Lag != 0 {
		t.Errorf("%+v", f)
	}
	d.append(t, first, second, first, first, first, first, first, first, first, first)
	if s := d.status(t); s.Waiting != 8 || !s.OffLog || s.Oldest != 1_800_000_002_000 {
		t.Errorf("off the log: %+v", s)
	}
}

func TestLettersAndRedeliveries(t *testing.T) {
	d, _ := openDeliveries(t, t.TempDir())
	hook := d.targets.Open(hookName, conn.TargetWebhook, first)
	keep := ledger{d.cursors, d.letters}
	keep.Refused(hookName, conn.Refusal{SN: 5, At: 6, Tries: 3, Status: 404, Reason: "no"})
	keep.Skipped(hookName, 6, "old")
	got := d.Letters(hookName, 0, 10)
	if len(got) != 2 || got[0] != (admin.Letter{Kind: "refused", SN: 5, At: 6, Tries: 3, Status: 404, Reason: "no"}) || got[1].Kind != "skipped" {
		t.Errorf("%+v", got)
	}
	if s := d.status(t); s.Refused != 1 || s.Skipped != 1 || s.Letters != 2 {
		t.Errorf("%+v", s)
	}
	if !d.Drop(hookName, 5) || d.Drop(hookName, 5) {
		t.Error("a letter is dropped once")
	}
	if s := d.status(t); s.Refused != 1 || s.Letters != 1 {
		t.Errorf("%+v", s)
	}
	if err := d.Forget(hookName); !errors.Is(err, qq.ErrConflict) {
		t.Errorf("forget one in use: %v", err)
	}
	var lines bytes.Buffer
	logger := slog.New(slog.NewTextHandler(&lines, nil))
	if d.warnOfUnfinished(logger); lines.Len() > 0 {
		t.Errorf("no redelivery is under way: %s", lines.String())
	}
	var err error
	for range 100 {
		if err = d.Redeliver(hook.Name, admin.Redelivery{List: []qq.SN{6}, Rate: 1}); err != nil {
			break
		}
	}
	if !errors.Is(err, qq.ErrRateLimited) || !errors.Is(err, conn.ErrRedelivering) {
		t.Errorf("too many redeliveries: %v", err)
	}
	if d.warnOfUnfinished(logger); strings.Count(lines.String(), "\n") != 1 || !strings.Contains(lines.String(), "target="+hookName) {
		t.Errorf("redeliveries are under way: %q", lines.String())
	}
	if err := d.Redeliver("nobody", admin.Redelivery{}); !errors.Is(err, qq.ErrConflict) {
		t.Errorf("%v", err)
	}
}

// A target of an earlier start is shown, and can be forgotten.
func TestAbsentTargets(t *testing.T) {
	dir := t.TempDir()
	d, s := openDeliveries(t, dir)
	d.targets.Open(hookName, conn.TargetWebhook, first).Move(7)
	d.letters.Skip(hookName, 6, "old")
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	d, _ = openDeliveries(t, dir)
	d.targets.Open("a/10001", conn.TargetReverse, first)
	list := d.List()
	if len(list) != 2 || list[0].Name != "a/10001" || list[1].Name != hookName {
		t.Fatalf("%+v", list)
	}
	if s := d.status(t); s.State != admin.StateAbsent || s.Cursor != 7 || s.Letters != 1 {
		t.Errorf("%+v", s)
	}
	if err := d.Forget(hookName); err != nil {
		t.Fatal(err)
	}
	if s, ok := d.Find(hookName); ok || d.letters.Count(hookName) != 0 {
		t.Errorf("%+v", s)
	}
}

// A client that named itself and is away can be forgotten, and is new when it
// comes again.
func TestForgetOneThatNamedItself(t *testing.T) {
	d, _ := openDeliveries(t, t.TempDir())
	const name = "onebot11-ws/10001/mine"
	d.targets.Open(name, conn.TargetForward, first).Move(7)
	d.letters.Skip(name, 6, "old")
	if err := d.Forget(name); err != nil {
		t.Fatal(err)
	}
	if s, ok := d.Find(name); ok || d.letters.Count(name) != 0 {
		t.Errorf("%+v", s)
	}
	if at := d.targets.Open(name, conn.TargetForward, first).At(); at != 0 {
		t.Errorf("it begins at %d", at)
	}
}

// Deliveries are counted where each is proven: for webhooks.
func TestWhoseDeliveriesAreCounted(t *testing.T) {
	d, _ := openDeliveries(t, t.TempDir())
	for kind, counted := range map[conn.TargetKind]bool{conn.TargetWebhook: true, conn.TargetReverse: false, conn.TargetForward: false} {
		d.targets.Open(string(kind), kind, first)
		if s, _ := d.Find(string(kind)); (s.Delivered != nil) != counted || strings.Contains(string(admin.JSON(s)), "delivered") != counted {
			t.Errorf("%s: %s", kind, admin.JSON(s))
		}
	}
	for _, f := range d.figures(1_800_000_000_000) {
		if (f.Delivered != nil) != (f.Kind == "webhook") {
			t.Errorf("%+v", f)
		}
	}
}

// Scrapes know every state that a target may be in.
func TestStatesOfTargetsAreKnown(t *testing.T) {
	known := map[string]bool{}
	for _, s := range metrics.States() {
		known[s] = true
	}
	all := []conn.TargetState{conn.StateDown, conn.StateUp, conn.StateRetrying, conn.StateOpen, conn.StateLiveOnly}
	for _, s := range all {
		if !known[string(s)] {
			t.Errorf("%s is not", s)
		}
	}
	if len(known) != len(all) {
		t.Errorf("%v, want %v", metrics.States(), all)
	}
}
