package sim

import (
	"bytes"
	"context"
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"llbot/protocols/qq"
	"llbot/runtime/config"
)

const smallScene = `
seed: 7
clock: {at: 2026-05-01T12:00:00Z}
users:
  - {id: 10001, nickname: Alice, sex: female, age: 24, bio: "hi: #1"}
  - {id: 10002, nickname: Bob}
  - 10003
friends:
  - {a: 10001, b: 10002, remark_a: 老王}
groups:
  - id: 777
    name: Club
    join: free
    question: "why?"
    answer: because
    members:
      - {user: 10001, role: owner, card: boss, title: T, level: 9, joined: 2025-01-01T00:00:00Z}
      - {user: 10002, muted_until: 2026-05-01T12:10:00Z}
      - 10003
accounts: [10001]
messages:
  - {group: 777, from: 10001, text: hello, at: 2026-04-01T00:00:00Z}
  - {group: 777, from: 10003, segments: [{kind: reply, data: {scene: 0, peer: 0, seq: 1}}, {kind: text, data: {text: "hello too"}}], at: 2026-04-01T00:00:01Z}
  - {from: 10001, to: 10002, text: psst, at: 2026-04-02T00:00:00Z}
  - {from: 10003, to: 10002, via: 777, text: taken back, recalled: true}
`

func parsed(t testing.TB, text string) *Scene {
	t.Helper()
	s, err := ParseScene("scene.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestSceneBecomesAWorld(t *testing.T) {
	w := openWorld(t, Options{Scene: parsed(t, smallScene)})
	if got := w.Clock(); !got.Own || got.Now.Format(time.RFC3339) != "2026-05-01T12:00:00Z" {
		t.Errorf("clock %+v", got)
	}
	g := do(t, w, 10001, qq.GetGroup{Group: 777})
	if g.Name != "Club" || g.Owner != 10001 || g.Members != 3 || g.MaxMembers != 500 || g.Join != qq.JoinFree {
		t.Errorf("group %+v", g)
	}
	if m := do(t, w, 10002, qq.GetMember{Group: 777, User: 10001}); m.Role != qq.RoleOwner || m.Card != "boss" || m.Title != "T" || m.Level != 9 || m.Nickname != "Alice" {
		t.Errorf("member %+v", m)
	}
	if f := do(t, w, 10001, qq.ListFriends{}); len(f) != 1 || f[0].Remark != "老王" {
		t.Errorf("friends %+v", f)
	}
	speech := qq.SendMessage{Chat: qq.GroupChat(777), Segments: qq.NewText("x")}
	refused(t, w, 10002, speech, qq.ErrMuted)
	mustRun(t, w.Advance(context.Background(), 10*time.Minute))
	if sent := do(t, w, 10002, speech); sent.Seq != 3 {
		t.Errorf("seq %d", sent.Seq)
	}
	h := do(t, w, 10001, qq.GetHistory{Chat: qq.GroupChat(777), Count: 10}).Messages
	if len(h) != 3 || h[1].Segments[0].(*qq.Reply).Sender != 0 && h[1].Segments[0].(*qq.Reply).Quoted.PlainText() != "hello" {
		t.Errorf("history %+v", h)
	}
	if users := w.Users(); len(users) != 3 || users[2].Nickname == "" || w.Accounts()[0] != 10001 {
		t.Errorf("users %+v", users)
	}
}

// What is dumped makes the same world again.
func TestSceneRoundTrip(t *testing.T) {
	first := openWorld(t, Options{Scene: parsed(t, smallScene)})
	text := first.Scene().YAML()
	second := openWorld(t, Options{Scene: parsed(t, string(text))})
	if again := second.Scene().YAML(); !bytes.Equal(text, again) {
		t.Errorf("first\n%s\nthen\n%s", text, again)
	}
	seeded := openWorld(t, Options{})
	do(t, seeded, bot, qq.SendMessage{Chat: qq.GroupChat(home), Segments: qq.Segments{&qq.Face{ID: "14"}, &qq.Text{Text: "a \"b\" \\ \n"}}})
	text = seeded.Scene().YAML()
	w := openWorld(t, Options{Scene: parsed(t, string(text))})
	if again := w.Scene().YAML(); !bytes.Equal(text, again) {
		t.Errorf("first\n%s\nthen\n%s", text, again)
	}
}

func TestSceneOnDisk(t *testing.T) {
	dir, scene := t.TempDir(), parsed(t, smallScene)
	opt := Options{Dir: dir, Scene: scene}
	w := openWorld(t, opt)
	do(t, w, 10001, qq.SendMessage{Chat: qq.GroupChat(777), Segments: qq.NewText("kept")})
	want := stateText(t, w.st)
	mustRun(t, w.Close())
	again := openWorld(t, opt) // the same scene: the world goes on
	if !bytes.Equal(stateText(t, again.st), want) {
		t.Error("the world changed over a restart")
	}
	mustRun(t, again.Close())
	opt.Scene = parsed(t, strings.Replace(smallScene, "Club", "Pub", 1))
	if _, err := Open(opt); !errors.Is(err, ErrOtherWorld) {
		t.Errorf("another scene: %v", err)
	}
	opt.Scene = nil
	mustRun(t, openWorld(t, opt).Close())
	if _, err := Open(Options{Dir: plainWorld(t), Scene: scene}); !errors.Is(err, ErrOtherWorld) {
		t.Errorf("the seed world: %v", err)
	}
}

func plainWorld(t *testing.T) string {
	dir := t.TempDir()
	mustRun(t, openWorld(t, Options{Dir: dir}).Close())
	return dir
}

// A scene that a kill cut short has left nothing behind.
func TestSceneIsWholeOrNotAtAll(t *testing.T) {
	dir := t.TempDir()
	mustRun(t, os.WriteFile(dir+"/snapshot-00000000000000000009.json.tmp", []byte("half"), 0o600))
	w := openWorld(t, Options{Dir: dir, Scene: parsed(t, smallScene)})
	if len(w.Groups()) != 1 {
		t.Error("no group")
	}
}

func TestSceneFaults(t *testing.T) {
	for text, want := range map[string]string{
		"users:\n  - {id: 5}":                                                           "s:2:10: users[0].id: 5 is no QQ number",
		"users: [10001, 10001]":                                                         "s:1:16: users[1].id: user 10001 is there twice",
		"users:\n  - {id: 10001, sex: man}":                                             `s:2:22: users[0].sex: "man" is none of unknown, male, female`,
		"users:\n  - {id: 10001, nicknam: A}":                                           `users[0].nicknam: unknown key "nicknam"; did you mean "nickname"?`,
		"accounts: [10001]":                                                             "s:1:12: accounts[0]: there is no user 10001",
		"users: [10001]\ngroups: [{id: 1}]":                                             "groups[0].members: group 1 has 0 owners",
		"groups: [{id: 0}]":                                                             "groups[0].id: 0 is no group's number",
		"groups: [{id: 1, members: [10001]}]":                                           "groups[0].members[0]: there is no user 10001",
		"users: [10001]\nfriends: [{a: 10001, b: 10001}]":                               "cannot become friends",
		"users: [10001]\nmessages: [{from: 10001, text: x}]":                            "messages[0]: a message needs either group or to",
		"users: [10001, 10002]\nmessages: [{from: 10001, to: 10002}]":                   "needs either text or segments",
		"users: [10001, 10002]\nmessages: [{from: 10001, to: 10002, segments: [1]}]":    "messages[0].segments: ",
		"users: [10001, 10002]\nmessages: [{from: 10001, to: 10002, text: x, seq: -1}]": "messages[0].seq: -1 does not follow 0",
		"clock: {at: now}":                                                              "clock.at: parsing time",
		"clock: {speed: -1}":                                                            "clock.speed: a clock cannot run at -1",
		"worlds: 1":                                                                     `unknown key "worlds"`,
	} {
		_, err := ParseScene("s", []byte(text))
		var faults config.Faults
		if !errors.As(err, &faults) || !strings.Contains(err.Error(), want) {
			t.Errorf("%q:\n got %v\nwant %s", text, err, want)
		}
	}
	if _, err := Open(Options{Scene: &Scene{Accounts: []qq.UserID{1}}}); err == nil || !strings.Contains(err.Error(), "accounts[0]") {
		t.Errorf("a scene made in code: %v", err)
	}
}

func FuzzParseScene(f *testing.F) {
	f.Add([]byte(smallScene))
	f.Add([]byte("users: [10001]\ngroups: [{id: 1, members: [{user: 10001, role: owner}]}]"))
	f.Fuzz(func(t *testing.T, text []byte) {
		s, err := ParseScene("f", text)
		if err != nil {
			return
		}
		again, err := ParseScene("again", s.YAML())
		if err != nil {
			t.Fatalf("%s\nwas written as\n%s\n%v", text, s.YAML(), err)
		}
		if !bytes.Equal(again.YAML(), s.YAML()) {
			t.Fatalf("%s\nthen\n%s", s.YAML(), again.YAML())
		}
	})
}
