package runtime_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"llbot/protocols/qq"
	llbot "llbot/runtime"
	"llbot/runtime/admin"
	"llbot/runtime/config"
)

// sim plays a world of the rig.
func (r *rig) sim(world string) admin.SimClient {
	return admin.SimClient{Client: r.admin, World: world}
}

// act lets somebody do something and answers what that answered.
func (r *rig) act(as qq.UserID, op, params string) string {
	r.t.Helper()
	answer, err := r.sim("").Do(r.t.Context(), as, op, []byte(params))
	if err != nil {
		r.t.Fatalf("%s as %d: %v", op, as, err)
	}
	return string(answer)
}

// What a person does on the admin API reaches the bots as events.
func TestPeopleAreHeard(t *testing.T) {
	r := start(t)
	events := r.socket(wsName, "/event")
	events.next() // lifecycle
	for _, c := range []struct {
		as           qq.UserID
		op, params   string
		want, silent string
	}{
		{alice, "MuteMember", `{"group":123456,"user":10002,"seconds":60}`, `"notice_type":"group_ban"`, ""},
		{alice, "SendMessage", `{"chat":"group:123456","segments":[{"kind":"dice","data":{"result":6}}]}`, `"type":"dice"`, ""},
		{alice, "SendMessage", `{"chat":"group:123456","segments":[{"type":"dice"}]}`, `"type":"dice"`, ""},
		{alice, "SetCard", `{"group":123456,"user":10003,"card":"C"}`, `"notice_type":"group_card"`, ""},
		{alice, "SendMessage", `{"chat":"group:123456","message":"[CQ:face,id=14]played"}`, "played", ""},
		{10101, "AskJoin", `{"group":123456,"comment":"please"}`, `"request_type":"group"`, ""},
		{alice, "AnswerJoin", `{"group":123456,"approve":true}`, `"notice_type":"group_increase"`, ""},
		{10102, "AskFriend", `{"user":1234567890,"comment":"be mine"}`, `"request_type":"friend"`, ""},
		{bot, "AnswerFriend", `{"user":10102,"approve":true}`, `"notice_type":"friend_add"`, ""},
		{alice, "KickMember", `{"group":123456,"user":10101}`, `"notice_type":"group_decrease"`, ""},
	} {
		r.act(c.as, c.op, c.params)
		if got := events.next(); !strings.Contains(got, c.want) {
			t.Errorf("%s: the bot hears %s, want %s", c.op, got, c.want)
		}
		if strings.HasPrefix(c.op, "Answer") {
			_, err := r.sim("").Do(t.Context(), c.as, c.op, []byte(c.params))
			if err == nil || !strings.Contains(err.Error(), "is accepted already") {
				t.Errorf("%s the second time: %v", c.op, err)
			}
		}
	}
	if _, err := r.sim("").Do(t.Context(), bot, "AnswerFriend", []byte(`{"user":10103}`)); err == nil || !strings.Contains(err.Error(), "has no pending request") {
		t.Errorf("answered what nobody asked: %v", err)
	}
	// A message is named by the id that the bot knows.
	heard := r.hear(events, alice, "to be taken back")
	r.act(alice, "RecallMessage", `{"ref":`+at(heard, "message_id")+`}`)
	if got := events.next(); !strings.Contains(got, "group_recall") {
		t.Errorf("recalled: %s", got)
	}
}

// hear lets somebody speak in the group and answers the event.
func (r *rig) hear(events wire, as qq.UserID, text string) string {
	r.t.Helper()
	r.act(as, "SendMessage", `{"chat":"group:123456","message":"`+text+`"}`)
	return events.next()
}

// A lost answer: the caller cannot know, asks again under its key, and it is
// done once.
func TestALostAnswerIsDoneOnce(t *testing.T) {
	for protocol, name := range protocols {
		t.Run(name, func(t *testing.T) {
			r := start(t)
			if _, err := r.sim("default").AddFault(t.Context(), admin.Fault{Kind: "lost_answer", Op: "SendMessage", Count: 1}); err != nil {
				t.Fatal(err)
			}
			first := r.under(protocol, "k", true, sendText, "once")
			again := r.under(protocol, "k", true, sendText, "once")
			if messageOf[protocol](again) == "" {
				t.Errorf("first %d %s, again %d %s", first.status, first.text, again.status, again.text)
			}
			r.wantSaid("once")
			faults, err := r.sim("").Faults(t.Context())
			if err != nil || len(faults) != 1 || faults[0].Struck != 1 {
				t.Errorf("%+v %v", faults, err)
			}
		})
	}
}

func TestFaultsReachTheBots(t *testing.T) {
	r := start(t)
	events := r.socket(wsName, "/event")
	events.next() // lifecycle
	fault := func(f admin.Fault) {
		t.Helper()
		if _, err := r.sim("").AddFault(t.Context(), f); err != nil {
			t.Fatal(err)
		}
	}
	fault(admin.Fault{Kind: "risk_control", Class: "send", Count: 1, Text: "cooling down"})
	if a := r.under(viaOneBot, "k", true, sendText, "x"); !strings.Contains(a.text, "cooling down") {
		t.Errorf("%d %s", a.status, a.text)
	}
	fault(admin.Fault{Kind: "duplicate_event", Event: "MessageReceived", Count: 1})
	first := r.hear(events, alice, "twice")
	if second := events.next(); at(second, "message_id") != at(first, "message_id") {
		t.Errorf("%s\nand %s", first, second)
	}
	fault(admin.Fault{Kind: "link_lost", Count: 1})
	account, _ := r.server.Account(bot)
	if _, err := qq.Do(t.Context(), account, qq.GetHistory{Chat: qq.GroupChat(group), Count: 1}); !errors.Is(err, qq.ErrOffline) {
		t.Errorf("a lost link: %v", err)
	}
	eventually(t, "the account to come back", func() bool {
		_, err := qq.Do(t.Context(), account, qq.GetHistory{Chat: qq.GroupChat(group), Count: 1})
		return err == nil && account.Status().Online
	})
	_, err := r.sim("").AddFault(t.Context(), admin.Fault{Kind: "nonsense"})
	refusal, ok := errors.AsType[*admin.APIError](err)
	if !ok || refusal.Status != 400 || !strings.Contains(refusal.Text, "there is no fault") {
		t.Errorf("nonsense: %v", err)
	}
}

// An account that is thrown out stays out until it logs in.
func TestKickedAccount(t *testing.T) {
	r := start(t)
	if _, err := r.sim("").AddFault(t.Context(), admin.Fault{Kind: "kicked", Count: 1, Text: "logged in elsewhere"}); err != nil {
		t.Fatal(err)
	}
	account, _ := r.server.Account(bot)
	ask := func() error {
		_, err := qq.Do(t.Context(), account, qq.GetHistory{Chat: qq.GroupChat(group), Count: 1})
		return err
	}
	if err := ask(); !errors.Is(err, qq.ErrOffline) || !strings.Contains(err.Error(), "logged in elsewhere") {
		t.Errorf("thrown out: %v", err)
	}
	eventually(t, "the account to be offline", func() bool { return !account.Status().Online })
	r.act(bot, "MoveLogin", `{"step":"online"}`)
	eventually(t, "the account to be back", func() bool { return account.Status().Online && ask() == nil })
}

// Accounts that name different worlds do not meet; each world is played by its name.
func TestSeveralWorlds(t *testing.T) {
	r := start(t, twoAccounts, func(cfg *config.Config) { cfg.Accounts[1].World = "other" })
	for world, want := range map[string]bool{"": true, "default": true, "other": false} {
		if _, err := r.sim(world).Do(t.Context(), alice, "SetCard", []byte(`{"group":123456,"user":10001,"card":"`+world+`."}`)); err != nil {
			t.Fatal(err)
		}
		account, _ := r.server.Account(bot)
		m, err := qq.Do(t.Context(), account, qq.GetMember{Group: group, User: alice, NoCache: true})
		if err != nil || (m.Card == world+".") != want {
			t.Errorf("world %q: card %q, %v", world, m.Card, err)
		}
	}
	_, err := r.sim("third").Clock(t.Context())
	refusal, ok := errors.AsType[*admin.APIError](err)
	if !ok || refusal.Status != 404 || !strings.Contains(refusal.Text, "there are default, other") {
		t.Errorf("a third world: %v", err)
	}
	if c, err := r.sim("other").SetClock(t.Context(), admin.ClockRequest{Advance: "1d"}); err != nil || !c.Own {
		t.Errorf("%+v %v", c, err)
	}
	if c, err := r.sim("default").Clock(t.Context()); err != nil || c.Own {
		t.Errorf("the clock of another world: %+v %v", c, err)
	}
}

// What two accounts hear of the same chatter, each over its own stream.
func TestTrafficReachesEveryStream(t *testing.T) {
	r := start(t, twoAccounts)
	first, second := r.socket(wsName, "/event"), r.socket(wsName, "/2222222222/event")
	done, err := r.sim("").Traffic(t.Context(), admin.TrafficRequest{Rate: 500, For: "200ms", Groups: []qq.GroupID{group}, Seed: 5, Pictures: true})
	if err != nil || done.Said == 0 {
		t.Fatalf("%+v %v", done, err)
	}
	for range done.Said {
		a, b := first.await("raw_message"), second.await("raw_message") // behind greetings, and the second one's coming into the group
		if at(a, "self_id") != botText || at(b, "self_id") != secondBot.String() || at(a, "raw_message") != at(b, "raw_message") && !strings.Contains(a, "reply") && !strings.Contains(a, "image") {
			t.Fatalf("%s\nand %s", a, b)
		}
	}
}

func TestServerBeginsWithAScene(t *testing.T) {
	var made bytes.Buffer
	if err := llbot.GenerateScene(&made, llbot.SceneSize{Groups: 3, Members: 10, Friends: 2, Messages: 2, Seed: 7}); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "world.yaml")
	if err := os.WriteFile(file, made.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	r := startWith(t, []llbot.Option{llbot.WithScene(file, false)})
	account, _ := r.server.Account(bot)
	groups, err := qq.Do(t.Context(), account, qq.ListGroups{})
	if err != nil || len(groups) != 3 {
		t.Fatalf("%d groups, %v", len(groups), err)
	}
	var text strings.Builder
	if err := r.sim("").Dump(t.Context(), &text); err != nil || !strings.Contains(text.String(), "accounts:") {
		t.Errorf("dump %.200s, %v", text.String(), err)
	}
	whole, err := r.sim("").Do(t.Context(), bot, "ListGroups", nil)
	if err != nil || !json.Valid(whole) {
		t.Errorf("%s %v", whole, err)
	}
}

func TestServerRefusesAnotherScene(t *testing.T) {
	cfg := testConfig(t)
	file := filepath.Join(t.TempDir(), "world.yaml")
	scene := "users: [1234567890]\naccounts: [1234567890]\ngroups: [{id: 5, members: [{user: 1234567890, role: owner}]}]\n"
	run := func(text string, reset bool) error {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		server, err := llbot.New(cfg, llbot.WithScene(file, reset))
		if err != nil {
			t.Fatal(err)
		}
		if err := server.Start(t.Context()); err != nil {
			return err
		}
		return server.Stop(t.Context())
	}
	for _, c := range []struct {
		text  string
		reset bool
		want  string
	}{
		{scene, false, ""}, {scene, false, ""},
		{strings.Replace(scene, "id: 5", "id: 6", 1), false, "--world-reset deletes that world"},
		{strings.Replace(scene, "id: 5", "id: 6", 1), true, ""},
		{"users: [5]\n", true, "world.yaml:1:9: users[0].id: 5 is no QQ number"},
		{strings.Replace(scene, "id: 5", "id: 6", 1), false, ""}, // a broken file has deleted nothing
	} {
		if err := run(c.text, c.reset); c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
			t.Errorf("%q: got %v, want %q", c.text, err, c.want)
		}
	}
}
