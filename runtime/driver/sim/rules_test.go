package sim

import (
	"context"
	"strings"
	"testing"
	"time"

	"llbot/protocols/qq"
)

// In the seed world's first group Alice is owner, the bot admin, Bob and Carol
// are members. Dora is a second admin, Eve a stranger.
const (
	dora qq.UserID = 10004
	eve  qq.UserID = 10005
)

func ruledWorld(t *testing.T, c *clock) *World {
	w := openWorld(t, Options{Now: c.Now})
	ctx := context.Background()
	for id, name := range map[qq.UserID]string{dora: "Dora", eve: "Eve"} {
		if err := w.AddUser(ctx, qq.User{ID: id, Nickname: name}); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.RequestJoin(ctx, home, dora, ""); err != nil {
		t.Fatal(err)
	}
	answerNewest(t, w, alice, true)
	do(t, w, alice, qq.SetAdmin{Group: home, Member: dora, On: true})
	return w
}

// answerNewest answers the newest group request that somebody sees.
func answerNewest(t *testing.T, w *World, as qq.UserID, approve bool) qq.GroupRequestRef {
	t.Helper()
	for _, n := range do(t, w, as, qq.ListGroupNotices{}).Notices {
		if n.Request != nil {
			do(t, w, as, qq.AnswerGroupRequest{Ref: n.Request.GroupRequestRef, Approve: approve})
			return n.Request.GroupRequestRef
		}
	}
	t.Fatalf("user %d sees no request", as)
	return qq.GroupRequestRef{}
}

func TestModerationRules(t *testing.T) {
	const minute = time.Minute
	kick := func(u qq.UserID) qq.Operation { return qq.KickMember{Group: home, Member: u} }
	mute := func(u qq.UserID, d time.Duration) qq.Operation {
		return qq.MuteMember{Group: home, Member: u, For: d}
	}
	admin := func(u qq.UserID, on bool) qq.Operation { return qq.SetAdmin{Group: home, Member: u, On: on} }
	card := func(u qq.UserID, c string) qq.Operation {
		return qq.SetCard{Group: home, Member: u, Card: c}
	}
	for name, c := range map[string]struct {
		as   qq.UserID
		op   qq.Operation
		want error
	}{
		"owner kicks admin":            {alice, kick(bot), nil},
		"admin kicks member":           {bot, kick(bob), nil},
		"admin kicks admin":            {bot, kick(dora), qq.ErrForbidden},
		"admin kicks owner":            {bot, kick(alice), qq.ErrForbidden},
		"member kicks member":          {bob, kick(carol), qq.ErrForbidden},
		"owner kicks himself":          {alice, kick(alice), qq.ErrForbidden},
		"kick of a stranger":           {alice, kick(eve), qq.ErrNotFound},
		"kick by a stranger":           {eve, kick(bob), qq.ErrNotFound},
		"kick in no group":             {alice, qq.KickMember{Group: 1, Member: bob}, qq.ErrNotFound},
		"admin mutes member":           {bot, mute(bob, minute), nil},
		"admin mutes admin":            {bot, mute(dora, minute), qq.ErrForbidden},
		"admin mutes owner":            {bot, mute(alice, minute), qq.ErrForbidden},
		"member mutes":                 {bob, mute(carol, minute), qq.ErrForbidden},
		"owner mutes admin":            {alice, mute(bot, minute), nil},
		"mute of 30 days":              {alice, mute(bob, 30*24*time.Hour), nil},
		"mute of more":                 {alice, mute(bob, 30*24*time.Hour+1), qq.ErrInvalid},
		"negative mute":                {alice, mute(bob, -1), qq.ErrInvalid},
		"lift of no mute":              {bot, mute(bob, 0), nil},
		"owner makes admin":            {alice, admin(bob, true), nil},
		"owner unmakes admin":          {alice, admin(bot, false), nil},
		"admin makes admin":            {bot, admin(bob, true), qq.ErrForbidden},
		"owner makes himself admin":    {alice, admin(alice, true), qq.ErrInvalid},
		"owner makes a stranger admin": {alice, admin(eve, true), qq.ErrNotFound},
		"member sets his card":         {bob, card(bob, "B"), nil},
		"member sets another's card":   {bob, card(carol, "C"), qq.ErrForbidden},
		"admin sets a member's card":   {bot, card(bob, "B"), nil},
		"admin sets an admin's card":   {bot, card(dora, "D"), qq.ErrForbidden},
		"card of 60 bytes":             {bob, card(bob, strings.Repeat("字", 20)), nil},
		"card of 61 bytes":             {bob, card(bob, strings.Repeat("字", 20)+"a"), qq.ErrInvalid},
		"admin mutes everybody":        {bot, qq.MuteGroup{Group: home, On: true}, nil},
		"member mutes everybody":       {bob, qq.MuteGroup{Group: home, On: true}, qq.ErrForbidden},
		"member leaves":                {bob, qq.LeaveGroup{Group: home}, nil},
		"member leaves, disbanding":    {bob, qq.LeaveGroup{Group: home, Disband: true}, nil},
		"owner leaves":                 {alice, qq.LeaveGroup{Group: home}, qq.ErrForbidden},
		"owner disbands":               {alice, qq.LeaveGroup{Group: home, Disband: true}, nil},
		"stranger leaves":              {eve, qq.LeaveGroup{Group: home}, qq.ErrNotFound},
	} {
		t.Run(name, func(t *testing.T) {
			w := ruledWorld(t, newClock())
			if c.want != nil {
				before := stateText(t, w.st)
				refused(t, w, c.as, c.op, c.want)
				if string(before) != string(stateText(t, w.st)) {
					t.Error("a refused operation changed the world")
				}
				return
			}
			if _, err := w.Do(context.Background(), c.as, c.op); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestMuteSilencesUntilItsEnd(t *testing.T) {
	c := newClock()
	w := ruledWorld(t, c)
	do(t, w, bot, qq.MuteMember{Group: home, Member: bob, For: 90*time.Second + 1})
	refused(t, w, bob, inGroup("hi"), qq.ErrMuted)
	_, err := w.Do(context.Background(), bob, inGroup("hi"))
	if !strings.Contains(err.Error(), "2026-05-01T12:01:31Z") {
		t.Errorf("the error does not tell until when: %v", err)
	}
	if m := do(t, w, bot, qq.GetMember{Group: home, User: bob}); m.MutedUntil == 0 {
		t.Error("the mute is not shown")
	}
	c.add(91 * time.Second)
	if m := do(t, w, bot, qq.GetMember{Group: home, User: bob}); m.MutedUntil != 0 {
		t.Error("a mute that ran out is shown")
	}
	sent := do(t, w, bob, inGroup("hi"))
	if m := do(t, w, bot, qq.GetMessage{Ref: sent.MessageRef}); m.Member.MutedUntil != 0 {
		t.Error("a mute that ran out is shown in a message")
	}
	do(t, w, bot, qq.MuteMember{Group: home, Member: bob, For: time.Hour})
	do(t, w, bot, qq.MuteMember{Group: home, Member: bob})
	do(t, w, bob, inGroup("lifted"))
}

func TestWholeMuteSparesManagers(t *testing.T) {
	w := ruledWorld(t, newClock())
	do(t, w, alice, qq.MuteGroup{Group: home, On: true})
	refused(t, w, bob, inGroup("hi"), qq.ErrMuted)
	do(t, w, alice, inGroup("hi"))
	do(t, w, bot, inGroup("hi"))
	if !do(t, w, bob, qq.GetGroup{Group: home}).WholeMute {
		t.Error("not shown")
	}
	do(t, w, alice, qq.MuteGroup{Group: home})
	do(t, w, bob, inGroup("hi"))
}

func TestRecallRules(t *testing.T) {
	for name, c := range map[string]struct {
		sender, as qq.UserID
		later      time.Duration
		want       error
	}{
		"own in time":               {bob, bob, 2 * time.Minute, nil},
		"own too late":              {bob, bob, 2*time.Minute + time.Millisecond, qq.ErrForbidden},
		"admin's own late":          {bot, bot, time.Hour, nil},
		"owner's own late":          {alice, alice, time.Hour, nil},
		"admin of a member":         {bob, bot, time.Hour, nil},
		"admin of an admin":         {dora, bot, 0, qq.ErrForbidden},
		"admin of the owner":        {alice, bot, 0, qq.ErrForbidden},
		"owner of an admin":         {bot, alice, time.Hour, nil},
		"member of a member":        {bob, carol, 0, qq.ErrForbidden},
		"stranger":                  {bob, eve, 0, qq.ErrNotFound},
		"admin of one who has left": {eve, bot, time.Hour, nil},
	} {
		t.Run(name, func(t *testing.T) {
			clk := newClock()
			w := ruledWorld(t, clk)
			if c.sender == eve {
				if err := w.RequestJoin(context.Background(), home, eve, ""); err != nil {
					t.Fatal(err)
				}
				answerNewest(t, w, bot, true)
			}
			sent := do(t, w, c.sender, inGroup("oops"))
			if c.sender == eve {
				do(t, w, eve, qq.LeaveGroup{Group: home})
			}
			clk.add(c.later)
			if c.want != nil {
				refused(t, w, c.as, qq.RecallMessage{Ref: sent.MessageRef}, c.want)
				return
			}
			do(t, w, c.as, qq.RecallMessage{Ref: sent.MessageRef})
			refused(t, w, c.as, qq.RecallMessage{Ref: sent.MessageRef}, qq.ErrConflict)
			if h := do(t, w, bot, qq.GetHistory{Chat: qq.GroupChat(home), Count: 9}); len(h.Messages) != 0 {
				t.Errorf("still in history: %+v", h.Messages)
			}
			m := do(t, w, bot, qq.GetMessage{Ref: sent.MessageRef})
			if !m.Recalled || len(m.Segments) != 0 || m.Sender != c.sender || m.Member == nil {
				t.Errorf("recalled message %+v", m)
			}
		})
	}
}

func TestPrivateRecall(t *testing.T) {
	c := newClock()
	w := ruledWorld(t, c)
	sent := do(t, w, alice, toUser(bot, "oops"))
	from := qq.MessageRef{Chat: qq.FriendChat(alice), Seq: sent.Seq}
	refused(t, w, bot, qq.RecallMessage{Ref: from}, qq.ErrForbidden)
	c.add(3 * time.Minute)
	refused(t, w, alice, qq.RecallMessage{Ref: sent.MessageRef}, qq.ErrForbidden)
	again := do(t, w, alice, toUser(bot, "oops"))
	do(t, w, alice, qq.RecallMessage{Ref: again.MessageRef})
	refused(t, w, alice, qq.RecallMessage{Ref: qq.MessageRef{Chat: again.Chat, Seq: 99}}, qq.ErrNotFound)
}

func TestMentionAllQuota(t *testing.T) {
	c := newClock()
	w := ruledWorld(t, c)
	all := qq.SendMessage{Chat: qq.GroupChat(home), Segments: qq.Segments{&qq.MentionAll{}}}
	refused(t, w, bob, all, qq.ErrForbidden)
	for range qq.MaxAtAllPerAdmin {
		do(t, w, bot, all)
	}
	refused(t, w, bot, all, qq.ErrForbidden)
	do(t, w, alice, all)
	c.add(24 * time.Hour)
	do(t, w, bot, all)
	refused(t, w, bot, qq.SendMessage{Chat: qq.FriendChat(alice), Segments: all.Segments}, qq.ErrInvalid)
}

func TestKickedAndBlocked(t *testing.T) {
	w := ruledWorld(t, newClock())
	ctx := context.Background()
	do(t, w, bot, qq.KickMember{Group: home, Member: bob, Block: true})
	refused(t, w, bob, inGroup("still here"), qq.ErrNotFound)
	wantErr(t, w.RequestJoin(ctx, home, bob, "sorry"), qq.ErrForbidden)
	wantErr(t, w.Invite(ctx, home, carol, bob), qq.ErrForbidden)
	do(t, w, bot, qq.KickMember{Group: home, Member: carol})
	if err := w.RequestJoin(ctx, home, carol, "sorry"); err != nil {
		t.Errorf("who was kicked but not blocked may ask: %v", err)
	}
}

func TestDisbandedGroupIsGone(t *testing.T) {
	w := ruledWorld(t, newClock())
	sent := do(t, w, bob, inGroup("hi"))
	do(t, w, alice, qq.LeaveGroup{Group: home, Disband: true})
	for _, u := range []qq.UserID{alice, bob, bot} {
		refused(t, w, u, qq.GetGroup{Group: home}, qq.ErrNotFound)
	}
	err := w.AddGroup(context.Background(), NewGroup{ID: home, Name: "again", Owner: bob, Members: []qq.UserID{bot}})
	if err != nil {
		t.Fatal(err)
	}
	if next := do(t, w, bob, inGroup("again")); next.Seq <= sent.Seq {
		t.Errorf("seq %d was given again", next.Seq)
	}
}
