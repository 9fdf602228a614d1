package main

import (
	"crypto/hmac"
	"crypto/sha1"
	"encoding/hex"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/coder/websocket"
)

func TestOneWorldThroughThreeProtocols(t *testing.T) {
	p := start(t, freePorts, t.TempDir())
	if resp, err := http.Get("http://" + p.addr["onebot11-http"] + "/get_group_list"); err != nil || resp.StatusCode != 200 {
		t.Fatalf("in a browser: %v %v", resp, err)
	} else if text, _ := io.ReadAll(resp.Body); !strings.Contains(string(text), `"group_id":123456`) {
		t.Fatalf("group list: %s", text)
	}
	if n := len(p.onebot("get_group_member_list", `{"group_id":123456}`)["data"].([]any)); n != 4 {
		t.Fatalf("%d members, want 4", n)
	}
	oneBotEvents := p.sse("http://" + p.addr["onebot11-http"] + "/_events")
	milkyEvents := p.sse("http://" + p.addr["milky"] + "/event")
	_, forward := p.socket("ws://" + p.addr["onebot11-ws"])
	await(t, forward, `"meta_event_type":"lifecycle"`)
	_, milkySocket := p.socket("ws://" + p.addr["milky"] + "/event")
	satori, satoriEvents := p.socket("ws://" + p.addr["satori"] + "/v1/events")
	send(t, satori, `{"op":3}`)
	if first := <-satoriEvents; !strings.Contains(first, `"op":4`) || !strings.Contains(first, "1234567890") {
		t.Fatalf("first frame %s, want READY", first)
	}
	send(t, satori, `{"op":1}`)
	await(t, satoriEvents, `"op":2`)

	p.say("--group", "123456", "--as", "10001", "hello e2e")
	for name, stream := range map[string]<-chan string{"onebot sse": oneBotEvents, "onebot ws": forward, "milky sse": milkyEvents, "milky ws": milkySocket, "satori": satoriEvents} {
		line := await(t, stream, "hello e2e", "123456")
		t.Logf("%s: %.120s", name, line)
	}

	sent := p.milky("send_group_message", `{"group_id":123456,"message":[{"type":"text","data":{"text":"answer through milky"}}]}`)
	if sent["status"] != "ok" {
		t.Fatalf("milky: %v", sent)
	}
	history := fmt.Sprint(p.onebot("get_group_msg_history", `{"group_id":123456}`))
	if !strings.Contains(history, "answer through milky") || !strings.Contains(history, "hello e2e") {
		t.Fatalf("onebot history: %s", history)
	}
	if list := fmt.Sprint(p.satori("message.list", `{"channel_id":"123456"}`)); !strings.Contains(list, "answer through milky") {
		t.Fatalf("satori list: %s", list)
	}
	created := p.call("http://"+p.addr["onebot11-http"]+"/send_private_msg", `{"user_id":10001,"message":"[CQ:face,id=14] hi"}`)
	if created["retcode"] != float64(0) {
		t.Fatalf("private: %v", created)
	}
}

func TestEchoKeepsItsType(t *testing.T) {
	p := start(t, freePorts, t.TempDir())
	conn, lines := p.socket("ws://" + p.addr["onebot11-ws"] + "/api")
	for _, echo := range []string{`1`, `"one"`, `{"a":[1,2]}`, `12345678901234567890`, `1.50`, `true`} {
		send(t, conn, `{"action":"get_group_member_list","params":{"group_id":123456},"echo":`+echo+`}`)
		await(t, lines, `"echo":`+echo+`}`, `"retcode":0`)
	}
	send(t, conn, `{"action":"no_such_action","echo":7}`)
	await(t, lines, `"retcode":1404`, `"echo":7`)
	send(t, conn, `{"action":"get_login_info","echo":"half`)
	await(t, lines, `"retcode":1400`)
}

func TestReverseLinkAndWebhooks(t *testing.T) {
	reverse := make(chan *websocket.Conn, 10)
	ws := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("X-Self-ID") != "1234567890" || r.Header.Get("X-Client-Role") != "Universal" || r.Header.Get("Authorization") != "Bearer reverse-token" {
			http.Error(w, "headers", http.StatusForbidden)
			return
		}
		c, err := websocket.Accept(w, r, nil)
		if err == nil {
			reverse <- c
			<-r.Context().Done()
		}
	}))
	defer ws.Close()
	posts := make(chan *http.Request, 100)
	bodies := make(chan []byte, 100)
	hook := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		posts <- r
		bodies <- body
		if r.URL.Path == "/onebot" && strings.Contains(string(body), "quick please") {
			w.Header().Set("Content-Type", "application/json")
			_, _ = io.WriteString(w, `{"reply":"quick answer"}`)
			return
		}
		w.WriteHeader(http.StatusNoContent)
	}))
	defer hook.Close()
	p := start(t, freePorts+fmt.Sprintf(`
  - {kind: onebot11-ws-reverse, url: "ws://%s/", token: reverse-token}
  - {kind: onebot11-webhook, url: "%s/onebot", secret: hook-secret}
  - {kind: milky-webhook, url: "%s/milky", token: milky-token}
  - {kind: satori-webhook, url: "%s/satori", token: satori-token}
`, ws.Listener.Addr(), hook.URL, hook.URL, hook.URL), t.TempDir())

	conn := <-reverse
	lines := messages(conn)
	await(t, lines, `"meta_event_type":"lifecycle"`)
	p.say("--group", "123456", "--as", "10002", "quick please")
	await(t, lines, "quick please")
	send(t, conn, `{"action":"get_login_info","echo":{"n":1}}`)
	await(t, lines, `"user_id":1234567890`, `"echo":{"n":1}`)

	seen := map[string]bool{}
	for len(seen) < 3 {
		r, body := <-posts, <-bodies
		if !strings.Contains(string(body), "quick please") {
			continue
		}
		seen[r.URL.Path] = true
		switch r.URL.Path {
		case "/onebot":
			mac := hmac.New(sha1.New, []byte("hook-secret"))
			mac.Write(body)
			if want := "sha1=" + hex.EncodeToString(mac.Sum(nil)); r.Header.Get("X-Signature") != want || r.Header.Get("X-Self-ID") != "1234567890" {
				t.Errorf("onebot headers %v, want signature %s", r.Header, want)
			}
		case "/milky":
			if r.Header.Get("Authorization") != "Bearer milky-token" {
				t.Errorf("milky headers %v", r.Header)
			}
			milkyEvent(t, string(body))
		case "/satori":
			if r.Header.Get("Authorization") != "Bearer satori-token" || r.Header.Get("Satori-Opcode") != "0" {
				t.Errorf("satori headers %v", r.Header)
			}
		}
	}
	eventually(t, "the quick operation's effect", func() bool {
		return strings.Contains(fmt.Sprint(p.milky("get_history_messages", `{"message_scene":"group","peer_id":123456}`)), "quick answer")
	})

	// A lost link is dialed again, and only once.
	_ = conn.CloseNow()
	again := <-reverse
	await(t, messages(again), `"meta_event_type":"lifecycle"`)
	select {
	case <-reverse:
		t.Error("a second link to the same target")
	case <-time.After(300 * time.Millisecond):
	}
}

func TestEndsInOrder(t *testing.T) {
	p := start(t, freePorts, t.TempDir())
	_, forward := p.socket("ws://" + p.addr["onebot11-ws"])
	await(t, forward, "lifecycle")
	begun := time.Now()
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	await(t, forward, "closed StatusGoingAway")
	if err := p.cmd.Wait(); err != nil {
		t.Fatalf("exit: %v\n%s", err, p.out)
	}
	if took := time.Since(begun); took > 20*time.Second {
		t.Errorf("ending took %s", took)
	}
}

func TestTheWorldOutlivesAKill(t *testing.T) {
	data := t.TempDir()
	p := start(t, freePorts, data)
	p.say("--group", "123456", "--as", "10001", "before the kill")
	before := p.onebot("get_group_msg_history", `{"group_id":123456,"count":1}`)
	_ = p.cmd.Process.Kill()
	_ = p.cmd.Wait()
	p = start(t, freePorts, data)
	after := p.onebot("get_group_msg_history", `{"group_id":123456,"count":1}`)
	if id := func(m map[string]any) any {
		return m["data"].(map[string]any)["messages"].([]any)[0].(map[string]any)["message_id"]
	}; id(before) != id(after) {
		t.Errorf("message id %v before, %v after", id(before), id(after))
	}
	if !strings.Contains(fmt.Sprint(after), "before the kill") {
		t.Errorf("history after the kill: %v", after)
	}
}

func TestAPortInUseIsOneLine(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	file := filepath.Join(t.TempDir(), "llbot.yaml")
	port := taken.Addr().(*net.TCPAddr).Port
	yaml := fmt.Sprintf("admin: {port: 0}\nendpoints: [{kind: milky, port: 0}, {kind: satori, port: %d}]\n", port)
	if err := os.WriteFile(file, []byte(yaml), 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command(binary, "--config", file, "--data", t.TempDir()).CombinedOutput()
	exit, ok := err.(*exec.ExitError)
	if !ok || exit.ExitCode() != 1 {
		t.Fatalf("err %v, want exit code 1\n%s", err, out)
	}
	if lines := strings.Count(strings.TrimSpace(string(out)), "\n") + 1; lines != 1 || !strings.Contains(string(out), fmt.Sprint(port)) {
		t.Errorf("%d lines: %s", lines, out)
	}
}

func TestInitAndCheck(t *testing.T) {
	file := filepath.Join(t.TempDir(), "llbot.yaml")
	for _, args := range [][]string{{"init", file}, {"check", file}, {"version"}, {"--help"}, {"say", "--help"}} {
		if out, err := exec.Command(binary, args...).CombinedOutput(); err != nil {
			t.Errorf("%q: %v\n%s", args, err, out)
		}
	}
	if out, err := exec.Command(binary, "init", file).CombinedOutput(); err == nil {
		t.Errorf("init overwrote the file: %s", out)
	}
	bad := filepath.Join(t.TempDir(), "bad.yaml")
	if err := os.WriteFile(bad, []byte("endpoints:\n  - {kind: milky, prot: 1}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command(binary, "check", bad).CombinedOutput()
	if err == nil || !strings.Contains(string(out), "bad.yaml:2:") || !strings.Contains(string(out), `"port"`) {
		t.Errorf("check: %v\n%s", err, out)
	}
}
