package onebot11

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"llbot/protocols/action"
	"llbot/protocols/face"
	"llbot/protocols/qq"
	"llbot/protocols/wire"
)

func quickEvents() map[string]*qq.Entry {
	temp := friendMessage(&qq.Text{Text: "psst"})
	temp.Chat, temp.Group = qq.TempChat(alice), clubGroup
	own := groupMessage(&qq.Text{Text: "mine"})
	own.Self = true
	return map[string]*qq.Entry{
		"group":  entry(&qq.MessageReceived{Message: *groupMessage(&qq.Text{Text: "x"})}),
		"friend": entry(&qq.MessageReceived{Message: *friendMessage(&qq.Text{Text: "x"})}),
		"temp":   entry(&qq.MessageReceived{Message: *temp}),
		"own":    entry(&qq.MessageReceived{Message: *own}),
		"ask":    entry(&qq.FriendRequested{FriendRequest: qq.FriendRequest{InitiatorUID: "u_bob", Filtered: true}}),
		"join":   entry(&qq.GroupRequested{GroupRequest: *requests()[1].Request}),
		"notice": entry(&qq.FriendAdded{Friend: aliceFriend}),
	}
}

var quickCases = []struct{ event, body string }{
	{"group", `{"reply":"hi"}`},
	{"group", `{"reply":"[CQ:face,id=1]","auto_escape":true}`},
	{"group", `{"reply":[{"type":"text","data":{"text":"hi"}}],"at_sender":true,"delete":true,"kick":true,"ban":true}`},
	{"group", `{"ban":true,"ban_duration":60}`},
	{"group", `{"ban":"true","ban_duration":"0"}`},
	{"group", `{"ban":false,"kick":null,"delete":false,"reply":""}`},
	{"group", `{"reply":[]}`},
	{"group", `{"approve":true}`},
	{"group", `{"reply":"[CQ:dice]","delete":true}`},
	{"group", `{"ban":true,"ban_duration":-5}`},
	{"group", `{"reply":7,"kick":"maybe"}`},
	{"friend", `{"reply":"hi","at_sender":true,"delete":true,"kick":true,"ban":true}`},
	{"temp", `{"reply":"hi"}`},
	{"own", `{"reply":"loop"}`},
	{"notice", `{"reply":"hi"}`},
	{"ask", `{"approve":true,"remark":"B"}`},
	{"ask", `{"approve":false}`},
	{"ask", `{"approve":null}`},
	{"ask", `{"remark":"B"}`},
	{"join", `{"approve":false,"reason":"no"}`},
	{"join", `{"approve":"true"}`},
	{"join", `{}`},
	{"group", ``}, {"group", `ok`}, {"group", `"x"`}, {"group", `[]`}, {"group", `{"reply":`}, {"group", `null`},
}

func TestQuickOperationsGolden(t *testing.T) {
	h, events := Hook(HookOptions{}), quickEvents()
	var b strings.Builder
	for _, c := range quickCases {
		caller := &fakeCaller{id: self}
		fmt.Fprintf(&b, "# %s %s\n", c.event, c.body)
		run := h.Answer(caller, events[c.event], []byte(c.body))
		if run == nil {
			b.WriteString("(nothing)\n")
			continue
		}
		err := run(t.Context())
		fmt.Fprintf(&b, "%serror: %v\n", opsText(caller.ops), err)
	}
	golden(t, "quick.golden", b.String())
}

// The same operation through .handle_quick_operation, with the event as the
// client got it, must do the same as the webhook's answer.
func TestQuickActionDoesWhatTheHookDoes(t *testing.T) {
	h, s, events := Hook(HookOptions{}), newHTTP(t, nil), quickEvents()
	for _, c := range quickCases {
		hooked, called := &fakeCaller{id: self}, &fakeCaller{id: self}
		if run := h.Answer(hooked, events[c.event], []byte(c.body)); run == nil || run(t.Context()) != nil || !strings.HasPrefix(c.body, "{") {
			continue
		}
		body, ok := h.Encoder().Encode(nil, events[c.event])
		if !ok {
			continue
		}
		resp := serve(s, fakeDirectory{called}, face.Route{Name: ".handle_quick_operation", Account: self},
			`{"context":`+string(body)+`,"operation":`+c.body+`}`)
		byID := strings.NewReplacer(`"scene":2,"peer":300001,"seq":42,`, `"scene":0,"peer":0,"seq":0,`, `"scene":1,"peer":20001,"seq":7,`,
			`"scene":0,"peer":0,"seq":0,`, `"scene":3,"peer":20001,"seq":7,`, `"scene":0,"peer":0,"seq":0,`)
		if want, got := byID.Replace(opsText(hooked.ops)), opsText(called.ops); want != got || !strings.Contains(string(resp.Body), `"status":"ok"`) {
			t.Errorf("%s %s:\nhook:\n%saction:\n%s%s", c.event, c.body, want, got, resp.Body)
		}
	}
}

func TestQuickActionFaults(t *testing.T) {
	s := newHTTP(t, nil)
	for params, want := range map[string]string{
		`{}`:                            "context: is required; operation: is required",
		`{"context":{},"operation":{}}`: "context.post_type: is required",
		`{"context":{"post_type":"message"},"operation":{}}`:                                                   "context.message_id: is required; context.user_id: is required; context.message_type: must be private or group",
		`{"context":{"post_type":"message","message_type":"group","message_id":1,"user_id":1},"operation":{}}`: "context.group_id: is required",
		`{"context":{"post_type":"request"},"operation":{}}`:                                                   "context.request_type: must be friend or group",
		`{"context":{"post_type":"request","request_type":"friend"},"operation":{}}`:                           "context.flag: is required",
		`{"context":{"post_type":"request","request_type":"group","flag":"x"},"operation":{}}`:                 "context.flag: must be the flag of a group request, or its request_id",
		`{"context":{"post_type":"notice"},"operation":{"reply":"x"}}`:                                         "",
	} {
		caller := &fakeCaller{id: self}
		body := string(serve(s, fakeDirectory{caller}, face.Route{Name: ".handle_quick_operation", Account: self}, params).Body)
		if !strings.Contains(body, `"message":"`+want+`"`) || len(caller.ops) > 0 {
			t.Errorf("%s: %s", params, body)
		}
	}
}

func TestOneFailureDoesNotKeepTheRest(t *testing.T) {
	caller := &fakeCaller{id: self, err: qq.Errorf(qq.ErrForbidden, "you are no admin")}
	err := Hook(HookOptions{}).Answer(caller, quickEvents()["group"], []byte(`{"delete":true,"kick":true}`))(t.Context())
	if !errors.Is(err, qq.ErrForbidden) || len(caller.ops) != 2 {
		t.Errorf("%v after %s", err, opsText(caller.ops))
	}
}

// FuzzQuickOperation holds any answer of a webhook to what the same order does
// through .handle_quick_operation; orders that cannot be read do nothing.
func FuzzQuickOperation(f *testing.F) {
	for _, c := range quickCases {
		f.Add(c.event, []byte(c.body))
	}
	h, s, events := Hook(HookOptions{}), newHTTP(f, nil), quickEvents()
	f.Fuzz(func(t *testing.T, event string, body []byte) {
		e := events[event]
		if e == nil || strings.Contains(string(body), action.KeyParam) || strings.Contains(string(body), `\u`) {
			return // the key stands elsewhere in a call
		}
		hooked, called := &fakeCaller{id: self}, &fakeCaller{id: self}
		run := h.Answer(hooked, e, body)
		if run == nil {
			return
		}
		if event == "own" || event == "notice" {
			t.Fatalf("%s %q: something is done", event, body)
		}
		failed := run(t.Context())
		if _, faults := errors.AsType[wire.Faults](failed); faults && len(hooked.ops) > 0 {
			t.Fatalf("%q: %v after %s", body, failed, opsText(hooked.ops))
		}
		text, _ := h.Encoder().Encode(nil, e)
		r := serve(s, fakeDirectory{called}, face.Route{Name: ".handle_quick_operation", Account: self}, `{"context":`+string(text)+`,"operation":`+string(body)+`}`)
		if ok := strings.HasPrefix(string(r.Body), `{"status":"ok"`); ok != (failed == nil) || len(called.ops) != len(hooked.ops) {
			t.Fatalf("%s %q:\nhook: %v\n%saction: %s\n%s", event, body, failed, opsText(hooked.ops), r.Body, opsText(called.ops))
		}
	})
}

func TestHookHeaders(t *testing.T) {
	body := []byte(`{"a":1}`)
	headers := Hook(HookOptions{Secret: "secret"}).Headers(self, body)
	if header(headers, "Content-Type") != "application/json" || header(headers, "X-Self-ID") != "10001" ||
		header(headers, "X-Signature") != "sha1=f8446672f033e4b2beafc5ca3a71eafcd2cafb6e" {
		t.Errorf("%+v", headers)
	}
	if headers := Hook(HookOptions{}).Headers(self, body); header(headers, "X-Signature") != "" || len(headers) != 2 {
		t.Errorf("%+v", headers)
	}
}

func TestHookProof(t *testing.T) {
	h := Hook(HookOptions{})
	for status, want := range map[int]bool{199: false, 200: true, 204: true, 299: true, 302: false, 404: false, 500: false} {
		if h.Proven(status) != want {
			t.Errorf("%d: %v", status, !want)
		}
	}
}

func TestHookBeat(t *testing.T) {
	every, body := Hook(HookOptions{Heartbeat: time.Minute}).Beat()
	got := string(body(t.Context(), &fakeCaller{id: self}, noon))
	want := `{"time":1700000000,"self_id":10001,"post_type":"meta_event","meta_event_type":"heartbeat","status":{"online":true,"good":true},"interval":60000}`
	if every != time.Minute || got != want {
		t.Errorf("%s %s", every, got)
	}
	if every, _ := Hook(HookOptions{}).Beat(); every != 0 {
		t.Errorf("heartbeats every %s although none were asked for", every)
	}
}

func TestReverseHeaders(t *testing.T) {
	r, err := Reverse(ReverseOptions{Token: "secret", App: App{"llbot", "1.2.3"}})
	if err != nil {
		t.Fatal(err)
	}
	h := r.Headers(self)
	if header(h, "X-Self-ID") != "10001" || header(h, "X-Client-Role") != "Universal" || header(h, "User-Agent") != "llbot/1.2.3" ||
		header(h, "Authorization") != "Bearer secret" {
		t.Errorf("%+v", h)
	}
	if r, _ := Reverse(ReverseOptions{}); header(r.Headers(self), "Authorization") != "" {
		t.Error("an empty token is shown")
	}
}
