package satori

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"llbot/protocols/qq"
)

// calls is one request or more for every method.
var calls = []struct{ method, body string }{
	{"login.get", ``},
	{"user.get", `{"user_id":10001}`},
	{"friend.list", `{}`},
	{"friend.list", `{"next":null}`},
	{"friend.delete", `{"user_id":"10001"}`},
	{"friend.approve", `{"message_id":"u_alice","approve":true}`},
	{"friend.approve", `{"message_id":"u_alice|1","approve":false,"comment":"no"}`},
	{"guild.list", ``},
	{"guild.get", `{"guild_id":"123456"}`},
	{"guild.approve", `{"message_id":"123456|9|2|0","approve":true}`},
	{"guild.role.list", `{"guild_id":"123456"}`},
	{"guild.role.get", `{"guild_id":"123456","role_id":"2"}`},
	{"guild.role.get", `{"guild_id":"123456","role_id":"9"}`},
	{"guild.member.list", `{"guild_id":"123456"}`},
	{"guild.member.get", `{"guild_id":"123456","user_id":"10001"}`},
	{"guild.member.kick", `{"guild_id":"123456","user_id":"10003","permanent":true}`},
	{"guild.member.kick", `{"guild_id":"123456","user_id":"10003"}`},
	{"guild.member.mute", `{"guild_id":"123456","user_id":"10003","duration":60000}`},
	{"guild.member.mute", `{"guild_id":"123456","user_id":"10003","duration":1.5}`},
	{"guild.member.mute", `{"guild_id":"123456","user_id":"10003","duration":0}`},
	{"guild.member.approve", `{"message_id":"123456|9|22|1","approve":false,"comment":"full"}`},
	{"guild.member.role.set", `{"guild_id":"123456","user_id":"10003","role_id":"2"}`},
	{"guild.member.role.set", `{"guild_id":"123456","user_id":"10003","role_id":0}`},
	{"guild.member.role.unset", `{"guild_id":"123456","user_id":"10003","role_id":"2"}`},
	{"guild.member.role.list", `{"guild_id":"123456","user_id":"10001"}`},
	{"channel.get", `{"channel_id":"123456"}`},
	{"channel.get", `{"channel_id":"private:10001"}`},
	{"channel.list", `{"guild_id":"123456"}`},
	{"channel.update", `{"channel_id":"123456","data":{"id":"123456","type":0,"name":"Coffee","parent_id":null}}`},
	{"channel.delete", `{"channel_id":"123456"}`},
	{"channel.mute", `{"channel_id":"123456","duration":1}`},
	{"channel.mute", `{"channel_id":"123456","guild_id":"123456","enable":false}`},
	{"channel.mute", `{"channel_id":"123456","enable":true,"duration":0}`},
	{"user.channel.create", `{"user_id":"10001","guild_id":"123456"}`},
	{"message.create", `{"channel_id":"123456","content":"hello<message>wo<b>r</b>ld</message>","referrer":{"a":1}}`},
	{"message.create", `{"channel_id":"private:10001","content":"<quote id=\"1|10001|3\">old</quote><img src=\"data:image/png;base64,AA==\" title=\"a.png\"/>"}`},
	{"message.create", `{"channel_id":"123456","content":""}`},
	{"message.create", `{"channel_id":"private:10007","content":"<quote id=\"1|10007|3\"/><llbot:dice/>","referrer":{"message_id":"100|10007|1","guild_id":"123456"}}`},
	{"message.create", `{"channel_id":"123456","content":"see<message forward title=\"T\"><message id=\"2|123456|7\"/><message><author id=\"10001\" name=\"Alice\"/>hi<face id=\"4\"/></message>mine</message>"}`},
	{"message.create", `{"channel_id":"123456","content":"<message forward id=\"1|10001|3\"/>"}`},
	{"message.create", `{"channel_id":"123456","content":"a<audio src=\"http://x/a.mp3\" duration=\"3\"/><video src=\"http://x/v\" poster=\"http://x/p\"/><file src=\"internal:llonebot/10002/_tmp/r1\" title=\"a.txt\"/>"}`},
	{"message.get", `{"channel_id":"123456","message_id":"2|123456|7"}`},
	{"message.delete", `{"channel_id":"123456","message_id":"2|123456|7"}`},
	{"message.list", `{"channel_id":"123456"}`},
	{"reaction.create", `{"channel_id":"123456","message_id":"2|123456|7","emoji_id":"66"}`},
	{"reaction.create", `{"channel_id":"123456","message_id":"2|123456|7","emoji":128512}`},
	{"reaction.create", `{"channel_id":"123456","message_id":"2|123456|7","emoji_id":"😀"}`},
	{"reaction.delete", `{"channel_id":"123456","message_id":"2|123456|7","emoji_id":"66"}`},
	{"reaction.delete", `{"channel_id":"123456","message_id":"2|123456|7","emoji_id":"66","user_id":"10002"}`},
	{"reaction.list", `{"channel_id":"123456","message_id":"2|123456|7","emoji_id":"66"}`},
	{"reaction.list", `{"channel_id":"123456","message_id":"2|123456|7","emoji_id":"66","next":"c1"}`},
	{"upload.create", `{}`},
	{"message.list", `{"channel_id":"123456","next":"seq:5","direction":"before","limit":500,"order":"desc"}`},
}

func TestMethodsGolden(t *testing.T) {
	s := newServer(t, Options{})
	account := newAccount(self)
	dir := fakeDirectory{account}
	var out strings.Builder
	for _, c := range calls {
		account.ops = nil
		r := call(t, s, dir, c.method, c.body)
		fmt.Fprintf(&out, "%s %s\n", c.method, c.body)
		for _, op := range account.ops {
			text, err := json.Marshal(op)
			if err != nil {
				t.Fatal(err)
			}
			fmt.Fprintf(&out, "  %s %s\n", qq.OpName(op), text)
		}
		fmt.Fprintf(&out, "  %d %s %s\n", r.Status, r.ContentType, r.Body)
	}
	golden(t, "methods.golden", out.String())
	for _, row := range s.Methods() {
		if !slices.ContainsFunc(calls, func(c struct{ method, body string }) bool { return c.method == row.Name }) {
			t.Errorf("%s has no golden call", row.Name)
		}
	}
}

func TestBadParametersAreToldAllAtOnce(t *testing.T) {
	s, dir := newServer(t, Options{}), fakeDirectory{newAccount(self)}
	for _, c := range []struct {
		method, body string
		status       int
		reason       string
	}{
		{"user.get", `{`, 400, "not JSON"},
		{"user.get", `[]`, 400, "must be an object"},
		{"user.get", `{"user_id":true}`, 400, "user_id: must be a string, not a boolean"},
		{"user.get", `{"user_id":"x"}`, 400, "user_id: must be a QQ number"},
		{"user.get", `{"user_id":"010001"}`, 400, "user_id"},
		{"user.get", `{"user_id":null}`, 400, "user_id: is required"},
		{"guild.member.mute", `{"guild_id":"-1","duration":-5}`, 400, "guild_id: must be a group number; duration: must be from 0 to ten years, in milliseconds; user_id: is required"},
		{"guild.member.mute", `{"guild_id":"1","user_id":"1","duration":1e300}`, 400, "duration"},
		{"guild.member.role.set", `{"guild_id":"1","user_id":"1","role_id":"1"}`, 400, "owner"},
		{"guild.member.role.set", `{"guild_id":"1","user_id":"1","role_id":"9"}`, 400, "no such role"},
		{"guild.member.role.unset", `{"guild_id":"1","user_id":"1","role_id":"0"}`, 400, "only the role 2"},
		{"guild.approve", `{"message_id":"1|2|3|0","approve":true}`, 400, "message_id"},
		{"friend.approve", `{"message_id":"|1","approve":true}`, 400, "message_id"},
		{"channel.mute", `{"channel_id":"123456"}`, 400, "duration: is required"},
		{"channel.mute", `{"channel_id":"private:1","enable":true}`, 400, "channel of a group"},
		{"channel.delete", `{"channel_id":"private:1"}`, 400, "channel of a group"},
		{"message.create", `{"channel_id":"123456"}`, 400, "content: is required"},
		{"message.create", `{"channel_id":"123456","content":5}`, 400, "content: must be a string"},
		{"message.create", `{"channel_id":"here","content":""}`, 400, "channel_id"},
		{"message.create", `{"channel_id":"1","content":"<audio/>"}`, 400, "<audio> needs a src"},
		{"message.create", `{"channel_id":"1","content":"a<llbot:markdown content=\"b\"/>"}`, 501, "can only be received"},
		{"message.create", `{"channel_id":"1","content":"a<message/><quote id=\"2|1|3\"/>"}`, 400, "content: the message is empty"},
		{"message.create", `{"channel_id":"1","content":"<message forward><message id=\"1\"/></message>"}`, 400, "no message id"},
		{"channel.update", `{"channel_id":"private:1","data":{"name":"x"}}`, 400, "channel of a group"},
		{"channel.update", `{"channel_id":"1","data":{}}`, 400, "data.name: is required"},
		{"reaction.create", `{"channel_id":"1","message_id":"2|1|1"}`, 400, "emoji_id: is required"},
		{"reaction.create", `{"channel_id":"1","message_id":"1|1|1","emoji_id":"66"}`, 400, "groups only"},
		{"reaction.create", `{"channel_id":"1","message_id":"2|1|1","emoji_id":"x"}`, 400, "emoji_id: must be the number"},
		{"reaction.delete", `{"channel_id":"1","message_id":"2|1|1","emoji_id":"66","user_id":"10001"}`, 403, "user_id"},
		{"upload.create", `{}`, 400, "multipart/form-data"},
		{"message.create", `{"channel_id":"1","content":"<quote id=\"7\"/>x"}`, 400, "quote"},
		{"message.create", `{"channel_id":"1","content":"<img src=\"` + strings.Repeat("x", 100) + `\"/>"}`, 400, strings.Repeat("x", 60) + "…"},
		{"message.get", `{"channel_id":"1","message_id":"3|1|1"}`, 400, "message_id"},
		{"guild.member.mute", `{"guild_id":"1","user_id":"1","duration":"long"}`, 400, "duration: must be an integer"},
		{"guild.approve", `{"message_id":"1|2|1|x","approve":true}`, 400, "message_id"},
		{"guild.approve", `{"message_id":"0|2|1|0"}`, 400, "message_id: must be the message id of a request event; approve: is required"},
		{"message.list", `{"channel_id":"1","direction":"after"}`, 400, "next: is required"},
		{"message.list", `{"channel_id":"1","direction":"up","order":"x"}`, 400, "direction: must be one of the words of the specification; order"},
		{"message.list", `{"channel_id":"1","next":"seq:-1"}`, 400, "next"},
	} {
		r := call(t, s, dir, c.method, c.body)
		if r.Status != c.status || !strings.Contains(string(r.Body), c.reason) {
			t.Errorf("%s %s: %d %s", c.method, c.body, r.Status, r.Body)
		}
		if !strings.HasPrefix(r.ContentType, "text/plain") {
			t.Errorf("%s: %s", c.method, r.ContentType)
		}
	}
}

func TestErrorsBecomeStatuses(t *testing.T) {
	for kind, want := range map[error]int{
		qq.ErrInvalid: 400, qq.ErrMedia: 400, qq.ErrForbidden: 403, qq.ErrMuted: 403, qq.ErrNotFound: 404,
		qq.ErrConflict: 409, qq.ErrCursorGone: 410, qq.ErrRateLimited: 429, qq.ErrUnsupported: 501, qq.ErrOffline: 503, qq.ErrTimeout: 504,
		qq.ErrRiskControl: 500, qq.ErrUpstream: 500, qq.ErrInternal: 500, context.DeadlineExceeded: 504,
	} {
		account := newAccount(self)
		qq.Serve(&account.Handlers, func(context.Context, qq.GetUser) (*qq.User, error) {
			return nil, fmt.Errorf("wrapped: %w", qq.Errorf(kind, "because"))
		})
		r := call(t, newServer(t, Options{}), fakeDirectory{account}, "user.get", `{"user_id":1}`)
		if r.Status != want || !strings.Contains(string(r.Body), "because") {
			t.Errorf("%v: %d %s, want %d", kind, r.Status, r.Body, want)
		}
	}
}

func TestCreateTellsWhatWasSentBeforeAFailure(t *testing.T) {
	account, n := newAccount(self), int64(0)
	qq.Serve(&account.Handlers, func(_ context.Context, op qq.SendMessage) (*qq.Sent, error) {
		if n++; n == 2 {
			return nil, qq.Errorf(qq.ErrMuted, "you may not speak")
		}
		return &qq.Sent{MessageRef: qq.MessageRef{Chat: op.Chat, Seq: n}}, nil
	})
	r := call(t, newServer(t, Options{}), fakeDirectory{account}, "message.create", `{"channel_id":"1","content":"a<message/>b<message/>c"}`)
	if want := "message 2 of 3: you may not speak; already sent: 2|1|1"; r.Status != http.StatusForbidden || string(r.Body) != want {
		t.Fatalf("%d %s", r.Status, r.Body)
	}
	if n != 2 {
		t.Fatalf("%d messages were tried", n)
	}
}

func TestGetHidesWhatWasTakenBack(t *testing.T) {
	account, m := newAccount(self), groupMessage(7)
	m.Recalled = true
	constant[qq.GetMessage](&account.Handlers, m)
	r := call(t, newServer(t, Options{}), fakeDirectory{account}, "message.get", `{"channel_id":"1","message_id":"2|123456|7"}`)
	if r.Status != http.StatusNotFound {
		t.Fatalf("%d %s", r.Status, r.Body)
	}
}

func TestFeaturesTellTheTruth(t *testing.T) {
	account := newAccount(self)
	account.status.MissingFeatures = []string{"SendMessage", "GetGroup", "SetAdmin"}
	r := call(t, newServer(t, Options{}), fakeDirectory{account}, "login.get", "")
	var login Login
	if err := json.Unmarshal(r.Body, &login); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"message.create", "guild.get", "channel.list", "channel.get", "guild.role.list", "guild.member.role.set"} {
		if slices.Contains(login.Features, name) {
			t.Errorf("%s is claimed", name)
		}
	}
	for _, name := range []string{"guild.plain", "login.get", "message.get", "user.channel.create"} {
		if !slices.Contains(login.Features, name) {
			t.Errorf("%s is missing", name)
		}
	}
}

func TestALoginThatCannotBeAskedIsShownOffline(t *testing.T) {
	account := &fakeAccount{id: self} // serves nothing
	r := call(t, newServer(t, Options{App: App{Name: "LLBot"}}), fakeDirectory{account}, "login.get", "")
	var login Login
	if err := json.Unmarshal(r.Body, &login); err != nil {
		t.Fatal(err)
	}
	if r.Status != http.StatusOK || login.User.ID != "10002" || login.Status != StatusOffline || login.Adapter != "llbot" {
		t.Fatalf("%s", r.Body)
	}
}

// TestEveryMethodNamesWhatItNeeds holds the hand-written list of composed
// methods against what they really run.
func TestEveryMethodNamesWhatItNeeds(t *testing.T) {
	s := newServer(t, Options{})
	for _, c := range calls {
		account := newAccount(self)
		call(t, s, fakeDirectory{account}, c.method, c.body)
		if c.method == "login.get" || len(account.ops) == 0 || strings.Contains(c.body, "private:10001\"}") {
			continue
		}
		if strings.Contains(c.body, "<message forward id") {
			continue // needs ForwardMessage beside what all others need
		}
		if op := qq.OpName(account.ops[0]); !slices.Contains(s.needs[c.method], op) {
			t.Errorf("%s runs %s but needs %v", c.method, op, s.needs[c.method])
		}
	}
}

// FuzzServe: whatever the body, a method answers with a status of the
// contract and JSON or a reason.
func FuzzServe(f *testing.F) {
	for i, c := range calls {
		f.Add(uint8(i), c.body)
	}
	f.Add(uint8(0), `{"channel_id":"1","content":"<at id=\"1\"/><p>x</p>","next":"seq:1","limit":1e9}`)
	s := newServer(f, Options{})
	names := s.table.Names()
	f.Fuzz(func(t *testing.T, n uint8, body string) {
		r := call(t, s, fakeDirectory{newAccount(self)}, names[int(n)%len(names)], body)
		switch r.Status {
		case http.StatusOK:
			if !json.Valid(r.Body) {
				t.Fatalf("%s", r.Body)
			}
		case http.StatusBadRequest, http.StatusForbidden, http.StatusNotFound, http.StatusNotImplemented:
			if len(r.Body) == 0 {
				t.Fatal("a refusal without a reason")
			}
		default:
			t.Fatalf("%d %s", r.Status, r.Body)
		}
	})
}

// A row's class is the weightiest of what it does, and every row has one.
func TestEveryMethodHasItsClass(t *testing.T) {
	s, account, weightiest := newServer(t, Options{}), newAccount(self), map[string]qq.Class{}
	for _, c := range calls {
		account.ops = nil
		call(t, s, fakeDirectory{account}, c.method, c.body)
		for _, op := range account.ops {
			weightiest[c.method] = max(weightiest[c.method], op.Class())
		}
	}
	for _, row := range s.Methods() {
		if did := weightiest[row.Name]; row.Class == 0 || did != 0 && row.Class != did {
			t.Errorf("%s has the class %d and does what has %d", row.Name, row.Class, did)
		}
	}
}
