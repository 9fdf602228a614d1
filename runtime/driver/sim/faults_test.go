package sim

import (
	"context"
	"errors"
	"testing"
	"time"

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
		if e.Origin <= last {
			t.Errorf("origin %d after %d", e.Origin, last)
		}
		last = e.Origin
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
	a, b := addFault(t, w, Fault{Kind: FaultOffline}), addFault(t, w, Fault{Kind: FaultOffline})
	if n := w.ClearFaults(a.ID, 99); n != 1 || len(w.Faults()) != 1 || w.Faults()[0].ID != b.ID {
		t.Errorf("cleared %d, left %+v", n, w.Faults())
	}
	if n := w.ClearFaults(); n != 1 || w.faults.ops.Load() {
		t.Errorf("cleared %d", n)
	}
}
