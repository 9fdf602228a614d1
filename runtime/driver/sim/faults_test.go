package sim

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"llbot/protocols/qq"
)

func addFault(t testing.TB, w *World, f Fault) Fault {
	t.Helper()
	f, err := w.AddFault(f)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func history(t testing.TB, w *World) int {
	t.Helper()
	return len(do(t, w, bot, qq.GetHistory{Chat: qq.GroupChat(home), Count: 100}).Messages)
}

func TestRefusals(t *testing.T) {
	for kind, want := range map[FaultKind]error{
		FaultOffline: qq.ErrOffline, FaultRateLimited: qq.ErrRateLimited, FaultRiskControl: qq.ErrRiskControl,
		FaultUpstream: qq.ErrUpstream, FaultLostCall: qq.ErrTimeout, FaultLostAnswer: qq.ErrTimeout, FaultLinkLost: qq.ErrOffline,
	} {
		w := openWorld(t, Options{Faults: []Fault{{Kind: kind, Count: 1, Text: "so there", Op: "SendMessage", Account: bot}}})
		d := driverOf(t, w, bot)
		if _, err := d.Do(context.Background(), qq.GetGroup{Group: home}); err != nil {
			t.Errorf("%s struck another operation: %v", kind, err)
		}
		do(t, w, alice, inGroup("people are spared"))
		_, err := d.Do(context.Background(), inGroup("hi"))
		e := qq.AsError(err)
		if unknown := kind == FaultLostCall || kind == FaultLostAnswer; !errors.Is(err, want) || (e.Outcome == qq.Unknown) != unknown || kind != FaultLostAnswer && e.Text != "so there" {
			t.Errorf("%s: %v, outcome %d", kind, err, e.Outcome)
		}
		said := 1
		if kind == FaultLostAnswer {
			said++
		}
		if n := history(t, w); n != said {
			t.Errorf("%s: %d messages, want %d", kind, n, said)
		}
		if _, err := d.Do(context.Background(), inGroup("again")); err != nil {
			t.Errorf("%s struck twice: %v", kind, err)
		}
		if f := w.Faults(); len(f) != 1 || f[0].Struck != 1 {
			t.Errorf("%s: %+v", kind, f)
		}
	}
}

// A lost answer under a nonce can be asked for, and is not done twice.
func TestLostAnswerIsRecalled(t *testing.T) {
	w, ctx := openWorld(t, Options{Dir: t.TempDir(), Faults: []Fault{{Kind: FaultLostAnswer, Count: 1}, {Kind: FaultLostCall, Op: "SetCard", Count: 1}}}), context.Background()
	d := driverOf(t, w, bot).(qq.Remembering)
	if _, err := d.DoOnce(ctx, "n", inGroup("hi")); !errors.Is(err, qq.ErrTimeout) {
		t.Fatal(err)
	}
	v, applied, err := d.Recall(ctx, "n")
	if err != nil || !applied || v.(*qq.Sent).Seq == 0 {
		t.Fatalf("%v %v %v", v, applied, err)
	}
	if again, err := d.DoOnce(ctx, "n", inGroup("hi")); err != nil || again.(*qq.Sent).Seq != v.(*qq.Sent).Seq || history(t, w) != 1 {
		t.Errorf("again: %v %v", again, err)
	}
	if _, err := d.DoOnce(ctx, "c", qq.SetCard{Group: home, Member: bot, Card: "x"}); !errors.Is(err, qq.ErrTimeout) {
		t.Fatal(err)
	}
	if _, applied, err := d.Recall(ctx, "c"); applied || err != nil {
		t.Errorf("a lost call was done: %v", err)
	}
}

func TestEventFaults(t *testing.T) {
	w := openWorld(t, Options{})
	l := listen(t, driverOf(t, w, bot), 0)
	addFault(t, w, Fault{Kind: FaultDuplicateEvent, Event: "MessageReceived", Count: 1})
	do(t, w, alice, inGroup("twice"))
	addFault(t, w, Fault{Kind: FaultMissingEvent, Count: 1})
	do(t, w, alice, inGroup("never"))
	addFault(t, w, Fault{Kind: FaultLateEvent, Delay: 50 * time.Millisecond, Count: 1})
	do(t, w, alice, inGroup("late"))
	do(t, w, alice, inGroup("meanwhile"))
	var got []string
	last := uint64(0)
	for _, e := range l.wait(4) {
		got = append(got, e.Event.(*qq.MessageReceived).Segments.PlainText())
		if e.Origin != 0 && e.Origin <= last {
			t.Errorf("origin %d after %d", e.Origin, last)
		}
		last = max(last, e.Origin)
	}
	if want := []string{"twice", "twice", "meanwhile", "late"}; !equalTexts(got, want) {
		t.Errorf("heard %q, want %q", got, want)
	}
	if r, err := w.Say(context.Background(), Say{As: alice, Group: home, Text: "whole"}); err != nil || r.Accounts[0].Last == 0 {
		t.Errorf("afterwards: %+v %v", r, err)
	}
	addFault(t, w, Fault{Kind: FaultMissingEvent})
	if r, err := w.Say(context.Background(), Say{As: alice, Group: home, Text: "unheard"}); err != nil || r.Accounts[0].Last != 0 {
		t.Errorf("an event that never comes: %+v %v", r, err)
	}
}

func equalTexts(a, b []string) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}

func TestLostLinkEndsTheRun(t *testing.T) {
	w := openWorld(t, Options{})
	d := driverOf(t, w, bot)
	l := listen(t, d, 0)
	addFault(t, w, Fault{Kind: FaultLinkLost, Count: 1, Text: "elsewhere"})
	if _, err := d.Do(context.Background(), qq.ListGroups{}); !errors.Is(err, qq.ErrOffline) {
		t.Fatal(err)
	}
	if err := <-l.done; !errors.Is(err, qq.ErrOffline) || err.Error() != "elsewhere" {
		t.Fatalf("the run ended with %v", err)
	}
	l.done <- nil
	again := listen(t, d, 0)
	do(t, w, alice, inGroup("hi"))
	again.wait(1)
}

func TestKickedStaysOut(t *testing.T) {
	w, ctx := openWorld(t, Options{Faults: []Fault{{Kind: FaultKicked, Count: 1, Text: "elsewhere"}}}), context.Background()
	d := driverOf(t, w, bot)
	for range 2 {
		if _, err := d.Do(ctx, inGroup("hi")); !errors.Is(err, qq.ErrOffline) {
			t.Fatal(err)
		}
	}
	if s := do(t, w, bot, qq.GetLoginState{}); s.Step != qq.LoginKicked || s.Reason != "elsewhere" {
		t.Errorf("%+v", s)
	}
	mustRun(t, w.MoveLogin(ctx, LoginMove{User: bot, Step: qq.LoginOnline}))
	if _, err := d.Do(ctx, inGroup("back")); err != nil {
		t.Error(err)
	}
}

func TestSlowMediaStrikesOnlyMedia(t *testing.T) {
	w, ctx := openWorld(t, Options{Faults: []Fault{{Kind: FaultSlowMedia, Delay: 30 * time.Millisecond}}}), context.Background()
	d := driverOf(t, w, bot)
	took := func(op qq.Operation) time.Duration {
		start := time.Now()
		if _, err := d.Do(ctx, op); err != nil {
			t.Fatal(err)
		}
		return time.Since(start)
	}
	picture := qq.SendMessage{Chat: qq.GroupChat(home), Segments: qq.Segments{&qq.Image{Media: qq.Media{ID: "pic"}}}}
	if took(picture) < 30*time.Millisecond || took(qq.RenewLink{Resource: "pic"}) < 30*time.Millisecond {
		t.Error("a picture was fast")
	}
	if w.Faults()[0].Struck != 2 || took(inGroup("text")) > 20*time.Millisecond || w.Faults()[0].Struck != 2 {
		t.Errorf("text was slow: %+v", w.Faults())
	}
	impatient, cancel := context.WithTimeout(ctx, time.Millisecond)
	defer cancel()
	if _, err := d.Do(impatient, picture); !errors.Is(err, qq.ErrTimeout) {
		t.Errorf("gave up: %v", err)
	}
}

// Chance is seeded: the same faults strike the same operations.
func TestProbabilityIsSeeded(t *testing.T) {
	strikes := func(seed uint64) (pattern string) {
		w := openWorld(t, Options{Seed: seed, Faults: []Fault{{Kind: FaultRateLimited, Class: "send", Probability: 0.3, Count: 50}}})
		d := driverOf(t, w, bot)
		for range 100 {
			_, err := d.Do(context.Background(), inGroup("hi"))
			pattern += map[bool]string{true: "x", false: "."}[err != nil]
		}
		return pattern
	}
	first, struck := strikes(7), 0
	for _, c := range first {
		if c == 'x' {
			struck++
		}
	}
	if again := strikes(7); again != first || struck < 15 || struck > 45 || strikes(8) == first {
		t.Errorf("%s\n%s", first, again)
	}
}

func TestFaultsThatCannotStrike(t *testing.T) {
	w := openWorld(t, Options{})
	for _, f := range []Fault{
		{}, {Kind: "nonsense"}, {Kind: FaultOffline, Probability: 2}, {Kind: FaultOffline, Count: -1}, {Kind: FaultSlow},
		{Kind: FaultOffline, Delay: 1}, {Kind: FaultSlow, Delay: 2 * MaxFaultDelay}, {Kind: FaultOffline, Op: "Nope"},
		{Kind: FaultOffline, Class: "nope"}, {Kind: FaultOffline, Event: "MessageReceived"}, {Kind: FaultMissingEvent, Event: "Nope"},
		{Kind: FaultMissingEvent, Op: "SendMessage"},
	} {
		if _, err := w.AddFault(f); !errors.Is(err, qq.ErrInvalid) {
			t.Errorf("%+v: %v", f, err)
		}
	}
	if _, err := Open(Options{Faults: []Fault{{}}}); err == nil {
		t.Error("a world opened with a fault that is none")
	}
	a, b := addFault(t, w, Fault{Kind: FaultOffline, Probability: 0.5}), addFault(t, w, Fault{Kind: FaultOffline, Probability: 0.5})
	d := driverOf(t, w, bot)
	for range 3 {
		_, _ = d.Do(context.Background(), qq.ListGroups{})
	}
	if len(w.faults.tries) != 2 {
		t.Errorf("chance was asked for %d faults", len(w.faults.tries))
	}
	if n := w.ClearFaults(a.ID, 99); n != 1 || len(w.Faults()) != 1 || w.Faults()[0].ID != b.ID || len(w.faults.tries) != 1 {
		t.Errorf("cleared %d, left %+v", n, w.Faults())
	}
	if n := w.ClearFaults(); n != 1 || w.faults.ops.Load() || len(w.faults.tries) != 0 {
		t.Errorf("cleared %d", n)
	}
}

// keyed is an event with its origin.
type keyed struct {
	Kind   string
	Origin uint64
}

func keys(list []qq.Emission) []keyed {
	var all []keyed
	for _, e := range list {
		all = append(all, keyed{qq.EventKind(e.Event), e.Origin})
	}
	return all
}

// Whatever a fault does to the message of an upload, the upload behind it has
// the origin that the journal gives it: after a kill at any point nothing is
// left out, and nothing is told again.
func TestFaultsLeaveOriginsAlone(t *testing.T) {
	const message, file = "MessageReceived", "FileUploaded"
	for kind, want := range map[FaultKind][]keyed{
		"":                  {{message, 1}, {file, 2}, {message, 17}},
		FaultDuplicateEvent: {{message, 1}, {message, 0}, {file, 2}, {message, 17}},
		FaultMissingEvent:   {{file, 2}, {message, 17}},
		FaultLateEvent:      {{file, 2}, {message, 17}, {message, 0}},
	} {
		t.Run(string(kind), func(t *testing.T) {
			opt := Options{Dir: t.TempDir(), Sync: time.Millisecond, Blobs: fileBlobs()}
			w := openWorld(t, opt)
			l := listen(t, driverOf(t, w, bot), 0)
			if kind != "" {
				f := Fault{Kind: kind, Event: message, Count: 1}
				if kind == FaultLateEvent {
					f.Delay = 50 * time.Millisecond
				}
				addFault(t, w, f)
			}
			base := originOf(w.st.Record+1, 0) - 1
			do(t, w, bob, upload("a.txt"))
			do(t, w, alice, inGroup("behind it"))
			got := keys(l.wait(len(want)))
			for i := range want {
				if want[i].Origin != 0 {
					want[i].Origin += base
				}
			}
			if d := cmp.Diff(want, got); d != "" {
				t.Fatalf("told (-want +got)\n%s", d)
			}
			mustRun(t, w.synced(context.Background(), w.st.Record))
			whole := []keyed{{message, base + 1}, {file, base + 2}, {message, base + 17}}
			for i, last := range whole {
				opt.Dir = copyDir(t, w.opt.Dir)
				again := openWorld(t, opt)
				d := driverOf(t, again, bot)
				do(t, again, alice, inGroup("new"))
				rest := keys(listen(t, d, last.Origin).wait(len(whole) - i))
				if d := cmp.Diff(whole[i+1:], rest[:len(rest)-1], cmpopts.EquateEmpty()); d != "" || len(rest) != len(whole)-i {
					t.Errorf("told again behind %d (-want +got)\n%s", i, d)
				}
			}
		})
	}
}

// A copy that waits when the run ends is told by the next one, and what the log
// holds is not.
func TestCopiesOutliveTheRun(t *testing.T) {
	w := openWorld(t, Options{Dir: t.TempDir()})
	d := driverOf(t, w, bot)
	addFault(t, w, Fault{Kind: FaultDuplicateEvent, Count: 2})
	do(t, w, alice, inGroup("a"))
	do(t, w, alice, inGroup("b"))
	do(t, w, alice, inGroup("c"))
	first := w.queues[bot].items[0].Origin
	if got := lines(listen(t, d, first).wait(4)); !equalTexts(got, []string{"a", "b", "b", "c"}) {
		t.Errorf("heard %q", got)
	}
}

// A queue that overflows behind a copy still leaves everything to the journal.
func TestOverflowBehindACopy(t *testing.T) {
	w := openWorld(t, Options{Dir: t.TempDir(), Queue: 1})
	d := driverOf(t, w, bot)
	addFault(t, w, Fault{Kind: FaultDuplicateEvent})
	var want []string
	for i := range 7 {
		do(t, w, alice, inGroup(fmt.Sprint(i)))
		want = append(want, fmt.Sprint(i))
	}
	w.ClearFaults()
	var got []string
	l := listen(t, d, 0)
	do(t, w, alice, inGroup("end"))
	for l.emissions(); len(got) == 0 || got[len(got)-1] != "end"; time.Sleep(time.Millisecond) {
		got = lines(l.emissions())
	}
	got = slices.Compact(got)
	if d := cmp.Diff(append(want, "end"), got); d != "" {
		t.Error(d)
	}
}

// Late events are kept waiting up to a number; those beyond come at once.
func TestLateEventsAreBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, err := Open(Options{Faults: []Fault{{Kind: FaultLateEvent, Delay: time.Hour}}})
		mustRun(t, err)
		driverOf(t, w, bot)
		for i := range maxLate + 3 {
			do(t, w, alice, inGroup(fmt.Sprint(i)))
		}
		holds := func(come, late int) {
			t.Helper()
			w.mu.Lock()
			defer w.mu.Unlock()
			if n := w.queues[bot].len(); n != come || w.faults.late != late {
				t.Errorf("%d came, %d wait; want %d and %d", n, w.faults.late, come, late)
			}
		}
		holds(3, maxLate)
		time.Sleep(time.Hour + time.Second)
		holds(maxLate+3, 0)
		mustRun(t, w.Close())
	})
}
