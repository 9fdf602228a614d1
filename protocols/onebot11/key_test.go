package onebot11

import (
	"strings"
	"testing"

	"llbot/protocols/face"
	"llbot/protocols/qq"
)

// keys are those that the caller's operations stood under, "-" for none.
func (c *fakeCaller) keys() string {
	var names []string
	for _, op := range c.ops {
		name := "-"
		if k, ok := op.(qq.Keyed); ok {
			name = strings.ReplaceAll(k.Name(), "\x00", "#")
		}
		names = append(names, name)
	}
	return strings.Join(names, " ")
}

func TestKeysOverHTTP(t *testing.T) {
	const say = `{"group_id":300001,"message":"x"`
	for name, c := range map[string]struct {
		method, path, query, kind, body, header string
		status                                  int
		keys, text                              string
	}{
		"none":            {"POST", "/send_group_msg", "", "application/json", say + `}`, "", 200, "-", `"ok"`},
		"header":          {"POST", "/send_group_msg", "", "application/json", say + `}`, "h", 200, "h", `"ok"`},
		"parameter":       {"POST", "/send_group_msg", "", "application/json", say + `,"_idempotency_key":"p"}`, "", 200, "p", `"ok"`},
		"form":            {"POST", "/send_group_msg", "", "application/x-www-form-urlencoded", "group_id=300001&message=x&_idempotency_key=f", "", 200, "f", `"ok"`},
		"query":           {"GET", "/send_group_msg", "group_id=300001&message=x&_idempotency_key=q%201", "", "", "", 200, "q 1", `"ok"`},
		"query of a POST": {"POST", "/send_group_msg", "_idempotency_key=q", "application/json", say + `}`, "", 200, "q", `"ok"`},
		"both":            {"POST", "/send_group_msg", "", "application/json", say + `,"_idempotency_key":"k"}`, "k", 200, "k", `"ok"`},
		"differ":          {"POST", "/send_group_msg", "", "application/json", say + `,"_idempotency_key":"k"}`, "h", 200, "", `"retcode":400,"data":null,"message":"_idempotency_key: must be that of the header`},
		"empty":           {"POST", "/send_group_msg", "", "application/json", say + `,"_idempotency_key":""}`, "", 200, "", `"retcode":400,"data":null,"message":"_idempotency_key: must be 1 to 255 bytes`},
		"bad header":      {"POST", "/send_group_msg", "", "application/json", say + `}`, "a\x01", 200, "", `"retcode":400,"data":null,"message":"header Idempotency-Key: must not hold`},
		"async":           {"POST", "/send_group_msg_async", "", "application/json", say + `}`, "h", 200, "h", `"ok"`},
		"rate limited":    {"POST", "/send_msg_rate_limited", "", "application/json", say + `,"_idempotency_key":"p"}`, "", 200, "p", `"ok"`},
		"a change":        {"POST", "/set_group_leave", "", "application/json", `{"group_id":300001}`, "h", 200, "h", `"ok"`},
		"a read":          {"POST", "/get_group_info", "", "application/json", `{"group_id":300001}`, "h", 200, "-", `"ok"`},
		"a read of two":   {"POST", "/get_msg", "", "application/json", `{"message_id":7}`, "h", 200, "-", `"ok"`},
		"by request_id":   {"POST", "/set_group_add_request", "", "application/json", `{"flag":"901"}`, "h", 200, "- - h", `"ok"`},
		"quick": {"POST", "/.handle_quick_operation", "", "application/json",
			`{"context":{"post_type":"message","message_type":"group","message_id":1,"user_id":2,"group_id":3},"operation":{"reply":"a","kick":true,"ban":true}}`,
			"h", 200, "h h#1 h#2", `"ok"`},
	} {
		t.Run(name, func(t *testing.T) {
			caller := &fakeCaller{id: self}
			s, dir := newHTTP(t, nil), fakeDirectory{caller}
			head := get(c.method, c.path, c.query, map[string]string{"Idempotency-Key": c.header})
			head.ContentType = c.kind
			r := s.Route(head, dir)
			got := s.Serve(t.Context(), dir, face.Request{Route: &r, Body: []byte(c.body)})
			if got.Status != c.status || !strings.Contains(string(got.Body), c.text) || caller.keys() != c.keys {
				t.Errorf("%d %s, keys %q, want %q", got.Status, got.Body, caller.keys(), c.keys)
			}
		})
	}
}

func TestKeysOverASocket(t *testing.T) {
	for params, want := range map[string]string{
		`{"user_id":20001,"message":"x","_idempotency_key":"k"}`:  "k",
		`{"user_id":20001,"message":"x"}`:                         "-",
		`{"user_id":20001,"message":"x","_idempotency_key":null}`: "-",
	} {
		for _, action := range []string{"send_private_msg", "send_private_msg_async"} {
			caller := &fakeCaller{id: self}
			l := newSocket(t, nil).Link(face.Talk{Account: self}, fakeDirectory{caller})
			effects := l.Frame(noon, []byte(`{"action":"`+action+`","params":`+params+`,"echo":1}`))
			got := string(effects[0].(face.Run).Do(t.Context())[0].(face.Send).Payload)
			if !strings.Contains(got, `"message_id":654321`) || caller.keys() != want {
				t.Errorf("%s: %s, keys %q", params, got, caller.keys())
			}
		}
	}
	s := newSocket(t, nil)
	if got := answer(t, s, `{"action":"send_private_msg","params":{"user_id":20001,"message":"x","_idempotency_key":"\u0000"}}`); !strings.Contains(got, `"retcode":1400`) || !strings.Contains(got, "_idempotency_key: must not") {
		t.Error(got)
	}
}

func TestKeysBesideTheParameters(t *testing.T) {
	const say = `"action":"send_private_msg","echo":1,"params":{"user_id":20001,"message":"x"`
	for frame, want := range map[string]string{
		`{` + say + `},"_idempotency_key":"k"}`:                         "k",
		`{"_idempotency_key":7,` + say + `}}`:                           "7",
		`{` + say + `},"_idempotency_key":null}`:                        "-",
		`{` + say + `,"_idempotency_key":"k"},"_idempotency_key":"k"}`:  "k",
		`{` + say + `,"_idempotency_key":null},"_idempotency_key":"k"}`: "k",
		`{` + say + `,"_idempotency_key":"i"},"_idempotency_key":"k"}`:  `{"status":"failed","retcode":1400,"data":null,"message":"params._idempotency_key: must be the one beside params`,
		`{` + say + `},"_idempotency_key":""}`:                          `{"status":"failed","retcode":1400,"data":null,"message":"_idempotency_key: must be 1 to 255 bytes`,
		`{` + say + `},"_idempotency_key":[]}`:                          `{"status":"failed","retcode":1400,"data":null,"message":"_idempotency_key: must be a string`,
		`{"action":"get_login_info","echo":1,"_idempotency_key":"k"}`:   "-",
	} {
		caller := &fakeCaller{id: self}
		l := newSocket(t, nil).Link(face.Talk{Account: self}, fakeDirectory{caller})
		effect := l.Frame(noon, []byte(frame))[0]
		if run, ok := effect.(face.Run); ok {
			effect = run.Do(t.Context())[0]
		}
		got := string(effect.(face.Send).Payload)
		if refused := strings.HasPrefix(want, "{"); refused && (!strings.HasPrefix(got, want) || len(caller.ops) > 0) || !refused && caller.keys() != want {
			t.Errorf("%s: %s, keys %q, want %s", frame, got, caller.keys(), want)
		}
		if !strings.HasSuffix(got, `,"echo":1}`) {
			t.Errorf("%s: %s", frame, got)
		}
	}
}

func TestKeyOfAQuickOperation(t *testing.T) {
	e := quickEvents()["group"]
	for body, want := range map[string]string{
		`{"reply":"a","ban":true,"_idempotency_key":"k"}`: "k k#1",
		`{"reply":"a","ban":true}`:                        "- -",
	} {
		caller := &fakeCaller{id: self}
		if err := Hook(HookOptions{}).Answer(caller, e, []byte(body))(t.Context()); err != nil || caller.keys() != want {
			t.Errorf("%s: keys %q, %v", body, caller.keys(), err)
		}
	}
	caller := &fakeCaller{id: self}
	err := Hook(HookOptions{}).Answer(caller, e, []byte(`{"reply":"a","_idempotency_key":""}`))(t.Context())
	if err == nil || !strings.Contains(err.Error(), "_idempotency_key") || len(caller.ops) != 0 {
		t.Errorf("%v, did %v", err, caller.ops)
	}
}
