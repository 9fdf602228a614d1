package runtime_test

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"llbot/protocols/satori"
	llbot "llbot/runtime"
	"llbot/runtime/admin"
	"llbot/runtime/config"
)

// method calls a method of Satori that may fail.
func (r *rig) method(name, params string, headers ...string) answer {
	r.t.Helper()
	return r.request("POST", r.url(satoriName, "/v1/"+name), params, headers...)
}

// identified is a Satori socket behind its READY.
func (r *rig) identified() wire {
	r.t.Helper()
	s := r.socket(satoriName, "/v1/events")
	s.send(`{"op":3}`)
	s.await(`"op":4`)
	r.listening(s.lines)
	return s
}

// What an account goes through is told as login events, with the whole login; an
// offline account refuses with 503.
func TestSatoriLoginEvents(t *testing.T) {
	r := start(t)
	s := r.identified()
	if _, err := r.sim("").AddFault(t.Context(), admin.Fault{Kind: "kicked", Count: 1, Text: "logged in elsewhere"}); err != nil {
		t.Fatal(err)
	}
	if a := r.method("message.list", `{"channel_id":"123456"}`); a.status != 503 || !strings.Contains(a.text, "logged in elsewhere") {
		t.Errorf("%d %s", a.status, a.text)
	}
	gone := s.await(`"login-updated"`, "logged in elsewhere")
	if at(gone, "body.login.status") != "0" || at(gone, "body.login.user.id") != `"`+botText+`"` || at(gone, "body.login.platform") != `"llonebot"` ||
		at(gone, "body.login.adapter") == "" || at(gone, "body._type") != `"llbot/bot_offline"` {
		t.Errorf("gone: %s", gone)
	}
	if a := r.method("login.get", ""); a.status != 200 || a.at("status") != "0" || a.at("user.id") != `"`+botText+`"` {
		t.Errorf("login.get while offline: %d %s", a.status, a.text)
	}
	late := r.socket(satoriName, "/v1/events")
	late.send(`{"op":3}`)
	if ready := late.next(); at(ready, "body.logins.0.status") != "0" {
		t.Errorf("READY while offline: %s", ready)
	}
	r.act(bot, "MoveLogin", `{"step":"online"}`)
	for {
		event := s.await(`"login-`)
		if at(event, "body.login.status") == "1" {
			break
		}
	}
	r.act(bot, "EditProfile", `{"nickname":"Botty"}`)
	if event := s.await(`"login-updated"`, "Botty"); at(event, "body.login.user.name") != `"Botty"` {
		t.Errorf("profile: %s", event)
	}
}

// A client that was there first sees the account come.
func TestSatoriLoginAdded(t *testing.T) {
	hook := newReceiver(t, nil)
	start(t, add(config.KindSatoriWebhook, func(e *config.SatoriWebhook) { e.URL = config.URL(hook.url) }))
	added := hook.await(t, "login-added").body
	if at(added, "type") != `"login-added"` || at(added, "login.status") != "1" || at(added, "login.user.name") != `"LLBot"` {
		t.Errorf("%s", added)
	}
}

// Failures of QQ have the statuses of the contract.
func TestSatoriStatuses(t *testing.T) {
	r := start(t, twoAccounts)
	login := []string{"Satori-Platform", "llonebot", "Satori-User-ID", botText}
	for _, c := range []struct {
		name, params string
		status       int
		text         string
	}{
		{"message.create", `{"channel_id":"123456"}`, 400, "content"},
		{"message.create", `{"channel_id":"123456","content":7}`, 400, "content"},
		{"message.create", `{"channel_id":"nowhere","content":"x"}`, 400, "channel_id"},
		{"message.create", `{"channel_id":"123456","content":"<img/>"}`, 400, "src"},
		{"message.create", `{"channel_id":"123456","content":"<img src=\"http://127.0.0.1/x\"/>"}`, 400, "not a public one"},
		{"message.create", `{"channel_id":"999999","content":"x"}`, 404, "999999"},
		{"message.create", `nonsense`, 400, ""},
		{"guild.member.kick", `{"guild_id":"123456","user_id":"10001"}`, 403, ""},
		{"guild.get", `{"guild_id":"999999"}`, 404, ""},
		{"message.get", `{"channel_id":"123456","message_id":"2|123456|999999"}`, 404, ""},
		{"message.update", `{}`, 404, "QQ cannot edit messages"},
		{"guild.role.create", `{}`, 404, "fixed"},
		{"no.such", `{}`, 404, "no such method"},
	} {
		if a := r.method(c.name, c.params, login...); a.status != c.status || !strings.Contains(a.text, c.text) || !strings.HasPrefix(a.header.Get("Content-Type"), "text/plain") {
			t.Errorf("%s %s: %d %q %s", c.name, c.params, a.status, a.header.Get("Content-Type"), a.text)
		}
	}
	for _, headers := range [][]string{nil, {"Satori-Platform", "llonebot"}, {"Satori-User-ID", botText}, {"Satori-Platform", "discord", "Satori-User-ID", botText}, {"Satori-Platform", "llonebot", "Satori-User-ID", "77"}} {
		if a := r.method("login.get", "", headers...); a.status != 403 || !strings.Contains(a.text, "login not found") {
			t.Errorf("%v: %d %s", headers, a.status, a.text)
		}
	}
	for kind, status := range map[string]int{"rate_limited": 429, "risk_control": 500, "upstream": 500, "offline": 503} {
		if _, err := r.sim("").AddFault(t.Context(), admin.Fault{Kind: kind, Op: "SendMessage", Count: 1, Text: "because " + kind}); err != nil {
			t.Fatal(err)
		}
		if a := r.method("message.create", `{"channel_id":"123456","content":"x"}`, login...); a.status != status || !strings.Contains(a.text, "because "+kind) {
			t.Errorf("%s: %d %s", kind, a.status, a.text)
		}
	}
	for _, verb := range []string{"GET", "PUT", "DELETE", "PATCH"} {
		if a := r.request(verb, r.url(satoriName, "/v1/guild.list"), "", login...); a.status != 405 || a.header.Get("Allow") != "POST" {
			t.Errorf("%s: %d %v", verb, a.status, a.header)
		}
	}
	for _, name := range []string{"guild.member.mute", "channel.mute"} {
		a := r.method(name, `{"guild_id":"123456","channel_id":"123456","user_id":"10002","duration":0}`, login...)
		if a.status != 200 || a.text != "{}" || a.header.Get("Content-Type") != jsonType {
			t.Errorf("%s: %d %s %s", name, a.status, a.header.Get("Content-Type"), a.text)
		}
	}
}

// Features tells what an account can do: what is missing there answers 501, and
// nothing else does.
func TestSatoriFeaturesAreTrue(t *testing.T) {
	r := startWith(t, []llbot.Option{llbot.WithDriver(bot, newParrot())})
	manual, err := satori.Reference()
	if err != nil {
		t.Fatal(err)
	}
	features := r.method("login.get", "").at("features")
	lacks := 0
	for _, m := range manual.Methods {
		if m.Unserved != "" || strings.HasPrefix(m.Name, "meta/") || m.Name == "upload.create" {
			continue
		}
		a := r.method(m.Name, `{"channel_id":"123456","guild_id":"123456","user_id":"10001","role_id":"2","content":"x","emoji_id":"76","duration":0,"approve":true,"data":{"name":"n"},`+
			`"message_id":`+strconv.Quote(map[string]string{"friend.approve": "u_1", "guild.approve": "123456|1|2|0", "guild.member.approve": "123456|1|1|0"}[m.Name])+`}`)
		if strings.HasPrefix(m.Name, "message.") || strings.HasPrefix(m.Name, "reaction.") {
			a = r.method(m.Name, `{"channel_id":"123456","message_id":"2|123456|1","content":"x","emoji_id":"76"}`)
		}
		told := strings.Contains(features, `"`+m.Name+`"`)
		if told == (a.status == 501) {
			t.Errorf("%s: told %v, answered %d %s", m.Name, told, a.status, a.text)
		}
		if !told {
			lacks++
		}
	}
	if lacks < 10 || !strings.Contains(features, "message.create") {
		t.Errorf("the parrot can hardly do all that: %s", features)
	}
}

// walk follows the tokens of message.list in one direction and answers the
// messages by age. On the way both tokens are the same, by the specification.
func (r *rig) walk(order, direction, token string) (ids, texts []string) {
	r.t.Helper()
	for first := true; first || token != ""; first = false {
		params := `{"channel_id":"123456","limit":5,"order":"` + order + `","direction":"` + direction + `"`
		if token != "" {
			params += `,"next":"` + token + `"`
		}
		page := r.satori("message.list", params+"}")
		var pageIDs, pageTexts []string
		for i := 0; page.at(fmt.Sprintf("data.%d", i)) != ""; i++ {
			pageIDs = append(pageIDs, word(page.at(fmt.Sprintf("data.%d.id", i))))
			pageTexts = append(pageTexts, word(page.at(fmt.Sprintf("data.%d.content", i))))
		}
		if order == "desc" {
			slices.Reverse(pageIDs)
			slices.Reverse(pageTexts)
		}
		if direction == "before" {
			ids, texts = slices.Concat(pageIDs, ids), slices.Concat(pageTexts, texts)
		} else {
			ids, texts = append(ids, pageIDs...), append(texts, pageTexts...)
		}
		if token = word(page.at("next")); token != word(page.at("prev")) {
			r.t.Errorf("%s: prev %s, next %s", direction, page.at("prev"), token)
		}
	}
	return ids, texts
}

// History is walked to both ends by the tokens that it gives, in both orders.
func TestSatoriHistoryByItsTokens(t *testing.T) {
	r := start(t)
	const said = 23
	r.sayAll(admin.SayRequest{Group: group, User: alice, Message: admin.Text("n={{seq}}"), Count: said})
	want := make([]string, said)
	for i := range want {
		want[i] = fmt.Sprintf("n=%d", i+1)
	}
	for _, order := range []string{"asc", "desc"} {
		ids, texts := r.walk(order, "before", "")
		if !slices.Equal(texts, want) {
			t.Errorf("%s: back to the first: %v", order, texts)
		}
		if _, texts = r.walk(order, "after", ids[0]); !slices.Equal(texts, want[1:]) {
			t.Errorf("%s: forth to the last: %v", order, texts)
		}
		middle := r.satori("message.list", `{"channel_id":"123456","limit":3,"direction":"around","next":"`+ids[10]+`"}`)
		for token, direction := range map[string]string{"prev": "before", "next": "after"} {
			rest := map[string][]string{"before": want[:9], "after": want[12:]}[direction]
			if _, texts = r.walk(order, direction, word(middle.at(token))); !slices.Equal(texts, rest) {
				t.Errorf("%s: from the middle %s: %v, in the middle %s", order, direction, texts, middle.text)
			}
		}
	}
}

// The three forms of internal calls reach the same action.
func TestSatoriInternalForms(t *testing.T) {
	r := start(t, withToken(token))
	for _, c := range []struct{ verb, path, body, want string }{
		{"POST", "onebot11.get_group_info", `{"group_id":123456}`, "data.group_id"},
		{"POST", "onebot11/get_group_info", `{"group_id":123456}`, "data.group_id"},
		{"POST", "get_group_info", `{"group_id":123456}`, "data.group_id"},
		{"GET", "onebot11/get_group_info?group_id=123456", ``, "data.group_id"},
		{"POST", "llonebot/" + botText + "/onebot11/get_group_info", `{"group_id":123456}`, "data.group_id"},
		{"POST", "llonebot/" + botText + "/_api/onebot11.get_group_info", `[{"group_id":123456}]`, "data.group_id"},
		{"POST", "llonebot/" + botText + "/_api/milky.get_group_info", `[{"group_id":123456}]`, "data.group.group_id"},
		{"POST", "milky.get_group_info", `{"group_id":123456}`, "data.group.group_id"},
	} {
		a := r.request(c.verb, r.url(satoriName, "/v1/internal/"+c.path), c.body, "Authorization", "Bearer "+token)
		if a.status != 200 || a.at(c.want) != "123456" || a.header.Get("Content-Type") != jsonType {
			t.Errorf("%s %s: %d %s", c.verb, c.path, a.status, a.text)
		}
		if a := r.request(c.verb, r.url(satoriName, "/v1/internal/"+c.path), c.body); a.status != 401 {
			t.Errorf("%s without the token: %d %s", c.path, a.status, a.text)
		}
	}
}
