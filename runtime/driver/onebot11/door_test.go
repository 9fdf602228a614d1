package onebot11

import (
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"testing"

	"llbot/runtime/driver/upstream"
	"llbot/runtime/transport"
)

// logText is a log that is read while it is written.
type logText struct {
	mu   sync.Mutex
	text strings.Builder
}

func (l *logText) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *logText) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// TestTheDoorTellsWhoIsWaitedFor: while nobody has come the driver says for whom it
// waits and where; of those who were turned away it says why, in the log once for
// each reason, and no secret; who is let in ends all that.
func TestTheDoorTellsWhoIsWaitedFor(t *testing.T) {
	addr := freeAddr(t)
	var log logText
	o := upstream.Options{
		Account: 10001, Listen: "ws://" + addr + "/onebot?key=hidden", Token: "right", Dialer: transport.NewDialer(transport.DialOptions{}),
		Logger: slog.New(slog.NewTextHandler(&log, nil)),
	}
	d, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	if got := d.Awaits(); got != "" {
		t.Errorf("before it runs: %q", got)
	}
	ended := make(chan error, 1)
	identified := make(chan string, 1)
	go func() {
		login, err := d.Identify(t.Context(), true)
		identified <- login.Nickname
		ended <- err
	}()
	waits := "waiting for the OneBot 11 server to connect to ws://" + addr + "/onebot"
	for _, c := range []struct{ path, token, self, role, want string }{
		{"/onebot", "Bearer wrong", "", "", "it showed a wrong token"},
		{"/onebot", "Bearer wrong", "", "", "it showed a wrong token"},
		{"/onebot", "", "", "", "it showed no token"},
		{"/other", "Bearer right", "", "", "it came to another path"},
		{"/onebot", "Bearer right", "10002", "", "it holds another account than 10001"},
		{"/onebot", "Bearer right", "", "Event", "it connects for calls and for events by themselves"},
	} {
		header := http.Header{"Authorization": {c.token}, "X-Self-Id": {c.self}, "X-Client-Role": {c.role}}
		if ws, status := dialTries(t, addr, c.path, header); ws != nil {
			t.Fatalf("%+v: %d", c, status)
		}
		if got, want := d.Awaits(), waits+" (who came last was turned away: "+c.want+")"; got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	ws, status := dialTries(t, addr, "/onebot", http.Header{"Authorization": {"Bearer right"}})
	if ws == nil {
		t.Fatal(status)
	}
	defer ws.CloseNow()
	go serveSocket(ws)
	if name := <-identified; name != "Bot" {
		t.Error(name, <-ended)
	}
	if got := d.Awaits(); got != "" {
		t.Errorf("somebody was let in: %q", got)
	}
	text := log.String()
	if strings.Count(text, "level=ERROR") != 5 || strings.Count(text, "a wrong token") != 1 || !strings.Contains(text, "write the same one there") {
		t.Error(text)
	}
	if !strings.Contains(text, "waiting for an upstream to connect to us") {
		t.Error("it does not say that it waits:", text)
	}
	if strings.Contains(text, "hidden") || strings.Contains(text, "right") {
		t.Error("a secret is told:", text)
	}
}
