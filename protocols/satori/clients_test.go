package satori

import (
	"encoding/json"
	"encoding/xml"
	"slices"
	"strings"
	"testing"

	"llbot/protocols/face"
	"llbot/protocols/qq"
)

// What the four clients depend on: Koishi's adapter-satori 1.5, NoneBot's
// adapter-satori 1.3, AstrBot's adapter and satori-python 1.3. Each test names
// whom it would break.

// everyAnswer runs all golden calls.
func everyAnswer(t *testing.T, visit func(method, body string, r face.Response)) {
	t.Helper()
	s := newServer(t, Options{})
	for _, c := range calls {
		visit(c.method, c.body, call(t, s, fakeDirectory{newAccount(self)}, c.method, c.body))
	}
}

// everyEvent gives all golden events as clients read them.
func everyEvent(t *testing.T, visit func(e qq.Event, ev map[string]any)) {
	t.Helper()
	encoder := newServer(t, Options{}).encoder(true)
	for i, e := range slices.Concat(happenings, moreHappenings) {
		text, ok := encoder.Encode(nil, entry(i, e))
		if !ok {
			t.Fatalf("%s is silent", qq.EventKind(e))
		}
		var ev map[string]any
		if err := json.Unmarshal(text, &ev); err != nil {
			t.Fatal(err)
		}
		visit(e, ev)
	}
}

// dig follows keys into an event; nil where there is nothing.
func dig(v any, path string) any {
	for key := range strings.SplitSeq(path, ".") {
		m, ok := v.(map[string]any)
		if !ok {
			return nil
		}
		v = m[key]
	}
	return v
}

// Koishi takes a JSON type literally, NoneBot decodes every 2xx body, AstrBot
// wants 200 and a JSON type: void methods answer {}.
func TestClientsGetJSONFromEverySuccess(t *testing.T) {
	void := []string{"friend.delete", "friend.approve", "guild.approve", "channel.delete", "channel.mute", "channel.update",
		"message.delete", "reaction.create", "reaction.delete", "guild.member.kick", "guild.member.mute"}
	everyAnswer(t, func(method, body string, r face.Response) {
		if r.Status >= 300 {
			if !strings.HasPrefix(r.ContentType, "text/plain") || len(r.Body) == 0 {
				t.Errorf("%s %s: %d %s %s", method, body, r.Status, r.ContentType, r.Body)
			}
			return
		}
		if r.Status != 200 || r.ContentType != "application/json" || !json.Valid(r.Body) {
			t.Errorf("%s: %d %s %s", method, r.Status, r.ContentType, r.Body)
		}
		if slices.Contains(void, method) && string(r.Body) != "{}" {
			t.Errorf("%s: %s", method, r.Body)
		}
	})
}

// All clients page until next is absent; Koishi stops on null and "" too.
func TestClientsFindTheEndOfLists(t *testing.T) {
	everyAnswer(t, func(method, _ string, r face.Response) {
		var page map[string]any
		if !strings.HasSuffix(method, ".list") || json.Unmarshal(r.Body, &page) != nil {
			return
		}
		next, more := page["next"]
		if more != (method == "message.list" || method == "reaction.list") || more && next == "" {
			t.Errorf("%s: next %v", method, next)
		}
		if _, ok := page["data"].([]any); !ok {
			t.Errorf("%s: %s", method, r.Body)
		}
	})
}

// Koishi sends its header even without a token; NoneBot and Koishi send the old
// login headers too; NoneBot sends no body with login.get.
func TestClientsHeadersPass(t *testing.T) {
	s, dir := newServer(t, Options{}), fakeDirectory{newAccount(self), newAccount(second)}
	for _, headers := range [][]string{
		{"Authorization", "Bearer undefined", "Satori-Platform", "llonebot", "Satori-User-ID", "10002"},
		{"Authorization", "Bearer ", "X-Platform", "llonebot", "X-Self-ID", "10002"},
		{"Satori-Platform", "llonebot", "Satori-User-ID", "10002", "X-Platform", "llonebot", "X-Self-ID", "10009"},
	} {
		r := ask(t, s, dir, "POST", "/v1/login.get", "", "", "", headers...)
		if r.Status != 200 || !strings.Contains(string(r.Body), `"sn":10002`) {
			t.Errorf("%v: %d %s", headers, r.Status, r.Body)
		}
	}
	if r := ask(t, s, dir, "POST", "/v1/meta", "", "text/plain", ""); r.Status != 200 { // satori-python starts with it
		t.Errorf("%d %s", r.Status, r.Body)
	}
}

// NoneBot stores id before sn; wants no status in ordinary events, and user and
// platform in all.
func TestClientsReadTheLoginOfEvents(t *testing.T) {
	everyEvent(t, func(e qq.Event, ev map[string]any) {
		if ev["sn"] != ev["id"] || dig(ev, "login.user.id") != "10002" || dig(ev, "login.platform") != "llonebot" || dig(ev, "login.sn") == nil {
			t.Errorf("%s: %v", ev["type"], ev)
		}
		if _, status := ev["login"].(map[string]any)["status"]; status != isLogin(e) {
			t.Errorf("%s: status %t", ev["type"], status)
		}
	})
}

// Koishi and NoneBot tell private from group by channel.type, AstrBot by the
// absence of guild; NoneBot drops group events without member.
func TestClientsTellGroupsFromPrivateChats(t *testing.T) {
	everyEvent(t, func(_ qq.Event, ev map[string]any) {
		if ev["channel"] == nil {
			return
		}
		kind, ok := dig(ev, "channel.type").(float64)
		if !ok || (kind == ChannelText) != (ev["guild"] != nil) {
			t.Errorf("%s: channel %v, guild %v", ev["type"], ev["channel"], ev["guild"])
		}
		if text, _ := ev["type"].(string); strings.HasPrefix(text, "message-") && kind == ChannelText && ev["member"] == nil {
			t.Errorf("%s has no member", text)
		}
	})
}

// NoneBot's models of the events: what is missing drops the event.
func TestClientsGetTheResourcesOfEachEvent(t *testing.T) {
	required := map[string][]string{
		"message-created": {"channel.id", "message.id", "message.content", "user.id"}, "message-deleted": {"channel.id", "message.id", "user.id"},
		"guild-added": {"guild.id"}, "guild-updated": {"guild.id", "guild.name"}, "guild-removed": {"guild.id"},
		"guild-request": {"guild.id", "message.id", "user.id", "operator.id"}, "guild-member-added": {"guild.id", "member.user.id", "user.id"},
		"guild-member-updated": {"guild.id", "member.user.id", "user.id"}, "guild-member-removed": {"guild.id", "member.user.id", "user.id"},
		"guild-member-request": {"guild.id", "member.user.id", "user.id", "message.id"}, "friend-request": {"user.id", "message.id"},
		"reaction-added":   {"guild.id", "user.id", "message.id", "emoji.id", "channel.id", "member.user.id"},
		"reaction-removed": {"guild.id", "user.id", "message.id", "emoji.id"},
		"login-added":      {"login.user.id", "login.adapter"}, "login-updated": {"login.user.id"}, "login-removed": {"login.user.id"},
		"interaction/button": {"button.id", "user.id", "channel.id"}, "internal": {"_type", "_data"},
	}
	everyEvent(t, func(_ qq.Event, ev map[string]any) {
		kind, _ := ev["type"].(string)
		for _, path := range required[kind] {
			if v := dig(ev, path); v == nil || v == "" && path != "message.content" {
				t.Errorf("%s has no %s: %v", kind, path, ev)
			}
		}
	})
}

// AstrBot reads content with a strict XML reader, and shows no name where nick is
// null.
func TestClientsReadContentStrictly(t *testing.T) {
	everyEvent(t, func(_ qq.Event, ev map[string]any) {
		content, _ := dig(ev, "message.content").(string)
		if err := xml.Unmarshal([]byte("<m>"+content+"</m>"), new(any)); err != nil {
			t.Errorf("%s: %v", content, err)
		}
		var nulls func(v any) bool
		nulls = func(v any) bool {
			m, ok := v.(map[string]any)
			for _, child := range m {
				if child == nil || nulls(child) {
					return true
				}
			}
			return !ok && v == nil
		}
		if nulls(ev) {
			t.Errorf("null in %v", ev)
		}
	})
}

// NoneBot asks message.get for whose message a quote is, unless author is its
// first child. Koishi wants user there: else it does not see through the mention
// that QQ puts in front of an answer, and takes no command behind it.
func TestClientsLearnWhoIsQuoted(t *testing.T) {
	content := Content("p", qq.Segments{&qq.Reply{MessageRef: inGroup(3), Sender: 10001, Quoted: qq.NewText("old")}})
	if !strings.HasPrefix(content, `<quote id="2|123456|3"><author id="10001"/><user id="10001"/>old`) {
		t.Error(content)
	}
}

// Whoever joins the roles of members with the list of roles must find them.
func TestClientsFindTheRolesOfMembers(t *testing.T) {
	s, dir := newServer(t, Options{}), fakeDirectory{newAccount(self)}
	var roles List[Role]
	if err := json.Unmarshal(call(t, s, dir, "guild.role.list", `{"guild_id":"123456"}`).Body, &roles); err != nil {
		t.Fatal(err)
	}
	var members List[Member]
	if err := json.Unmarshal(call(t, s, dir, "guild.member.list", `{"guild_id":"123456"}`).Body, &members); err != nil {
		t.Fatal(err)
	}
	for _, m := range members.Data {
		if len(m.Roles) != 1 || !slices.Contains(roles.Data, m.Roles[0]) {
			t.Errorf("%+v", m.Roles)
		}
	}
}

// NoneBot and satori-python give up when READY is not the first frame; AstrBot
// sends an empty token where none is set; PING may come without a body.
func TestClientsGetREADYFirst(t *testing.T) {
	for _, hello := range []string{`{"op":3,"body":{"token":"","sn":null}}`, `{"op":3,"body":{}}`, `{"op":3}`, `{"op":3,"body":{"token":null,"sequence":-1}}`} {
		tr := talk(t, Options{}, fakeDirectory{newAccount(self)})
		tr.frame(hello)
		tr.frame(`{"op":1}`)
		out := tr.out.String()
		ready, subscribed, pong := strings.Index(out, `> {"op":4`), strings.Index(out, "subscribe"), strings.Index(out, `> {"op":2`)
		if ready < 0 || ready > subscribed || pong < subscribed {
			t.Errorf("%s: %s", hello, out)
		}
	}
}

// Koishi throws at a login without user, also at one that is offline.
func TestClientsGetTheUserOfEveryLogin(t *testing.T) {
	dead := &fakeAccount{id: second}
	for _, l := range newServer(t, Options{}).meta(t.Context(), fakeDirectory{newAccount(self), dead}).Logins {
		if l.User.ID == "" || l.Platform == "" || l.SN == 0 || l.Adapter == "" || !slices.Contains(l.Features, "guild.plain") {
			t.Errorf("%+v", l)
		}
	}
}

// Koishi names every part of an upload "file" and reads internal calls as JSON.
func TestClientsUploadAndCallInternally(t *testing.T) {
	s, dir := newServer(t, Options{Internal: fakeInternal{}}), fakeDirectory{newAccount(self)}
	r := ask(t, s, dir, "POST", "/v1/upload.create", "", boundary, form("file", "a.png", "x"))
	var links map[string]string
	if err := json.Unmarshal(r.Body, &links); err != nil || links["file"] == "" {
		t.Fatalf("%s", r.Body)
	}
	sent := ask(t, s, dir, "POST", "/v1/message.create", "", "application/json", `{"channel_id":"123456","content":"<img src=\"`+links["file"]+`\"/>"}`)
	if sent.Status != 200 {
		t.Errorf("%d %s", sent.Status, sent.Body)
	}
	r = ask(t, s, dir, "POST", "/v1/internal/llonebot/10002/_api/get_status", "", "application/json", `[]`)
	if r.Status != 200 || r.ContentType != "application/json" {
		t.Errorf("%+v", r)
	}
}
