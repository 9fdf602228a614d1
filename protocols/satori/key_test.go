package satori

import (
	"strings"
	"testing"

	"llbot/protocols/face"
	"llbot/protocols/qq"
)

func TestKeys(t *testing.T) {
	for name, c := range map[string]struct {
		method, body, header string
		status               int
		keys, text           string // keys of the operations; part of the answer
	}{
		"none":      {"message.create", `{"channel_id":"123456","content":"x"}`, "", 200, "-", `"content":"x"`},
		"header":    {"message.create", `{"channel_id":"123456","content":"x"}`, "h", 200, "h", `"content":"x"`},
		"parameter": {"message.create", `{"channel_id":"123456","content":"x","_idempotency_key":"p"}`, "", 200, "p", `"content":"x"`},
		"three":     {"message.create", `{"channel_id":"123456","content":"a<message>b</message>c"}`, "h", 200, "h h#1 h#2", `"content":"c"`},
		"differ":    {"message.create", `{"channel_id":"123456","content":"x","_idempotency_key":"p"}`, "h", 400, "", "_idempotency_key: must be that of the header"},
		"empty":     {"message.create", `{"channel_id":"123456","content":"x","_idempotency_key":""}`, "", 400, "", "_idempotency_key: must be 1 to 255"},
		"control":   {"message.create", `{"channel_id":"123456","content":"x"}`, "a\n", 400, "", "header Idempotency-Key: must not hold"},
		"a change":  {"message.delete", `{"channel_id":"123456","message_id":"2|123456|7"}`, "h", 200, "h", ""},
		"a read":    {"message.get", `{"channel_id":"123456","message_id":"2|123456|7"}`, "h", 200, "-", ""},
	} {
		t.Run(name, func(t *testing.T) {
			caller := newAccount(self)
			s, dir := newServer(t, Options{}), fakeDirectory{caller}
			r := s.Route(head("POST", "/v1/"+c.method, "Idempotency-Key", c.header), dir)
			got := s.Serve(t.Context(), dir, face.Request{Route: &r, Body: []byte(c.body)})
			var keys []string
			plans := map[[32]byte]bool{}
			for _, op := range caller.ops {
				k, keyed := op.(qq.Keyed)
				if !keyed {
					k.Key = "-"
				}
				keys = append(keys, strings.ReplaceAll(k.Name(), "\x00", "#"))
				plans[k.Plan] = true
			}
			if got.Status != c.status || !strings.Contains(string(got.Body), c.text) || strings.Join(keys, " ") != c.keys {
				t.Errorf("%d %s, keys %q, want %q", got.Status, got.Body, keys, c.keys)
			}
			if len(keys) > 0 && (len(plans) != 1 || plans[[32]byte{}] != (len(keys) == 1)) {
				t.Errorf("the messages of one request have the plans %v", plans)
			}
		})
	}
}
