package runtime_test

import (
	"strings"
	"testing"

	llbot "llbot/runtime"
	"llbot/runtime/config"
)

func TestExplainSaysWhatDriversCannotDo(t *testing.T) {
	cfg := config.Default()
	if text := llbot.Explain(cfg); strings.Contains(text, "cannot") {
		t.Errorf("the simulated QQ can do everything:\n%s", text)
	}
	for range 2 {
		a := config.NewAccount(config.DriverMilky)
		a.Upstream.URL, a.Upstream.Token = "http://127.0.0.1:3010/?key=hidden", "secret-token"
		cfg.Accounts = append(cfg.Accounts, a)
	}
	text := llbot.Explain(cfg)
	if strings.Count(text, "driver milky cannot do\n") != 1 || !strings.Contains(text, "GetFileSpace: Milky does not tell how much room files have\n") {
		t.Error(text)
	}
	for _, secret := range []string{"hidden", "secret-token"} {
		if strings.Contains(text, secret) {
			t.Errorf("%q is shown", secret)
		}
	}
}

// TestExplainTellsProgramsApart: what single servers of a protocol lack is said
// beside what none has.
func TestExplainTellsProgramsApart(t *testing.T) {
	cfg := config.Default()
	a := config.NewAccount(config.DriverOneBot11)
	a.Upstream.URL = "ws://127.0.0.1:13001"
	cfg.Accounts = append(cfg.Accounts, a)
	text := llbot.Explain(cfg)
	for _, line := range []string{
		"driver onebot11 cannot do\n", "  ListPins, SetPin: OneBot 11 has no pinned chats\n", "\n  go-cqhttp neither: ", "ClockIn: has no send_group_sign",
	} {
		if !strings.Contains(text, line) {
			t.Errorf("%q is not in\n%s", line, text)
		}
	}
	if strings.Contains(text, "llbot neither") {
		t.Errorf("llbot serves all that OneBot carries:\n%s", text)
	}
}
