package runtime_test

import (
	"strings"
	"testing"
	"time"

	"llbot/runtime/admin"
	"llbot/runtime/config"
)

// An account that was thrown out is told of by bot_offline, its sockets stay
// open with heartbeats that say so, and actions fail with the reason until it is
// back, which only the heartbeats tell: OneBot has no event for it.
func TestOneBotOffline(t *testing.T) {
	r := start(t, on(func(e *config.OneBotWS) { e.Heartbeat = 50 * time.Millisecond }))
	events, actions := r.socket(wsName, "/event"), asking(r.socket(wsName, "/api"))
	events.await(`"sub_type":"connect"`)
	events.await(`"status":{"online":true,"good":true}`)
	if _, err := r.sim("").AddFault(t.Context(), admin.Fault{Kind: "kicked", Count: 1, Text: "logged in elsewhere"}); err != nil {
		t.Fatal(err)
	}
	const ask = "get_csrf_token"
	if got := actions(ask, "{}"); !strings.Contains(got, `"retcode":1200`) || !strings.Contains(got, "logged in elsewhere") {
		t.Errorf("thrown out: %s", got)
	}
	told := events.await("bot_offline")
	for path, want := range map[string]string{"post_type": "notice", "notice_type": "bot_offline", "user_id": botText, "self_id": botText, "message": "logged in elsewhere"} {
		if word(at(told, path)) != want {
			t.Errorf("%s is %s in %s", path, at(told, path), told)
		}
	}
	events.await(`"status":{"online":false,`)
	if got := actions("get_status", "{}"); at(got, "data.online") != "false" {
		t.Errorf("offline: %s", got)
	}
	r.act(bot, "MoveLogin", `{"step":"online"}`)
	events.await(`"status":{"online":true,`)
	eventually(t, "the account to be back", func() bool { return at(actions(ask, "{}"), "retcode") == "0" })
	r.say(alice, "welcome back")
	events.await("welcome back")
}
