package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
)

// tool runs a command against the program and answers what it prints.
func (p *program) tool(args ...string) string {
	p.t.Helper()
	out, err := p.command(args...).CombinedOutput()
	if err != nil {
		p.t.Fatalf("%q: %v\n%s", args, err, out)
	}
	return string(out)
}

func (p *program) command(args ...string) *exec.Cmd {
	cmd := exec.Command(binary, append(args, "--config", p.file, "--data", p.data, "--url", "http://"+p.addr["admin"])...)
	cmd.Env = append(os.Environ(), "TZ=UTC")
	return cmd
}

// hookURL is a webhook that refuses messages with "bad" in them as long as it
// is strict, and tells what it took.
func hookURL(t *testing.T, strict *atomic.Bool) (url string, took <-chan string) {
	texts := make(chan string, 1000)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		if strict.Load() && strings.Contains(string(body), "bad") {
			http.Error(w, "no", http.StatusForbidden)
			return
		}
		if strings.Contains(string(body), `"message"`) {
			texts <- string(body)
		}
		w.WriteHeader(http.StatusNoContent)
	}))
	t.Cleanup(server.Close)
	return server.URL, texts
}

const target = "onebot11-webhook/1234567890"

func TestEventsTool(t *testing.T) {
	p := start(t, freePorts, t.TempDir())
	follow := p.command("events", "tail", "-n", "1", "-f", "--type", "message_received")
	out, err := follow.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	p.say("--group", "123456", "--as", "10001", "first \x1b[2J word")
	if err := follow.Start(); err != nil {
		t.Fatal(err)
	}
	lines := make(chan string, 100)
	go func() {
		defer close(lines)
		for scan := bufio.NewScanner(out); scan.Scan(); {
			lines <- scan.Text()
		}
	}()
	await(t, lines, "MessageReceived", "group 123456 · Alice (10001): first  [2J word")
	p.say("--group", "123456", "--as", "10002", "--count", "3", "word {{seq}}")
	await(t, lines, "Bob (10002): word 3")
	if err := follow.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	for range lines { // the pipe ends with the program
	}
	if err := follow.Wait(); err != nil {
		t.Errorf("Ctrl-C: %v", err)
	}

	form := regexp.MustCompile(`^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}  (\d{16})  1234567890  MessageReceived  group 123456 · Bob \(10002\): word 2\n$`)
	text := p.tool("events", "tail", "-n", "2", "--type", "MessageReceived", "--account", "1234567890")
	first, _, _ := strings.Cut(text, "\n")
	found := form.FindStringSubmatch(first + "\n")
	if found == nil || strings.Count(text, "\n") != 2 {
		t.Fatalf("tail: %q", text)
	}
	if since := p.tool("events", "tail", "--since", found[1]); strings.Count(since, "\n") != 1 || !strings.Contains(since, "word 3") {
		t.Errorf("since %s: %q", found[1], since)
	}
	if hour := p.tool("events", "--since", "1h"); strings.Count(hour, "Bob (10002)") != 3 || !strings.Contains(hour, "StatusChanged") {
		t.Errorf("since an hour: %q", hour)
	}
	if whole := p.tool("events", "show", found[1]); !strings.Contains(whole, "sn       "+found[1]) || !strings.Contains(whole, `  "sender": 10002,`) {
		t.Errorf("show: %s", whole)
	}
	var line struct {
		SN    uint64
		Event map[string]any
	}
	if err := json.Unmarshal([]byte(p.tool("events", "show", "--json", found[1])), &line); err != nil || fmt.Sprint(line.SN) != found[1] || line.Event["sender"] != 10002.0 {
		t.Errorf("%+v, %v", line, err)
	}
	if out, err := p.command("events", "show", "7").CombinedOutput(); err == nil || !strings.Contains(string(out), "event 7 has left the log") {
		t.Errorf("%v %s", err, out)
	}
}

func TestTargetsTool(t *testing.T) {
	var strict atomic.Bool
	strict.Store(true)
	url, took := hookURL(t, &strict)
	p := start(t, freePorts+fmt.Sprintf("  - {kind: onebot11-webhook, url: \"%s\"}\n", url), t.TempDir())
	p.say("--group", "123456", "--as", "10001", "good one")
	await(t, took, "good one")
	p.say("--group", "123456", "--as", "10001", "bad one")
	p.say("--group", "123456", "--as", "10001", "good two")
	await(t, took, "good two")

	table := p.tool("targets")
	if !regexp.MustCompile(`(?m)^TARGET +KIND +STATE +CURSOR .*LAST ERROR\n` + target + ` +webhook +\S+ +\d{16} `).MatchString(table) {
		t.Errorf("targets:\n%s", table)
	}
	letters := p.tool("targets", "letters", target)
	if !strings.Contains(letters, "Alice (10001): bad one") || !regexp.MustCompile(` refused +\d+ +403 `).MatchString(letters) || strings.Count(letters, "\n") != 2 {
		t.Fatalf("letters:\n%s", letters)
	}
	strict.Store(false)
	if told := p.tool("targets", "redeliver", target); !strings.Contains(told, "redelivering 1 events to "+target+", 20 a second") {
		t.Errorf("redeliver: %s", told)
	}
	await(t, took, "bad one")
	eventually(t, "the letter to be struck off", func() bool {
		return strings.Contains(p.tool("targets", "letters", target), "got everything")
	})

	if told := p.tool("events", "replay", "--target", target, "--since", "1h", "--rate", "0"); !strings.Contains(told, "as fast as they go") {
		t.Errorf("replay: %s", told)
	}
	for _, text := range []string{"good one", "bad one", "good two"} {
		await(t, took, text)
	}
	for want, args := range map[string][]string{
		"there is no target \"x\"; there are " + target: {"targets", "x"},
		"in use":                         {"targets", "forget", target},
		"say what to drop":               {"targets", "drop", target},
		`since: "yesterday" is no place`: {"events", "replay", "--target", target, "--since", "yesterday"},
		"do not go with numbers":         {"targets", "redeliver", target, "5", "--refused"},
		"--refused and --skipped can't":  {"targets", "letters", target, "--refused", "--skipped"},
		"5: event 5 has left":            {"targets", "redeliver", target, "5"},
	} {
		if out, err := p.command(args...).CombinedOutput(); err == nil || !strings.Contains(string(out), want) {
			t.Errorf("%q: %v %s", args, err, out)
		}
	}
	if told := p.tool("targets", "drop", target, "--all"); told != "dropped 0\n" {
		t.Errorf("drop: %s", told)
	}
	var list struct{ Targets []struct{ Name string } }
	if err := json.Unmarshal([]byte(p.tool("targets", "--json")), &list); err != nil || len(list.Targets) != 1 || list.Targets[0].Name != target {
		t.Errorf("%+v, %v", list, err)
	}
	resp, err := http.Get("http://" + p.addr["admin"] + "/metrics")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	text, _ := io.ReadAll(resp.Body)
	for _, sample := range []string{`llbot_target_refused_total{target="` + target + `"} 1`, `llbot_target_lag_seconds{target="` + target + `"} `, "llbot_log_bytes ", `llbot_log_sync_seconds{quantile="0.99"} `} {
		if !strings.Contains(string(text), sample) {
			t.Errorf("no %s", sample)
		}
	}
}

// Tools say clearly that they need the server.
func TestToolsWithoutServer(t *testing.T) {
	p := start(t, freePorts, t.TempDir())
	_ = p.cmd.Process.Kill()
	_ = p.cmd.Wait()
	for _, args := range [][]string{{"events", "tail"}, {"events", "show", "1"}, {"targets"}, {"targets", "letters", "x"}, {"events", "replay", "--target", "x", "--since", "1h"}} {
		out, err := p.command(args...).CombinedOutput()
		if err == nil || !strings.Contains(string(out), "is llbot running?") || !strings.Contains(string(out), "through the running server") || strings.Count(string(out), "\n") != 1 {
			t.Errorf("%q: %v %s", args, err, out)
		}
	}
	cmd := exec.Command(binary, "targets", "--config", p.file, "--data", filepath.Join(t.TempDir(), "none"))
	if out, err := cmd.CombinedOutput(); err == nil || !strings.Contains(string(out), "start llbot once") {
		t.Errorf("%v %s", err, out)
	}
}

// A wrong line is followed by the help of the very command.
func TestHelpIsNamedWhole(t *testing.T) {
	for want, args := range map[string][]string{
		"events replay --help": {"events", "replay"},
		"targets drop --help":  {"targets", "drop"},
		"say --help":           {"say", "x"},
	} {
		out, err := exec.Command(binary, args...).CombinedOutput()
		if exit, ok := err.(*exec.ExitError); !ok || exit.ExitCode() != 2 || !strings.Contains(string(out), want) {
			t.Errorf("%q: %v %s", args, err, out)
		}
	}
}
