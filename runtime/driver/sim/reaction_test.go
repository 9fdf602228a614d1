package sim

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"llbot/protocols/qq"
)

func thumb() qq.Emoji { return qq.Emoji{Kind: qq.EmojiFace, ID: "76"} }

func TestReactionRules(t *testing.T) {
	w := talkWorld(t, newClock())
	sent := do(t, w, carol, inGroup("look"))
	gone := do(t, w, carol, inGroup("oops"))
	do(t, w, carol, qq.RecallMessage{Ref: gone.MessageRef})
	private := do(t, w, bot, toUser(alice, "hi"))
	react := func(ref qq.MessageRef, e qq.Emoji, on bool) qq.React { return qq.React{Ref: ref, Emoji: e, On: on} }
	for _, c := range []struct {
		as   qq.UserID
		op   qq.React
		want error
	}{
		{bot, react(sent.MessageRef, thumb(), false), qq.ErrConflict},
		{bot, react(sent.MessageRef, thumb(), true), nil},
		{bot, react(sent.MessageRef, qq.Emoji{ID: "76"}, true), qq.ErrConflict}, // the kind follows from the number
		{carol, react(sent.MessageRef, thumb(), true), nil},                     // one's own message too
		{bot, react(sent.MessageRef, thumb(), false), nil},
		{bot, react(sent.MessageRef, thumb(), false), qq.ErrConflict},
		{bot, react(sent.MessageRef, qq.Emoji{Kind: qq.EmojiUnicode, ID: "128077"}, true), nil},
		{bot, react(sent.MessageRef, qq.Emoji{ID: "👍"}, true), qq.ErrInvalid},
		{bot, react(sent.MessageRef, qq.Emoji{ID: "-1"}, true), qq.ErrInvalid},
		{bot, react(sent.MessageRef, qq.Emoji{Kind: 9, ID: "1"}, true), qq.ErrInvalid},
		{eve, react(sent.MessageRef, thumb(), true), qq.ErrNotFound},
		{bot, react(gone.MessageRef, thumb(), true), qq.ErrNotFound},
		{bot, react(qq.MessageRef{Chat: sent.Chat, Seq: 999}, thumb(), true), qq.ErrNotFound},
		{bot, react(private.MessageRef, thumb(), true), qq.ErrInvalid},
	} {
		if c.want == nil {
			do(t, w, c.as, c.op)
		} else {
			refused(t, w, c.as, c.op, c.want)
		}
	}
	for i := range qq.MaxReactionKinds - 2 {
		do(t, w, bot, react(sent.MessageRef, qq.EmojiOf(fmt.Sprint(100+i)), true))
	}
	refused(t, w, bot, react(sent.MessageRef, qq.EmojiOf("200"), true), qq.ErrInvalid)
	do(t, w, dora, react(sent.MessageRef, thumb(), true))
	do(t, w, alice, qq.MuteMember{Group: home, Member: carol, For: time.Minute})
	refused(t, w, carol, react(sent.MessageRef, thumb(), false), qq.ErrMuted)
}

func TestReactionEvents(t *testing.T) {
	w := talkWorld(t, newClock())
	driverOf(t, w, eve)
	do(t, w, eve, qq.LeaveGroup{Group: home})
	sent := do(t, w, carol, inGroup("look"))
	for _, u := range []qq.UserID{bot, alice, eve} {
		pending(w, u)
	}
	do(t, w, carol, qq.React{Ref: sent.MessageRef, Emoji: thumb(), On: true})
	do(t, w, bot, qq.React{Ref: sent.MessageRef, Emoji: thumb(), On: true})
	do(t, w, carol, qq.React{Ref: sent.MessageRef, Emoji: thumb()})
	member := func(u qq.UserID) *qq.Member { return w.st.Groups[home].Members[u] }
	want := []qq.Event{
		&qq.ReactionChanged{MessageRef: sent.MessageRef, User: carol, Sender: carol, Emoji: thumb(), Count: 1, On: true, Member: member(carol)},
		&qq.ReactionChanged{MessageRef: sent.MessageRef, User: bot, Sender: carol, Emoji: thumb(), Count: 2, On: true, Member: member(bot)},
		&qq.ReactionChanged{MessageRef: sent.MessageRef, User: carol, Sender: carol, Emoji: thumb(), Count: 1, Member: member(carol)},
	}
	for _, u := range []qq.UserID{bot, alice} {
		if d := cmp.Diff(want, pending(w, u)); d != "" {
			t.Errorf("user %d (-want +got)\n%s", u, d)
		}
	}
	if got := pending(w, eve); len(got) != 0 {
		t.Errorf("a stranger is told %v", got)
	}
}

func TestReactionPages(t *testing.T) {
	w := talkWorld(t, newClock())
	sent := do(t, w, carol, inGroup("look"))
	all := []qq.UserID{bot, alice, bob, carol, dora}
	for _, u := range all {
		do(t, w, u, qq.React{Ref: sent.MessageRef, Emoji: thumb(), On: true})
	}
	var got []qq.UserID
	list := qq.ListReactions{Ref: sent.MessageRef, Emoji: thumb(), Limit: 2}
	for {
		page := do(t, w, bot, list)
		for _, u := range page.Users {
			got = append(got, u.ID)
		}
		if list.Cursor = page.Next; list.Cursor == "" {
			break
		}
		if len(got) == 2 { // who goes meanwhile makes nobody appear twice
			do(t, w, alice, qq.React{Ref: sent.MessageRef, Emoji: thumb()})
		}
	}
	if d := cmp.Diff(all, got); d != "" {
		t.Errorf("%s", d)
	}
	page := do(t, w, bot, qq.ListReactions{Ref: sent.MessageRef, Emoji: thumb()})
	if page.Total != 4 || len(page.Users) != 4 || page.Next != "" {
		t.Errorf("%+v", page)
	}
	do(t, w, bot, qq.React{Ref: sent.MessageRef, Emoji: thumb()})
	if other := do(t, w, bot, qq.ListReactions{Ref: sent.MessageRef, Emoji: qq.EmojiOf("5")}); other.Total != 0 || other.Users == nil {
		t.Errorf("%+v", other)
	}
	refused(t, w, bot, qq.ListReactions{Ref: sent.MessageRef, Emoji: thumb(), Cursor: "x"}, qq.ErrInvalid)
	refused(t, w, bot, qq.ListReactions{Ref: sent.MessageRef, Emoji: thumb(), Limit: -1}, qq.ErrInvalid)
	refused(t, w, eve, qq.ListReactions{Ref: sent.MessageRef, Emoji: thumb()}, qq.ErrNotFound)
}

func TestReadMarks(t *testing.T) {
	w := talkWorld(t, newClock())
	unread := func() map[qq.Chat]int {
		m := map[qq.Chat]int{}
		for _, c := range do(t, w, bot, qq.ListRecentChats{}).Chats {
			m[c.Chat] = c.Unread
		}
		return m
	}
	want := func(group, friend int) {
		t.Helper()
		got := unread()
		if got[qq.GroupChat(home)] != group || got[qq.FriendChat(alice)] != friend {
			t.Errorf("unread %v, want %d and %d", got, group, friend)
		}
	}
	var last *qq.Sent
	for range 4 {
		last = do(t, w, carol, inGroup("m"))
		do(t, w, alice, toUser(bot, "m"))
	}
	want(4, 4)
	do(t, w, bot, qq.MarkRead{Ref: qq.MessageRef{Chat: last.Chat, Seq: last.Seq - 1}})
	want(1, 4)
	do(t, w, bot, qq.MarkRead{Ref: qq.MessageRef{Chat: last.Chat, Seq: last.Seq - 2}}) // takes nothing back
	want(1, 4)
	do(t, w, bot, qq.MarkRead{Ref: qq.MessageRef{Chat: qq.FriendChat(alice)}})
	want(1, 0)
	do(t, w, alice, toUser(bot, "m"))
	want(1, 1)
	do(t, w, bot, qq.MarkAllRead{})
	want(0, 0)
	before := w.st.Record
	do(t, w, bot, qq.MarkAllRead{})
	do(t, w, bot, qq.MarkRead{Ref: last.MessageRef})
	if w.st.Record != before {
		t.Error("what was read already made records")
	}
	do(t, w, carol, qq.MarkRead{Ref: qq.MessageRef{Chat: qq.FriendChat(bob)}}) // nothing was said there
	refused(t, w, bot, qq.MarkRead{Ref: qq.MessageRef{Chat: last.Chat, Seq: 999}}, qq.ErrNotFound)
	refused(t, w, eve, qq.MarkRead{Ref: last.MessageRef}, qq.ErrNotFound)
	refused(t, w, bot, qq.MarkRead{}, qq.ErrInvalid)
}

func TestButtons(t *testing.T) {
	w := talkWorld(t, newClock())
	driverOf(t, w, robot)
	button := func(id string, a qq.ButtonAction, p qq.ButtonPermission, users ...string) qq.Button {
		return qq.Button{ID: id, Label: id, Data: "data " + id, Action: a, Permission: p, Users: users}
	}
	sent := do(t, w, robot, qq.SendMessage{Chat: qq.GroupChat(home), Segments: qq.Segments{
		&qq.Markdown{Content: "choose"},
		&qq.Keyboard{Bot: 102, Rows: []qq.KeyboardRow{
			{Buttons: []qq.Button{button("all", qq.ActionCallback, qq.PermitAll), button("link", qq.ActionLink, qq.PermitAll)}},
			{Buttons: []qq.Button{button("admins", qq.ActionCallback, qq.PermitAdmins), button("bob", qq.ActionCallback, qq.PermitUsers, bob.String()),
				button("roles", qq.ActionCallback, qq.PermitRoles)}},
		}}}})
	plain := do(t, w, carol, inGroup("no buttons"))
	pending(w, robot)
	for _, c := range []struct {
		as   qq.UserID
		op   qq.ClickButton
		want error
	}{
		{carol, qq.ClickButton{Ref: sent.MessageRef, Bot: 102, Button: "all"}, nil},
		{carol, qq.ClickButton{Ref: sent.MessageRef, Data: "data all"}, nil},
		{carol, qq.ClickButton{Ref: sent.MessageRef, Bot: 103, Button: "all"}, qq.ErrNotFound},
		{carol, qq.ClickButton{Ref: sent.MessageRef, Button: "none"}, qq.ErrNotFound},
		{carol, qq.ClickButton{Ref: sent.MessageRef}, qq.ErrNotFound},
		{carol, qq.ClickButton{Ref: plain.MessageRef, Button: "all"}, qq.ErrNotFound},
		{carol, qq.ClickButton{Ref: sent.MessageRef, Button: "link"}, qq.ErrInvalid},
		{carol, qq.ClickButton{Ref: sent.MessageRef, Button: "admins"}, qq.ErrForbidden},
		{bot, qq.ClickButton{Ref: sent.MessageRef, Button: "admins"}, nil},
		{carol, qq.ClickButton{Ref: sent.MessageRef, Button: "bob"}, qq.ErrForbidden},
		{bob, qq.ClickButton{Ref: sent.MessageRef, Button: "bob"}, nil},
		{alice, qq.ClickButton{Ref: sent.MessageRef, Button: "roles"}, qq.ErrForbidden},
		{eve, qq.ClickButton{Ref: sent.MessageRef, Button: "all"}, qq.ErrNotFound},
	} {
		if c.want != nil {
			refused(t, w, c.as, c.op, c.want)
			continue
		}
		if r := do(t, w, c.as, c.op); r.Code != 0 {
			t.Errorf("%+v", r)
		}
		got := pending(w, robot)
		if len(got) != 1 {
			t.Fatalf("the bot is told %v", got)
		}
		if p := got[0].(*qq.ButtonPressed); p.User != c.as || p.Data != "data "+p.Button || p.MessageRef != sent.MessageRef || p.Member == nil {
			t.Errorf("%+v", p)
		}
	}
	if got := pending(w, bot); len(got) != 2 {
		t.Errorf("another account is told %v", got)
	}
}
