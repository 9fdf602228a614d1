package admin

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"llbot/protocols/qq"
)

func TestStartAndStop(t *testing.T) {
	r := newRig(t, nil)
	if r.Addr() != "" {
		t.Errorf("Addr before Start: %q", r.Addr())
	}
	must(t, r.Stop(context.Background()))
	must(t, r.Start())
	base := "http://" + r.Addr()
	text, status := fetch(t, base+"/healthz")
	if status != http.StatusOK || text != "ok\n" {
		t.Errorf("%d %q", status, text)
	}
	must(t, r.Stop(context.Background()))
	if _, err := net.Dial("tcp", r.Addr()); err == nil {
		t.Error("the port is still open")
	}
}

func fetch(t testing.TB, url string) (body string, status int) {
	t.Helper()
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	resp, err := client.Get(url)
	must(t, err)
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	must(t, err)
	return string(text), resp.StatusCode
}

func TestPortInUse(t *testing.T) {
	first := newRig(t, nil)
	first.start(t)
	_, text, err := net.SplitHostPort(first.Addr())
	must(t, err)
	port, err := strconv.Atoi(text)
	must(t, err)
	second := newRig(t, func(o *Options) { o.Port = port })
	err = second.Start()
	if err == nil || strings.Contains(err.Error(), "\n") || !strings.Contains(err.Error(), first.Addr()) || !strings.Contains(err.Error(), "admin.port") {
		t.Errorf("got %v", err)
	}
	if other := newRig(t, func(o *Options) { o.Host = "256.0.0.1" }); other.Start() == nil {
		t.Error("an impossible address is taken")
	}
}

func TestStopCancelsWhatRuns(t *testing.T) {
	r := newRig(t, nil)
	r.world.hold = make(chan struct{})
	must(t, r.Start())
	done := make(chan error)
	go func() {
		_, err := Client{"http://" + r.Addr(), token}.Say(context.Background(), SayRequest{Group: 1, User: 10001, Message: Text("x")})
		done <- err
	}()
	<-r.world.hold // Say has begun
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	must(t, r.Stop(ctx))
	var refusal *APIError
	if err := <-done; !errors.As(err, &refusal) || refusal.Status != 503 || refusal.Text != "llbot is stopping" {
		t.Errorf("got %v", err)
	}
}

func TestStopCutsWhatDoesNotEnd(t *testing.T) {
	entered, leave := make(chan struct{}), make(chan struct{})
	r := newRig(t, func(o *Options) {
		o.Media = http.HandlerFunc(func(http.ResponseWriter, *http.Request) { close(entered); <-leave })
	})
	must(t, r.Start())
	done := make(chan struct{})
	go func() {
		defer close(done)
		client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
		if resp, err := client.Get("http://" + r.Addr() + "/media/x"); err == nil {
			_ = resp.Body.Close()
			t.Error("an answer came")
		}
	}()
	<-entered
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Millisecond)
	defer cancel()
	if err := r.Stop(ctx); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v", err)
	}
	<-done
	close(leave)
}

func TestReady(t *testing.T) {
	var missing []string
	r := newRig(t, func(o *Options) { o.Ready = func() []string { return missing } })
	if w := r.ask("GET", "/readyz", ""); w.Code != 200 || w.Body.String() != "ok\n" {
		t.Errorf("%d %q", w.Code, w.Body)
	}
	missing = []string{"starting", "the disk is full"}
	if w := r.ask("GET", "/readyz", ""); w.Code != 503 || w.Body.String() != "not ready: starting; the disk is full\n" {
		t.Errorf("%d %q", w.Code, w.Body)
	}
	if w := r.ask("HEAD", "/readyz", ""); w.Code != 503 {
		t.Errorf("HEAD: %d", w.Code)
	}
}

func TestPanicIsOneRequestsOwn(t *testing.T) {
	r := newRig(t, func(o *Options) { o.Status = func() Status { panic("secret innards") } })
	base := r.start(t)
	_, err := Client{base, token}.Status(context.Background())
	var refusal *APIError
	if !errors.As(err, &refusal) || refusal.Status != 500 || strings.Contains(refusal.Text, "innards") {
		t.Errorf("got %v", err)
	}
	if text, _ := fetch(t, base+"/healthz"); text != "ok\n" {
		t.Errorf("the server is gone: %q", text)
	}
	if w := r.call("GET", "/api/status", ""); w.Code != 500 || !strings.Contains(r.log.String(), "innards") {
		t.Errorf("%d, log %q", w.Code, r.log)
	}
}

func TestAbortHandlerCuts(t *testing.T) {
	r := newRig(t, func(o *Options) {
		o.Media = http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })
	})
	defer func() {
		if recover() != http.ErrAbortHandler {
			t.Error("the library's own panic was swallowed")
		}
	}()
	r.ask("GET", "/media/x", "")
}

func TestStatus(t *testing.T) {
	want := Status{
		Version: "0.1.0", Go: "go1.26", Started: 1795435200000,
		Accounts: []AccountStatus{{Account: 1234567890, Driver: "sim", Online: true, Good: true, Received: 3, Lacks: []string{}}},
		Endpoints: []EndpointStatus{
			{Name: "milky", Kind: "milky", Address: "127.0.0.1:3000", Listening: true},
			{Name: "hook", Kind: "onebot11-webhook", Error: "refused"},
		},
	}
	r := newRig(t, func(o *Options) { o.Status = func() Status { return want } })
	const text = `{"version":"0.1.0","go_version":"go1.26","started":1795435200000,` +
		`"accounts":[{"account":1234567890,"driver":"sim","online":true,"good":true,"received":3,"sent":0,"last_message":0,"lacks":[]}],` +
		`"endpoints":[{"name":"milky","kind":"milky","address":"127.0.0.1:3000","listening":true},` +
		`{"name":"hook","kind":"onebot11-webhook","address":"","listening":false,"error":"refused"}]}`
	if w := r.call("GET", "/api/status", ""); strings.TrimSpace(w.Body.String()) != text {
		t.Errorf("got %s", w.Body)
	}
	empty := rig{Server: New(Options{Token: token})}
	if w := empty.call("GET", "/api/status", ""); !strings.Contains(w.Body.String(), `"accounts":[],"endpoints":[]`) {
		t.Errorf("got %s", w.Body)
	}
}

func TestProfiles(t *testing.T) {
	r := newRig(t, nil)
	for path, text := range map[string]string{
		"/debug/pprof/": "goroutine", "/debug/pprof/goroutine?debug=1": "goroutine profile", "/debug/pprof/cmdline": "test",
	} {
		if w := r.ask("GET", path, "", bearer); w.Code != 200 || !strings.Contains(w.Body.String(), text) {
			t.Errorf("%s: %d", path, w.Code)
		}
	}
}

// TestRealBodies sends one that breaks off and one that takes many reads.
func TestRealBodies(t *testing.T) {
	r := newRig(t, nil)
	base := r.start(t)
	conn, err := net.Dial("tcp", r.Addr())
	must(t, err)
	defer conn.Close()
	_, err = io.WriteString(conn, "POST /api/sim/messages HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer "+token+"\r\nContent-Length: 99\r\n\r\n{\"user")
	must(t, err)
	must(t, conn.(*net.TCPConn).CloseWrite())
	text, err := io.ReadAll(conn)
	must(t, err)
	if !strings.HasPrefix(string(text), "HTTP/1.1 400 ") || !strings.Contains(string(text), "broke off") {
		t.Errorf("got %q", text)
	}
	big := strings.Repeat("x", 3<<20)
	if _, err := (Client{base, token}).Say(context.Background(), SayRequest{Group: 1, User: 10001, Message: Text(big)}); err != nil {
		t.Error(err)
	}
	if got := r.world.last().(Say); got.Message.PlainText() != big {
		t.Error("the text was changed")
	}
}

// TestRefusedBeforeTheBody declares a body that never comes: a refusal must not
// wait for it.
func TestRefusedBeforeTheBody(t *testing.T) {
	r := newRig(t, nil)
	r.start(t)
	for header, status := range map[string]string{
		"Authorization: Bearer wrong": "403", "X: y": "401", "Origin: http://evil.example": "403", "Host: evil.example": "403",
	} {
		conn, err := net.Dial("tcp", r.Addr())
		must(t, err)
		must(t, conn.SetDeadline(time.Now().Add(5*time.Second)))
		host := "Host: localhost\r\n"
		if strings.HasPrefix(header, "Host") {
			host = ""
		}
		_, err = io.WriteString(conn, "POST /api/sim/messages HTTP/1.1\r\n"+host+header+"\r\nContent-Length: 60000000\r\n\r\n")
		must(t, err)
		head := make([]byte, len("HTTP/1.1 403"))
		_, err = io.ReadFull(conn, head)
		must(t, err)
		if string(head) != "HTTP/1.1 "+status {
			t.Errorf("%s: %q", header, head)
		}
		must(t, conn.Close())
	}
}

func TestStoppedWorldIsNotAFaultOfOurs(t *testing.T) {
	r := newRig(t, nil)
	for err, status := range map[error]int{context.Canceled: 503, context.DeadlineExceeded: 504, qq.Errorf(qq.ErrTimeout, "late"): 504} {
		r.world.err = err
		if w := r.call("POST", "/api/sim/friend_requests", `{"from":10001}`); w.Code != status {
			t.Errorf("%v: %d", err, w.Code)
		}
	}
}
