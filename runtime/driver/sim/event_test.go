package sim

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"llbot/protocols/qq"
)

// TestEventsOfModeration holds, for each deed, what a member's account and the
// acting account are told, which is the same but for Self.
func TestEventsOfModeration(t *testing.T) {
	for name, c := range map[string]struct {
		op   qq.Operation
		want func(self bool) qq.Event
	}{
		"kick": {qq.KickMember{Group: home, Member: bob}, func(self bool) qq.Event {
			return &qq.MemberDecreased{Group: home, User: bob, Operator: alice, Self: self}
		}},
		"mute": {qq.MuteMember{Group: home, Member: bob, For: time.Minute}, func(bool) qq.Event {
			return &qq.MemberMuted{Group: home, User: bob, Operator: alice, Seconds: 60}
		}},
		"whole mute": {qq.MuteGroup{Group: home, On: true}, func(bool) qq.Event {
			return &qq.GroupMuted{Group: home, Operator: alice, On: true}
		}},
		"card": {qq.SetCard{Group: home, Member: bob, Card: "B"}, func(bool) qq.Event {
			return &qq.CardChanged{Group: home, User: bob, Operator: alice, New: "B"}
		}},
		"admin": {qq.SetAdmin{Group: home, Member: bob, On: true}, func(bool) qq.Event {
			return &qq.AdminChanged{Group: home, User: bob, Operator: alice, On: true}
		}},
		"disband": {qq.LeaveGroup{Group: home, Disband: true}, func(bool) qq.Event {
			return &qq.GroupDisbanded{Group: home, Operator: alice}
		}},
	} {
		t.Run(name, func(t *testing.T) {
			w := ruledWorld(t, newClock())
			for _, u := range []qq.UserID{alice, bob, eve} {
				if err := w.ensureWatched(t, u); err != nil {
					t.Fatal(err)
				}
			}
			for _, u := range []qq.UserID{alice, bob, eve} {
				pending(w, u)
			}
			do(t, w, eve, qq.LeaveGroup{Group: home}) // accounts that are new join; Eve is to be outside
			for _, u := range []qq.UserID{alice, bob, eve} {
				pending(w, u)
			}
			if _, err := w.Do(context.Background(), alice, c.op); err != nil {
				t.Fatal(err)
			}
			ignore := cmp.FilterPath(func(p cmp.Path) bool { return p.Last().String() == ".Member" }, cmp.Ignore())
			for _, u := range []qq.UserID{alice, bob} {
				if d := cmp.Diff([]qq.Event{c.want(u == bob)}, pending(w, u), ignore); d != "" {
					t.Errorf("user %d (-want +got)\n%s", u, d)
				}
			}
			if got := pending(w, eve); len(got) != 0 {
				t.Errorf("a stranger is told %v", got)
			}
		})
	}
}

func (w *World) ensureWatched(t *testing.T, u qq.UserID) error {
	t.Helper()
	_, err := w.Driver(u)
	return err
}

func TestNothingNewTellsNothing(t *testing.T) {
	w := ruledWorld(t, newClock())
	driverOf(t, w, bot)
	before := w.st.Record
	for _, op := range []qq.Operation{
		qq.MuteMember{Group: home, Member: bob}, qq.MuteGroup{Group: home}, qq.SetCard{Group: home, Member: bob},
		qq.SetAdmin{Group: home, Member: bob}, qq.SetAdmin{Group: home, Member: bot, On: true},
	} {
		if _, err := w.Do(context.Background(), alice, op); err != nil {
			t.Errorf("%T: %v", op, err)
		}
	}
	if got := pending(w, bot); len(got) != 0 || w.st.Record != before {
		t.Errorf("told %v", got)
	}
}

func TestMembersInEventsAreSnapshots(t *testing.T) {
	w := ruledWorld(t, newClock())
	driverOf(t, w, bot)
	do(t, w, bot, qq.MuteMember{Group: home, Member: bob, For: time.Minute})
	do(t, w, bot, qq.SetCard{Group: home, Member: bob, Card: "B"})
	do(t, w, bot, qq.MuteMember{Group: home, Member: bob})
	do(t, w, bot, qq.KickMember{Group: home, Member: bob})
	got := pending(w, bot)
	muted, lifted := got[0].(*qq.MemberMuted), got[2].(*qq.MemberMuted)
	if muted.Member.MutedUntil == 0 || muted.Member.Card != "" {
		t.Errorf("muted %+v", muted.Member)
	}
	if lifted.Seconds != 0 || lifted.Member.MutedUntil != 0 || lifted.Member.Card != "B" {
		t.Errorf("lifted %+v", lifted)
	}
	if out := got[3].(*qq.MemberDecreased); out.Member.Card != "B" || out.Operator != bot {
		t.Errorf("kicked %+v", out)
	}
}

func TestRecallReachesBothSidesOfAPrivateChat(t *testing.T) {
	w := openWorld(t, Options{})
	driverOf(t, w, bot)
	driverOf(t, w, alice)
	sent := do(t, w, bot, toUser(alice, "oops"))
	do(t, w, bot, qq.RecallMessage{Ref: sent.MessageRef})
	for u, peer := range map[qq.UserID]qq.UserID{bot: alice, alice: bot} {
		got := pending(w, u)
		want := &qq.MessageRecalled{MessageRef: qq.MessageRef{Chat: qq.FriendChat(peer), Seq: sent.Seq}, Sender: bot, Operator: bot}
		if d := cmp.Diff(qq.Event(want), got[len(got)-1]); d != "" {
			t.Errorf("user %d\n%s", u, d)
		}
	}
}

// TestTwoAccountsInOneWorld runs two drivers: what one does is the other's event.
func TestTwoAccountsInOneWorld(t *testing.T) {
	w := openWorld(t, Options{})
	one, two := driverOf(t, w, bot), driverOf(t, w, 55555)
	a, b := listen(t, one, 0), listen(t, two, 0)
	a.wait(1) // the second account joined
	if _, err := one.Do(context.Background(), inGroup("hello")); err != nil {
		t.Fatal(err)
	}
	own, others := a.wait(2)[1].Event.(*qq.MessageReceived), b.wait(1)[0].Event.(*qq.MessageReceived)
	if !own.Self || others.Self || own.Seq != others.Seq || others.Sender != bot {
		t.Errorf("own %+v, the other's %+v", own, others)
	}
	if err := a.stop(); err != nil {
		t.Errorf("an orderly end: %v", err)
	}
}

func TestFailedEmitLeavesTheEvent(t *testing.T) {
	w := openWorld(t, Options{})
	d := driverOf(t, w, bot)
	do(t, w, alice, inGroup("one"))
	do(t, w, alice, inGroup("two"))
	ctx := context.Background()
	broken := errors.New("log is full")
	var first uint64
	err := d.Run(ctx, func(_ context.Context, e qq.Emission) (qq.SN, error) {
		if first == 0 {
			first = e.Origin
			return 1, nil
		}
		return 0, broken
	}, 0)
	if !errors.Is(err, broken) {
		t.Fatalf("run ended with %v", err)
	}
	l := listen(t, d, first)
	got := l.wait(1)
	if text := got[0].Event.(*qq.MessageReceived).Segments.PlainText(); text != "two" || got[0].Origin <= first {
		t.Errorf("emitted %q with origin %d after %d", text, got[0].Origin, first)
	}
	if err := d.Run(ctx, l.emit, 0); !errors.Is(err, qq.ErrConflict) {
		t.Errorf("a second run at once: %v", err)
	}
}

func TestLogAheadOfTheWorld(t *testing.T) {
	w := openWorld(t, Options{})
	d := driverOf(t, w, bot)
	last := lastOrigin(w.st.Record) + 16_000
	l := listen(t, d, last)
	do(t, w, alice, inGroup("hi"))
	if e := l.wait(1)[0]; e.Origin <= last {
		t.Errorf("origin %d is not above the log's %d", e.Origin, last)
	}
}

// TestManyAtOnce lets accounts and people act at the same time and wants every
// account to hear every message once, in order.
func TestManyAtOnce(t *testing.T) {
	w := openWorld(t, Options{Dir: t.TempDir(), SnapshotEvery: 100, Queue: 16, Sync: time.Millisecond})
	const each = 100
	one, two := driverOf(t, w, bot), driverOf(t, w, 55555)
	a, b := listen(t, one, 0), listen(t, two, 0)
	a.wait(1)
	var all sync.WaitGroup
	for _, act := range []func() error{
		func() error {
			res, err := w.Say(t.Context(), Say{As: alice, Group: home, Text: "alice {{seq}}", Count: each})
			if err == nil && (len(res.Accounts) != 2 || res.Accounts[0].Last == 0) {
				t.Errorf("%+v", res)
			}
			return err
		},
		func() error {
			_, err := w.Say(t.Context(), Say{As: bob, Group: home, Text: "bob {{seq}}", Count: each})
			return err
		},
		func() error { return times(each, one, inGroup("one")) },
		func() error { return times(each, two, inGroup("two")) },
		func() error { return times(each, one, qq.ListMembers{Group: home}) },
		func() error { return times(each, two, qq.GetHistory{Chat: qq.GroupChat(home), Count: 20}) },
	} {
		all.Go(func() {
			if err := act(); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	for l, before := range map[*listener]int{a: 1, b: 0} {
		var seq int64
		for _, e := range l.wait(4*each + before)[before:] {
			m := e.Event.(*qq.MessageReceived)
			if m.Seq != seq+1 {
				t.Fatalf("seq %d after %d", m.Seq, seq)
			}
			seq = m.Seq
		}
	}
}

func times(n int, d qq.Driver, op qq.Operation) error {
	for range n {
		if _, err := d.Do(context.Background(), op); err != nil {
			return err
		}
	}
	return nil
}
