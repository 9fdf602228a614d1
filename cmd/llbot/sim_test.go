package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// The world is played from the command line, and a bot hears it.
func TestSimTool(t *testing.T) {
	p := start(t, freePorts, t.TempDir())
	_, bot := p.socket("ws://" + p.addr["onebot11-ws"] + "/event")
	await(t, bot, "lifecycle")
	told := func(want string, args ...string) {
		t.Helper()
		if got := p.tool(append([]string{"sim"}, args...)...); !regexp.MustCompile(want).MatchString(got) {
			t.Errorf("%q: %s", args, got)
		}
	}
	told(`^done\n$`, "do", "--as", "10001", "MuteMember", "group=123456", "user=10002", "seconds=60")
	await(t, bot, "group_ban", `"duration":60`)
	told(`"seq": 1`, "do", "--as", "10003", "SendMessage", "chat=group:123456", "message=hello [CQ:face,id=14]")
	await(t, bot, "hello ")
	told(`machine's clock`, "clock")
	told(`1 times real time`, "clock", "--advance", "60s")
	told(`"seq": 2`, "do", "--as", "10002", "SendMessage", "chat.scene=group", "chat.peer=123456", "message=speaks again")
	await(t, bot, "speaks again")
	told(`done`, "recall", "--as", "10002", "group:123456:2")
	await(t, bot, "group_recall")
	told(`done`, "join", "--as", "10101", "123456", "--comment", "let me in")
	await(t, bot, `"request_type":"group"`, "let me in")
	told(`done`, "approve", "--as", "10001", "--group", "123456")
	await(t, bot, "group_increase")
	told(`done`, "card", "--as", "10101", "123456", "10101", "new one")
	told(`done`, "kick", "--as", "10001", "123456", "10101")
	await(t, bot, "group_decrease")
	told(`done`, "add-user", "20001", "Zed")
	told(`done`, "add-group", "--as", "20001", "777", "Zeds", "--members", "10001,1234567890")
	told(`1 +rate_limited +SendMessage +all +0\.5 +0 of 3`, "fault", "add", "rate_limited", "--op", "send_message", "--count", "3", "--probability", "0.5")
	told(`rate_limited`, "fault", "list")
	told(`cleared 1`, "fault", "clear")
	told(`no faults`, "fault", "list")
	told(`said [1-9]\d* \(`, "traffic", "--rate", "200", "--for", "200ms", "--seed", "3")
	told(`MuteMember +Silences a member\.\n +group=number member=number for=seconds`, "ops", "mute")
	told(`(?s)seed: .*text: "speaks again".*|recalled: true`, "dump")

	for want, args := range map[string][]string{
		"is not known here; there are group": {"do", "--as", "10001", "MuteMember", "grp=1"},
		"is no parameter: write name=value":  {"do", "--as", "10001", "MuteMember", "grp"},
		"there is no world":                  {"clock", "--sim-world", "nowhere"},
		"advance: must be seconds":           {"clock", "--advance=-5s"},
		"which request?":                     {"approve", "--as", "10001"},
		"there is no fault":                  {"fault", "add", "nonsense"},
		"only the owner":                     {"admin", "--as", "10002", "123456", "10003"},
	} {
		if out, err := p.command(append([]string{"sim"}, args...)...).CombinedOutput(); err == nil || !strings.Contains(string(out), want) {
			t.Errorf("%q: %v %s", args, err, out)
		}
	}
}

// A made-up world is the same each time, a server begins with it, and what it
// dumps begins another.
func TestWorldFiles(t *testing.T) {
	dir := t.TempDir()
	made, dumped := filepath.Join(dir, "made.yaml"), filepath.Join(dir, "dumped.yaml")
	generate := func() string {
		out, err := exec.Command(binary, "sim", "generate", "--groups", "4", "--members", "10", "--seed", "7", "--messages", "2").Output()
		if err != nil {
			t.Fatal(err)
		}
		return string(out)
	}
	text := generate()
	if text != generate() {
		t.Error("the same seed made another world")
	}
	if err := os.WriteFile(made, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	run := func(file string) *program { return startWith(t, freePorts, t.TempDir(), "--world", file) }
	first := run(made)
	if n := len(first.onebot("get_group_list", "{}")["data"].([]any)); n != 4 {
		t.Errorf("%d groups", n)
	}
	first.tool("sim", "dump", "--out", dumped)
	second := run(dumped)
	if a, b := first.tool("sim", "dump"), second.tool("sim", "dump"); a != b {
		t.Error("the dump of a dump differs")
	}
	if out, err := exec.Command(binary, "--config", second.file, "--data", t.TempDir(), "--world-reset").CombinedOutput(); err == nil || !strings.Contains(string(out), "--world-reset needs --world") {
		t.Errorf("%v %s", err, out)
	}
}
