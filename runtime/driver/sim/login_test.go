package sim

import (
	"context"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"llbot/protocols/qq"
)

// comeOnline logs somebody in who is logged out, as a phone that remembers.
func comeOnline(t testing.TB, w *World, u qq.UserID) {
	t.Helper()
	if err := w.MoveLogin(context.Background(), LoginMove{User: u, Step: qq.LoginOnline}); err != nil {
		t.Fatal(err)
	}
}

func moved(w *World, step qq.LoginStep) error {
	return w.MoveLogin(context.Background(), LoginMove{User: bot, Step: step, Reason: "somewhere else"})
}

// TestLoginByCode goes the whole way from the code to being thrown out.
func TestLoginByCode(t *testing.T) {
	c := newClock()
	w := ruledWorld(t, c)
	driverOf(t, w, bot)
	driverOf(t, w, alice)
	refused(t, w, bot, qq.LogIn{}, qq.ErrConflict)
	do(t, w, bot, qq.LogOut{})
	out := pending(w, bot)
	if len(out) != 1 || out[0].(*qq.StatusChanged).Online || out[0].(*qq.StatusChanged).Login.ID != bot {
		t.Fatalf("told %v", out)
	}
	if seen := pending(w, alice); len(seen) != 1 || seen[0].(*qq.FriendChanged).Friend.Online {
		t.Errorf("a friend is told %v", seen)
	}
	do(t, w, bot, qq.LogIn{})
	first := do(t, w, bot, qq.GetLoginState{})
	if first.Step != qq.LoginWaiting || first.Link == "" || first.Expires != qq.TimeOf(c.Now().Add(qq.LoginCodeLife)) {
		t.Fatalf("state %+v", first)
	}
	do(t, w, bot, qq.LogIn{})
	if again := do(t, w, bot, qq.GetLoginState{}); again != first {
		t.Errorf("a code that waits was replaced: %+v", again)
	}
	c.add(qq.LoginCodeLife)
	if s := do(t, w, bot, qq.GetLoginState{}); s.Step != qq.LoginExpired || s.Link != "" {
		t.Errorf("an old code: %+v", s)
	}
	wantErr(t, moved(w, qq.LoginScanned), qq.ErrConflict)
	do(t, w, bot, qq.LogIn{})
	if again := do(t, w, bot, qq.GetLoginState{}); again.Link == first.Link {
		t.Error("the same code twice")
	}
	wantErr(t, w.MoveLogin(context.Background(), LoginMove{User: bot, Step: qq.LoginScanned, Scanner: alice}), qq.ErrForbidden)
	for _, step := range []qq.LoginStep{qq.LoginScanned, qq.LoginConfirmed, qq.LoginOnline, qq.LoginKicked} {
		if err := moved(w, step); err != nil {
			t.Fatal(err)
		}
		if s := do(t, w, bot, qq.GetLoginState{}); s.Step != step {
			t.Errorf("%s, want %s", s.Step, step)
		}
	}
	var got []string
	for _, e := range pending(w, bot) {
		switch e := e.(type) {
		case *qq.LoginProgressed:
			got = append(got, e.State.Step.String())
		case *qq.StatusChanged:
			got = append(got, map[bool]string{true: "up", false: "down: " + e.Reason}[e.Online])
		}
	}
	if d := cmp.Diff([]string{"waiting", "waiting", "scanned", "confirmed", "up", "down: somewhere else"}, got); d != "" {
		t.Error(d)
	}
}

// TestLoginSteps holds every step from every other.
func TestLoginSteps(t *testing.T) {
	way := map[qq.LoginStep][]qq.LoginStep{
		qq.LoginOnline: {}, qq.LoginIdle: {qq.LoginIdle}, qq.LoginKicked: {qq.LoginKicked},
		qq.LoginWaiting:   {qq.LoginIdle, qq.LoginWaiting},
		qq.LoginScanned:   {qq.LoginIdle, qq.LoginWaiting, qq.LoginScanned},
		qq.LoginConfirmed: {qq.LoginIdle, qq.LoginWaiting, qq.LoginScanned, qq.LoginConfirmed},
		qq.LoginExpired:   {qq.LoginIdle, qq.LoginWaiting, qq.LoginExpired},
	}
	next := map[qq.LoginStep][]qq.LoginStep{
		qq.LoginOnline: {qq.LoginIdle, qq.LoginKicked}, qq.LoginIdle: {qq.LoginOnline}, qq.LoginKicked: {qq.LoginOnline},
		qq.LoginWaiting:   {qq.LoginScanned, qq.LoginOnline, qq.LoginExpired},
		qq.LoginScanned:   {qq.LoginConfirmed, qq.LoginOnline, qq.LoginExpired},
		qq.LoginConfirmed: {qq.LoginOnline}, qq.LoginExpired: {qq.LoginOnline},
	}
	for from, steps := range way {
		for to := range way {
			w := openWorld(t, Options{})
			for _, step := range steps {
				if step == qq.LoginWaiting {
					do(t, w, bot, qq.LogIn{})
				} else if err := moved(w, step); err != nil {
					t.Fatalf("to %s: %v", from, err)
				}
			}
			allowed := false
			for _, n := range next[from] {
				allowed = allowed || n == to
			}
			if err := moved(w, to); (err == nil) != allowed {
				t.Errorf("from %s to %s: %v", from, to, err)
			}
		}
	}
}

// TestLoggedOut: who is logged out does nothing and hears nothing.
func TestLoggedOut(t *testing.T) {
	w := ruledWorld(t, newClock())
	d := driverOf(t, w, bot)
	do(t, w, bot, qq.LogOut{})
	pending(w, bot)
	for _, op := range qq.Catalogue() {
		if _, logIn := op.(qq.LogIn); logIn || qq.AnswersOffline(op) {
			continue
		}
		refused(t, w, bot, op, qq.ErrOffline)
	}
	if _, err := d.(qq.Remembering).DoOnce(context.Background(), "k", inGroup("hi")); err == nil {
		t.Error("spoke under a nonce")
	}
	_, err := w.Say(context.Background(), Say{As: bot, Group: home, Text: "hi"})
	wantErr(t, err, qq.ErrOffline)
	if l := do(t, w, bot, qq.GetLogin{}); l.Online || l.ID != bot {
		t.Errorf("login %+v", l)
	}
	do(t, w, alice, inGroup("are you there?"))
	if got := pending(w, bot); len(got) != 0 {
		t.Errorf("told %v", got)
	}
	comeOnline(t, w, bot)
	do(t, w, alice, inGroup("welcome back"))
	if got := pending(w, bot); len(got) != 2 || !got[0].(*qq.StatusChanged).Online {
		t.Errorf("told %v", got)
	}
	if h := do(t, w, bot, qq.GetHistory{Chat: qq.GroupChat(home), Count: 9}); len(h.Messages) != 2 {
		t.Errorf("history %+v", h)
	}
}

// TestLoggedOutIsKept closes a world in which somebody is logged out.
func TestLoggedOutIsKept(t *testing.T) {
	opt := Options{Dir: t.TempDir(), Sync: time.Millisecond}
	w, err := Open(opt)
	if err != nil {
		t.Fatal(err)
	}
	if err := moved(w, qq.LoginKicked); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	w = openWorld(t, opt)
	refused(t, w, bot, qq.ListGroups{}, qq.ErrOffline)
	if s := do(t, w, bot, qq.GetLoginState{}); s.Step != qq.LoginKicked || s.Reason != "somewhere else" {
		t.Errorf("state %+v", s)
	}
}
