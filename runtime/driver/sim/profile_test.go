package sim

import (
	"context"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"llbot/protocols/qq"
)

// trial is one operation by somebody in the world of ruledWorld, and the kind
// of failure it must come to; nil for none.
type trial struct {
	as   qq.UserID
	op   qq.Operation
	want error
}

// try runs trials, each in a world of its own that prepare has set up. What is
// refused changes nothing.
func try(t *testing.T, prepare func(w *World), trials map[string]trial) {
	t.Helper()
	for name, c := range trials {
		t.Run(name, func(t *testing.T) {
			w := ruledWorld(t, newClock())
			prepare(w)
			before := stateText(t, w.st)
			if c.want != nil {
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

func asItIs(*World) {}

func TestProfileRules(t *testing.T) {
	edit := func(nickname, bio string) qq.EditProfile { return qq.EditProfile{Nickname: &nickname, Bio: &bio} }
	third := qq.Sex(3)
	show := func(p qq.Presence) qq.Operation { return qq.SetPresence{Presence: p} }
	try(t, func(w *World) {
		err := w.Ensure(context.Background(), qq.User{ID: carol, Nickname: "Carol", VIP: qq.VIPMember})
		if err != nil {
			t.Fatal(err)
		}
	}, map[string]trial{
		"nickname and bio":           {bot, edit("bot", "a bot"), nil},
		"nothing":                    {bot, qq.EditProfile{}, nil},
		"no nickname":                {bot, edit(" ", ""), qq.ErrInvalid},
		"nickname as long as can be": {bot, edit(strings.Repeat("名", qq.MaxNickname), ""), nil},
		"longer nickname":            {bot, edit(strings.Repeat("名", qq.MaxNickname+1), ""), qq.ErrInvalid},
		"bio as long as can be":      {bob, edit("b", strings.Repeat("字", qq.MaxBio)), nil},
		"longer bio":                 {bob, edit("b", strings.Repeat("字", qq.MaxBio+1)), qq.ErrInvalid},
		"third sex":                  {bob, qq.EditProfile{Sex: &third}, qq.ErrInvalid},
		"picture":                    {bot, qq.SetAvatar{Picture: &qq.Media{ID: "pic"}}, nil},
		"picture that is not there":  {bot, qq.SetAvatar{Picture: &qq.Media{ID: "none"}}, qq.ErrMedia},
		"no picture":                 {bot, qq.SetAvatar{}, qq.ErrInvalid},
		"presence of somebody":       {eve, qq.GetPresence{User: bot}, nil},
		"presence of nobody":         {eve, qq.GetPresence{User: 99999}, qq.ErrNotFound},
		"busy":                       {bot, show(qq.Presence{Status: 50}), nil},
		"listening":                  {bot, show(qq.Presence{Status: 10, Extended: 1028, Battery: 100}), nil},
		"status that is none":        {bot, show(qq.Presence{Status: 11}), qq.ErrInvalid},
		"offline as a status":        {bot, show(qq.Presence{Status: presenceOffline}), qq.ErrInvalid},
		"overfull battery":           {bot, show(qq.Presence{Status: 10, Battery: 101}), qq.ErrInvalid},
		"long words":                 {bot, show(qq.Presence{Status: 10, Text: strings.Repeat("x", qq.MaxBio+1)}), qq.ErrInvalid},
		"model of its own":           {bot, qq.SetModel{Device: "Nokia", Show: "Nokia"}, nil},
		"model that is none":         {bot, qq.SetModel{Device: "Nokia", Show: "iPhone"}, qq.ErrNotFound},
		"model to be paid":           {bot, qq.SetModel{Device: "Nokia", Show: "超级会员专属机型"}, qq.ErrForbidden},
		"model that is paid":         {carol, qq.SetModel{Device: "Nokia", Show: "超级会员专属机型"}, nil},
	})
}

// TestProfileReachesFriends holds who is told of what somebody changes.
func TestProfileReachesFriends(t *testing.T) {
	w := ruledWorld(t, newClock())
	for _, u := range []qq.UserID{bot, alice, carol} {
		driverOf(t, w, u)
		pending(w, u)
	}
	name := "Alicia"
	do(t, w, alice, qq.EditProfile{Nickname: &name})
	do(t, w, alice, qq.SetAvatar{Picture: &qq.Media{ID: "pic"}})
	do(t, w, alice, qq.SetAvatar{Picture: &qq.Media{ID: "pic"}})
	got := pending(w, bot)
	if len(got) != 2 {
		t.Fatalf("told %v", got)
	}
	f, last := got[0].(*qq.FriendChanged).Friend, got[1].(*qq.FriendChanged).Friend
	if f.Nickname != name || f.Remark != "爱丽丝" || f.Avatar != "" || last.Avatar != "http://media/pic" {
		t.Errorf("friend %+v, then %+v", f, last)
	}
	own := pending(w, alice)
	if len(own) != 2 || own[0].(*qq.ProfileChanged).Login.Nickname != name || own[1].(*qq.ProfileChanged).Login.Avatar == "" {
		t.Errorf("alice is told %v", own)
	}
	if others := pending(w, carol); len(others) != 0 {
		t.Errorf("a stranger is told %v", others)
	}
	do(t, w, alice, toUser(bot, "look at me"))
	if m := pending(w, bot)[0].(*qq.MessageReceived); m.Friend.Avatar == "" || m.Friend.Nickname != name {
		t.Errorf("message of %+v", m.Friend)
	}
	if m := do(t, w, carol, qq.GetMember{Group: home, User: alice}); m.Nickname != name {
		t.Errorf("member %+v", m)
	}
	if u := do(t, w, carol, qq.GetUser{User: alice}); u.Avatar == "" || u.Nickname != name || u.Remark != "" {
		t.Errorf("user %+v", u)
	}
	if f := do(t, w, bot, qq.GetFriend{User: alice}); f.Avatar == "" || f.Category.Name == "" || !f.Online {
		t.Errorf("friend %+v", f)
	}
}

func TestRicherProfile(t *testing.T) {
	w := ruledWorld(t, newClock())
	u := qq.User{ID: 20001, Nickname: "Rich", Sex: qq.SexMale, Age: 33, Level: 99, QID: "rich", Bio: "bio", Country: "中国", City: "广州", School: "PKU",
		BirthYear: 1993, BirthMonth: 2, BirthDay: 29, Registered: 1, LoginDays: 7, VIP: qq.VIPSuper, VIPLevel: 8, VIPByYear: true,
		Labels: []string{"a"}, Likes: 5, Remark: "not mine"}
	if err := w.AddUser(context.Background(), u); err != nil {
		t.Fatal(err)
	}
	want := u
	want.UID, want.Likes, want.Remark = uidOf(u.ID), 0, ""
	if d := cmp.Diff(&want, do(t, w, bot, qq.GetUser{User: u.ID})); d != "" {
		t.Error(d)
	}
	wantErr(t, w.AddUser(context.Background(), u), qq.ErrConflict)
	for what, spoil := range map[string]func(*qq.User){
		"number": func(u *qq.User) { u.ID = 7 }, "age": func(u *qq.User) { u.Age = -1 }, "month": func(u *qq.User) { u.BirthMonth = 13 },
		"day": func(u *qq.User) { u.BirthDay = 32 }, "VIP": func(u *qq.User) { u.VIP = 9 }, "sex": func(u *qq.User) { u.Sex = 9 },
		"level": func(u *qq.User) { u.Level = -1 }, "bio": func(u *qq.User) { u.Bio = strings.Repeat("x", 99) },
	} {
		bad := u
		spoil(&bad)
		if err := w.Ensure(context.Background(), bad); err == nil {
			t.Errorf("a wrong %s was taken", what)
		}
	}
}

func TestPresence(t *testing.T) {
	w := ruledWorld(t, newClock())
	driverOf(t, w, bot)
	status := func(viewer qq.UserID) int { return do(t, w, viewer, qq.GetPresence{User: alice}).Status }
	if status(bot) != presenceOnline {
		t.Errorf("status %d", status(bot))
	}
	do(t, w, alice, qq.SetPresence{Presence: qq.Presence{Status: 50}})
	if got := pending(w, bot); len(got) != 0 || status(bot) != 50 {
		t.Errorf("busy: told %v, status %d", got, status(bot))
	}
	do(t, w, alice, qq.SetPresence{Presence: qq.Presence{Status: presenceInvisible}})
	if got := pending(w, bot); len(got) != 1 || got[0].(*qq.FriendChanged).Friend.Online {
		t.Errorf("invisible: told %v", got)
	}
	if status(bot) != presenceOffline || status(alice) != presenceInvisible {
		t.Errorf("others see %d, she %d", status(bot), status(alice))
	}
	do(t, w, alice, qq.SetPresence{Presence: qq.Presence{Status: 60}})
	if got := pending(w, bot); len(got) != 1 || !got[0].(*qq.FriendChanged).Friend.Online {
		t.Errorf("visible again: told %v", got)
	}
	if err := w.MoveLogin(context.Background(), LoginMove{User: alice, Step: qq.LoginIdle}); err != nil {
		t.Fatal(err)
	}
	if got := pending(w, bot); len(got) != 1 || status(bot) != presenceOffline {
		t.Errorf("gone: told %v, status %d", got, status(bot))
	}
	refused(t, w, alice, inGroup("from beyond"), qq.ErrOffline)
}

func TestDevices(t *testing.T) {
	w := ruledWorld(t, newClock())
	driverOf(t, w, bot)
	ctx, pad := context.Background(), qq.Device{App: 537, Name: "pad", Kind: "iPad"}
	wantErr(t, w.MoveDevice(ctx, bot, pad, false), qq.ErrNotFound)
	for range deviceLimit {
		pad.App++
		if err := w.MoveDevice(ctx, bot, pad, true); err != nil {
			t.Fatal(err)
		}
	}
	wantErr(t, w.MoveDevice(ctx, bot, pad, true), qq.ErrConflict)
	wantErr(t, w.MoveDevice(ctx, bot, qq.Device{Name: "one more"}, true), qq.ErrConflict)
	if err := w.MoveDevice(ctx, bot, pad, false); err != nil {
		t.Fatal(err)
	}
	got := pending(w, bot)
	if d := cmp.Diff(qq.Event(&qq.DeviceChanged{Device: pad}), got[len(got)-1]); d != "" || len(got) != deviceLimit+1 {
		t.Errorf("%d events\n%s", len(got), d)
	}
	if list := do(t, w, bot, qq.ListDevices{}); len(list) != deviceLimit-1 {
		t.Errorf("devices %v", list)
	}
	models := do(t, w, bot, qq.ListModels{Device: "Nokia"})
	if len(models) < 3 || models[0] != (qq.Model{Show: "Nokia"}) || !models[len(models)-1].Paid {
		t.Errorf("models %v", models)
	}
}

// TestOldSnapshots reads the state of a program that knew nothing of being online.
func TestOldSnapshots(t *testing.T) {
	w := openWorld(t, Options{})
	text, err := encodeSnapshot(w.st)
	if err != nil {
		t.Fatal(err)
	}
	old := strings.ReplaceAll(string(text[lineHead:]), `,"online":true`, "")
	st, err := decodeSnapshot(sealLine([]byte("00000000 "+strings.TrimSuffix(old, "\n")), 0))
	if err != nil {
		t.Fatal(err)
	}
	if len(old) == len(text)-lineHead || !reflect.DeepEqual(st.Friends, w.st.Friends) {
		t.Errorf("friends %+v", st.Friends)
	}
}
