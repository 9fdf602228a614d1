package sim

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"llbot/protocols/qq"
)

// stage is a ruled world with something to act on: Bob's message, which is a
// to-do and essence when it is wanted so, an announcement, and Dave's request.
type stage struct {
	*World
	message qq.MessageRef
	asked   qq.GroupRequestRef
	notice  qq.AnnouncementID
}

func newStage(t *testing.T) stage {
	w := ruledWorld(t, newClock())
	s := stage{World: w, message: do(t, w, bob, inGroup("hi")).MessageRef}
	do(t, w, alice, qq.PostAnnouncement{Group: home, Text: "rules"})
	s.notice = do(t, w, alice, qq.ListAnnouncements{Group: home})[0].ID
	if err := w.RequestJoin(context.Background(), home, SeedDave, ""); err != nil {
		t.Fatal(err)
	}
	s.asked = do(t, w, alice, qq.ListGroupNotices{}).Notices[0].Request.GroupRequestRef
	return s
}

// right says what becomes of an operation by the role of who does it.
type right struct {
	op                   func(s stage) qq.Operation
	owner, admin, member error
	stranger             error
}

func fixed(op qq.Operation) func(stage) qq.Operation { return func(stage) qq.Operation { return op } }

// rights is the table of the groups' operations; where one has a target, that
// is Carol, a plain member.
func rights() []right {
	no, missing := qq.ErrForbidden, qq.ErrNotFound
	all := func(op qq.Operation) right { return right{op: fixed(op), stranger: missing} }
	managers := func(op qq.Operation) right { return right{op: fixed(op), member: no, stranger: missing} }
	owner := func(op qq.Operation) right { return right{op: fixed(op), admin: no, member: no, stranger: missing} }
	free, picture := qq.JoinFree, &qq.Media{ID: "pic"}
	return []right{
		{op: fixed(qq.ListGroups{})}, all(qq.GetGroup{Group: home}), managers(qq.SetGroupName{Group: home, Name: "new"}),
		managers(qq.SetGroupAvatar{Group: home, Picture: picture}), all(qq.SetGroupRemark{Group: home, Remark: "mine"}),
		all(qq.SetGroupNotify{Group: home, Mode: qq.NotifySilent}), managers(qq.SetGroupOptions{Group: home, Join: &free}),
		{op: fixed(qq.LeaveGroup{Group: home}), owner: no, stranger: missing}, all(qq.GetAtAllQuota{Group: home}),
		all(qq.ClockIn{Group: home}), all(qq.ListSignIns{Group: home}), all(qq.ListHonors{Group: home}),
		{op: fixed(qq.ListGroupNotices{})},
		{op: func(s stage) qq.Operation { return qq.AnswerGroupRequest{Ref: s.asked, Approve: true} }, member: no, stranger: missing},
		all(qq.ListMembers{Group: home}), all(qq.GetMember{Group: home, User: bob}), all(qq.ListMuted{Group: home}),
		managers(qq.KickMember{Group: home, Member: carol}), managers(qq.MuteMember{Group: home, Member: carol, For: time.Hour}),
		managers(qq.MuteGroup{Group: home, On: true}), managers(qq.SetCard{Group: home, Member: carol, Card: "C"}),
		owner(qq.SetTitle{Group: home, Member: carol, Title: "C"}), owner(qq.SetAdmin{Group: home, Member: carol, On: true}),
		all(qq.ListAnnouncements{Group: home}), managers(qq.PostAnnouncement{Group: home, Text: "x", Image: picture}),
		{op: func(s stage) qq.Operation { return qq.DeleteAnnouncement{Group: home, ID: s.notice} }, member: no, stranger: missing},
		all(qq.ListEssence{Group: home}),
		{op: func(s stage) qq.Operation { return qq.SetEssence{Ref: s.message, On: true} }, member: no, stranger: missing},
		{op: func(s stage) qq.Operation { return qq.SetTodo{Ref: s.message, Step: qq.TodoSet} }, member: no, stranger: missing},
	}
}

func TestRightsOfRoles(t *testing.T) {
	covered := map[string]bool{}
	for _, r := range rights() {
		for as, want := range map[qq.UserID]error{alice: r.owner, bot: r.admin, bob: r.member, eve: r.stranger} {
			s := newStage(t)
			op := r.op(s)
			covered[qq.OpName(op)] = true
			if want == nil {
				if _, err := s.Do(context.Background(), as, op); err != nil {
					t.Errorf("%s by %d: %v", qq.OpName(op), as, err)
				}
				continue
			}
			before := stateText(t, s.st)
			refused(t, s.World, as, op, want)
			if !slices.Equal(before, stateText(t, s.st)) {
				t.Errorf("%s by %d was refused and changed the world", qq.OpName(op), as)
			}
		}
	}
	for _, c := range qq.Capabilities() {
		if slices.Contains([]string{"groups", "members", "notice board"}, c.Area) && !covered[c.Name] {
			t.Errorf("%s is not in the table", c.Name)
		}
	}
}

// TestRightsOverRoles: whoever moderates somebody must stand above him.
func TestRightsOverRoles(t *testing.T) {
	roles := map[qq.UserID]qq.Role{alice: qq.RoleOwner, bot: qq.RoleAdmin, dora: qq.RoleAdmin, bob: qq.RoleMember, carol: qq.RoleMember}
	for as, mine := range roles {
		for target, his := range roles {
			for _, op := range []qq.Operation{
				qq.KickMember{Group: home, Member: target, Block: true}, qq.MuteMember{Group: home, Member: target, For: time.Minute},
				qq.SetCard{Group: home, Member: target, Card: "x"}, qq.SetTitle{Group: home, Member: target, Title: "x"},
				qq.SetAdmin{Group: home, Member: target, On: his == qq.RoleMember},
			} {
				want := mine > his
				switch op.(type) {
				case qq.SetCard:
					want = want || as == target
				case qq.SetTitle:
					want = mine == qq.RoleOwner
				case qq.SetAdmin:
					want = want && mine == qq.RoleOwner
				}
				w := ruledWorld(t, newClock())
				if _, err := w.Do(context.Background(), as, op); (err == nil) != want {
					t.Errorf("%s by %v of %v (himself %t): %v", qq.OpName(op), mine, his, as == target, err)
				}
			}
		}
	}
}

// TestOutsideIsNowhere: who was kicked, and everybody of a group that is no
// more, stands like one who never was in it.
func TestOutsideIsNowhere(t *testing.T) {
	for name, prepare := range map[string]func(w *World){
		"kicked":    func(w *World) { do(t, w, alice, qq.KickMember{Group: home, Member: bot}) },
		"left":      func(w *World) { do(t, w, bot, qq.LeaveGroup{Group: home}) },
		"disbanded": func(w *World) { do(t, w, alice, qq.LeaveGroup{Group: home, Disband: true}) },
	} {
		s := newStage(t)
		prepare(s.World)
		for _, r := range rights() {
			_, err := s.Do(context.Background(), bot, r.op(s))
			if !errors.Is(err, r.stranger) {
				t.Errorf("%s, %s: %v", name, qq.OpName(r.op(s)), err)
			}
		}
	}
}
