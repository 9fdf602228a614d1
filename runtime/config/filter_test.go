package config

import (
	"strings"
	"testing"
)

// TestFilter: a filter may be YAML or JSON text; what cannot be compiled is a
// fault with its place.
func TestFilter(t *testing.T) {
	file := func(filter string) string {
		return "accounts: [{uin: 1234567890}]\nendpoints:\n  - kind: onebot11-ws\n    filter: " + filter + "\n"
	}
	for filter, want := range map[string]string{
		`{message_type: group, user_id: {$in: [10001, 10002]}}`: `{"message_type":"group","user_id":{"$in":[10001,10002]}}`,
		`'{"post_type":"notice"}'`:                              `{"post_type":"notice"}`,
	} {
		cfg, err := Parse("x.yaml", []byte(file(filter)))
		if err != nil {
			t.Errorf("%s: %v", filter, err)
			continue
		}
		if got := OneBotOf(cfg.Endpoints[0]).Filter; got != want {
			t.Errorf("%s: %s", filter, got)
		}
	}
	for filter, want := range map[string]string{
		`{user_id: {$where: "1"}}`:     "$where",
		`{user_id: {$near: 1}}`:        "$near",
		`{raw_message: {$regex: "("}}`: "regex",
		`'{"a":'`:                      "filter",
		`[1]`:                          "filter",
	} {
		_, err := Parse("x.yaml", []byte(file(filter)))
		if err == nil || !strings.Contains(err.Error(), "x.yaml:4:") || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", filter, err)
		}
	}
}
