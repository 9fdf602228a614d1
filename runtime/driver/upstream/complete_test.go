package upstream

import (
	"context"
	"fmt"
	"testing"
	"time"

	"llbot/protocols/qq"

	"github.com/google/go-cmp/cmp"
)

// registry is an upstream that knows group 7, its members 10 and 11, friend 10
// and stranger 12, and counts what it is asked.
type registry struct {
	Handlers qq.Handlers
	asked    map[string]int
}

func newRegistry() *registry {
	r := &registry{asked: map[string]int{}}
	qq.Serve(&r.Handlers, func(_ context.Context, op qq.GetGroup) (*qq.Group, error) {
		if op.Group != 7 {
			return nil, qq.Errorf(qq.ErrNotFound, "no group %d", op.Group)
		}
		return &qq.Group{ID: 7, Name: "seven"}, nil
	})
	qq.Serve(&r.Handlers, func(context.Context, qq.ListGroups) ([]*qq.Group, error) {
		return []*qq.Group{{ID: 7, Name: "seven"}}, nil
	})
	qq.Serve(&r.Handlers, func(_ context.Context, op qq.GetMember) (*qq.Member, error) {
		if op.Group != 7 || op.User > 11 {
			return nil, qq.Errorf(qq.ErrNotFound, "no member %d", op.User)
		}
		return &qq.Member{Group: 7, User: op.User, Nickname: fmt.Sprint("member ", op.User), Card: "card"}, nil
	})
	qq.Serve(&r.Handlers, func(_ context.Context, op qq.GetFriend) (*qq.Friend, error) {
		if op.User != 10 {
			return nil, qq.Errorf(qq.ErrNotFound, "no friend %d", op.User)
		}
		return &qq.Friend{User: qq.User{ID: 10, Nickname: "friend 10"}}, nil
	})
	qq.Serve(&r.Handlers, func(_ context.Context, op qq.GetUser) (*qq.User, error) {
		if op.User > 12 {
			return nil, qq.Errorf(qq.ErrNotFound, "no user %d", op.User)
		}
		return &qq.User{ID: op.User, Nickname: fmt.Sprint("user ", op.User)}, nil
	})
	qq.Serve(&r.Handlers, func(_ context.Context, op qq.GetMessage) (*qq.Message, error) {
		if op.Ref.Seq != 5 {
			return nil, qq.Errorf(qq.ErrNotFound, "no message %d", op.Ref.Seq)
		}
		return &qq.Message{MessageRef: op.Ref, Sender: 11}, nil
	})
	return r
}

func (r *registry) do(ctx context.Context, op qq.Operation) (any, error) {
	r.asked[qq.OpName(op)]++
	return r.Handlers.Do(ctx, op)
}

func (r *registry) roster(now func() time.Time) *roster { return newRoster(r.do, time.Second, now) }

// Each event has, behind completion, what it needs.
func TestEventsAreCompleted(t *testing.T) {
	self := qq.Login{User: qq.User{ID: 10, Nickname: "me"}}
	member := func(u qq.UserID) *qq.Member {
		return &qq.Member{Group: 7, User: u, Nickname: fmt.Sprint("member ", u), Card: "card"}
	}
	stub := func(u qq.UserID, name string) *qq.Member { return qq.StubMember(7, u, name) }
	ref := qq.MessageRef{Chat: qq.GroupChat(7), Seq: 5}
	lost := qq.MessageRef{Chat: qq.GroupChat(7), Seq: 6}
	for name, c := range map[string]struct{ event, want qq.Event }{
		"a message of a group": {
			&qq.MessageReceived{Message: qq.Message{MessageRef: ref, Sender: 11}},
			&qq.MessageReceived{Message: qq.Message{MessageRef: ref, Sender: 11, Nickname: "member 11", Group: &qq.Group{ID: 7, Name: "seven"}, Member: member(11)}},
		},
		"one's own": {
			&qq.MessageReceived{Message: qq.Message{MessageRef: qq.MessageRef{Chat: qq.FriendChat(12)}, Sender: 10}},
			&qq.MessageReceived{Message: qq.Message{MessageRef: qq.MessageRef{Chat: qq.FriendChat(12)}, Sender: 10, Self: true, Nickname: "me"}},
		},
		"of a friend": {
			&qq.MessageReceived{Message: qq.Message{MessageRef: qq.MessageRef{Chat: qq.FriendChat(10)}, Sender: 10}},
			&qq.MessageReceived{Message: qq.Message{
				MessageRef: qq.MessageRef{Chat: qq.FriendChat(10)}, Sender: 10, Self: true, Nickname: "me", Friend: &qq.Friend{User: qq.User{ID: 10, Nickname: "friend 10"}},
			}},
		},
		"of a stranger": {
			&qq.MessageReceived{Message: qq.Message{MessageRef: qq.MessageRef{Chat: qq.TempChat(12)}, Sender: 12}},
			&qq.MessageReceived{Message: qq.Message{MessageRef: qq.MessageRef{Chat: qq.TempChat(12)}, Sender: 12, Nickname: "user 12"}},
		},
		"of somebody who left": {
			&qq.MessageReceived{Message: qq.Message{MessageRef: ref, Sender: 12, Group: &qq.Group{ID: 7}}},
			&qq.MessageReceived{Message: qq.Message{MessageRef: ref, Sender: 12, Nickname: "user 12", Group: &qq.Group{ID: 7}, Member: stub(12, "user 12")}},
		},
		"a member came": {&qq.MemberIncreased{Group: 7, User: 11}, &qq.MemberIncreased{Group: 7, User: 11, Member: member(11)}},
		"oneself came":  {&qq.MemberIncreased{Group: 7, User: 10}, &qq.MemberIncreased{Group: 7, User: 10, Self: true, Member: member(10)}},
		"a member left": {&qq.MemberDecreased{Group: 7, User: 12}, &qq.MemberDecreased{Group: 7, User: 12, Member: stub(12, "user 12")}},
		"an admin":      {&qq.AdminChanged{Group: 7, User: 11}, &qq.AdminChanged{Group: 7, User: 11, Member: member(11)}},
		"muted":         {&qq.MemberMuted{Group: 7, User: 11}, &qq.MemberMuted{Group: 7, User: 11, Member: member(11)}},
		"all muted":     {&qq.MemberMuted{Group: 7}, &qq.MemberMuted{Group: 7}},
		"a reaction":    {&qq.ReactionChanged{MessageRef: ref, User: 11}, &qq.ReactionChanged{MessageRef: ref, User: 11, Member: member(11), Sender: 11}},
		"an essence":    {&qq.EssenceChanged{MessageRef: ref}, &qq.EssenceChanged{MessageRef: ref, Sender: 11}},
		"of one lost":   {&qq.EssenceChanged{MessageRef: lost}, &qq.EssenceChanged{MessageRef: lost}},
		"a new friend":  {&qq.FriendAdded{Friend: &qq.Friend{User: qq.User{ID: 10}}}, &qq.FriendAdded{Friend: &qq.Friend{User: qq.User{ID: 10, Nickname: "friend 10"}}}},
		"who asks to be a friend": {
			&qq.FriendRequested{FriendRequest: qq.FriendRequest{Initiator: 12}},
			&qq.FriendRequested{FriendRequest: qq.FriendRequest{Initiator: 12, Nickname: "user 12", Target: 10}},
		},
		"who wants to join": {
			&qq.GroupRequested{GroupRequest: qq.GroupRequest{GroupRequestRef: qq.GroupRequestRef{Group: 7, Kind: qq.InvitedJoinRequest}, Initiator: 11, Target: 12}},
			&qq.GroupRequested{GroupRequest: qq.GroupRequest{
				GroupRequestRef: qq.GroupRequestRef{Group: 7, Kind: qq.InvitedJoinRequest}, GroupName: "seven", Initiator: 11, Nickname: "user 11", Target: 12, TargetName: "user 12",
			}},
		},
		"whom nobody knows": {
			&qq.GroupRequested{GroupRequest: qq.GroupRequest{GroupRequestRef: qq.GroupRequestRef{Group: 8, Kind: qq.Invitation}, Initiator: 99}},
			&qq.GroupRequested{GroupRequest: qq.GroupRequest{GroupRequestRef: qq.GroupRequestRef{Group: 8, Kind: qq.Invitation}, Initiator: 99}},
		},
	} {
		newRegistry().roster(time.Now).complete(t.Context(), self, c.event)
		if diff := cmp.Diff(c.want, c.event); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

// What is known is not asked for again, until it changes or grows old.
func TestRosterAsksOnce(t *testing.T) {
	upstream, now := newRegistry(), time.Now()
	r := upstream.roster(func() time.Time { return now })
	say := func() {
		r.complete(t.Context(), qq.Login{}, &qq.MessageReceived{Message: qq.Message{MessageRef: qq.MessageRef{Chat: qq.GroupChat(7), Seq: 1}, Sender: 11}})
	}
	wantAsked := func(when string, members, groups int) {
		t.Helper()
		if upstream.asked["GetMember"] != members || upstream.asked["GetGroup"] != groups {
			t.Errorf("%s: %v", when, upstream.asked)
		}
	}
	say()
	say()
	wantAsked("twice the same", 1, 1)
	now = now.Add(rosterLife)
	say()
	wantAsked("later", 2, 2)
	r.complete(t.Context(), qq.Login{}, &qq.CardChanged{Group: 7, User: 11})
	wantAsked("after a new card", 3, 2)
	r.complete(t.Context(), qq.Login{}, &qq.GroupRenamed{Group: 7, New: "eight"})
	say()
	wantAsked("after a new name", 4, 3)
}

// The old name is what was known; the last words about a member as well.
func TestWhatWasIsToldFromMemory(t *testing.T) {
	r := newRegistry().roster(time.Now)
	r.complete(t.Context(), qq.Login{}, &qq.MessageReceived{Message: qq.Message{MessageRef: qq.MessageRef{Chat: qq.GroupChat(7), Seq: 1}, Sender: 11}})
	left := &qq.MemberDecreased{Group: 7, User: 11}
	if r.complete(t.Context(), qq.Login{}, left); left.Member == nil || left.Member.Card != "card" {
		t.Errorf("%+v", left.Member)
	}
	r.group(t.Context(), 7)
	renamed := &qq.GroupRenamed{Group: 7, New: "eight"}
	if r.complete(t.Context(), qq.Login{}, renamed); renamed.Old != "seven" {
		t.Errorf("%+v", renamed)
	}
}

// Lists of requests are given the names that they lack, each asked for once.
func TestListsOfRequestsAreNamed(t *testing.T) {
	upstream := newRegistry()
	table := NewTable()
	table.Handlers = upstream.Handlers
	d := New(&scripted{}, table, Options{})
	l := &live{Driver: d}
	request := func(kind qq.GroupRequestKind, initiator, target qq.UserID) *qq.GroupNotice {
		return &qq.GroupNotice{Request: &qq.GroupRequest{GroupRequestRef: qq.GroupRequestRef{Group: 7, Kind: kind}, Initiator: initiator, Target: target}}
	}
	list := &qq.GroupNotices{Notices: []*qq.GroupNotice{request(qq.JoinRequest, 12, 0), request(qq.InvitedJoinRequest, 11, 12), {}, request(qq.JoinRequest, 99, 0)}}
	l.answered(t.Context(), qq.ListGroupNotices{}, list)
	for i, want := range []string{"seven: user 12 ", "seven: user 11 user 12", "", "seven:  "} {
		if q := list.Notices[i].Request; q != nil && want != q.GroupName+": "+q.Nickname+" "+q.TargetName {
			t.Errorf("%d: %+v", i, q)
		}
	}
	friends := []*qq.FriendRequest{{Initiator: 12}, {Initiator: 11, Nickname: "said"}, nil}
	l.answered(t.Context(), qq.ListFriendRequests{}, friends)
	if friends[0].Nickname != "user 12" || friends[1].Nickname != "said" {
		t.Errorf("%+v %+v", friends[0], friends[1])
	}
	n := &namer{ask: upstream.do, people: map[qq.UserID]string{}}
	for u := range qq.UserID(2 * mostNamed) {
		n.person(t.Context(), 1+u%5)
		n.person(t.Context(), 1000+u)
	}
	if asked := upstream.asked["GetUser"]; asked != mostNamed {
		t.Errorf("%d names were asked for", asked)
	}
}
