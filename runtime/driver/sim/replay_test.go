package sim

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"llbot/protocols/qq"
)

// lines are the texts of the messages among emissions.
func lines(list []qq.Emission) []string {
	var texts []string
	for _, e := range list {
		if m, ok := e.Event.(*qq.MessageReceived); ok {
			texts = append(texts, m.Segments.PlainText())
		}
	}
	return texts
}

// TestReemission stops a world in every way after some events were emitted and
// wants exactly the others from the next run.
func TestReemission(t *testing.T) {
	const events = 30
	for _, every := range []int{4, DefaultSnapshotEvery} {
		for _, kill := range []bool{false, true} {
			for _, seen := range []int{1, 10, events} {
				t.Run(fmt.Sprintf("every=%d kill=%v seen=%d", every, kill, seen), func(t *testing.T) {
					dir := t.TempDir()
					opt := Options{Dir: dir, Sync: time.Millisecond, SnapshotEvery: every}
					w := openWorld(t, opt)
					d := driverOf(t, w, bot)
					for i := range events {
						do(t, w, alice, inGroup(fmt.Sprint(i)))
					}
					l := listen(t, d, 0)
					all := l.wait(events)
					if err := w.synced(context.Background(), w.st.Record); err != nil {
						t.Fatal(err)
					}
					if kill {
						opt.Dir = copyDir(t, dir)
					} else if err := w.Close(); err != nil {
						t.Fatal(err)
					}
					again := openWorld(t, opt)
					d = driverOf(t, again, bot)
					do(t, again, alice, inGroup("new"))
					rest := listen(t, d, all[seen-1].Origin).wait(events - seen + 1)
					time.Sleep(5 * time.Millisecond)
					if d := cmp.Diff(all[seen:], rest[:events-seen]); d != "" {
						t.Errorf("what was emitted again differs (-first +again)\n%s", d)
					}
					if last := lines(rest[events-seen:]); len(last) != 1 || last[0] != "new" {
						t.Errorf("behind it came %v", last)
					}
				})
			}
		}
	}
}

func TestWithoutLastOnlyNewEvents(t *testing.T) {
	opt := Options{Dir: t.TempDir()}
	w := openWorld(t, opt)
	driverOf(t, w, bot)
	do(t, w, alice, inGroup("old"))
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	again := openWorld(t, opt)
	d := driverOf(t, again, bot)
	do(t, again, alice, inGroup("new"))
	l := listen(t, d, 0)
	l.wait(1)
	time.Sleep(5 * time.Millisecond)
	if got := lines(l.emissions()); len(got) != 1 || got[0] != "new" {
		t.Errorf("emitted %v", got)
	}
}

// TestReplayedEventsAreWhole compares every kind of event as it was with how it
// is derived again.
func TestReplayedEventsAreWhole(t *testing.T) {
	dir := t.TempDir()
	w := openWorld(t, Options{Dir: dir})
	d := driverOf(t, w, bot)
	busy(t, w)
	n := len(w.queues[bot].items)
	all := listen(t, d, 0).wait(n)
	kinds := map[string]bool{}
	for _, e := range all {
		kinds[qq.EventKind(e.Event)] = true
	}
	if len(kinds) < 10 {
		t.Errorf("only %v", kinds)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	again := openWorld(t, Options{Dir: dir})
	rest := listen(t, driverOf(t, again, bot), all[0].Origin).wait(n - 1)
	if d := cmp.Diff(all[1:], rest); d != "" {
		t.Errorf("(-first +again)\n%s", d)
	}
}

// TestOverflowIsReadFromTheJournal lets far more happen than a queue holds.
func TestOverflowIsReadFromTheJournal(t *testing.T) {
	w := openWorld(t, Options{Dir: t.TempDir(), Queue: 4})
	d := driverOf(t, w, bot)
	var want []string
	for i := range 50 {
		do(t, w, alice, inGroup(fmt.Sprint(i)))
		want = append(want, fmt.Sprint(i))
	}
	l := listen(t, d, 0)
	if d := cmp.Diff(want, lines(l.wait(50))); d != "" {
		t.Error(d)
	}
	do(t, w, alice, inGroup("live"))
	got := l.wait(51)
	for i := range got[1:] {
		if got[i+1].Origin <= got[i].Origin {
			t.Fatalf("origin %d after %d", got[i+1].Origin, got[i].Origin)
		}
	}
}

func TestOverflowInMemoryDropsTheOldest(t *testing.T) {
	w := openWorld(t, Options{Queue: 4})
	d := driverOf(t, w, bot)
	for i := range 50 {
		do(t, w, alice, inGroup(fmt.Sprint(i)))
	}
	got := lines(listen(t, d, 0).wait(2))
	if got[len(got)-1] != "49" || len(got) > 4*overflow {
		t.Errorf("emitted %v", got)
	}
}

// TestRunAgainWithAnOlderLast is a log that lost its newest events.
func TestRunAgainWithAnOlderLast(t *testing.T) {
	w := openWorld(t, Options{Dir: t.TempDir()})
	d := driverOf(t, w, bot)
	for i := range 6 {
		do(t, w, alice, inGroup(fmt.Sprint(i)))
	}
	l := listen(t, d, 0)
	all := l.wait(6)
	if err := l.stop(); err != nil {
		t.Fatal(err)
	}
	do(t, w, alice, inGroup("6"))
	if d := cmp.Diff([]string{"3", "4", "5", "6"}, lines(listen(t, d, all[2].Origin).wait(4))); d != "" {
		t.Error(d)
	}
}

// TestNothingIsNamedTwiceAfterAKill kills a world whose newest message reached
// the event log but not the world's own disk.
func TestNothingIsNamedTwiceAfterAKill(t *testing.T) {
	dir := t.TempDir()
	w := openWorld(t, Options{Dir: dir})
	l := listen(t, driverOf(t, w, bot), 0)
	do(t, w, alice, inGroup("kept"))
	if err := w.synced(context.Background(), w.st.Record); err != nil {
		t.Fatal(err)
	}
	left := copyDir(t, dir)
	lost := do(t, w, alice, inGroup("lost"))
	firstInChat := do(t, w, alice, toUser(bot, "lost too"))
	last := l.wait(3)[2].Origin

	again := openWorld(t, Options{Dir: left})
	l = listen(t, driverOf(t, again, bot), last)
	for _, op := range []qq.SendMessage{inGroup("new"), toUser(bot, "new")} {
		if sent := do(t, again, alice, op); sent.Seq <= max(lost.Seq, firstInChat.Seq) {
			t.Errorf("seq %d of %v may be one that was lost", sent.Seq, sent.Chat)
		}
	}
	got := l.wait(2)
	if d := cmp.Diff([]string{"new", "new"}, lines(got)); d != "" || got[0].Origin <= last {
		t.Errorf("origin %d after %d\n%s", got[0].Origin, last, d)
	}
}

// TestReemissionOverSeveralStops ends a world again and again before anything
// of it is emitted, by kills and in order.
func TestReemissionOverSeveralStops(t *testing.T) {
	for _, kills := range []string{"kcc", "ckc", "kkc", "ccc", "kck"} {
		t.Run(kills, func(t *testing.T) {
			opt := Options{Dir: t.TempDir(), Sync: time.Millisecond}
			w := openWorld(t, opt)
			l := listen(t, driverOf(t, w, bot), 0)
			do(t, w, alice, inGroup("first"))
			last := l.wait(1)[0].Origin
			if err := l.stop(); err != nil {
				t.Fatal(err)
			}
			var want []string
			for i, kind := range kills {
				do(t, w, alice, inGroup(fmt.Sprint(i)))
				want = append(want, fmt.Sprint(i))
				if err := w.synced(context.Background(), w.st.Record); err != nil {
					t.Fatal(err)
				}
				if kind == 'k' {
					opt.Dir = copyDir(t, opt.Dir)
				} else if err := w.Close(); err != nil {
					t.Fatal(err)
				}
				w = openWorld(t, opt)
			}
			if d := cmp.Diff(want, lines(listen(t, driverOf(t, w, bot), last).wait(len(want)))); d != "" {
				t.Error(d)
			}
		})
	}
}
