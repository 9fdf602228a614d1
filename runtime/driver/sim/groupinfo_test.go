package sim

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"llbot/protocols/qq"
)

func TestGroupTextHasLimits(t *testing.T) {
	w := ruledWorld(t, newClock())
	long := func(n int) string { return strings.Repeat("字", n) }
	mode, question := qq.JoinAnswer, "why?"
	none, beyond, empty, much := qq.JoinMode(0), qq.JoinMode(9), "", long(qq.MaxComment+1)
	for _, op := range []qq.Operation{
		qq.SetGroupName{Group: home}, qq.SetGroupName{Group: home, Name: long(qq.MaxGroupName + 1)},
		qq.SetGroupRemark{Group: home, Remark: long(qq.MaxRemark + 1)}, qq.SetGroupNotify{Group: home},
		qq.SetGroupNotify{Group: home, Mode: 5}, qq.SetGroupAvatar{Group: home},
		qq.SetTitle{Group: home, Member: bob, Title: long(6) + "a"},
		qq.SetGroupOptions{Group: home, Join: &none}, qq.SetGroupOptions{Group: home, Join: &beyond}, qq.SetGroupOptions{Group: home, Join: &mode},
		qq.SetGroupOptions{Group: home, Join: &mode, Question: &question},
		qq.SetGroupOptions{Group: home, Join: &mode, Question: &question, Answer: &empty},
		qq.SetGroupOptions{Group: home, Question: &much}, qq.SetGroupOptions{Group: home, Answer: &much},
		qq.PostAnnouncement{Group: home}, qq.PostAnnouncement{Group: home, Text: long(qq.MaxAnnouncement + 1)},
		qq.ListHonors{Group: home, Only: 6}, qq.ListEssence{Group: home, Page: -1}, qq.ListEssence{Group: home, Size: -1},
		qq.SetEssence{Ref: qq.MessageRef{Chat: qq.FriendChat(bob), Seq: 1}, On: true},
		qq.SetTodo{Ref: qq.MessageRef{Chat: qq.GroupChat(home), Seq: 1}},
	} {
		refused(t, w, alice, op, qq.ErrInvalid)
	}
	for _, op := range []qq.Operation{
		qq.SetGroupAvatar{Group: home, Picture: &qq.Media{ID: "dog"}}, qq.PostAnnouncement{Group: home, Text: "x", Image: &qq.Media{ID: "dog"}},
	} {
		refused(t, w, alice, op, qq.ErrMedia)
	}
	do(t, w, alice, qq.SetGroupName{Group: home, Name: long(qq.MaxGroupName)})
	do(t, w, alice, qq.SetTitle{Group: home, Member: bob, Title: long(6)})
	do(t, w, alice, qq.PostAnnouncement{Group: home, Text: long(qq.MaxAnnouncement)})
}

// TestEachSeesHisGroup: remark, mode and mute are one member's own.
func TestEachSeesHisGroup(t *testing.T) {
	c := newClock()
	w := ruledWorld(t, c)
	driverOf(t, w, bot)
	driverOf(t, w, alice)
	do(t, w, bob, qq.SetGroupRemark{Group: home, Remark: "Bob's"})
	do(t, w, bot, qq.SetGroupRemark{Group: home, Remark: "bot's"})
	do(t, w, bot, qq.SetGroupNotify{Group: home, Mode: qq.NotifySilent})
	do(t, w, alice, qq.MuteMember{Group: home, Member: bob, For: time.Hour})
	seen := func(u qq.UserID) *qq.Group { return do(t, w, u, qq.GetGroup{Group: home}) }
	if g := seen(bot); g.Remark != "bot's" || g.Notify != qq.NotifySilent || g.MutedUntil != 0 || g.Join != qq.JoinAsk {
		t.Errorf("the bot sees %+v", g)
	}
	if g := seen(bob); g.Remark != "Bob's" || g.Notify != qq.NotifyLoud || g.MutedUntil != qq.TimeOf(c.Now().Add(time.Hour)) {
		t.Errorf("Bob sees %+v", g)
	}
	if g := do(t, w, alice, qq.ListGroups{})[0]; g.Remark != "" || g.MutedUntil != 0 {
		t.Errorf("Alice sees %+v", g)
	}
	pending(w, bot)
	pending(w, alice)
	do(t, w, alice, inGroup("hi"))
	if m := pending(w, bot)[0].(*qq.MessageReceived); m.Group.Remark != "bot's" {
		t.Errorf("the bot's message is of %+v", m.Group)
	}
	if m := pending(w, alice)[0].(*qq.MessageReceived); m.Group.Remark != "" {
		t.Errorf("Alice's message is of %+v", m.Group)
	}
	c.add(time.Hour)
	if g := seen(bob); g.MutedUntil != 0 {
		t.Errorf("a mute that ran out is shown: %+v", g)
	}
	do(t, w, bob, qq.LeaveGroup{Group: home})
	comeBack(t, w, bob)
	if g := seen(bob); g.Remark != "" {
		t.Errorf("what he made of it outlived his leaving: %+v", g)
	}
}

func comeBack(t *testing.T, w *World, u qq.UserID) {
	t.Helper()
	if err := w.RequestJoin(context.Background(), home, u, ""); err != nil {
		t.Fatal(err)
	}
	answerNewest(t, w, alice, true)
}

func TestGroupRenamedAndPictured(t *testing.T) {
	w := ruledWorld(t, newClock())
	driverOf(t, w, bot)
	old := do(t, w, bot, qq.GetGroup{Group: home}).Name
	do(t, w, bot, qq.SetGroupName{Group: home, Name: "new"})
	do(t, w, bot, qq.SetGroupName{Group: home, Name: "new"})
	do(t, w, bot, qq.SetGroupAvatar{Group: home, Picture: &qq.Media{ID: "pic"}})
	want := []qq.Event{&qq.GroupRenamed{Group: home, Operator: bot, Old: old, New: "new"}}
	if d := cmp.Diff(want, pending(w, bot)); d != "" {
		t.Error(d)
	}
	if g := do(t, w, bob, qq.GetGroup{Group: home}); g.Name != "new" || g.Avatar != "http://media/pic" {
		t.Errorf("%+v", g)
	}
}

func TestTitlesRunOut(t *testing.T) {
	c := newClock()
	w := ruledWorld(t, c)
	driverOf(t, w, bot)
	title := func() *qq.Member { return do(t, w, carol, qq.GetMember{Group: home, User: bob}) }
	op := qq.SetTitle{Group: home, Member: bob, Title: "king"}
	if err := w.GiveTitle(context.Background(), alice, op, time.Hour); err != nil {
		t.Fatal(err)
	}
	if m := title(); m.Title != "king" || m.TitleUntil != qq.TimeOf(c.Now().Add(time.Hour)) {
		t.Errorf("%+v", m)
	}
	c.add(time.Hour)
	if m := title(); m.Title != "" || m.TitleUntil != 0 {
		t.Errorf("a title that ran out is shown: %+v", m)
	}
	do(t, w, alice, op)
	do(t, w, alice, op)
	do(t, w, alice, qq.SetTitle{Group: home, Member: bob})
	var told []string
	for _, e := range pending(w, bot) {
		e := e.(*qq.TitleChanged)
		told = append(told, fmt.Sprintf("%s>%s", e.Old, e.New))
	}
	if d := cmp.Diff([]string{">king", ">king", "king>"}, told); d != "" {
		t.Error(d)
	}
	wantErr(t, w.GiveTitle(context.Background(), bot, op, time.Hour), qq.ErrForbidden)
}

func TestListMuted(t *testing.T) {
	c := newClock()
	w := ruledWorld(t, c)
	do(t, w, alice, qq.MuteMember{Group: home, Member: carol, For: time.Hour})
	do(t, w, alice, qq.MuteMember{Group: home, Member: bob, For: time.Minute})
	if l := do(t, w, bob, qq.ListMuted{Group: home}); len(l) != 2 || l[0].User != bob || l[1].User != carol || l[0].MutedUntil == 0 {
		t.Errorf("%+v", l)
	}
	c.add(time.Minute)
	if l := do(t, w, bob, qq.ListMuted{Group: home}); len(l) != 1 || l[0].User != carol {
		t.Errorf("%+v", l)
	}
}

func TestAtAllIsCounted(t *testing.T) {
	c := newClock()
	w := ruledWorld(t, c)
	all := qq.SendMessage{Chat: qq.GroupChat(home), Segments: qq.Segments{&qq.MentionAll{}}}
	quota := func(u qq.UserID, want qq.AtAllQuota) {
		t.Helper()
		if q := do(t, w, u, qq.GetAtAllQuota{Group: home}); q != want {
			t.Errorf("user %d: %+v, want %+v", u, q, want)
		}
	}
	quota(bot, qq.AtAllQuota{Allowed: true, Group: 20, Own: 10})
	for range 9 {
		do(t, w, alice, all)
		do(t, w, dora, all)
	}
	quota(bob, qq.AtAllQuota{Group: 2})
	quota(alice, qq.AtAllQuota{Allowed: true, Group: 2, Own: 1})
	quota(bot, qq.AtAllQuota{Allowed: true, Group: 2, Own: 2})
	do(t, w, alice, qq.SetAdmin{Group: home, Member: dora})
	do(t, w, dora, qq.LeaveGroup{Group: home}) // what she used stays used
	do(t, w, bot, all)
	do(t, w, bot, all)
	refused(t, w, bot, all, qq.ErrForbidden)
	refused(t, w, alice, all, qq.ErrForbidden)
	c.add(24 * time.Hour)
	quota(bot, qq.AtAllQuota{Allowed: true, Group: 20, Own: 10})
	do(t, w, bot, all)
}

func TestAdminsHaveALimit(t *testing.T) {
	w := ruledWorld(t, newClock())
	ctx := context.Background()
	g := NewGroup{ID: 777, Owner: alice, Members: []qq.UserID{bob}}
	for id := qq.UserID(20001); id < 20001+qq.MaxAdmins; id++ {
		if err := w.AddUser(ctx, qq.User{ID: id}); err != nil {
			t.Fatal(err)
		}
		g.Members = append(g.Members, id)
	}
	if err := w.AddGroup(ctx, g); err != nil {
		t.Fatal(err)
	}
	for _, u := range g.Members[1:] {
		do(t, w, alice, qq.SetAdmin{Group: 777, Member: u, On: true})
	}
	refused(t, w, alice, qq.SetAdmin{Group: 777, Member: bob, On: true}, qq.ErrForbidden)
	do(t, w, alice, qq.SetAdmin{Group: 777, Member: 20001})
	do(t, w, alice, qq.SetAdmin{Group: 777, Member: bob, On: true})
}

func TestTuningAGroup(t *testing.T) {
	w := ruledWorld(t, newClock())
	ctx := context.Background()
	few, five, text := 4, 5, "about us"
	wantErr(t, w.TuneGroup(ctx, GroupTuning{Group: home, MaxMembers: &few}), qq.ErrInvalid)
	wantErr(t, w.TuneGroup(ctx, GroupTuning{Group: 1}), qq.ErrNotFound)
	if err := w.TuneGroup(ctx, GroupTuning{Group: home, MaxMembers: &five, Description: &text}); err != nil {
		t.Fatal(err)
	}
	if g := do(t, w, bob, qq.GetGroup{Group: home}); g.MaxMembers != 5 || g.Description != text {
		t.Errorf("%+v", g)
	}
	wantErr(t, w.RequestJoin(ctx, home, eve, ""), qq.ErrForbidden)
	wantErr(t, w.Invite(ctx, home, alice, eve), qq.ErrForbidden)
	wantErr(t, w.RankMember(ctx, home, bob, 101), qq.ErrInvalid)
	wantErr(t, w.RankMember(ctx, home, eve, 5), qq.ErrNotFound)
	if err := w.RankMember(ctx, home, bob, 42); err != nil {
		t.Fatal(err)
	}
	m := do(t, w, alice, qq.GetMember{Group: home, User: bob})
	if m.Level != 42 || m.UID != uidOf(bob) || m.City != "北京" || m.Robot {
		t.Errorf("%+v", m)
	}
}

func TestNothingNewIsNoRecord(t *testing.T) {
	w := ruledWorld(t, newClock())
	mode, text, yes, room := qq.JoinReview, "why?", true, 9
	deeds := func() {
		for _, op := range []qq.Operation{
			qq.SetGroupName{Group: home, Name: "n"}, qq.SetGroupAvatar{Group: home, Picture: &qq.Media{ID: "pic"}},
			qq.SetGroupRemark{Group: home, Remark: "r"}, qq.SetGroupNotify{Group: home, Mode: qq.NotifySilent},
			qq.SetGroupOptions{Group: home, Join: &mode, Question: &text, FoundByText: &yes}, qq.SetGroupOptions{Group: home},
			qq.SetTitle{Group: home, Member: bob, Title: "T"}, qq.SetAdmin{Group: home, Member: bot, On: true},
		} {
			if _, err := w.Do(context.Background(), alice, op); err != nil {
				t.Fatal(err)
			}
		}
		err := errors.Join(w.TuneGroup(context.Background(), GroupTuning{Group: home, MaxMembers: &room, Description: &text}),
			w.RankMember(context.Background(), home, bob, 3))
		if err != nil {
			t.Fatal(err)
		}
	}
	deeds()
	before := w.st.Record
	deeds()
	if w.st.Record != before {
		t.Errorf("%d records of nothing", w.st.Record-before)
	}
}
