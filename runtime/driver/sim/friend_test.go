package sim

import (
	"context"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"llbot/protocols/qq"
)

func folders(t *testing.T, w *World, owner qq.UserID, names ...string) (last int) {
	t.Helper()
	for _, name := range names {
		id, err := w.SetCategory(context.Background(), owner, 0, name)
		if err != nil {
			t.Fatal(err)
		}
		last = id
	}
	return last
}

func TestFriendListRules(t *testing.T) {
	remark := func(u qq.UserID, text string) qq.Operation { return qq.SetFriendRemark{User: u, Remark: text} }
	pin := func(c qq.Chat, on bool) qq.Operation { return qq.SetPin{Chat: c, On: on} }
	try(t, func(w *World) { folders(t, w, bot, "work") }, map[string]trial{
		"remark":                  {bot, remark(alice, "A"), nil},
		"remark taken away":       {bot, remark(alice, ""), nil},
		"remark as long as it is": {bot, remark(alice, strings.Repeat("字", qq.MaxRemark)), nil},
		"longer remark":           {bot, remark(alice, strings.Repeat("字", qq.MaxRemark+1)), qq.ErrInvalid},
		"remark of a stranger":    {bot, remark(eve, "E"), qq.ErrNotFound},
		"folder":                  {bot, qq.SetFriendCategory{User: alice, Category: 1}, nil},
		"first folder":            {bot, qq.SetFriendCategory{User: alice}, nil},
		"folder of another":       {alice, qq.SetFriendCategory{User: bot, Category: 1}, qq.ErrNotFound},
		"folder of a stranger":    {bot, qq.SetFriendCategory{User: eve, Category: 1}, qq.ErrNotFound},
		"pin of a friend":         {bot, pin(qq.FriendChat(alice), true), nil},
		"pin of a stranger":       {bot, pin(qq.FriendChat(eve), true), qq.ErrNotFound},
		"pin of a group":          {bot, pin(qq.GroupChat(home), true), nil},
		"pin of another group":    {eve, pin(qq.GroupChat(home), true), qq.ErrNotFound},
		"pin of a temporary chat": {bot, pin(qq.TempChat(carol), true), qq.ErrInvalid},
		"pin of nothing":          {bot, pin(qq.Chat{}, true), qq.ErrInvalid},
		"unpin of what is not":    {bot, pin(qq.GroupChat(home), false), nil},
		"one-way friend":          {bot, qq.DeleteOneWayFriend{User: alice}, qq.ErrNotFound},
	})
}

func TestFolders(t *testing.T) {
	w := ruledWorld(t, newClock())
	driverOf(t, w, bot)
	ctx := context.Background()
	work := folders(t, w, bot, "family", "work")
	do(t, w, bot, qq.SetFriendCategory{User: alice, Category: work})
	if got := pending(w, bot); len(got) != 1 || got[0].(*qq.FriendChanged).Friend.Category.Name != "work" {
		t.Errorf("told %v", got)
	}
	do(t, w, alice, qq.SetPresence{Presence: qq.Presence{Status: presenceInvisible}})
	want := []*qq.Category{{Name: "我的好友", Friends: 1, Online: 1}, {ID: 1, Name: "family", Sort: 1}, {ID: 2, Name: "work", Sort: 2, Friends: 1}}
	if d := cmp.Diff(want, do(t, w, bot, qq.ListCategories{})); d != "" {
		t.Error(d)
	}
	if _, err := w.SetCategory(ctx, bot, 1, ""); err != nil {
		t.Fatal(err)
	}
	if _, err := w.SetCategory(ctx, bot, work, "job"); err != nil {
		t.Fatal(err)
	}
	if f := do(t, w, bot, qq.GetFriend{User: alice}); f.Category != (qq.Category{ID: 2, Name: "job", Sort: 1}) {
		t.Errorf("category %+v", f.Category)
	}
	if _, err := w.SetCategory(ctx, bot, work, ""); err != nil {
		t.Fatal(err)
	}
	if f := do(t, w, bot, qq.GetFriend{User: alice}); f.Category != firstCategory() {
		t.Errorf("category %+v", f.Category)
	}
	if again := folders(t, w, bot, "new"); again <= work {
		t.Errorf("id %d was given again", again)
	}
	for _, bad := range []struct {
		owner qq.UserID
		id    int
		name  string
	}{{bot, 77, "x"}, {99999, 0, "x"}, {bot, 0, ""}, {bot, 0, strings.Repeat("x", 99)}, {bot, 77, ""}} {
		if _, err := w.SetCategory(ctx, bad.owner, bad.id, bad.name); err == nil {
			t.Errorf("%+v was taken", bad)
		}
	}
}

// TestFriendKeepsWhatTheOwnerMadeOfHim changes a profile under remark, folder and pin.
func TestFriendKeepsWhatTheOwnerMadeOfHim(t *testing.T) {
	w := ruledWorld(t, newClock())
	folders(t, w, bot, "work")
	do(t, w, bot, qq.SetFriendCategory{User: alice, Category: 1})
	do(t, w, bot, qq.SetFriendRemark{User: alice, Remark: "A"})
	do(t, w, bot, qq.SetPin{Chat: qq.FriendChat(alice), On: true})
	name := "Alicia"
	do(t, w, alice, qq.EditProfile{Nickname: &name})
	f := do(t, w, bot, qq.GetFriend{User: alice})
	if f.Nickname != name || f.Remark != "A" || f.Category.ID != 1 || !f.Pinned || !f.Online {
		t.Errorf("friend %+v", f)
	}
	if u := do(t, w, alice, qq.GetUser{User: alice}); u.Remark != "" {
		t.Errorf("the remark got into the profile: %+v", u)
	}
}

func TestPins(t *testing.T) {
	w := ruledWorld(t, newClock())
	driverOf(t, w, bot)
	for _, c := range []qq.Chat{qq.FriendChat(bob), qq.GroupChat(SeedSecond), qq.GroupChat(home)} {
		do(t, w, bot, qq.SetPin{Chat: c, On: true})
		do(t, w, bot, qq.SetPin{Chat: c, On: true})
		if got := pending(w, bot); len(got) != 1 || *got[0].(*qq.PinChanged) != (qq.PinChanged{Chat: c, On: true}) {
			t.Errorf("told %v", got)
		}
	}
	do(t, w, bot, qq.SetGroupRemark{Group: home, Remark: "home"})
	p := do(t, w, bot, qq.ListPins{})
	if len(p.Friends) != 1 || p.Friends[0].ID != bob || len(p.Groups) != 2 || p.Groups[0].ID != home || !p.Groups[0].Pinned || p.Groups[0].Remark != "home" {
		t.Errorf("pins %+v", p)
	}
	if g := do(t, w, alice, qq.GetGroup{Group: home}); g.Pinned {
		t.Error("pinned for another as well")
	}
	do(t, w, bot, qq.SetPin{Chat: qq.GroupChat(SeedSecond)})
	do(t, w, bot, qq.LeaveGroup{Group: home})
	do(t, w, bot, qq.DeleteFriend{User: bob})
	if p := do(t, w, bot, qq.ListPins{}); len(p.Friends)+len(p.Groups) != 0 {
		t.Errorf("pins of what is gone: %+v", p)
	}
}

func TestOneWayFriends(t *testing.T) {
	w := ruledWorld(t, newClock())
	ctx := context.Background()
	driverOf(t, w, bot)
	driverOf(t, w, alice)
	pending(w, alice)
	wantErr(t, w.DropFriend(ctx, bot, eve, ""), qq.ErrNotFound)
	for _, u := range []qq.UserID{bob, alice} {
		if err := w.DropFriend(ctx, bot, u, "QQ群"); err != nil {
			t.Fatal(err)
		}
	}
	if got := pending(w, bot); len(got) != 2 || got[1].(*qq.FriendDeleted).User != alice {
		t.Errorf("told %v", got)
	}
	if got := pending(w, alice); len(got) != 0 {
		t.Errorf("who is dropped is told %v", got)
	}
	list := do(t, w, bot, qq.ListOneWayFriends{})
	if len(list) != 2 || list[0].ID != alice || list[0].Source != "QQ群" || len(do(t, w, bot, qq.ListFriends{})) != 0 {
		t.Errorf("list %+v", list)
	}
	do(t, w, alice, qq.GetFriend{User: bot})
	do(t, w, bot, qq.DeleteOneWayFriend{User: alice})
	if got := pending(w, alice); len(got) != 1 || got[0].(*qq.FriendDeleted).User != bot {
		t.Errorf("told %v", got)
	}
	refused(t, w, alice, qq.GetFriend{User: bot}, qq.ErrNotFound)
	if err := w.RequestFriend(ctx, bob, bot, "again?"); err != nil {
		t.Fatal(err)
	}
	do(t, w, bot, qq.AnswerFriendRequest{InitiatorUID: uidOf(bob), Approve: true})
	if list := do(t, w, bot, qq.ListOneWayFriends{}); len(list) != 0 {
		t.Errorf("list %+v", list)
	}
	do(t, w, bot, qq.GetFriend{User: bob})
	wantErr(t, w.RequestFriend(ctx, bob, bot, ""), qq.ErrConflict)
}

func TestFilteredFriendRequests(t *testing.T) {
	w := ruledWorld(t, newClock())
	ctx := context.Background()
	driverOf(t, w, bot)
	ask := FriendAsk{From: carol, To: bot, Comment: "buy this", Via: "群聊", Group: home, Filtered: true}
	if err := w.AskFriend(ctx, ask); err != nil {
		t.Fatal(err)
	}
	if got := pending(w, bot); len(got) != 0 {
		t.Errorf("told %v", got)
	}
	if list := do(t, w, bot, qq.ListFriendRequests{}); len(list) != 0 {
		t.Errorf("among the others: %+v", list)
	}
	list := do(t, w, bot, qq.ListFriendRequests{Filtered: true})
	if len(list) != 1 || !list[0].Filtered || list[0].Group != home || list[0].Via != "群聊" || list[0].Nickname != "Carol" {
		t.Fatalf("list %+v", list)
	}
	if own := do(t, w, carol, qq.ListFriendRequests{}); len(own) != 1 || own[0].Filtered {
		t.Errorf("who asked sees %+v", own)
	}
	yes := qq.AnswerFriendRequest{InitiatorUID: uidOf(carol), Approve: true}
	refused(t, w, bot, yes, qq.ErrNotFound)
	yes.Filtered = true
	do(t, w, bot, yes)
	refused(t, w, bot, yes, qq.ErrConflict)
	do(t, w, bot, qq.GetFriend{User: carol})
	for _, bad := range []qq.AnswerFriendRequest{
		{InitiatorUID: uidOf(carol), Remark: strings.Repeat("x", qq.MaxRemark+1)}, {InitiatorUID: uidOf(carol), Reason: strings.Repeat("x", qq.MaxComment+1)},
	} {
		refused(t, w, bot, bad, qq.ErrInvalid)
	}
	wantErr(t, w.AskFriend(ctx, FriendAsk{From: eve, To: bot, Group: home}), qq.ErrNotFound)
	wantErr(t, w.AskFriend(ctx, FriendAsk{From: eve, To: bot, Comment: strings.Repeat("x", qq.MaxComment+1)}), qq.ErrInvalid)
}
