package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"llbot/protocols/milky/spec"

	"github.com/coder/websocket"
)

// binary is the built program, made once for all tests of this package.
var binary string

func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "llbot-e2e")
	if err != nil {
		panic(err)
	}
	binary = filepath.Join(dir, "llbot")
	if out, err := exec.Command("go", "build", "-o", binary, ".").CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "build: %v\n%s", err, out)
		os.Exit(1)
	}
	code := m.Run()
	_ = os.RemoveAll(dir)
	os.Exit(code)
}

// program is a running llbot with the addresses that it printed.
type program struct {
	t    *testing.T
	cmd  *exec.Cmd
	data string
	file string
	out  *output
	addr map[string]string // endpoint name → host:port
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

const freePorts = `
admin: {port: 0}
endpoints:
  - {kind: onebot11-http, port: 0}
  - {kind: onebot11-ws, port: 0}
  - {kind: milky, port: 0}
  - {kind: satori, port: 0}
`

// start runs the program with a configuration and waits until it is ready.
func start(t *testing.T, yaml string, data string) *program {
	t.Helper()
	return startWith(t, yaml, data)
}

func startWith(t *testing.T, yaml string, data string, args ...string) *program {
	t.Helper()
	file := filepath.Join(t.TempDir(), "llbot.yaml")
	if err := os.WriteFile(file, []byte(yaml), 0o600); err != nil {
		t.Fatal(err)
	}
	p := &program{t: t, data: data, file: file, out: &output{}, addr: map[string]string{}}
	p.cmd = exec.Command(binary, append([]string{"--config", file, "--data", data}, args...)...)
	p.cmd.Stdout, p.cmd.Stderr = p.out, p.out
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.cmd.Process.Kill(); _ = p.cmd.Wait() })
	printed := regexp.MustCompile(`(?m)^  (\S+)\s+(?:http|ws)://([0-9.:]+)`)
	eventually(t, "the start-up table", func() bool {
		for _, m := range printed.FindAllStringSubmatch(p.out.String(), -1) {
			p.addr[m[1]] = m[2]
		}
		return strings.Contains(p.out.String(), "Try ") && p.addr["admin"] != ""
	})
	eventually(t, "/readyz", func() bool {
		resp, err := http.Get("http://" + p.addr["admin"] + "/readyz")
		if err != nil {
			return false
		}
		_ = resp.Body.Close()
		return resp.StatusCode == http.StatusOK
	})
	return p
}

func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		if ok() {
			return
		}
	}
	t.Fatalf("waited too long for %s", what)
}

// say runs "llbot say" against the program.
func (p *program) say(args ...string) string {
	p.t.Helper()
	all := append([]string{"say", "--config", p.file, "--data", p.data, "--url", "http://" + p.addr["admin"]}, args...)
	out, err := exec.Command(binary, all...).CombinedOutput()
	if err != nil {
		p.t.Fatalf("say %q: %v\n%s", args, err, out)
	}
	return string(out)
}

// call posts JSON and decodes the answer.
func (p *program) call(url, body string, headers ...string) map[string]any {
	p.t.Helper()
	req, err := http.NewRequest(http.MethodPost, url, strings.NewReader(body))
	if err != nil {
		p.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	for i := 0; i+1 < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		p.t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		p.t.Fatal(err)
	}
	answer := map[string]any{}
	if err := json.Unmarshal(text, &answer); err != nil {
		p.t.Fatalf("%s answered %d %q: %v", url, resp.StatusCode, text, err)
	}
	if api, found := strings.CutPrefix(url, "http://"+p.addr["milky"]+"/api/"); found {
		if faults := milkySchema(p.t).Response(api, text); len(faults) > 0 {
			p.t.Errorf("%s answered %s\n%s", url, text, strings.Join(faults, "\n"))
		}
	}
	return answer
}

var loadMilkySchema = sync.OnceValues(spec.Load)

// milkySchema is what everything that the program says in Milky is held against.
func milkySchema(t *testing.T) *spec.Specification {
	t.Helper()
	schema, err := loadMilkySchema()
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

// milkyEvent checks a pushed event of Milky.
func milkyEvent(t *testing.T, text string) {
	t.Helper()
	if faults := milkySchema(t).Event([]byte(text)); len(faults) > 0 {
		t.Errorf("%s\n%s", text, strings.Join(faults, "\n"))
	}
}

func (p *program) onebot(action, params string) map[string]any {
	p.t.Helper()
	return p.call("http://"+p.addr["onebot11-http"]+"/"+action, params)
}

func (p *program) milky(api, params string) map[string]any {
	p.t.Helper()
	return p.call("http://"+p.addr["milky"]+"/api/"+api, params)
}

func (p *program) satori(method, params string) map[string]any {
	p.t.Helper()
	return p.call("http://"+p.addr["satori"]+"/v1/"+method, params, "Satori-Platform", "LLBot", "Satori-User-ID", "1234567890")
}

// sse opens a stream and answers its lines.
func (p *program) sse(url string) <-chan string {
	p.t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	p.t.Cleanup(cancel)
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		p.t.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		p.t.Fatal(err)
	}
	if ct := resp.Header.Get("Content-Type"); resp.StatusCode != 200 || !strings.HasPrefix(ct, "text/event-stream") {
		p.t.Fatalf("%s: %d %s", url, resp.StatusCode, ct)
	}
	lines := make(chan string, 1000)
	milky := strings.HasPrefix(url, "http://"+p.addr["milky"]+"/")
	go func() {
		defer close(lines)
		defer resp.Body.Close()
		for scan := bufio.NewScanner(resp.Body); scan.Scan(); {
			if data, found := strings.CutPrefix(scan.Text(), "data: "); found && milky {
				milkyEvent(p.t, data)
			}
			lines <- scan.Text()
		}
	}()
	return lines
}

// await reads lines until one contains all the parts.
func await(t *testing.T, lines <-chan string, parts ...string) string {
	t.Helper()
	timeout := time.After(20 * time.Second)
	for {
		select {
		case line, ok := <-lines:
			if !ok {
				t.Fatalf("the stream ended before %q", parts)
			}
			all := true
			for _, part := range parts {
				all = all && strings.Contains(line, part)
			}
			if all {
				return line
			}
		case <-timeout:
			t.Fatalf("nothing with %q came", parts)
		}
	}
}

// socket opens a WebSocket and answers its messages.
func (p *program) socket(url string) (*websocket.Conn, <-chan string) {
	p.t.Helper()
	conn, _, err := websocket.Dial(p.t.Context(), url, nil)
	if err != nil {
		p.t.Fatalf("%s: %v", url, err)
	}
	p.t.Cleanup(func() { _ = conn.CloseNow() })
	return conn, messages(conn)
}

func messages(conn *websocket.Conn) <-chan string {
	conn.SetReadLimit(1 << 20)
	lines := make(chan string, 1000)
	go func() {
		defer close(lines)
		for {
			_, text, err := conn.Read(context.Background())
			if err != nil {
				lines <- "closed " + websocket.CloseStatus(err).String()
				return
			}
			lines <- string(text)
		}
	}()
	return lines
}

func send(t *testing.T, conn *websocket.Conn, text string) {
	t.Helper()
	if err := conn.Write(t.Context(), websocket.MessageText, []byte(text)); err != nil {
		t.Fatal(err)
	}
}
