package admin

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"llbot/protocols/qq"

	"github.com/google/go-cmp/cmp"
)

const here = `"group_id":123456,"user_id":10001`

func TestSay(t *testing.T) {
	hello := qq.NewText("hello")
	for body, want := range map[string]Say{
		`{` + here + `,"message":"hello"}`:                                                       {User: 10001, Group: 123456, Message: hello, Count: 1, From: 1},
		`{` + here + `,"message":{"type":"text","data":{"text":"hello"}}}`:                       {User: 10001, Group: 123456, Message: hello, Count: 1, From: 1},
		`{` + here + `,"message":[{"type":"text","data":{"text":"hello"}}]}`:                     {User: 10001, Group: 123456, Message: hello, Count: 1, From: 1},
		`{` + here + `,"message":"hello","count":3,"rate":0.5,"from":7}`:                         {User: 10001, Group: 123456, Message: hello, Count: 3, Rate: 0.5, From: 7},
		`{"group_id":"123456","user_id":"10001","message":"hello","from":0}`:                     {User: 10001, Group: 123456, Message: hello, Count: 1},
		`{` + here + `,"message":"hello","friend":false,"count":null,"to":null}`:                 {User: 10001, Group: 123456, Message: hello, Count: 1, From: 1},
		`{"user_id":10002,"friend":true,"message":"hello"}`:                                      {User: 10002, Message: hello, Count: 1, From: 1},
		`{"user_id":10002,"to":1234567890,"message":"hello"}`:                                    {User: 10002, To: 1234567890, Message: hello, Count: 1, From: 1},
		`{"user_id":10002,"self_id":1234567890,"message":"hello"}`:                               {User: 10002, To: 1234567890, Message: hello, Count: 1, From: 1},
		`{"user_id":10002,"friend":true,"to":1234567890,"self_id":1234567890,"message":"hello"}`: {User: 10002, To: 1234567890, Message: hello, Count: 1, From: 1},
		`{` + here + `,"message":[{"type":"image","data":{"file":"base64://AAAA"}}]}`: {User: 10001, Group: 123456, Count: 1, From: 1,
			Message: qq.Segments{&qq.Image{Media: qq.Media{ID: "blob"}}}},
	} {
		r := newRig(t, nil)
		if w := r.call("POST", "/api/sim/messages", body); w.Code != http.StatusOK {
			t.Errorf("%s: %d %s", body, w.Code, w.Body)
		}
		if diff := cmp.Diff(any(want), r.world.last()); diff != "" {
			t.Errorf("%s: %s", body, diff)
		}
	}
}

func TestSayAnswer(t *testing.T) {
	r := newRig(t, nil)
	for want, said := range map[string]Said{
		`{"accepted":2,"accounts":[{"account":1234567890,"first_sn":7,"last_sn":9007199254740991,"events":2,"numbered":1}]}`: {2, []Heard{{1234567890, 7, 1<<53 - 1, 2, 1}}},
		`{"accepted":1,"accounts":[]}`: {Accepted: 1},
	} {
		r.world.said = said
		w := r.call("POST", "/api/sim/messages", `{`+here+`,"message":"hello"}`)
		if got := strings.TrimSpace(w.Body.String()); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

// TestBodyFaults gives the whole text of each refusal: every fault with its path.
func TestBodyFaults(t *testing.T) {
	const number = "must be a QQ number, 10001 to 4294967295"
	for _, c := range []struct{ path, body, want string }{
		{"messages", ``, "the body is empty; a JSON object is wanted"},
		{"messages", `[]`, "must be an object, not an array"},
		{"messages", `"x"`, "must be an object, not a string"},
		{"messages", `{}`, "user_id: is required; message: is required"},
		{"messages", `{` + here + `,"message":null}`, "message: is required"},
		{"messages", `{` + here + `,"message":"x","nick":1,"Count":2}`, "nick: is not known here; Count: is not known here"},
		{"messages", `{` + here + `,"message":"x","user_id":10002}`, "user_id: is given twice"},
		{"messages", `{"user_id":10001,"message":"x"}`, `group_id: is required, or "friend": true or "to" for a private message`},
		{"messages", `{"user_id":10001,"message":"x","friend":false}`, `group_id: is required, or "friend": true or "to" for a private message`},
		{"messages", `{` + here + `,"to":10002,"message":"x"}`, "group_id: cannot go with friend, to or self_id: a message is either a group's or private"},
		{"messages", `{` + here + `,"friend":true,"message":"x"}`, "group_id: cannot go with friend, to or self_id: a message is either a group's or private"},
		{"messages", `{"user_id":10001,"to":10002,"self_id":10003,"message":"x"}`, "self_id: says the same as to, but another account"},
		{"messages", `{"user_id":"ten","group_id":[],"message":"x"}`, "user_id: must be an integer, not other text; group_id: must be an integer, not an array"},
		{"messages", `{"user_id":7,"group_id":0,"message":5,"count":0,"rate":-1,"from":-1}`,
			"user_id: " + number + "; count: must be 1 to 1000000; from: must be 0 to 2147483648; rate: must be 0 (no limit) to 1000000 a second; " +
				"group_id: must be a group's number, 1 to 4294967295; message: must be text or segments, not a number"},
		{"messages", `{"user_id":10001,"to":1,"message":"x"}`, "to: " + number},
		{"messages", `{"user_id":10001,"self_id":1,"message":"x"}`, "self_id: " + number},
		{"messages", `{` + here + `,"message":""}`, "message: there is nothing to say"},
		{"messages", `{` + here + `,"message":[]}`, "message: there is nothing to say"},
		{"messages", `{` + here + `,"message":{"type":"nope"}}`, "message.type: is no segment"},
		{"messages", `{` + here + `,"message":[{"type":"text","data":{"text":"a"}},{"type":"text","data":{"text":1}}]}`, "message[1].data.text: must be a string, not a number"},
		{"messages", `{` + here + `,"message":[{"type":"text","data":{"text":"a"}},{"type":"image","data":{"file":"x"}}]}`, "message[1]: not an image"},
		{"messages", `{` + here + `,"message":` + strings.Repeat("[", 70) + strings.Repeat("]", 70) + `}`, "nested deeper than 64"},
		{"friend_requests", `{}`, "from: is required"},
		{"friend_requests", `{"from":1,"to":2,"comment":"x"}`, "from: " + number + "; to: " + number},
		{"friend_requests", `{"from":10001,"message":"x"}`, "message: is not known here"},
		{"group_requests", `{}`, "group_id: is required; user_id: is required"},
		{"group_requests", `{"group_id":-1,"user_id":-1}`, "group_id: must be a group's number, 1 to 4294967295; user_id: " + number},
		{"invitations", `{}`, "group_id: is required; inviter: is required"},
		{"invitations", `{"group_id":1,"inviter":2,"target":3}`, "inviter: " + number + "; target: " + number},
		{"invitations", `{"group_id":1,"inviter":10001,"target":{}}`, "target: must be an integer, not an object"},
	} {
		r := newRig(t, nil)
		w := r.call("POST", "/api/sim/"+c.path, c.body)
		if got := errorOf(t, w); w.Code != http.StatusBadRequest || got != c.want {
			t.Errorf("%s %s: %d\n got %s\nwant %s", c.path, c.body, w.Code, got, c.want)
		}
		if got := r.world.last(); got != nil {
			t.Errorf("%s reached the world: %+v", c.body, got)
		}
	}
	w := newRig(t, nil).call("POST", "/api/sim/messages", `{"user_id":`)
	if got := errorOf(t, w); w.Code != http.StatusBadRequest || !strings.HasPrefix(got, "not JSON") {
		t.Errorf("%d %s", w.Code, got)
	}
}

func TestRequests(t *testing.T) {
	for _, c := range []struct {
		path, body string
		want       any
	}{
		{"friend_requests", `{"from":10003,"to":1234567890,"comment":"hi"}`, FriendRequest{10003, 1234567890, "hi"}},
		{"friend_requests", `{"from":"10003"}`, FriendRequest{From: 10003}},
		{"group_requests", `{"group_id":123456,"user_id":10003,"comment":"let me in"}`, JoinRequest{123456, 10003, "let me in"}},
		{"invitations", `{"group_id":123456,"inviter":10001,"target":10003}`, Invitation{123456, 10001, 10003}},
		{"invitations", `{"group_id":123456,"inviter":10001}`, Invitation{123456, 10001, 0}},
	} {
		r := newRig(t, nil)
		if w := r.call("POST", "/api/sim/"+c.path, c.body); w.Code != http.StatusOK || w.Body.String() != "{}\n" {
			t.Errorf("%s: %d %s", c.body, w.Code, w.Body)
		}
		if got := r.world.last(); got != c.want {
			t.Errorf("%s: %+v", c.body, got)
		}
		r.world.err = qq.Errorf(qq.ErrConflict, "they are friends already")
		if w := r.call("POST", "/api/sim/"+c.path, c.body); w.Code != http.StatusConflict || errorOf(t, w) != "they are friends already" {
			t.Errorf("%s: %d %s", c.body, w.Code, w.Body)
		}
	}
}

func TestErrorsOfTheWorld(t *testing.T) {
	const body = `{` + here + `,"message":"x","count":9}`
	for _, kind := range kinds() {
		r := newRig(t, nil)
		r.world.err = fmt.Errorf("say: %w", qq.Errorf(kind, "so it is"))
		w := r.call("POST", "/api/sim/messages", body)
		if text := errorOf(t, w); w.Code < 400 || w.Code > 499 || text != "say: so it is" {
			t.Errorf("%v: %d %q", kind, w.Code, text)
		}
		if w.Header().Get("WWW-Authenticate") != "" {
			t.Errorf("%v looks like a wrong token", kind)
		}
	}
	r := newRig(t, nil)
	r.world.err = errBroken
	if w := r.call("POST", "/api/sim/messages", body); w.Code != 500 || !strings.Contains(r.log.String(), "a call failed") {
		t.Errorf("an unknown fault: %d, log %q", w.Code, r.log)
	}
	r.world.err, r.world.said = qq.Errorf(qq.ErrMuted, "muted"), Said{Accepted: 4}
	if text := errorOf(t, r.call("POST", "/api/sim/messages", body)); text != "muted (after 4 of 9 messages)" {
		t.Errorf("half done: %q", text)
	}
}

func TestNoSimulatedQQ(t *testing.T) {
	r := rig{Server: New(Options{Token: token})}
	for path, body := range map[string]string{
		"messages": `{` + here + `,"message":"x"}`, "friend_requests": `{"from":10001}`,
		"group_requests": `{"group_id":1,"user_id":10001}`, "invitations": `{"group_id":1,"inviter":10001}`,
	} {
		w := r.call("POST", "/api/sim/"+path, body)
		if text := errorOf(t, w); w.Code != 422 || !strings.Contains(text, "simulated QQ") {
			t.Errorf("%s: %d %q", path, w.Code, text)
		}
	}
	for _, c := range []struct{ method, path, body string }{
		{"POST", "do", `{"as":10001,"op":"ListGroups"}`}, {"GET", "world", ""}, {"GET", "clock", ""}, {"POST", "clock", `{"advance":1}`},
		{"GET", "faults", ""}, {"POST", "faults", `{"kind":"offline"}`}, {"DELETE", "faults", ""}, {"POST", "traffic", `{"rate":1,"for":1}`},
	} {
		w := r.call(c.method, "/api/sim/"+c.path, c.body)
		if text := errorOf(t, w); w.Code != 422 || !strings.Contains(text, "simulated QQ") {
			t.Errorf("%s %s: %d %q", c.method, c.path, w.Code, text)
		}
	}
	for path, status := range map[string]int{"/healthz": 200, "/readyz": 200, "/metrics": 404, "/media/x": 404} {
		if w := r.ask("GET", path, ""); w.Code != status {
			t.Errorf("%s: %d", path, w.Code)
		}
	}
}

func TestBodyLimits(t *testing.T) {
	r := newRig(t, nil)
	large := `{"from":10001,"comment":"` + strings.Repeat("x", maxBody) + `"}`
	w := r.call("POST", "/api/sim/friend_requests", large)
	if text := errorOf(t, w); w.Code != http.StatusRequestEntityTooLarge || !strings.Contains(text, "larger than 65536 bytes") {
		t.Errorf("%d %q", w.Code, text)
	}
	if w := r.call("POST", "/api/sim/messages", `{`+here+`,"message":"`+strings.Repeat("x", maxBody)+`"}`); w.Code != http.StatusOK {
		t.Errorf("a message may be longer: %d", w.Code)
	}
}

// FuzzBodies looks for a body that panics or reaches the world with values out
// of bounds.
func FuzzBodies(f *testing.F) {
	for i, body := range []string{
		`{` + here + `,"message":"hello","count":3,"rate":0.5,"from":7}`, `{"user_id":10002,"friend":true,"message":[{"type":"image"}]}`,
		`{"from":10003,"to":1234567890,"comment":"hi"}`, `{"group_id":1,"user_id":10001}`, `{"group_id":1,"inviter":10001,"target":null}`,
		`{"user_id":1e9,"to":"1234567890","message":{}}`, `[`, `{"":{}}`, "\xff", `{"rate":1e999}`,
	} {
		f.Add(uint8(i), []byte(body))
	}
	r := newRig(f, nil)
	calls := r.calls()[1:]
	f.Fuzz(func(t *testing.T, n uint8, body []byte) {
		w := r.call("POST", calls[int(n)%len(calls)].path, string(body))
		if got := r.world.last(); (w.Code == 200) != (got != nil) || w.Code >= 500 {
			t.Fatalf("%q: %d %s, world got %+v", body, w.Code, w.Body, got)
		} else if s, ok := got.(Say); ok {
			if !s.User.Valid() || len(s.Message) == 0 || s.Count < 1 || s.Rate < 0 || s.From < 0 || s.Group < 0 || s.Group != 0 && s.To != 0 {
				t.Errorf("%q: %+v", body, s)
			}
		}
	})
}
