package transport

import (
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"llbot/protocols/face"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

func TestHead(t *testing.T) {
	f := newFake()
	_, addr := open(t, Options{}, f)
	say(t, addr, "GET /v1/a%20b//c/../d%2Fe?x=%31&y HTTP/1.1\r\nHost: bot.local:99\r\nOrigin: http://o\r\nSec-Fetch-Site: cross-site\r\n"+
		"Authorization: Bearer t\r\nContent-Type: text/x\r\nConnection: close\r\n\r\n")
	got := next(t, f.heads)
	exp := face.Head{Method: "GET", Path: "/v1/a b//c/../d/e", Query: "x=%31&y", ContentType: "text/x", Host: "bot.local:99",
		Origin: "http://o", FetchSite: "cross-site", Authorization: "Bearer t", Remote: got.Remote}
	if d := cmp.Diff(exp, got, cmpopts.IgnoreFields(face.Head{}, "Get")); d != "" {
		t.Error(d)
	}
	if _, _, err := net.SplitHostPort(got.Remote); err != nil {
		t.Errorf("remote %q: %v", got.Remote, err)
	}
}

func TestHeadForms(t *testing.T) {
	for _, c := range []struct {
		name, request, path, query string
		length                     int64
		upgrade                    bool
	}{
		{"absolute", "GET http://h/a//b?q HTTP/1.1\r\nHost: h\r\n", "/a//b", "q", 0, false},
		{"broken escape", "GET /a%zz HTTP/1.1\r\nHost: h\r\n", "/a%zz", "", 0, false},
		{"length", "POST /deny HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n", "/deny", "", 3, false},
		{"chunked", "POST /deny HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n", "/deny", "", -1, false},
		{"upgrade", "GET /deny HTTP/1.1\r\nHost: h\r\nConnection: keep-alive, upgrade\r\nUpgrade: WebSocket\r\n", "/deny", "", 0, true},
		{"own method", "BREW /pot HTTP/1.1\r\nHost: h\r\n", "/pot", "", 0, false},
		{"http 1.0", "GET /plain HTTP/1.0\r\n", "/plain", "", 0, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := newFake()
			_, addr := open(t, Options{}, f)
			text := c.request + "\r\nabc"
			if !c.upgrade {
				text = c.request + "Connection: close\r\n\r\nabc"
			}
			conn := dial(t, addr)
			_, _ = io.WriteString(conn, text)
			got := next(t, f.heads)
			if got.Path != c.path || got.Query != c.query || got.Length != c.length || got.Upgrade != c.upgrade {
				t.Errorf("got %+v", got)
			}
		})
	}
}

func TestHeadMethodHasNoBody(t *testing.T) {
	_, addr := open(t, Options{}, newFake())
	for _, path := range []string{"/plain", "/events", "/act"} {
		got := say(t, addr, "HEAD "+path+" HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
		want(t, path, got, "HTTP/1.1 200 OK\r\n")
		if !strings.HasSuffix(got, "\r\n\r\n") {
			t.Errorf("%s: a body came: %q", path, got)
		}
	}
}

func TestSlowAndLongHeads(t *testing.T) {
	_, addr := open(t, Options{HeaderTime: 200 * time.Millisecond}, newFake())
	start := time.Now()
	c := dial(t, addr)
	go func() {
		for _, b := range []byte("GET /plain HTTP/1.1\r\nHost: hhhhhhhhhhhhhhhhhhhhhhhhhhhhhh\r\n\r\n") {
			if _, err := c.Write([]byte{b}); err != nil {
				return
			}
			time.Sleep(20 * time.Millisecond)
		}
	}()
	got, _ := io.ReadAll(c)
	want(t, "slow head", string(got), "HTTP/1.1 408 ")
	if took := time.Since(start); took > 1500*time.Millisecond {
		t.Errorf("the slow head was borne for %v", took)
	}
	long := say(t, addr, "GET /plain HTTP/1.1\r\nHost: h\r\nX: "+strings.Repeat("a", 9000)+"\r\n\r\n")
	want(t, "long head", long, "HTTP/1.1 431 ")
}
