package milky

import (
	"strings"
	"testing"

	"llbot/protocols/face"
	"llbot/protocols/qq"
)

func TestKeys(t *testing.T) {
	const say = `"group_id":30003000,"message":[{"type":"text","data":{"text":"x"}}]`
	for name, c := range map[string]struct {
		api, body, header string
		code              int
		keys, text        string // keys of the operations; part of the message
	}{
		"none":      {"send_group_message", `{` + say + `}`, "", 0, "-", ""},
		"header":    {"send_group_message", `{` + say + `}`, "h", 0, "h", ""},
		"parameter": {"send_group_message", `{` + say + `,"_idempotency_key":"p"}`, "", 0, "p", ""},
		"both":      {"send_group_message", `{` + say + `,"_idempotency_key":"k"}`, "k", 0, "k", ""},
		"differ":    {"send_group_message", `{` + say + `,"_idempotency_key":"k"}`, "h", -400, "", "_idempotency_key: must be that of the header"},
		"empty":     {"send_group_message", `{` + say + `,"_idempotency_key":""}`, "", -400, "", "_idempotency_key: must be 1 to 255"},
		"control":   {"send_group_message", `{` + say + `}`, "\x01", -400, "", "header Idempotency-Key: must not hold"},
		"a change":  {"quit_group", `{"group_id":30003000}`, "h", 0, "h", ""},
		"a read":    {"get_group_info", `{"group_id":30003000}`, "h", 0, "-", ""},
	} {
		t.Run(name, func(t *testing.T) {
			caller := &fakeQQ{account: bot, answers: everyAnswer()}
			s, dir := newServer(t, Options{}), directory{caller}
			head := face.Head{Method: "POST", Path: "/api/" + c.api, ContentType: "application/json", Host: "localhost"}
			head.Get = func(name string) string { return map[string]string{"Idempotency-Key": c.header}[name] }
			r := s.Route(&head, dir)
			code, message := checkResponse(t, c.api, s.Serve(t.Context(), dir, face.Request{Route: &r, Body: []byte(c.body)}))
			var keys []string
			for _, op := range caller.asked {
				k, keyed := op.(qq.Keyed)
				if !keyed {
					k.Key = "-"
				}
				keys = append(keys, k.Name())
			}
			if got := strings.Join(keys, " "); code != c.code || !strings.Contains(message, c.text) || got != c.keys {
				t.Errorf("%d %s, keys %q, want %q", code, message, got, c.keys)
			}
		})
	}
}
