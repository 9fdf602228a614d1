package sim

import (
	"bytes"
	"context"
	"errors"
	"math"
	"testing"
	"time"

	"llbot/protocols/qq"
)

func TestGenerateIsReproducible(t *testing.T) {
	make := func(seed uint64) []byte {
		s, err := Generate(Generation{Groups: 20, Members: 30, Messages: 3, Friends: 5, Seed: seed})
		if err != nil {
			t.Fatal(err)
		}
		return s.YAML()
	}
	first := make(7)
	if !bytes.Equal(first, make(7)) || bytes.Equal(first, make(8)) {
		t.Error("the seed does not decide")
	}
	w := openWorld(t, Options{Scene: parsed(t, string(first))})
	if groups := do(t, w, bot, qq.ListGroups{}); len(groups) != 20 || groups[0].Members < 16 {
		t.Errorf("%d groups", len(groups))
	}
	if len(do(t, w, bot, qq.ListFriends{})) != 5 || len(w.Users()) != 61 {
		t.Errorf("%d users", len(w.Users()))
	}
	for _, o := range []Generation{{Groups: 1}, {Groups: -1, Members: 1}, {Groups: 1, Members: 5000}, {Groups: 100_000, Members: 2000},
		{Groups: 1, Members: 10, Users: 5}, {Groups: 1, Members: 2, Accounts: []qq.UserID{5}}, {Groups: 1, Members: 2, Messages: -1}} {
		if _, err := Generate(o); !errors.Is(err, qq.ErrInvalid) {
			t.Errorf("%+v: %v", o, err)
		}
	}
}

// chatWorld is a world of some groups on a clock that stands still.
func chatWorld(t testing.TB, seed uint64) *World {
	s, err := Generate(Generation{Groups: 5, Members: 20, Seed: seed})
	if err != nil {
		t.Fatal(err)
	}
	return openWorld(t, Options{Scene: s, Clock: &Clock{At: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)}})
}

// A week of chatter takes seconds, follows the clock, and is the same each time.
func TestAWeekOfChatter(t *testing.T) {
	const week = 7 * 24 * time.Hour
	run := func(seed uint64) (*World, TrafficResult) {
		w := chatWorld(t, 7)
		r, err := w.Traffic(context.Background(), Traffic{Rate: 0.02, For: week, Seed: seed, Pictures: []qq.ResourceID{"pic"}})
		if err != nil {
			t.Fatal(err)
		}
		return w, r
	}
	w, r := run(3)
	if r.Said < 11_000 || r.Said > 13_200 || r.Replies < 500 || r.Pictures < 300 || r.Refused != 0 || r.Seed != 3 {
		t.Errorf("%+v", r)
	}
	if passed := w.Clock().Now.Sub(generated()); passed != week {
		t.Errorf("%s passed", passed)
	}
	again, _ := run(3)
	if !bytes.Equal(w.Scene().YAML(), again.Scene().YAML()) {
		t.Error("the same seed made another week")
	}
	other, _ := run(4)
	if bytes.Equal(w.Scene().YAML(), other.Scene().YAML()) {
		t.Error("another seed made the same week")
	}
}

func TestTrafficStops(t *testing.T) {
	w := chatWorld(t, 1)
	ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
	defer cancel()
	mustRun(t, w.SetClock(ctx, Clock{Speed: 1}))
	if r, err := w.Traffic(ctx, Traffic{Rate: 1000, For: time.Hour}); err != nil || r.Said == 0 || r.Seed == 0 {
		t.Errorf("%+v %v", r, err)
	}
	for _, bad := range []Traffic{{}, {Rate: 1}, {For: 1}, {Rate: 1e-13, For: time.Second}, {Rate: math.Inf(1), For: 1},
		{Rate: math.NaN(), For: 1}, {Rate: 1, For: -1}, {Rate: 1, For: 1, Groups: []qq.GroupID{5}}} {
		if _, err := w.Traffic(context.Background(), bad); !errors.Is(err, qq.ErrInvalid) && !errors.Is(err, qq.ErrNotFound) {
			t.Errorf("%+v: %v", bad, err)
		}
	}
	bots := openWorld(t, Options{Scene: parsed(t, "users: [10001]\naccounts: [10001]\ngroups: [{id: 1, members: [{user: 10001, role: owner}]}]")})
	if _, err := bots.Traffic(context.Background(), Traffic{Rate: 1, For: 1}); !errors.Is(err, qq.ErrNotFound) {
		t.Errorf("nobody to chat: %v", err)
	}
}

// The least rate is silence, not a flood.
func TestTheLeastRateOfChatter(t *testing.T) {
	w := chatWorld(t, 1)
	if r, err := w.Traffic(context.Background(), Traffic{Rate: minTrafficRate, For: time.Second, Seed: 1}); err != nil || r.Said != 0 {
		t.Errorf("%+v %v", r, err)
	}
	if err := w.checkTraffic(Traffic{Rate: 1, For: math.MaxInt64}); err != nil {
		t.Errorf("centuries: %v", err)
	}
	mustRun(t, w.SetClock(context.Background(), Clock{At: lastTime.Std()}))
	if _, err := w.Traffic(context.Background(), Traffic{Rate: 1, For: time.Second}); !errors.Is(err, qq.ErrInvalid) {
		t.Errorf("behind the end of time: %v", err)
	}
}

// Somebody may move, free and stop the clock while people chat on one that
// stands; time goes on from where it is, and never back.
func TestTheClockIsSetDuringChatter(t *testing.T) {
	w, ctx := chatWorld(t, 1), context.Background()
	end, stop := context.WithCancel(ctx)
	done := make(chan error, 1)
	go func() {
		_, err := w.Traffic(end, Traffic{Rate: 0.1, For: 90 * 24 * time.Hour, Seed: 1})
		done <- err
	}()
	last := time.Time{}
	for i := range 300 {
		switch i % 3 {
		case 0:
			_ = w.SetClock(ctx, Clock{}) // too early when chatter is on its way
		case 1:
			_ = w.Advance(ctx, time.Millisecond)
		case 2:
			_ = w.FreeClock(ctx)
		}
		now := qq.TimeOf(w.Clock().Now).Std()
		if now.Before(last) {
			t.Fatalf("from %s back to %s", last, now)
		}
		last = now
	}
	stop()
	if err := <-done; err != nil {
		t.Error(err)
	}
}

// A clock that was freed between the look at it and the decision is not moved.
func TestMakeTimeOnAFreedClock(t *testing.T) {
	w, ctx := chatWorld(t, 1), context.Background()
	c := &chatter{World: w}
	start := qq.TimeOf(w.Clock().Now)
	mustRun(t, w.Advance(ctx, time.Hour))
	if made, err := c.makeTime(ctx, start); !made || err != nil || !w.Clock().Now.Equal(start.Std().Add(time.Hour)) {
		t.Errorf("turned to %s: %t %v", w.Clock().Now, made, err)
	}
	mustRun(t, w.SetClock(ctx, Clock{Speed: 2}))
	if made, err := c.makeTime(ctx, start+qq.Time(1e9)); made || err != nil || w.Clock().Speed != 2 {
		t.Errorf("a clock that runs was moved: %t %v", made, err)
	}
	mustRun(t, w.SetClock(ctx, Clock{At: time.Now()}))
	mustRun(t, w.FreeClock(ctx))
	if made, err := c.makeTime(ctx, start); made || err != nil || w.Clock().Own {
		t.Errorf("the machine's clock was moved: %t %v", made, err)
	}
}

// Every account hears what its groups say, each once and in its own view.
func TestAccountsHearTheirGroups(t *testing.T) {
	s := parsed(t, `
users: [10001, 10002, 10003]
groups:
  - {id: 1, members: [{user: 10003, role: owner}, 10001]}
  - {id: 2, members: [{user: 10003, role: owner}, 10002]}
  - {id: 3, members: [{user: 10003, role: owner}, 10001, 10002]}
accounts: [10001, 10002]
`)
	w := openWorld(t, Options{Scene: s, Clock: &Clock{}})
	one, two := listen(t, driverOf(t, w, 10001), 0), listen(t, driverOf(t, w, 10002), 0)
	r, err := w.Traffic(context.Background(), Traffic{Rate: 1, For: 5 * time.Minute, Seed: 9})
	if err != nil {
		t.Fatal(err)
	}
	do(t, w, 10001, qq.SendMessage{Chat: qq.GroupChat(3), Segments: qq.NewText("mine")})
	heard := func(account qq.UserID, l *listener, groups ...qq.GroupID) (all map[qq.GroupID]int) {
		total := 0
		for _, g := range groups {
			total += len(do(t, w, 10003, qq.GetHistory{Chat: qq.GroupChat(g), Count: 10_000}).Messages)
		}
		all = map[qq.GroupID]int{}
		for _, e := range l.wait(total) {
			m := e.Event.(*qq.MessageReceived)
			if m.Self != (m.Sender == account) {
				t.Errorf("account %d: self %v of %d", account, m.Self, m.Sender)
			}
			all[m.Chat.Group()]++
		}
		if len(l.emissions()) != total {
			t.Errorf("account %d heard %d, want %d", account, len(l.emissions()), total)
		}
		return all
	}
	a, b := heard(10001, one, 1, 3), heard(10002, two, 2, 3)
	if a[2] != 0 || b[1] != 0 || a[3] != b[3] || a[1]+b[2]+a[3] != r.Said+1 {
		t.Errorf("%v and %v of %d", a, b, r.Said)
	}
}
