package transport

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"llbot/actors/conn"
	"llbot/protocols/face"

	"github.com/coder/websocket"
	"github.com/google/go-cmp/cmp"
)

// echo is an independent server that sends every message back.
func echo(t *testing.T, heads chan<- http.Header) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		heads <- r.Header.Clone()
		ws, err := websocket.Accept(w, r, &websocket.AcceptOptions{CompressionMode: websocket.CompressionContextTakeover})
		if err != nil {
			t.Error(err)
			return
		}
		defer ws.CloseNow()
		ws.SetReadLimit(-1)
		for {
			kind, b, err := ws.Read(r.Context())
			if err != nil {
				return
			}
			if string(b) == "bye" {
				_ = ws.Close(4001, "so long")
				return
			}
			_ = ws.Write(r.Context(), kind, b)
		}
	})
}

func TestDial(t *testing.T) {
	for _, secure := range []bool{false, true} {
		t.Run(fmt.Sprint("tls ", secure), func(t *testing.T) {
			heads := make(chan http.Header, 1)
			srv := httptest.NewUnstartedServer(echo(t, heads))
			opt, scheme := DialOptions{}, "ws"
			if secure {
				srv.StartTLS()
				opt.TLS, scheme = srv.Client().Transport.(*http.Transport).TLSClientConfig, "wss"
			} else {
				srv.Start()
			}
			defer srv.Close()
			s, err := NewDialer(opt).Dial(t.Context(), scheme+"://"+srv.Listener.Addr().String()+"/x?y", []face.Header{
				{Name: "X-Self-ID", Value: "7"}, {Name: "Authorization", Value: "Bearer t"}})
			if err != nil {
				t.Fatal(err)
			}
			defer s.Abort()
			if h := next(t, heads); h.Get("X-Self-ID") != "7" || h.Get("Authorization") != "Bearer t" {
				t.Error(h)
			}
			if !s.Masked() || s.Remote() != srv.Listener.Addr().String() {
				t.Error(s.Masked(), s.Remote())
			}
			in, end := frames(s)
			for _, n := range []int{1, 1000, 100_000, 1 << 20} {
				msg := strings.Repeat("m", n)
				if err := s.WriteAll(face.AppendFrame(nil, face.FrameClient, []byte(msg), 0, [4]byte{1, 2, 3, 4}), time.Second); err != nil {
					t.Fatal(err)
				}
				if got := next(t, in); string(got.Data) != msg {
					t.Fatalf("%d bytes became %d", n, len(got.Data))
				}
			}
			if _, err := s.TryWrite(face.AppendFrame(nil, face.FrameClient, []byte("bye"), 0, [4]byte{})); err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(conn.Frame{Kind: conn.FrameClose, Code: 4001, Data: []byte("so long")}, next(t, in)); d != "" {
				t.Error(d)
			}
			if err := next(t, end); !errors.Is(err, io.EOF) {
				t.Errorf("ended with %v", err)
			}
			s.Close()
		})
	}
}

func TestDialRefused(t *testing.T) {
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/denied":
			http.Error(w, "no token", http.StatusUnauthorized)
		case "/moved":
			http.Redirect(w, r, "/elsewhere", http.StatusFound)
		case "/long":
			for i := range 200 {
				w.Header().Set(fmt.Sprint("X-", i), strings.Repeat("x", 1000))
			}
		}
	}))
	defer srv.Close()
	base := "ws://" + srv.Listener.Addr().String()
	d := NewDialer(DialOptions{Handshake: time.Second})
	for path, status := range map[string]int{"/denied": 401, "/moved": 302, "/": 200} {
		_, err := d.Dial(t.Context(), base+path+"?access_token=secret", nil)
		var h *HandshakeError
		if !errors.As(err, &h) || h.Status != status || h.HTTPStatus() != status {
			t.Errorf("%s: %v", path, err)
			continue
		}
		want(t, path, err.Error(), fmt.Sprint(status))
		if strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: the error tells the token: %v", path, err)
		}
		if path == "/denied" && !strings.Contains(h.Body, "no token") {
			t.Errorf("body %q", h.Body)
		}
	}
	if _, err := d.Dial(t.Context(), base+"/long", nil); !errors.Is(err, errLongHead) {
		t.Errorf("long head: %v", err)
	}
	for _, target := range []string{"http://127.0.0.1/", "ws://u:p@127.0.0.1/", "::", "ws://127.0.0.1:1/"} {
		if _, err := d.Dial(t.Context(), target, nil); err == nil {
			t.Errorf("%s: no error", target)
		}
	}
	for _, name := range []string{"upgrade", "sec-websocket-key", "Connection"} {
		if _, err := d.Dial(t.Context(), base, []face.Header{{Name: name, Value: "x"}}); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("header %s: %v", name, err)
		}
	}
}

// silent accepts connections and says nothing, or what it is given.
func silent(t *testing.T, says string) string {
	t.Helper()
	return accepting(t, func(c net.Conn) {
		t.Cleanup(func() { _ = c.Close() })
		_, _ = io.WriteString(c, says)
	})
}

func TestDialEndsInTime(t *testing.T) {
	addr := silent(t, "")
	for _, scheme := range []string{"ws", "wss"} {
		_, err := NewDialer(DialOptions{Handshake: 50 * time.Millisecond}).Dial(t.Context(), scheme+"://"+addr, nil)
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%s, silent target: %v", scheme, err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(50*time.Millisecond, cancel)
		if _, err = NewDialer(DialOptions{}).Dial(ctx, scheme+"://"+addr, nil); !errors.Is(err, context.Canceled) {
			t.Errorf("%s, given up: %v", scheme, err)
		}
	}
}

func TestDialChecksCertificate(t *testing.T) {
	srv := httptest.NewUnstartedServer(http.NotFoundHandler())
	srv.Config.ErrorLog = log.New(io.Discard, "", 0)
	srv.StartTLS()
	defer srv.Close()
	_, err := NewDialer(DialOptions{}).Dial(t.Context(), "wss://"+srv.Listener.Addr().String(), nil)
	var bad *tls.CertificateVerificationError
	if !errors.As(err, &bad) {
		t.Errorf("got %v", err)
	}
}
