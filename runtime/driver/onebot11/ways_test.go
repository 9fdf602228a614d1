package onebot11

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha1"
	"encoding/hex"
	"encoding/json"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"llbot/runtime/driver/upstream"
	"llbot/runtime/transport"

	"github.com/coder/websocket"
)

// freeAddr is a port that nobody listens at.
func freeAddr(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// connecting is a driver's server that begins to connect; the link or the error
// comes over the channel.
func connecting(t *testing.T, o upstream.Options) <-chan any {
	t.Helper()
	o.Dialer = transport.NewDialer(transport.DialOptions{})
	s, err := newServer(o)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	came, ended := make(chan any, 1), make(chan struct{})
	go func() {
		defer close(ended)
		l, err := s.Connect(ctx)
		if err != nil {
			came <- err
			return
		}
		came <- l
		<-ctx.Done()
		l.Close()
	}()
	t.Cleanup(func() { cancel(); <-ended })
	return came
}

// answers is what a server says to an action.
func answers(action string) string {
	switch action {
	case "get_version_info":
		return `{"status":"ok","retcode":0,"data":{"app_name":"NapCat.Onebot","app_version":"4"}`
	case "get_login_info":
		return `{"status":"ok","retcode":0,"data":{"user_id":10001,"nickname":"Bot"}`
	}
	return `{"status":"failed","retcode":1404,"data":null,"message":"no such action"`
}

// dialTries dials the driver until it listens.
func dialTries(t *testing.T, addr, path string, header http.Header) (*websocket.Conn, int) {
	t.Helper()
	client := &http.Client{Transport: &http.Transport{}}
	t.Cleanup(client.CloseIdleConnections)
	for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
		ws, resp, err := websocket.Dial(t.Context(), "ws://"+addr+path, &websocket.DialOptions{HTTPClient: client, HTTPHeader: header})
		if resp != nil || err == nil {
			return ws, resp.StatusCode
		}
	}
	t.Fatal("nobody listens")
	return nil, 0
}

// TestReverseRefuses: who dials with a wrong token, account, role or path is
// told so and takes nobody's place; the right one is taken afterwards.
func TestReverseRefuses(t *testing.T) {
	addr := freeAddr(t)
	came := connecting(t, upstream.Options{Account: 10001, Listen: "ws://" + addr + "/onebot", Token: "right"})
	for _, c := range []struct {
		path                string
		token, self, client string
		want                int
	}{
		{"/other", "Bearer right", "10001", "Universal", 404}, {"/onebot", "", "10001", "Universal", 401},
		{"/onebot", "Bearer wrong", "10001", "Universal", 403}, {"/onebot?access_token=wrong", "", "", "", 403},
		{"/onebot", "Bearer right", "10002", "Universal", 403}, {"/onebot", "Bearer right", "10001", "Event", 400},
		{"/onebot", "Bearer right", "10001", "API", 400}, {"/onebot/", "Bearer right", "10001", "universal", 101},
	} {
		header := http.Header{}
		for name, value := range map[string]string{"Authorization": c.token, "X-Self-ID": c.self, "X-Client-Role": c.client} {
			if value != "" {
				header.Set(name, value)
			}
		}
		ws, status := dialTries(t, addr, c.path, header)
		if status != c.want {
			t.Errorf("%+v: %d", c, status)
		}
		if ws == nil {
			continue
		}
		defer ws.CloseNow()
		go serveSocket(ws)
		switch got := (<-came).(type) {
		case *session:
			if got.Login().ID != 10001 || got.dialect.name != "NapCat" {
				t.Errorf("%+v %s", got.Login(), got.dialect.name)
			}
		default:
			t.Error(got)
		}
	}
	ws, status := dialTries(t, addr, "/onebot", http.Header{"Authorization": {"Bearer right"}})
	if status != http.StatusServiceUnavailable { // the upstream dials anew: the old link ends for it
		t.Errorf("a second connection: %d", status)
	}
	if ws != nil {
		_ = ws.CloseNow()
	}
}

// serveSocket is a OneBot server's side of a WebSocket.
func serveSocket(ws *websocket.Conn) {
	for {
		_, frame, err := ws.Read(context.Background())
		if err != nil {
			return
		}
		var call struct {
			Action string          `json:"action"`
			Echo   json.RawMessage `json:"echo"`
		}
		if json.Unmarshal(frame, &call) != nil {
			return
		}
		_ = ws.Write(context.Background(), websocket.MessageText, []byte(answers(call.Action)+`,"echo":`+string(call.Echo)+`}`))
	}
}

// TestPostsAreJudged: what is posted with a wrong signature, to another path,
// by a page or not by POST is refused; the right one becomes an event.
func TestPostsAreJudged(t *testing.T) {
	api := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "Bearer right" {
			w.WriteHeader(http.StatusForbidden)
			return
		}
		_, _ = w.Write([]byte(answers(strings.TrimPrefix(r.URL.Path, "/")) + "}"))
	}))
	defer api.Close()
	addr := freeAddr(t)
	var log logText
	o := upstream.Options{
		Account: 10001, URL: api.URL, Listen: "http://" + addr + "/hook", Token: "right", Secret: "signs",
		Logger: slog.New(slog.NewTextHandler(&log, nil)),
	}
	link, ok := (<-connecting(t, o)).(*session)
	if !ok {
		t.Fatal("no link")
	}
	heard := make(chan upstream.Inbound, 16)
	go func() { _ = link.Receive(func(in upstream.Inbound) { heard <- in }) }()
	const event = `{"time":1700000000,"self_id":10001,"post_type":"notice","notice_type":"group_recall","group_id":1,"user_id":2,"operator_id":2,"message_id":3}`
	mac := hmac.New(sha1.New, []byte("signs"))
	mac.Write([]byte(event))
	signature := "sha1=" + hex.EncodeToString(mac.Sum(nil))
	for _, c := range []struct {
		method, path, signature, origin string
		want                            int
	}{
		{"POST", "/hook", "", "", 403}, {"POST", "/hook", "sha1=00", "", 403}, {"POST", "/hook", strings.TrimPrefix(signature, "sha1="), "", 403},
		{"POST", "/other", signature, "", 404}, {"GET", "/hook", signature, "", 405}, {"POST", "/hook", signature, "http://a.page", 405},
		{"POST", "/hook/", signature, "", 204},
	} {
		req, err := http.NewRequest(c.method, "http://"+addr+c.path, bytes.NewReader([]byte(event)))
		if err != nil {
			t.Fatal(err)
		}
		for name, value := range map[string]string{"X-Signature": c.signature, "Origin": c.origin} {
			if value != "" {
				req.Header.Set(name, value)
			}
		}
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		_ = resp.Body.Close()
		if resp.StatusCode != c.want {
			t.Errorf("%+v: %d", c, resp.StatusCode)
		}
	}
	http.DefaultClient.CloseIdleConnections()
	for told := 0; told == 0; {
		select {
		case in := <-heard:
			if in.Event != nil {
				told++
			}
		case <-time.After(20 * time.Second):
			t.Fatal("the event that was signed is not told")
		}
	}
	if len(heard) > 1 {
		t.Errorf("%d more were told", len(heard))
	}
	if text := log.String(); strings.Count(text, "not signed with our secret") != 1 || strings.Count(text, "posted to another path") != 1 || strings.Contains(text, "signs\"") {
		t.Errorf("the log says:\n%s", text)
	}
	o.Token = "wrong"
	o.Listen = "http://" + freeAddr(t)
	if err, failed := (<-connecting(t, o)).(error); !failed || !errors.Is(err, upstream.ErrToken) || strings.Contains(err.Error(), "wrong") {
		t.Errorf("a wrong token: %v", err)
	}
}
