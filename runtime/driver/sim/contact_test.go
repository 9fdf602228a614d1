package sim

import (
	"context"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"llbot/protocols/qq"
)

func TestNudgeRules(t *testing.T) {
	in := func(g qq.GroupID, u qq.UserID) qq.Operation { return qq.Nudge{Chat: qq.GroupChat(g), User: u} }
	with := func(peer, u qq.UserID) qq.Operation { return qq.Nudge{Chat: qq.FriendChat(peer), User: u} }
	try(t, func(w *World) {
		do(t, w, alice, qq.MuteMember{Group: home, Member: bob, For: time.Hour})
		do(t, w, bot, qq.MuteGroup{Group: SeedSecond, On: true})
		if err := w.RefuseNudges(context.Background(), dora, true); err != nil {
			t.Fatal(err)
		}
	}, map[string]trial{
		"member":                  {carol, in(home, bot), nil},
		"oneself in a group":      {carol, in(home, carol), nil},
		"who is muted":            {carol, in(home, bob), nil},
		"by who is muted":         {bob, in(home, carol), qq.ErrMuted},
		"where all are muted":     {alice, in(SeedSecond, bob), qq.ErrMuted},
		"by an owner there":       {bot, in(SeedSecond, bob), nil},
		"who is not there":        {carol, in(home, eve), qq.ErrNotFound},
		"by who is not there":     {eve, in(home, carol), qq.ErrNotFound},
		"in no group":             {bot, in(7, carol), qq.ErrNotFound},
		"who wants none":          {carol, in(home, dora), qq.ErrForbidden},
		"oneself who wants none":  {dora, in(home, dora), nil},
		"friend":                  {bot, with(alice, alice), nil},
		"oneself before a friend": {bot, with(alice, bot), nil},
		"another before a friend": {bot, with(alice, bob), qq.ErrNotFound},
		"stranger":                {bot, with(eve, eve), qq.ErrNotFound},
		"temporary chat":          {bot, qq.Nudge{Chat: qq.TempChat(carol), User: carol}, qq.ErrInvalid},
		"nowhere":                 {bot, qq.Nudge{User: alice}, qq.ErrInvalid},
		"typing":                  {bot, qq.SetTyping{User: alice, Kind: 1}, nil},
		"typing to a stranger":    {bot, qq.SetTyping{User: eve, Kind: 1}, qq.ErrNotFound},
		"typing something else":   {bot, qq.SetTyping{User: alice, Kind: 3}, qq.ErrInvalid},
		"typing less than all":    {bot, qq.SetTyping{User: alice, Kind: -1}, qq.ErrInvalid},
	})
}

func TestNudgesAreTold(t *testing.T) {
	c := newClock()
	w := ruledWorld(t, c)
	ctx := context.Background()
	all := []qq.UserID{bot, alice, bob}
	for _, u := range all {
		driverOf(t, w, u)
	}
	for _, u := range all {
		pending(w, u)
	}
	want := func(what string, of map[qq.UserID]qq.Event) {
		t.Helper()
		for _, u := range all {
			var list []qq.Event
			if e := of[u]; e != nil {
				list = append(list, e)
			}
			if d := cmp.Diff(list, pending(w, u)); d != "" {
				t.Errorf("%s: user %d\n%s", what, u, d)
			}
		}
	}
	wantErr(t, w.RecallNudge(ctx, alice), qq.ErrNotFound)
	do(t, w, alice, qq.Nudge{Chat: qq.FriendChat(bot), User: bot})
	poke := func(peer qq.UserID) qq.Event {
		return &qq.Nudged{Chat: qq.FriendChat(peer), Sender: alice, Receiver: bot, Action: nudgeAction, Image: nudgeImage}
	}
	want("a friend's", map[qq.UserID]qq.Event{bot: poke(alice), alice: poke(bot)})
	if err := w.RecallNudge(ctx, alice); err != nil {
		t.Fatal(err)
	}
	want("taken back", map[qq.UserID]qq.Event{
		bot:   &qq.NudgeRecalled{Chat: qq.FriendChat(alice), Sender: alice, Receiver: bot},
		alice: &qq.NudgeRecalled{Chat: qq.FriendChat(bot), Sender: alice, Receiver: bot},
	})
	wantErr(t, w.RecallNudge(ctx, alice), qq.ErrNotFound)
	do(t, w, carol, qq.Nudge{Chat: qq.GroupChat(home), User: bot})
	group := &qq.Nudged{Chat: qq.GroupChat(home), Sender: carol, Receiver: bot, Action: nudgeAction, Image: nudgeImage}
	want("in a group", map[qq.UserID]qq.Event{bot: group, alice: group, bob: group})
	c.add(qq.RecallWindow + time.Millisecond)
	wantErr(t, w.RecallNudge(ctx, carol), qq.ErrForbidden)
	do(t, w, alice, qq.SetTyping{User: bot, Kind: typingWrites})
	want("typing", map[qq.UserID]qq.Event{bot: &qq.TypingChanged{User: alice, Kind: 1, Text: "对方正在输入..."}})
	do(t, w, alice, qq.SetTyping{User: bot, Kind: typingEnds})
	want("typing no more", map[qq.UserID]qq.Event{bot: &qq.TypingChanged{User: alice, Kind: 2}})
}

func TestRecalledNudgeOfAGroupThatIsGone(t *testing.T) {
	w := ruledWorld(t, newClock())
	driverOf(t, w, bot)
	do(t, w, bob, qq.Nudge{Chat: qq.GroupChat(home), User: bot})
	do(t, w, alice, qq.LeaveGroup{Group: home, Disband: true})
	pending(w, bot)
	wantErr(t, w.RecallNudge(context.Background(), bob), qq.ErrNotFound)
	if got := pending(w, bot); len(got) != 0 {
		t.Errorf("told %v", got)
	}
}

func TestLikeRules(t *testing.T) {
	like := func(u qq.UserID, n int) qq.Operation { return qq.SendLike{User: u, Times: n} }
	try(t, func(w *World) {
		do(t, w, bot, qq.SendLike{User: alice, Times: 4})
		for range 4 {
			do(t, w, bot, qq.SendLike{User: eve, Times: 10})
		}
		if err := w.Ensure(context.Background(), qq.User{ID: bob, Nickname: "Bob", VIP: qq.VIPSuper}); err != nil {
			t.Fatal(err)
		}
		do(t, w, bob, qq.SendLike{User: bot, Times: 10})
	}, map[string]trial{
		"up to the day's limit":        {bot, like(alice, 6), nil},
		"past it":                      {bot, like(alice, 7), qq.ErrRateLimited},
		"stranger up to the limit":     {bot, like(eve, 10), nil},
		"paid services allow more":     {bob, like(bot, 10), nil},
		"more than at once":            {bot, like(eve, 11), qq.ErrInvalid},
		"no times":                     {bot, like(eve, 0), qq.ErrInvalid},
		"oneself":                      {bot, like(bot, 1), qq.ErrInvalid},
		"nobody":                       {bot, like(99999, 1), qq.ErrNotFound},
		"page from below":              {bot, qq.ListLikes{Start: -1}, qq.ErrInvalid},
		"page of less than nothing":    {bot, qq.ListLikes{Limit: -1}, qq.ErrInvalid},
		"page from behind the last":    {bot, qq.ListLikes{Start: 100}, nil},
		"recent chats fewer than none": {bot, qq.ListRecentChats{Limit: -1}, qq.ErrInvalid},
	})
}

func TestLikes(t *testing.T) {
	c := newClock()
	w := ruledWorld(t, c)
	driverOf(t, w, bot)
	for _, u := range []qq.UserID{alice, carol, eve} {
		do(t, w, u, qq.SendLike{User: bot, Times: 2})
		c.add(time.Second)
	}
	if got := pending(w, bot); len(got) != 3 || *got[2].(*qq.ProfileLiked) != (qq.ProfileLiked{User: eve, Nickname: "Eve", Times: 2}) {
		t.Errorf("told %v", got)
	}
	c.add(24 * time.Hour)
	do(t, w, alice, qq.SendLike{User: bot, Times: 10})
	page := do(t, w, bot, qq.ListLikes{Limit: 2})
	if page.Total != 3 || page.Next != 2 || len(page.Likes) != 2 || page.Likes[1].User.ID != eve {
		t.Fatalf("page %+v", page)
	}
	first := page.Likes[0]
	if first.User.ID != alice || !first.Friend || first.Times != 12 || first.Today != 10 || first.Last != qq.TimeOf(c.Now()) {
		t.Errorf("like %+v", first)
	}
	if e := page.Likes[1]; e.Friend || e.Today != 0 || e.Times != 2 {
		t.Errorf("like %+v", e)
	}
	rest := do(t, w, bot, qq.ListLikes{Start: page.Next})
	if rest.Next != -1 || len(rest.Likes) != 1 || rest.Likes[0].User.ID != carol {
		t.Errorf("rest %+v", rest)
	}
	if given := do(t, w, alice, qq.ListLikes{Given: true}); given.Total != 1 || given.Likes[0].User.ID != bot || given.Likes[0].Times != 12 {
		t.Errorf("given %+v", given)
	}
	if u := do(t, w, eve, qq.GetUser{User: bot}); u.Likes != 16 {
		t.Errorf("%d likes in all", u.Likes)
	}
	if f := do(t, w, alice, qq.GetFriend{User: bot}); f.Likes != 16 {
		t.Errorf("%d likes of a friend in all", f.Likes)
	}
}

func TestLikersAreForgotten(t *testing.T) {
	list := map[qq.UserID]liking{}
	for i := range likerLimit {
		list[qq.UserID(i+1)] = liking{Last: qq.Time(i + 1)}
	}
	list = liking{Last: 1 << 40}.among(list, 1<<30)
	if _, there := list[1]; there || len(list) != likerLimit {
		t.Errorf("%d are kept, the oldest of them: %v", len(list), there)
	}
}

func TestRecentChats(t *testing.T) {
	c := newClock()
	w := ruledWorld(t, c)
	if got := do(t, w, bot, qq.ListRecentChats{}); len(got.Chats) != 0 {
		t.Errorf("chats %+v", got)
	}
	for _, say := range []struct {
		as qq.UserID
		op qq.SendMessage
	}{
		{bob, inGroup("one")}, {carol, inGroup("two")}, {alice, toUser(bot, "three")}, {carol, toMember(bot, "four")},
		{bot, toUser(carol, "five")}, {carol, toUser(bot, "six")}, {alice, toUser(bob, "hidden")},
	} {
		c.add(time.Second)
		if say.as == alice && say.op.Chat.User() == bob {
			if err := w.Befriend(context.Background(), alice, bob); err != nil {
				t.Fatal(err)
			}
		}
		do(t, w, say.as, say.op)
	}
	do(t, w, bot, qq.SetGroupRemark{Group: home, Remark: "home"})
	got := do(t, w, bot, qq.ListRecentChats{}).Chats
	if len(got) != 3 {
		t.Fatalf("chats %+v", got)
	}
	temp, friend, group := got[0], got[1], got[2]
	if temp.Chat != qq.TempChat(carol) || temp.Name != "Carol" || temp.Unread != 1 || temp.Last.Segments.PlainText() != "six" {
		t.Errorf("temporary %+v", temp)
	}
	if friend.Chat != qq.FriendChat(alice) || friend.Remark != "爱丽丝" || friend.Name != "Alice" || friend.Unread != 1 {
		t.Errorf("friend %+v", friend)
	}
	if group.Chat != qq.GroupChat(home) || group.Remark != "home" || group.Unread != 2 || group.Time == 0 {
		t.Errorf("group %+v", group)
	}
	if got := do(t, w, bot, qq.ListRecentChats{Limit: 1}).Chats; len(got) != 1 {
		t.Errorf("chats %+v", got)
	}
	if got := do(t, w, eve, qq.ListRecentChats{}).Chats; len(got) != 0 {
		t.Errorf("a stranger sees %+v", got)
	}
}
