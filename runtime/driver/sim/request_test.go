package sim

import (
	"context"
	"errors"
	"testing"

	"llbot/protocols/qq"
)

func wantErr(t failer, err, kind error) {
	t.Helper()
	if !errors.Is(err, kind) {
		t.Fatalf("got %v, want %v", err, kind)
	}
}

func TestFriendRequest(t *testing.T) {
	w := ruledWorld(t, newClock())
	ctx := context.Background()
	driverOf(t, w, bot)
	for _, comment := range []string{"hello", "it's me"} {
		if err := w.RequestFriend(ctx, carol, bot, comment); err != nil {
			t.Fatal(err)
		}
	}
	asked := pending(w, bot)
	if len(asked) != 2 {
		t.Fatalf("events %v", asked)
	}
	e := asked[1].(*qq.FriendRequested)
	if e.Initiator != carol || e.InitiatorUID == "" || e.Comment != "it's me" || e.Target != bot {
		t.Errorf("request %+v", e)
	}
	list := do(t, w, bot, qq.ListFriendRequests{})
	if len(list) != 2 || list[0].Comment != "it's me" || list[0].State != qq.RequestPending || list[1].State != qq.RequestIgnored {
		t.Errorf("list %+v", list)
	}
	if own := do(t, w, carol, qq.ListFriendRequests{Limit: 1}); len(own) != 1 {
		t.Errorf("own requests %+v", own)
	}
	refused(t, w, bot, qq.AnswerFriendRequest{InitiatorUID: "u_nobody", Approve: true}, qq.ErrNotFound)
	refused(t, w, alice, qq.AnswerFriendRequest{InitiatorUID: e.InitiatorUID, Approve: true}, qq.ErrNotFound)
	yes := qq.AnswerFriendRequest{InitiatorUID: e.InitiatorUID, Approve: true, Remark: "C."}
	do(t, w, bot, yes)
	refused(t, w, bot, yes, qq.ErrConflict)
	if f := do(t, w, bot, qq.GetFriend{User: carol}); f.Remark != "C." || f.Nickname != "Carol" {
		t.Errorf("friend %+v", f)
	}
	do(t, w, carol, qq.GetFriend{User: bot})
	if got := pending(w, bot); len(got) != 1 || got[0].(*qq.FriendAdded).Friend.ID != carol {
		t.Errorf("events %v", got)
	}
	wantErr(t, w.RequestFriend(ctx, carol, bot, ""), qq.ErrConflict)
	do(t, w, carol, qq.DeleteFriend{User: bot})
	refused(t, w, carol, qq.DeleteFriend{User: bot}, qq.ErrNotFound)
	if got := pending(w, bot); len(got) != 1 || got[0].(*qq.FriendDeleted).User != carol {
		t.Errorf("events %v", got)
	}
}

func TestRejectedFriendRequest(t *testing.T) {
	w := ruledWorld(t, newClock())
	if err := w.RequestFriend(context.Background(), eve, bot, ""); err != nil {
		t.Fatal(err)
	}
	no := qq.AnswerFriendRequest{InitiatorUID: uidOf(eve), Reason: "no"}
	do(t, w, bot, no)
	refused(t, w, bot, no, qq.ErrConflict)
	refused(t, w, bot, qq.GetFriend{User: eve}, qq.ErrNotFound)
	if list := do(t, w, bot, qq.ListFriendRequests{}); list[0].State != qq.RequestRejected {
		t.Errorf("state %v", list[0].State)
	}
}

func TestFriendRequestsThatMakeNoSense(t *testing.T) {
	w := ruledWorld(t, newClock())
	ctx := context.Background()
	wantErr(t, w.RequestFriend(ctx, bot, bot, ""), qq.ErrInvalid)
	wantErr(t, w.RequestFriend(ctx, bot, 99999, ""), qq.ErrNotFound)
	wantErr(t, w.RequestFriend(ctx, 99999, bot, ""), qq.ErrNotFound)
	wantErr(t, w.RequestFriend(ctx, alice, bot, ""), qq.ErrConflict)
}

func TestJoinRequest(t *testing.T) {
	w := ruledWorld(t, newClock())
	driverOf(t, w, bot)
	if err := w.RequestJoin(context.Background(), home, eve, "let me in"); err != nil {
		t.Fatal(err)
	}
	r := pending(w, bot)[0].(*qq.GroupRequested)
	if r.Kind != qq.JoinRequest || r.Initiator != eve || r.Nickname != "Eve" || r.Comment != "let me in" || r.Seq == 0 || r.Target != 0 {
		t.Errorf("request %+v", r)
	}
	yes := qq.AnswerGroupRequest{Ref: r.GroupRequestRef, Approve: true}
	refused(t, w, bob, yes, qq.ErrForbidden)
	refused(t, w, eve, yes, qq.ErrNotFound)
	wrong := yes
	wrong.Ref.Kind = qq.InvitedJoinRequest
	refused(t, w, bot, wrong, qq.ErrNotFound)
	wrong = yes
	wrong.Ref.Seq += 100
	refused(t, w, bot, wrong, qq.ErrNotFound)
	do(t, w, bot, yes)
	refused(t, w, alice, yes, qq.ErrConflict)
	in := pending(w, bot)[0].(*qq.MemberIncreased)
	if in.User != eve || in.Operator != bot || in.Inviter != 0 || in.Member.Nickname != "Eve" {
		t.Errorf("increase %+v", in)
	}
	n := do(t, w, alice, qq.ListGroupNotices{}).Notices[0]
	if n.Request.State != qq.RequestAccepted || n.Request.Operator != bot {
		t.Errorf("notice %+v of %+v", n, n.Request)
	}
	wantErr(t, w.RequestJoin(context.Background(), home, eve, ""), qq.ErrConflict)
	wantErr(t, w.RequestJoin(context.Background(), 77, eve, ""), qq.ErrNotFound)
}

func TestMembersInvitationAsksTheManagers(t *testing.T) {
	w := ruledWorld(t, newClock())
	driverOf(t, w, bot)
	if err := w.Invite(context.Background(), home, bob, eve); err != nil {
		t.Fatal(err)
	}
	r := pending(w, bot)[0].(*qq.GroupRequested)
	if r.Kind != qq.InvitedJoinRequest || r.Initiator != bob || r.Target != eve {
		t.Errorf("request %+v", r)
	}
	do(t, w, bot, qq.AnswerGroupRequest{Ref: r.GroupRequestRef, Approve: true})
	in := pending(w, bot)[0].(*qq.MemberIncreased)
	if in.User != eve || in.Operator != bot || in.Inviter != bob {
		t.Errorf("increase %+v", in)
	}
}

func TestInvitationOfAnAccount(t *testing.T) {
	w := ruledWorld(t, newClock())
	ctx := context.Background()
	if err := w.AddGroup(ctx, NewGroup{ID: 777, Name: "club", Owner: alice}); err != nil {
		t.Fatal(err)
	}
	driverOf(t, w, bot)
	if err := w.Invite(ctx, 777, alice, bot); err != nil {
		t.Fatal(err)
	}
	r := pending(w, bot)[0].(*qq.GroupRequested)
	if r.Kind != qq.Invitation || r.Initiator != alice || r.Group != 777 || r.GroupName != "club" {
		t.Errorf("request %+v", r)
	}
	yes := qq.AnswerGroupRequest{Ref: r.GroupRequestRef, Approve: true}
	refused(t, w, alice, yes, qq.ErrNotFound)
	do(t, w, bot, yes)
	refused(t, w, bot, yes, qq.ErrConflict)
	in := pending(w, bot)[0].(*qq.MemberIncreased)
	if !in.Self || in.Inviter != alice || in.Group != 777 {
		t.Errorf("increase %+v", in)
	}
	wantErr(t, w.Invite(ctx, 777, bob, carol), qq.ErrNotFound)
}

func TestFullGroup(t *testing.T) {
	w := ruledWorld(t, newClock())
	ctx := context.Background()
	if err := w.AddGroup(ctx, NewGroup{ID: 777, Owner: alice, Members: []qq.UserID{bob}, MaxMembers: 3}); err != nil {
		t.Fatal(err)
	}
	for _, u := range []qq.UserID{carol, dora} {
		if err := w.RequestJoin(ctx, 777, u, ""); err != nil {
			t.Fatal(err)
		}
	}
	first := answerNewest(t, w, alice, true)
	notices := do(t, w, alice, qq.ListGroupNotices{}).Notices
	older := notices[1].Request.GroupRequestRef
	if older == first {
		t.Fatal("same request twice")
	}
	refused(t, w, alice, qq.AnswerGroupRequest{Ref: older, Approve: true}, qq.ErrForbidden)
	do(t, w, alice, qq.AnswerGroupRequest{Ref: older})
	wantErr(t, w.RequestJoin(ctx, 777, eve, ""), qq.ErrForbidden)
	wantErr(t, w.AddGroup(ctx, NewGroup{ID: 778, Owner: alice, Members: []qq.UserID{bob}, MaxMembers: 1}), qq.ErrInvalid)
	wantErr(t, w.AddGroup(ctx, NewGroup{ID: 777, Owner: alice}), qq.ErrConflict)
	wantErr(t, w.AddGroup(ctx, NewGroup{ID: 779, Owner: alice, Members: []qq.UserID{alice}}), qq.ErrInvalid)
	wantErr(t, w.AddGroup(ctx, NewGroup{ID: 779, Owner: 99999}), qq.ErrNotFound)
}

func TestNoticePages(t *testing.T) {
	w := ruledWorld(t, newClock())
	for range 3 {
		do(t, w, alice, qq.SetAdmin{Group: home, Member: bob, On: true})
		do(t, w, alice, qq.SetAdmin{Group: home, Member: bob})
	}
	do(t, w, bot, qq.KickMember{Group: home, Member: carol})
	do(t, w, bob, qq.LeaveGroup{Group: home})
	var kinds []qq.GroupNoticeKind
	last, start := int64(1<<62), int64(0)
	for pages := 0; pages == 0 || start != 0; pages++ {
		if pages > 10 {
			t.Fatal("pages without end")
		}
		page := do(t, w, bot, qq.ListGroupNotices{Start: start, Limit: 4})
		for _, n := range page.Notices {
			if n.Seq >= last {
				t.Errorf("seq %d after %d", n.Seq, last)
			}
			last = n.Seq
			kinds = append(kinds, n.Kind)
		}
		start = page.Next
	}
	// newest first: quit, kick, six changes of Bob, Dora made admin, Dora's request
	if len(kinds) != 10 || kinds[0] != qq.NoticeQuit || kinds[1] != qq.NoticeKick || kinds[2] != qq.NoticeAdminUnset ||
		kinds[8] != qq.NoticeAdminSet || kinds[9] != qq.NoticeRequest {
		t.Errorf("kinds %v", kinds)
	}
	if n := do(t, w, eve, qq.ListGroupNotices{}); len(n.Notices) != 0 {
		t.Errorf("a stranger sees %v", n.Notices)
	}
	if n := do(t, w, bot, qq.ListGroupNotices{Filtered: true}); len(n.Notices) != 0 {
		t.Errorf("filtered %v", n.Notices)
	}
	refused(t, w, bot, qq.ListGroupNotices{Limit: -1}, qq.ErrInvalid)
}

func TestPeople(t *testing.T) {
	w := ruledWorld(t, newClock())
	ctx := context.Background()
	wantErr(t, w.AddUser(ctx, qq.User{ID: alice}), qq.ErrConflict)
	wantErr(t, w.AddUser(ctx, qq.User{ID: 7}), qq.ErrInvalid)
	if err := w.Ensure(ctx, qq.User{ID: alice, Nickname: "Alicia", Age: 25}); err != nil {
		t.Fatal(err)
	}
	if m := do(t, w, bot, qq.GetMember{Group: home, User: alice}); m.Nickname != "Alicia" || m.Role != qq.RoleOwner {
		t.Errorf("member %+v", m)
	}
	if f := do(t, w, bot, qq.GetFriend{User: alice}); f.Nickname != "Alicia" || f.Remark == "" {
		t.Errorf("friend %+v", f)
	}
	before := w.st.Record
	if err := w.Ensure(ctx, qq.User{ID: alice, Nickname: "Alicia", Age: 25}); err != nil || w.st.Record != before {
		t.Errorf("the same profile is a change: %v", err)
	}
	if err := w.Befriend(ctx, eve, dora); err != nil {
		t.Fatal(err)
	}
	do(t, w, eve, toUser(dora, "hi"))
}

func TestNewGroupIsOneEvent(t *testing.T) {
	w := ruledWorld(t, newClock())
	g := NewGroup{ID: 777, Owner: bot}
	for id := qq.UserID(20001); id <= 20040; id++ {
		if err := w.AddUser(context.Background(), qq.User{ID: id}); err != nil {
			t.Fatal(err)
		}
		g.Members = append(g.Members, id)
	}
	driverOf(t, w, bot)
	if err := w.AddGroup(context.Background(), g); err != nil {
		t.Fatal(err)
	}
	got := pending(w, bot)
	if len(got) != 1 || !got[0].(*qq.MemberIncreased).Self {
		t.Errorf("told %v", got)
	}
	if n := len(do(t, w, bot, qq.ListMembers{Group: 777})); n != 41 {
		t.Errorf("%d members", n)
	}
}
