package sim

import (
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"llbot/protocols/qq"
)

// once is an account's driver as one that remembers.
func once(t testing.TB, w *World) qq.Remembering {
	t.Helper()
	return driverOf(t, w, bot).(qq.Remembering)
}

func doOnce(t testing.TB, d qq.Remembering, nonce string, op qq.Operation) any {
	t.Helper()
	v, err := d.DoOnce(context.Background(), nonce, op)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func texts(t testing.TB, w *World) []string {
	t.Helper()
	var list []string
	for _, m := range do(t, w, bot, qq.GetHistory{Chat: qq.GroupChat(home), Count: 100}).Messages {
		list = append(list, m.Segments.PlainText())
	}
	return list
}

func TestDoOnce(t *testing.T) {
	for _, dir := range []string{"", t.TempDir()} {
		w := openWorld(t, Options{Dir: dir, Sync: time.Millisecond})
		d := once(t, w)
		first := doOnce(t, d, "n", inGroup("a"))
		private := doOnce(t, d, "p", toMember(carol, "psst")).(*qq.Sent)
		if private.Scene != qq.SceneTemp || private.Peer != int64(carol) {
			t.Errorf("sent to %+v", private)
		}
		for range 3 {
			if diff := cmp.Diff(first, doOnce(t, d, "n", inGroup("a"))); diff != "" {
				t.Error(diff)
			}
			if diff := cmp.Diff(any(private), doOnce(t, d, "p", toMember(carol, "psst"))); diff != "" {
				t.Error(diff)
			}
		}
		doOnce(t, d, "m", inGroup("b"))
		if got := texts(t, w); !cmp.Equal(got, []string{"a", "b"}) {
			t.Errorf("in the group: %q", got)
		}
		if v, known, err := d.Recall(t.Context(), "n"); !known || err != nil || !cmp.Equal(v, first) {
			t.Errorf("recalled %v, %t, %v", v, known, err)
		}
		if _, known, err := d.Recall(t.Context(), "none"); known || err != nil {
			t.Errorf("recalled what was not: %t, %v", known, err)
		}
	}
}

// A repeated kick would find nobody, a repeated recall nothing to recall.
func TestChangesAreDoneOnce(t *testing.T) {
	w := openWorld(t, Options{})
	d := once(t, w)
	sent := do(t, w, bot, inGroup("x"))
	for range 2 {
		for nonce, op := range map[string]qq.Operation{
			"kick": qq.KickMember{Group: home, Member: carol}, "recall": qq.RecallMessage{Ref: sent.MessageRef},
			"leave": qq.LeaveGroup{Group: SeedSecond, Disband: true}, "friend": qq.DeleteFriend{User: bob},
			"same": qq.MuteGroup{Group: home, On: false},
		} {
			if v := doOnce(t, d, nonce, op); v != any(qq.None{}) {
				t.Errorf("%s answered %v", nonce, v)
			}
		}
	}
}

func TestFailuresAreNotRemembered(t *testing.T) {
	w := openWorld(t, Options{})
	d := once(t, w)
	do(t, w, alice, qq.SetAdmin{Group: home, Member: bot, On: false})
	do(t, w, alice, qq.MuteGroup{Group: home, On: true})
	if _, err := d.DoOnce(t.Context(), "n", inGroup("x")); !errors.Is(err, qq.ErrMuted) {
		t.Fatalf("got %v", err)
	}
	do(t, w, alice, qq.MuteGroup{Group: home, On: false})
	doOnce(t, d, "n", inGroup("x"))
}

func TestManyAtOnceUnderOneNonce(t *testing.T) {
	w := openWorld(t, Options{Dir: t.TempDir(), Sync: time.Millisecond})
	d := once(t, w)
	var all sync.WaitGroup
	seqs := make([]int64, 64)
	for i := range seqs {
		all.Go(func() {
			if v, err := d.DoOnce(context.Background(), "n", inGroup("x")); err != nil {
				t.Error(err)
			} else {
				seqs[i] = v.(*qq.Sent).Seq
			}
		})
	}
	all.Wait()
	for _, seq := range seqs {
		if seq != seqs[0] {
			t.Errorf("messages %v", seqs)
		}
	}
	if got := texts(t, w); len(got) != 1 {
		t.Errorf("in the group: %q", got)
	}
}

func TestAccountsHaveNoncesOfTheirOwn(t *testing.T) {
	w := openWorld(t, Options{})
	other := driverOf(t, w, 22222).(qq.Remembering)
	doOnce(t, once(t, w), "n", inGroup("mine"))
	doOnce(t, other, "n", inGroup("his"))
	if got := texts(t, w); len(got) != 2 {
		t.Errorf("in the group: %q", got)
	}
}

// TestNoncesOutliveAKill: what DoOnce answered is on disk, with snapshots and
// without.
func TestNoncesOutliveAKill(t *testing.T) {
	for _, every := range []int{3, DefaultSnapshotEvery} {
		dir := t.TempDir()
		opt := Options{Dir: dir, Sync: time.Millisecond, SnapshotEvery: every}
		w := openWorld(t, opt)
		d := once(t, w)
		for i := range 8 {
			nonce := fmt.Sprintf("n\"%d\x00", i)
			first := doOnce(t, d, nonce, inGroup(fmt.Sprint(i)))
			opt.Dir = copyDir(t, dir)
			killed := openWorld(t, opt)
			if diff := cmp.Diff(first, doOnce(t, once(t, killed), nonce, inGroup("again"))); diff != "" {
				t.Fatal(diff)
			}
			if got := texts(t, killed); len(got) != i+1 {
				t.Fatalf("in the group: %q", got)
			}
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		opt.Dir = dir
		again := openWorld(t, opt)
		sameState(t, again.st, w.st)
		if _, known, err := once(t, again).Recall(t.Context(), "n\"0\x00"); !known || err != nil {
			t.Errorf("forgotten by an orderly close: %v", err)
		}
	}
}

func TestNoncesAreForgotten(t *testing.T) {
	c := newClock()
	w := openWorld(t, Options{Now: c.Now})
	d := once(t, w)
	doOnce(t, d, "old", inGroup("a"))
	c.add(qq.NonceMemory)
	doOnce(t, d, "young", inGroup("b"))
	for _, nonce := range []string{"old", "young"} {
		if _, known, _ := d.Recall(t.Context(), nonce); !known {
			t.Errorf("%s is forgotten too early", nonce)
		}
	}
	c.add(time.Millisecond)
	doOnce(t, d, "next", inGroup("c"))
	if _, known, _ := d.Recall(t.Context(), "old"); known {
		t.Error("kept for ever")
	}
	if len(w.st.Deeds) != 2 || len(w.st.byNonce) != 2 {
		t.Errorf("kept %d and %d", len(w.st.Deeds), len(w.st.byNonce))
	}
}

// TestNoncesAgeByTheMachinesClock: the world's may leap over years, to and fro,
// before a client tries again.
func TestNoncesAgeByTheMachinesClock(t *testing.T) {
	for _, every := range []int{2, DefaultSnapshotEvery} {
		c, ctx := newClock(), context.Background()
		opt := Options{Now: c.Now, Dir: t.TempDir(), Sync: time.Millisecond, SnapshotEvery: every, Clock: &Clock{At: time.Unix(1e9, 0)}}
		w := openWorld(t, opt)
		first := doOnce(t, once(t, w), "n", inGroup("a"))
		mustRun(t, w.Advance(ctx, 48*time.Hour))
		doOnce(t, once(t, w), "m", inGroup("b"))
		c.add(qq.NonceMemory)
		mustRun(t, w.FreeClock(ctx))
		doOnce(t, once(t, w), "l", inGroup("c"))
		again := func(how string, w *World) {
			t.Helper()
			if d := cmp.Diff(first, doOnce(t, once(t, w), "n", inGroup("a"))); d != "" {
				t.Errorf("%s: %s", how, d)
			}
			if got := texts(t, w); len(got) != 3 {
				t.Errorf("%s, in the group: %q", how, got)
			}
		}
		again("after two days", w)
		killed := opt
		killed.Dir = copyDir(t, opt.Dir)
		again("after a kill", openWorld(t, killed))
		mustRun(t, w.Close())
		w = openWorld(t, opt)
		again("after a close", w)
		c.add(time.Millisecond)
		doOnce(t, once(t, w), "k", inGroup("d"))
		if _, known, _ := once(t, w).Recall(ctx, "n"); known || len(w.st.Deeds) != 2 {
			t.Errorf("kept for ever: %d", len(w.st.Deeds))
		}
	}
}

func TestNoncesAreBounded(t *testing.T) {
	st := newState()
	for i := range onceLimit + 100 {
		st.remember(record{number: uint64(i + 1), change: &closed{}, nonce: fmt.Sprint(i)})
	}
	if len(st.Deeds) != onceLimit || len(st.byNonce) != onceLimit || st.byNonce["99"] != nil || st.byNonce["100"] == nil {
		t.Errorf("kept %d and %d", len(st.Deeds), len(st.byNonce))
	}
}

// TestKeyedNewsWaitsForTheDisk: what is told of a keyed message can not be lost
// by the world any more, or a second try would be told as another message.
func TestKeyedNewsWaitsForTheDisk(t *testing.T) {
	w := openWorld(t, Options{})
	l := listen(t, driverOf(t, w, bot), 0)
	d := once(t, w)
	w.mu.Lock() // a disk that takes what the test says
	disk := &journal{changed: make(chan struct{}), wake: make(chan struct{}, 1), urgent: make(chan struct{}, 1)}
	w.journal = disk
	w.mu.Unlock()
	do(t, w, alice, inGroup("plain"))
	l.wait(1)
	answered := make(chan error, 1)
	go func() {
		_, err := d.DoOnce(context.Background(), "n", inGroup("keyed"))
		answered <- err
	}()
	<-disk.urgent
	time.Sleep(20 * time.Millisecond)
	if got := lines(l.emissions()); len(got) != 1 || len(answered) != 0 {
		t.Errorf("the disk has nothing; told %q, answered %d", got, len(answered))
	}
	disk.publish(nil, 2, math.MaxInt64, nil)
	if err := <-answered; err != nil {
		t.Error(err)
	}
	if got := lines(l.wait(2)); !cmp.Equal(got, []string{"plain", "keyed"}) {
		t.Errorf("told %q", got)
	}
	if err := l.stop(); err != nil {
		t.Error(err)
	}
	w.mu.Lock()
	w.journal = nil
	w.mu.Unlock()
}

// TestKeyedOperationsDoNotWaitForOthers: the disk is asked at once.
func TestKeyedOperationsDoNotWaitForOthers(t *testing.T) {
	const interval, operations = 300 * time.Millisecond, 6
	w := openWorld(t, Options{Dir: t.TempDir(), Sync: interval})
	d := once(t, w)
	begun := time.Now()
	for i := range operations {
		doOnce(t, d, fmt.Sprint(i), inGroup("x"))
	}
	if took := time.Since(begun); took > operations*interval/2 {
		t.Errorf("%d took %s", operations, took)
	}
}

// TestAFullDiskIsToldAsUnknown: the message may be found on disk after all.
func TestAFullDiskIsToldAsUnknown(t *testing.T) {
	w := openWorld(t, Options{Dir: t.TempDir(), Sync: time.Millisecond})
	d := once(t, w)
	doOnce(t, d, "fine", inGroup("x"))
	w.mu.Lock()
	n := w.st.Record
	w.st.remember(record{number: n + 1, change: &closed{}, nonce: "1234567890:lost"})
	w.mu.Unlock()
	w.journal.fail(os.ErrPermission)
	_, err := d.DoOnce(t.Context(), "lost", inGroup("y"))
	if e, ok := errors.AsType[*qq.Error](err); !ok || e.Outcome != qq.Unknown || !strings.Contains(e.Text, "not on disk") {
		t.Errorf("got %v", err)
	}
	if _, err := d.DoOnce(t.Context(), "new", inGroup("z")); !errors.Is(err, qq.ErrInternal) {
		t.Errorf("got %v", err)
	}
	w.journal.mu.Lock()
	w.journal.err = nil
	w.journal.mu.Unlock()
}
