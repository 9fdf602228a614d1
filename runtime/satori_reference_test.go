package runtime_test

import (
	"encoding/base64"
	"strings"
	"testing"

	"llbot/protocols/satori"
	"llbot/runtime/admin"
	"llbot/runtime/config"
	"llbot/runtime/driver/sim"
)

// satoriSteps are the methods of Satori's reference. $friend, $join, $joins and
// $invited are the requests that come as events.
func satoriSteps() []step {
	return []step{
		{"login.get", `{}`, nil},
		{"user.get", `{"user_id":"10001"}`, nil}, {"friend.list", `{}`, nil}, {"friend.approve", `{"message_id":"$friend","approve":true,"comment":"C"}`, nil},
		{"guild.list", `{}`, nil}, {"guild.get", `{"guild_id":"123456"}`, nil}, {"guild.role.list", `{"guild_id":"123456"}`, nil},
		{"guild.role.get", `{"guild_id":"123456","role_id":"2"}`, nil}, {"guild.member.list", `{"guild_id":"123456"}`, nil},
		{"guild.member.get", `{"guild_id":"123456","user_id":"10001"}`, nil}, {"guild.member.role.list", `{"guild_id":"123456","user_id":"10001"}`, nil},
		{"guild.member.approve", `{"message_id":"$join","approve":true}`, nil}, {"guild.member.approve", `{"message_id":"$other","approve":false,"comment":"full"}`, nil},
		{"guild.approve", `{"message_id":"$invited","approve":true}`, nil},
		{"guild.member.role.set", `{"guild_id":"654321","user_id":"10002","role_id":"2"}`, nil},
		{"guild.member.role.unset", `{"guild_id":"654321","user_id":"10002","role_id":"2"}`, nil},
		{"guild.member.mute", `{"guild_id":"123456","user_id":"10002","duration":60000}`, nil},
		{"guild.member.kick", `{"guild_id":"123456","user_id":"10003","permanent":true}`, nil},
		{"channel.list", `{"guild_id":"123456"}`, nil}, {"channel.get", `{"channel_id":"123456"}`, nil},
		{"channel.get", `{"channel_id":"private:10001"}`, nil},
		{"channel.update", `{"channel_id":"654321","data":{"name":"Coffee"}}`, nil}, {"channel.mute", `{"channel_id":"123456","duration":0}`, nil},
		{"user.channel.create", `{"user_id":"10001"}`, nil},
		{"message.create", `{"channel_id":"123456","content":"hello <at id=\"10002\"/><message>and <b>more</b></message>"}`, noting("said", "0.id")},
		{"message.create", `{"channel_id":"private:10001","content":"<img src=\"data:image/png;base64,` + onePixel + `\"/>"}`, nil},
		{"message.get", `{"channel_id":"123456","message_id":"$said"}`, nil},
		{"message.list", `{"channel_id":"123456","limit":1}`, noting("page", "prev")},
		{"message.list", `{"channel_id":"123456","next":"$page","limit":1}`, nil},
		{"reaction.create", `{"channel_id":"123456","message_id":"$said","emoji_id":"76"}`, nil},
		{"reaction.list", `{"channel_id":"123456","message_id":"$said","emoji_id":"76"}`, nil},
		{"reaction.delete", `{"channel_id":"123456","message_id":"$said","emoji_id":"76"}`, nil},
		{"message.delete", `{"channel_id":"123456","message_id":"$said"}`, nil},
		{"upload.create", `multipart/form-data: name="file", filename="a.png", image/png`, noting("link", "file")},
		{"message.create", `{"channel_id":"123456","content":"<img src=\"$link\"/>"}`, nil},
		{"meta/webhook.create", `{"url":"http://127.0.0.1:1/satori","token":"secret"}`, nil},
		{"meta/webhook.delete", `{"url":"http://127.0.0.1:1/satori"}`, nil},
		{"friend.delete", `{"user_id":"10002"}`, nil}, {"channel.delete", `{"channel_id":"888888"}`, nil},
	}
}

// askSatori has people ask for what the account may grant, and notes under which
// names the events tell of it.
func (r *rig) askSatori(noted map[string]string) {
	r.t.Helper()
	s := r.socket(satoriName, "/v1/events")
	s.send(`{"op":3,"body":{"token":"` + token + `"}}`)
	s.await(`"op":4`)
	r.ask()
	if err := r.admin.RequestJoin(r.t.Context(), admin.JoinRequest{Group: group, User: sim.SeedErin, Comment: "me too"}); err != nil {
		r.t.Fatal(err)
	}
	if err := r.server.World("default").AddGroup(r.t.Context(), sim.NewGroup{ID: 888888, Name: "Alice's", Owner: alice}); err != nil {
		r.t.Fatal(err)
	}
	if err := r.admin.Invite(r.t.Context(), admin.Invitation{Group: 888888, Inviter: alice}); err != nil {
		r.t.Fatal(err)
	}
	for len(noted) < 4 {
		event := s.next()
		id := word(at(event, "body.message.id"))
		switch kind := word(at(event, "body.type")); {
		case kind == "friend-request":
			noted["friend"] = id
		case kind == "guild-request":
			noted["invited"] = id
		case kind == "guild-member-request" && strings.Contains(event, "me too"):
			noted["other"] = id
		case kind == "guild-member-request":
			noted["join"] = id
		}
	}
}

// TestSatoriReference runs every method of the reference on the simulated QQ;
// with -update it writes the examples that the reference shows.
func TestSatoriReference(t *testing.T) {
	r := start(t, on(func(e *config.Satori) { e.Token = token }))
	w := newTour(t)
	r.askSatori(w.noted)
	picture, err := base64.StdEncoding.DecodeString(onePixel)
	if err != nil {
		t.Fatal(err)
	}
	call := func(name, params string) answer {
		if name == "upload.create" {
			return r.upload(token, "image/png", picture)
		}
		return r.request("POST", r.url(satoriName, "/v1/"+name), params, "Authorization", "Bearer "+token)
	}
	for _, s := range satoriSteps() {
		w.take(s, call, func(a answer) bool { return a.status == 200 && a.header.Get("Content-Type") == jsonType })
	}
	manual, err := satori.Reference()
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range manual.Methods {
		if _, shown := w.shown[m.Name]; !shown && m.Unserved == "" {
			t.Errorf("%s has no example", m.Name)
		}
	}
	w.write("../protocols/satori/examples.txt")
}
