package main

import (
	"bytes"
	"context"
	"strings"
	"testing"
)

// TestAPI: each protocol's reference is listed and looked up, by other names too.
func TestAPI(t *testing.T) {
	ask := func(args ...string) (int, string) {
		var out bytes.Buffer
		code := run(append([]string{"api"}, args...), &console{out: &out, err: &out, signals: context.Background()})
		return code, out.String()
	}
	for protocol, names := range map[string][]string{
		"onebot11": {"send_group_msg", "send_group_msg_async", "_get_group_notice", "get_login_info"},
		"milky":    {"send_group_message", "get_login_info"},
		"satori":   {"message.create", "login.get"},
	} {
		code, list := ask(protocol)
		if lines := strings.Count(list, "\n"); code != 0 || lines < 30 {
			t.Errorf("%s: %d, %d lines", protocol, code, lines)
		}
		if strings.Contains(list, "|--") || strings.Contains(list, " | ") {
			t.Errorf("%s: tables in the list:\n%s", protocol, list)
		}
		for _, name := range names {
			if code, text := ask(protocol, name); code != 0 || !strings.HasPrefix(text, "### ") || !strings.Contains(text, "```json") {
				t.Errorf("%s %s: %d\n%s", protocol, name, code, text)
			}
		}
		if code, text := ask(protocol, "no_such"); code != 1 || !strings.Contains(text, `"no_such"`) {
			t.Errorf("%s: %d %s", protocol, code, text)
		}
	}
	if code, text := ask("milky", "image"); code != 0 || !strings.Contains(text, "| `temp_url`") || !strings.Contains(text, "| `uri`") ||
		!strings.Contains(text, "(OutgoingSegment)") {
		t.Errorf("a picture that is told and one that is taken: %d\n%s", code, text)
	}
	if code, text := ask("milky", "nudge"); code != 0 || !strings.Contains(text, "  send_friend_nudge ") || !strings.Contains(text, "  group_nudge ") || strings.Contains(text, "kick") {
		t.Errorf("part of a name: %d\n%s", code, text)
	}
	if code, _ := ask("icq"); code != 2 {
		t.Errorf("another protocol: %d", code)
	}
}
