package sim

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"llbot/protocols/qq"
)

// TestEventsOfTheBook: each change reaches every account in the group once, and
// no other.
func TestEventsOfTheBook(t *testing.T) {
	for name, c := range map[string]struct {
		deed func(s stage) error
		want []qq.Event
	}{
		"name": {doing(alice, qq.SetGroupName{Group: home, Name: "new"}),
			[]qq.Event{&qq.GroupRenamed{Group: home, Operator: alice, Old: "llbot 测试群", New: "new"}}},
		"title": {doing(alice, qq.SetTitle{Group: home, Member: bob, Title: "T"}),
			[]qq.Event{&qq.TitleChanged{Group: home, User: bob, Operator: alice, New: "T"}}},
		"lucky king": {func(s stage) error { return s.DrawLucky(context.Background(), home, bob, carol) },
			[]qq.Event{&qq.LuckyKing{Group: home, Sender: bob, Winner: carol}}},
		"grey line": {func(s stage) error {
			return s.ShowTip(context.Background(), bob, GrayLine{Group: home, Seq: 1, Text: "tip", Raw: "{}"})
		}, []qq.Event{&qq.GrayTip{MessageRef: qq.MessageRef{Chat: qq.GroupChat(home), Seq: 1}, User: bob, Business: "1061", Text: "tip", Raw: "{}"}}},
		"honour": {func(s stage) error { return s.GrantHonor(context.Background(), home, bob, qq.HonorPerformer) },
			[]qq.Event{&qq.HonorGained{Group: home, User: bob, Honor: qq.HonorPerformer}}},
		"essence": {func(s stage) error {
			_, err := s.Do(context.Background(), bot, qq.SetEssence{Ref: s.message, On: true})
			return err
		}, []qq.Event{&qq.EssenceChanged{MessageRef: qq.MessageRef{Chat: qq.GroupChat(home), Seq: 1}, Sender: bob, Operator: bot, On: true}}},
		"remark":       {doing(bob, qq.SetGroupRemark{Group: home, Remark: "x"}), nil},
		"sign-in":      {doing(bob, qq.ClockIn{Group: home}), nil},
		"announcement": {doing(bot, qq.PostAnnouncement{Group: home, Text: "x"}), nil},
	} {
		t.Run(name, func(t *testing.T) {
			s := newStage(t)
			watching := []qq.UserID{alice, bob, bot, eve}
			for _, u := range watching {
				driverOf(t, s.World, u)
			}
			do(t, s.World, eve, qq.LeaveGroup{Group: home})
			for _, u := range watching {
				pending(s.World, u)
			}
			if err := c.deed(s); err != nil {
				t.Fatal(err)
			}
			ignore := cmp.FilterPath(func(p cmp.Path) bool { return p.Last().String() == ".Member" }, cmp.Ignore())
			for _, u := range watching {
				want := c.want
				if u == eve {
					want = nil
				}
				if d := cmp.Diff(want, pending(s.World, u), ignore, cmpopts.EquateEmpty()); d != "" {
					t.Errorf("user %d (-want +got)\n%s", u, d)
				}
			}
		})
	}
}

func doing(as qq.UserID, op qq.Operation) func(stage) error {
	return func(s stage) error { _, err := s.Do(context.Background(), as, op); return err }
}

// furnish makes a bit of everything that groups have.
func furnish(t *testing.T, w *World) {
	t.Helper()
	ctx := context.Background()
	sent := do(t, w, bob, inGroup("keep this"))
	mode, question, answer, no, max := qq.JoinAnswer, "q?", "a", false, 9
	for _, op := range []qq.Operation{
		qq.SetGroupName{Group: home, Name: "new"}, qq.SetGroupAvatar{Group: home, Picture: &qq.Media{ID: "pic"}},
		qq.SetGroupRemark{Group: home, Remark: "r"}, qq.SetGroupNotify{Group: home, Mode: qq.NotifyBlocked},
		qq.SetGroupOptions{Group: home, Join: &mode, Question: &question, Answer: &answer, RobotInvites: &no, FoundByText: &no},
		qq.ClockIn{Group: home}, qq.PostAnnouncement{Group: home, Text: "gone"}, qq.SetEssence{Ref: sent.MessageRef, On: true},
		qq.SetTodo{Ref: sent.MessageRef, Step: qq.TodoSet}, qq.SetTodo{Ref: sent.MessageRef, Step: qq.TodoDone},
	} {
		if _, err := w.Do(ctx, bot, op); err != nil {
			t.Fatal(err)
		}
	}
	do(t, w, bot, qq.DeleteAnnouncement{Group: home, ID: do(t, w, bot, qq.ListAnnouncements{Group: home})[0].ID})
	do(t, w, bot, qq.PostAnnouncement{Group: home, Text: "read", Confirm: true, Image: &qq.Media{ID: "pic"}})
	for _, err := range []error{
		w.AskToJoin(ctx, JoinWish{Group: home, User: SeedDave, Comment: "a"}),
		w.AskToJoin(ctx, JoinWish{Group: SeedSecond, User: SeedErin, Filtered: true}),
		w.GiveTitle(ctx, alice, qq.SetTitle{Group: home, Member: bob, Title: "T"}, time.Hour),
		w.GrantHonor(ctx, home, carol, qq.HonorTalkative), w.RankMember(ctx, home, carol, 7), w.DrawLucky(ctx, home, alice, bob),
		w.Confirm(ctx, bob, home, do(t, w, bot, qq.ListAnnouncements{Group: home})[0].ID),
		w.TuneGroup(ctx, GroupTuning{Group: home, MaxMembers: &max}),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	asked := do(t, w, bot, qq.ListGroupNotices{Filtered: true}).Notices[0].Request
	if err := w.RefuseForGood(ctx, bot, asked.GroupRequestRef, "no"); err != nil {
		t.Fatal(err)
	}
}

// TestTheBookOutlivesTheRun, from snapshots, from the journal, and from both.
func TestTheBookOutlivesTheRun(t *testing.T) {
	for name, c := range map[string]struct {
		every    int
		snapshot bool
	}{"snapshot": {0, true}, "journal": {0, false}, "both": {5, true}} {
		t.Run(name, func(t *testing.T) {
			opt := Options{Dir: t.TempDir(), SnapshotEvery: c.every, Sync: time.Millisecond}
			w := openWorld(t, opt)
			furnish(t, w)
			if err := w.Close(); err != nil {
				t.Fatal(err)
			}
			if !c.snapshot {
				names, err := filepath.Glob(filepath.Join(opt.Dir, snapshotPrefix+"*"))
				if err != nil {
					t.Fatal(err)
				}
				for _, name := range names {
					if err := os.Remove(name); err != nil {
						t.Fatal(err)
					}
				}
			}
			again := openWorld(t, opt)
			sameState(t, again.st, w.st)
			do(t, again, bob, inGroup("goes on"))
			do(t, again, carol, qq.ClockIn{Group: home})
		})
	}
}

// TestOldWorldsOpen: a group of a snapshot from before groups had a book.
func TestOldWorldsOpen(t *testing.T) {
	w := openWorld(t, Options{})
	w.mu.Lock()
	for id, g := range w.st.Groups {
		info := *g.Info
		info.Join, info.Notify = 0, 0
		w.st.Groups[id] = &group{Info: &info, Members: g.Members}
	}
	w.mu.Unlock()
	if err := w.RequestJoin(context.Background(), home, SeedDave, "hi"); err != nil {
		t.Fatal(err)
	}
	if r := do(t, w, bot, qq.ListGroupNotices{}).Notices[0].Request; r.Comment != "hi" {
		t.Errorf("%+v", r)
	}
	for _, op := range []qq.Operation{
		qq.ListAnnouncements{Group: home}, qq.ListEssence{Group: home}, qq.ListHonors{Group: home}, qq.ListSignIns{Group: home},
		qq.GetAtAllQuota{Group: home}, qq.ListMuted{Group: home}, inGroup("hi"), qq.ClockIn{Group: home},
	} {
		if _, err := w.Do(context.Background(), bot, op); err != nil {
			t.Error(err)
		}
	}
}
