package sim

import (
	"context"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"llbot/protocols/qq"
)

const wholeDay = 24 * time.Hour

func TestClockIn(t *testing.T) {
	c := newClock()
	w := ruledWorld(t, c)
	for _, u := range []qq.UserID{carol, bob} {
		do(t, w, u, qq.ClockIn{Group: home})
		c.add(time.Minute)
	}
	refused(t, w, bob, qq.ClockIn{Group: home}, qq.ErrConflict)
	want := []qq.SignIn{
		{User: carol, Nickname: "Carol", Time: qq.TimeOf(c.Now().Add(-2 * time.Minute)), Rank: 1},
		{User: bob, Nickname: "Bob", Time: qq.TimeOf(c.Now().Add(-time.Minute)), Rank: 2},
	}
	if d := cmp.Diff(want, do(t, w, alice, qq.ListSignIns{Group: home})); d != "" {
		t.Error(d)
	}
	c.add(4 * time.Hour) // 16:02 UTC is the next day in China
	if l := do(t, w, alice, qq.ListSignIns{Group: home}); len(l) != 0 {
		t.Errorf("yesterday's %v", l)
	}
	do(t, w, bob, qq.ClockIn{Group: home})
}

// honors takes the honours that an account was told of.
func honors(w *World, account qq.UserID) []qq.HonorGained {
	var list []qq.HonorGained
	for _, e := range pending(w, account) {
		if e, ok := e.(*qq.HonorGained); ok {
			bare := *e
			bare.Member = nil
			list = append(list, bare)
		}
	}
	return list
}

// TestTheTalkativeOne: who said most on a day is it from the next day's first
// message on.
func TestTheTalkativeOne(t *testing.T) {
	c := newClock()
	w := ruledWorld(t, c)
	driverOf(t, w, bot)
	talk := func(u qq.UserID, n int) {
		for range n {
			do(t, w, u, inGroup("bla"))
		}
	}
	expect := func(when string, want ...qq.HonorGained) {
		t.Helper()
		if d := cmp.Diff(want, honors(w, bot)); d != "" {
			t.Errorf("%s\n%s", when, d)
		}
	}
	king := func(u qq.UserID) qq.HonorGained {
		return qq.HonorGained{Group: home, User: u, Honor: qq.HonorTalkative}
	}
	talk(bob, talkativeAtLeast)
	talk(carol, talkativeAtLeast+1)
	expect("on the first day")
	c.add(wholeDay)
	talk(bob, talkativeAtLeast+1)
	expect("on the second day", king(carol))
	c.add(wholeDay)
	talk(bob, talkativeAtLeast)
	expect("on the third day", king(bob), qq.HonorGained{Group: home, User: bob, Honor: qq.HonorPerformer})
	c.add(2 * wholeDay)
	talk(carol, 1)
	expect("he stays it")
	list := do(t, w, alice, qq.ListHonors{Group: home, Only: qq.HonorTalkative})
	want := []qq.HonorHolder{
		{Honor: qq.HonorTalkative, User: bob, Nickname: "Bob", Description: "蝉联2天", Days: 2, Current: true},
		{Honor: qq.HonorTalkative, User: carol, Nickname: "Carol", Description: "蝉联1天", Days: 1},
	}
	if d := cmp.Diff(want, list); d != "" {
		t.Error(d)
	}
	if all := do(t, w, alice, qq.ListHonors{Group: home}); len(all) != 3 {
		t.Errorf("%+v", all)
	}
	c.add(wholeDay)
	talk(alice, 1)
	if list := do(t, w, alice, qq.ListHonors{Group: home, Only: qq.HonorTalkative}); list[0].Current || list[1].Current {
		t.Errorf("a silent day has a talkative one: %+v", list)
	}
	do(t, w, alice, qq.KickMember{Group: home, Member: bob})
	if all := do(t, w, alice, qq.ListHonors{Group: home}); len(all) != 1 {
		t.Errorf("who left keeps his honours: %+v", all)
	}
}

func TestLevelsAndRunsOfDays(t *testing.T) {
	c := newClock()
	w := ruledWorld(t, c)
	driverOf(t, w, bot)
	for range legendDays {
		do(t, w, bob, inGroup("hi"))
		do(t, w, bob, inGroup("hi"))
		c.add(wholeDay)
	}
	want := []qq.HonorGained{{Group: home, User: bob, Honor: qq.HonorPerformer}, {Group: home, User: bob, Honor: qq.HonorLegend}}
	if d := cmp.Diff(want, honors(w, bot)); d != "" {
		t.Error(d)
	}
	if m := do(t, w, alice, qq.GetMember{Group: home, User: bob}); m.Level != legendDays {
		t.Errorf("level %d", m.Level)
	}
	if err := w.RankMember(context.Background(), home, bob, topLevel); err != nil {
		t.Fatal(err)
	}
	do(t, w, bob, inGroup("hi"))
	if m := do(t, w, alice, qq.GetMember{Group: home, User: bob}); m.Level != topLevel {
		t.Errorf("level %d", m.Level)
	}
}

func TestHonoursByHand(t *testing.T) {
	w := ruledWorld(t, newClock())
	ctx := context.Background()
	driverOf(t, w, bot)
	for _, h := range []qq.Honor{qq.HonorEmotion, qq.HonorEmotion, qq.HonorNewbie} {
		if err := w.GrantHonor(ctx, home, bob, h); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.DrawLucky(ctx, home, alice, bob); err != nil {
		t.Fatal(err)
	}
	wantErr(t, w.GrantHonor(ctx, home, bob, 9), qq.ErrInvalid)
	wantErr(t, w.GrantHonor(ctx, home, eve, qq.HonorEmotion), qq.ErrNotFound)
	wantErr(t, w.DrawLucky(ctx, home, alice, eve), qq.ErrNotFound)
	got := pending(w, bot)
	m := do(t, w, bot, qq.GetMember{Group: home, User: bob})
	want := []qq.Event{
		&qq.HonorGained{Group: home, User: bob, Honor: qq.HonorEmotion, Member: m},
		&qq.HonorGained{Group: home, User: bob, Honor: qq.HonorNewbie, Member: m},
		&qq.LuckyKing{Group: home, Sender: alice, Winner: bob},
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

func TestRunsBreakAndTiesAreSettled(t *testing.T) {
	c := newClock()
	w := ruledWorld(t, c)
	driverOf(t, w, bot)
	speak := func(us ...qq.UserID) {
		for _, u := range us {
			for range talkativeAtLeast {
				do(t, w, u, inGroup("hi"))
			}
		}
	}
	speak(carol, bob)
	c.add(wholeDay)
	speak(carol)
	c.add(2 * wholeDay)
	speak(bob)
	c.add(wholeDay)
	speak(bob)
	want := []qq.HonorGained{
		{Group: home, User: bob, Honor: qq.HonorTalkative}, {Group: home, User: carol, Honor: qq.HonorTalkative},
		{Group: home, User: bob, Honor: qq.HonorTalkative},
	}
	if d := cmp.Diff(want, honors(w, bot)); d != "" {
		t.Errorf("nobody spoke three days in a row, and of two who said as much the lower number comes first\n%s", d)
	}
}
