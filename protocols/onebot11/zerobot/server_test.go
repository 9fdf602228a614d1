package zerobot

import (
	"bytes"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"sync"
	"testing"
	"time"
)

const token = "token-of+the/bot="

// server is a running llbot.
type server struct {
	t                  *testing.T
	binary, file, data string
	out                output
	addr               map[string]string // endpoint → host:port
}

// output gathers what the program prints.
type output struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.Write(p)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.String()
}

// start runs a server that dials reverse and posts to hook, both host:port.
func start(t *testing.T, reverse, hook string) *server {
	t.Helper()
	dir := t.TempDir()
	s := &server{t: t, binary: filepath.Join(dir, "llbot"), file: filepath.Join(dir, "llbot.yaml"), data: filepath.Join(dir, "data"), addr: map[string]string{}}
	build := exec.Command("go", "build", "-o", s.binary, "./cmd/llbot")
	build.Dir = filepath.Join("..", "..", "..")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, out)
	}
	yaml := fmt.Sprintf(`admin: {port: 0}
endpoints:
  - {kind: onebot11-ws, port: 0, token: %[1]q}
  - {kind: onebot11-http, port: 0, token: %[1]q}
  - {kind: onebot11-ws-reverse, url: "ws://%[2]s/", token: %[1]q, reconnect: {initial: 50ms, max: 200ms}}
  - {kind: onebot11-webhook, url: "http://%[3]s/", secret: %[1]q}
`, token, reverse, hook)
	if err := os.WriteFile(s.file, []byte(yaml), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(s.binary, "--config", s.file, "--data", s.data)
	cmd.Stdout, cmd.Stderr = &s.out, &s.out
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	s.await("its addresses", func() bool {
		for _, m := range regexp.MustCompile(`(?m)^  (\S+)\s+(?:http|ws)://([0-9.:]+)`).FindAllStringSubmatch(s.out.String(), -1) {
			s.addr[m[1]] = m[2]
		}
		return s.addr["admin"] != "" && s.addr["onebot11-ws"] != "" && s.addr["onebot11-http"] != ""
	})
	s.await("readiness", func() bool {
		resp, err := http.Get("http://" + s.addr["admin"] + "/readyz")
		return err == nil && resp.Body.Close() == nil && resp.StatusCode == http.StatusOK
	})
	return s
}

func (s *server) await(what string, ok func() bool) {
	s.t.Helper()
	for deadline := time.Now().Add(60 * time.Second); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		if ok() {
			return
		}
	}
	s.t.Fatalf("waited too long for %s:\n%s", what, s.out.String())
}

// say makes Alice say something in the group.
func (s *server) say(text string) {
	s.t.Helper()
	out, err := exec.Command(s.binary, "say", "--config", s.file, "--data", s.data, "--url", "http://"+s.addr["admin"],
		"--group", "123456", "--as", "10001", text).CombinedOutput()
	if err != nil {
		s.t.Fatalf("say: %v\n%s", err, out)
	}
}

// freePort is a port where nobody listens.
func freePort(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	return l.Addr().String()
}
