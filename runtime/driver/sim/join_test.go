package sim

import (
	"context"
	"testing"

	"llbot/protocols/qq"
)

const robot qq.UserID = 66600000

// isIn tells whether somebody is in the first group.
func isIn(t *testing.T, w *World, u qq.UserID) bool {
	t.Helper()
	for _, m := range do(t, w, alice, qq.ListMembers{Group: home}) {
		if m.User == u {
			return true
		}
	}
	return false
}

func options(t *testing.T, w *World, mode qq.JoinMode, question, answer string) {
	t.Helper()
	do(t, w, bot, qq.SetGroupOptions{Group: home, Join: &mode, Question: &question, Answer: &answer})
}

func TestJoinModes(t *testing.T) {
	for name, c := range map[string]struct {
		mode    qq.JoinMode
		comment string
		want    error
		in      bool
		asked   string // what the managers read
	}{
		"free":          {qq.JoinFree, "", nil, true, ""},
		"ask":           {qq.JoinAsk, "please", nil, false, "please"},
		"closed":        {qq.JoinClosed, "please", qq.ErrForbidden, false, ""},
		"right answer":  {qq.JoinAnswer, "42", nil, true, ""},
		"wrong answer":  {qq.JoinAnswer, "43", qq.ErrForbidden, false, ""},
		"no answer":     {qq.JoinAnswer, "", qq.ErrForbidden, false, ""},
		"any answer":    {qq.JoinReview, "43", nil, false, "问题：how much?\n答案：43"},
		"long answer":   {qq.JoinReview, string(make([]byte, qq.MaxAnswer+1)), qq.ErrInvalid, false, ""},
		"long comment":  {qq.JoinAsk, string(make([]byte, qq.MaxComment+1)), qq.ErrInvalid, false, ""},
		"longest words": {qq.JoinAsk, string(make([]byte, qq.MaxComment)), nil, false, string(make([]byte, qq.MaxComment))},
	} {
		t.Run(name, func(t *testing.T) {
			w := ruledWorld(t, newClock())
			options(t, w, c.mode, "how much?", "42")
			driverOf(t, w, bot)
			wantErr(t, w.RequestJoin(context.Background(), home, eve, c.comment), c.want)
			if in := isIn(t, w, eve); in != c.in {
				t.Errorf("in: %t", in)
			}
			got := pending(w, bot)
			switch {
			case c.in:
				if e := got[0].(*qq.MemberIncreased); len(got) != 1 || e.User != eve || e.Operator != 0 {
					t.Errorf("told %v", got)
				}
			case c.want == nil:
				if e := got[0].(*qq.GroupRequested); len(got) != 1 || e.Comment != c.asked {
					t.Errorf("told %v", got)
				}
			case len(got) != 0:
				t.Errorf("told %v", got)
			}
		})
	}
}

func TestInvitationsByJoinMode(t *testing.T) {
	for name, c := range map[string]struct {
		mode qq.JoinMode
		by   qq.UserID
		want error
		kind qq.GroupRequestKind
	}{
		"member, ask":    {qq.JoinAsk, bob, nil, qq.InvitedJoinRequest},
		"member, free":   {qq.JoinFree, bob, nil, qq.Invitation},
		"member, closed": {qq.JoinClosed, bob, qq.ErrForbidden, 0},
		"admin, closed":  {qq.JoinClosed, bot, nil, qq.Invitation},
		"owner, ask":     {qq.JoinAsk, alice, nil, qq.Invitation},
		"stranger":       {qq.JoinFree, SeedDave, qq.ErrNotFound, 0},
	} {
		t.Run(name, func(t *testing.T) {
			w := ruledWorld(t, newClock())
			options(t, w, c.mode, "", "")
			wantErr(t, w.Invite(context.Background(), home, c.by, eve), c.want)
			if c.want != nil {
				return
			}
			as := alice
			if c.kind == qq.Invitation {
				as = eve
			}
			r := do(t, w, as, qq.ListGroupNotices{}).Notices[0].Request
			if r.Kind != c.kind || r.Initiator != c.by || (r.TargetName == "Eve") != (c.kind == qq.InvitedJoinRequest) {
				t.Fatalf("request %+v", r)
			}
			do(t, w, as, qq.AnswerGroupRequest{Ref: r.GroupRequestRef, Approve: true})
			if !isIn(t, w, eve) {
				t.Error("is not in")
			}
		})
	}
}

func TestRobotsComeInByTheOptions(t *testing.T) {
	yes, no := true, false
	for name, c := range map[string]struct {
		invites, approval *bool
		by                qq.UserID
		want              error
		in                bool
	}{
		"new group, member":    {nil, nil, bob, nil, false},
		"new group, admin":     {nil, nil, bot, nil, true},
		"no approval, member":  {nil, &no, bob, nil, true},
		"approval, member":     {&yes, &yes, bob, nil, false},
		"not by members":       {&no, &no, bob, qq.ErrForbidden, false},
		"not by members: ours": {&no, &no, bot, nil, true},
	} {
		t.Run(name, func(t *testing.T) {
			w := ruledWorld(t, newClock())
			if err := w.AddUser(context.Background(), qq.User{ID: robot}); err != nil {
				t.Fatal(err)
			}
			do(t, w, alice, qq.SetGroupOptions{Group: home, RobotInvites: c.invites, RobotApproval: c.approval})
			wantErr(t, w.Invite(context.Background(), home, c.by, robot), c.want)
			if in := isIn(t, w, robot); in != c.in {
				t.Fatalf("in: %t", in)
			}
			if c.in && !do(t, w, bob, qq.GetMember{Group: home, User: robot}).Robot {
				t.Error("is not shown as a robot")
			}
		})
	}
}

func TestHiddenGroup(t *testing.T) {
	w := ruledWorld(t, newClock())
	no := false
	do(t, w, alice, qq.SetGroupOptions{Group: home, FoundByNumber: &no, FoundByText: &no})
	wantErr(t, w.RequestJoin(context.Background(), home, eve, ""), qq.ErrNotFound)
	if err := w.Invite(context.Background(), home, bob, eve); err != nil {
		t.Errorf("who is invited need not find it: %v", err)
	}
}

func TestFilteredRequest(t *testing.T) {
	w := ruledWorld(t, newClock())
	driverOf(t, w, bot)
	wish := JoinWish{Group: home, User: eve, Comment: "psst", Filtered: true}
	if err := w.AskToJoin(context.Background(), wish); err != nil {
		t.Fatal(err)
	}
	if r := pending(w, bot)[0].(*qq.GroupRequested); !r.Filtered {
		t.Errorf("told %+v", r)
	}
	for _, n := range do(t, w, bot, qq.ListGroupNotices{}).Notices {
		if n.Request != nil && n.Request.Initiator == eve {
			t.Error("in the other list")
		}
	}
	list := do(t, w, bot, qq.ListGroupNotices{Filtered: true}).Notices
	if len(list) != 1 || list[0].Request.Comment != "psst" {
		t.Fatalf("filtered %+v", list)
	}
	ref := list[0].Request.GroupRequestRef
	wrong := ref
	wrong.Filtered = false
	refused(t, w, bot, qq.AnswerGroupRequest{Ref: wrong, Approve: true}, qq.ErrNotFound)
	do(t, w, bot, qq.AnswerGroupRequest{Ref: ref, Approve: true})
	refused(t, w, alice, qq.AnswerGroupRequest{Ref: ref}, qq.ErrConflict)
	if !isIn(t, w, eve) {
		t.Error("is not in")
	}
}

func TestRefusedForGood(t *testing.T) {
	w := ruledWorld(t, newClock())
	ctx := context.Background()
	ask := func(want error) { t.Helper(); wantErr(t, w.RequestJoin(ctx, home, eve, ""), want) }
	newest := func() qq.GroupRequestRef {
		return do(t, w, alice, qq.ListGroupNotices{}).Notices[0].Request.GroupRequestRef
	}
	ask(nil)
	refused(t, w, alice, qq.AnswerGroupRequest{Ref: newest(), Reason: string(make([]byte, qq.MaxComment+1))}, qq.ErrInvalid)
	do(t, w, alice, qq.AnswerGroupRequest{Ref: newest(), Reason: "not now"})
	ask(nil)
	ref := newest()
	wantErr(t, w.RefuseForGood(ctx, bob, ref, ""), qq.ErrForbidden)
	if err := w.RefuseForGood(ctx, bot, ref, "never"); err != nil {
		t.Fatal(err)
	}
	wantErr(t, w.RefuseForGood(ctx, bot, ref, "never"), qq.ErrConflict)
	ask(qq.ErrForbidden)
	wantErr(t, w.Invite(ctx, home, alice, eve), qq.ErrForbidden)
	wantErr(t, w.Unblock(ctx, bob, home, eve), qq.ErrForbidden)
	if err := w.Unblock(ctx, alice, home, eve); err != nil {
		t.Fatal(err)
	}
	wantErr(t, w.Unblock(ctx, alice, home, eve), qq.ErrNotFound)
	ask(nil)
}
