package runtime_test

import (
	"strings"
	"testing"
)

// TestInternalCalls: what Satori has no method for is reached in the other
// protocols' own form, and changes the same world.
func TestInternalCalls(t *testing.T) {
	r := start(t)
	call := func(name, body string) answer {
		return r.request("POST", r.url(satoriName, "/v1/internal/"+name), body,
			"Satori-Platform", "llonebot", "Satori-User-ID", botText)
	}
	if a := call("onebot11.set_group_special_title", `{"group_id":654321,"user_id":10001,"special_title":"Sage"}`); a.status != 200 || a.at("status") != `"ok"` {
		t.Errorf("%d %s", a.status, a.text)
	}
	if a := call("milky.get_group_member_info", `{"group_id":654321,"user_id":10001}`); a.status != 200 || a.at("data.member.title") != `"Sage"` {
		t.Errorf("%d %s", a.status, a.text)
	}
	if a := call("onebot11.no_such", `{}`); a.status != 404 {
		t.Errorf("unknown: %d %s", a.status, a.text)
	}
	if a := call("icq.send", `{}`); a.status < 400 || strings.Contains(a.text, "panic") {
		t.Errorf("another protocol: %d %s", a.status, a.text)
	}
}
