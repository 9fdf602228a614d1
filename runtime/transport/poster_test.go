package transport

import (
	"bufio"
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
	"sync/atomic"
	"testing"
	"time"

	"llbot/actors/conn"
	"llbot/protocols/face"
)

func TestPost(t *testing.T) {
	var conns atomic.Int64
	srv := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body)
		_, _ = fmt.Fprintf(w, "%s %s %s %s %s", r.Method, r.URL, r.Header.Get("Content-Type"), r.Header["X-Self-Id"], b)
	}))
	srv.Config.ConnState = func(_ net.Conn, s http.ConnState) {
		if s == http.StateNew {
			conns.Add(1)
		}
	}
	srv.Start()
	defer srv.Close()
	p := NewPoster(PostOptions{})
	defer p.Close()
	for i := range 5 {
		a, err := p.Post(t.Context(), srv.URL+"/a//b?c=d", []face.Header{{Name: "Content-Type", Value: "application/json"}, {Name: "X-Self-ID", Value: "7"}}, []byte("body"))
		if err != nil {
			t.Fatal(i, err)
		}
		if got := string(a.Body); a.Status != 200 || a.RetryAfter != 0 || got != "POST /a//b?c=d application/json [7] body" {
			t.Errorf("%d %q", a.Status, got)
		}
	}
	if conns.Load() != 1 {
		t.Errorf("%d connections for 5 posts", conns.Load())
	}
	// The server drops the kept connection; the next post is not lost on it.
	srv.CloseClientConnections()
	time.Sleep(20 * time.Millisecond)
	if _, err := p.Post(t.Context(), srv.URL, nil, nil); err != nil {
		t.Error(err)
	}
}

func TestPostTLS(t *testing.T) {
	srv := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(204) }))
	srv.Config.ErrorLog = log.New(io.Discard, "", 0)
	srv.StartTLS()
	defer srv.Close()
	p := NewPoster(PostOptions{TLS: srv.Client().Transport.(*http.Transport).TLSClientConfig})
	defer p.Close()
	for range 2 {
		if a, err := p.Post(t.Context(), srv.URL, nil, []byte("x")); err != nil || a.Status != 204 || len(a.Body) != 0 {
			t.Error(a, err)
		}
	}
	strict := NewPoster(PostOptions{})
	defer strict.Close()
	var bad *tls.CertificateVerificationError
	if _, err := strict.Post(t.Context(), srv.URL, nil, nil); !errors.As(err, &bad) {
		t.Errorf("got %v", err)
	}
}

func TestPostAnswers(t *testing.T) {
	for _, c := range []struct {
		name, answer string
		status       int
		body         string
		retry        time.Duration
	}{
		{"500", "HTTP/1.1 500 No\r\nContent-Length: 2\r\n\r\nno", 500, "no", 0},
		{"429", "HTTP/1.1 429 Slow\r\nRetry-After: 17\r\nContent-Length: 0\r\n\r\n", 429, "", 17 * time.Second},
		{"429 in other letters", "HTTP/1.1 429 Slow\r\nretry-after: 3\r\nContent-Length: 0\r\n\r\n", 429, "", 3 * time.Second},
		{"redirect", "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n", 302, "", 0},
		{"until close", "HTTP/1.0 200 OK\r\n\r\nall of it", 200, "all of it", 0},
		{"chunked", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n", 200, "abc", 0},
		{"interim", "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx", 200, "x", 0},
		{"no content", "HTTP/1.1 204 No Content\r\n\r\n", 204, "", 0},
		{"long", "HTTP/1.1 200 OK\r\nContent-Length: 70000\r\n\r\n" + strings.Repeat("x", 70000), 200, strings.Repeat("x", maxAnswer), 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			addr := target(t, func(c2 net.Conn) { _, _ = io.WriteString(c2, c.answer) })
			p := NewPoster(PostOptions{Timeout: 2 * time.Second})
			defer p.Close()
			a, err := p.Post(t.Context(), "http://"+addr, nil, []byte("x"))
			if err != nil || a.Status != c.status || string(a.Body) != c.body || a.RetryAfter != c.retry {
				t.Errorf("%d, %d bytes, %v, %v", a.Status, len(a.Body), a.RetryAfter, err)
			}
		})
	}
}

// target is a server that reads one request's head and body and goes on by hand.
func target(t *testing.T, then func(net.Conn)) string {
	t.Helper()
	return accepting(t, func(c net.Conn) {
		defer c.Close()
		if r, err := http.ReadRequest(bufio.NewReader(c)); err == nil {
			_, _ = io.Copy(io.Discard, r.Body)
			then(c)
		}
	})
}

func TestPostFails(t *testing.T) {
	timeout := 150 * time.Millisecond
	ended := make(chan struct{})
	defer close(ended)
	for _, c := range []struct {
		name string
		then func(net.Conn)
		slow bool
	}{
		{"hangs", func(net.Conn) { <-ended }, true},
		{"drips", func(c net.Conn) {
			_, _ = io.WriteString(c, "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
			for {
				if _, err := c.Write([]byte("x")); err != nil {
					return
				}
				time.Sleep(10 * time.Millisecond)
			}
		}, true},
		{"drips its head", func(c net.Conn) {
			for {
				if _, err := c.Write([]byte("H")); err != nil {
					return
				}
				time.Sleep(10 * time.Millisecond)
			}
		}, false},
		{"breaks off", func(c net.Conn) { _, _ = io.WriteString(c, "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc") }, false},
		{"resets", func(c net.Conn) {
			_, _ = io.WriteString(c, "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc")
			_ = c.(*net.TCPConn).SetLinger(0)
		}, false},
		{"says nothing", func(net.Conn) {}, false},
		{"no http", func(c net.Conn) { _, _ = io.WriteString(c, "220 mail.example.org ESMTP\r\n\r\n") }, false},
		{"endless head", func(c net.Conn) {
			_, _ = io.WriteString(c, "HTTP/1.1 200 OK\r\n")
			for {
				if _, err := io.WriteString(c, "X: "+strings.Repeat("x", 1000)+"\r\n"); err != nil {
					return
				}
			}
		}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			addr := target(t, c.then)
			p := NewPoster(PostOptions{Timeout: timeout})
			defer p.Close()
			start := time.Now()
			_, err := p.Post(t.Context(), "http://"+addr+"/?secret", nil, []byte("x"))
			if err == nil || c.slow && !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("got %v", err)
			}
			if took := time.Since(start); took > time.Second {
				t.Errorf("took %v", took)
			}
			if err != nil && strings.Contains(err.Error(), "secret") {
				t.Errorf("the error tells the query: %v", err)
			}
		})
	}
}

func TestPostToNobody(t *testing.T) {
	p := NewPoster(PostOptions{})
	defer p.Close()
	for _, url := range []string{"http://127.0.0.1:1/", "ftp://127.0.0.1/", "nonsense", "http://", "http://[::1", "\x00"} {
		if _, err := p.Post(t.Context(), url, nil, nil); err == nil {
			t.Errorf("%q: no error", url)
		}
	}
}

// An answer of 100 MB is cut at 64 KiB and the rest of it not read.
func TestPostHugeAnswer(t *testing.T) {
	sent := make(chan int64, 1)
	addr := target(t, func(c net.Conn) {
		_, _ = io.WriteString(c, "HTTP/1.1 200 OK\r\nContent-Length: 100000000\r\n\r\n")
		n, _ := io.CopyN(c, endless{}, 100_000_000)
		sent <- n
	})
	p := NewPoster(PostOptions{})
	defer p.Close()
	a, err := p.Post(t.Context(), "http://"+addr, nil, nil)
	if err != nil || len(a.Body) != maxAnswer {
		t.Fatal(len(a.Body), err)
	}
	if n := next(t, sent); n >= 50_000_000 {
		t.Errorf("%d bytes were taken", n)
	}
}

func TestPostGivenUp(t *testing.T) {
	addr := silent(t, "")
	p := NewPoster(PostOptions{})
	defer p.Close()
	var done atomic.Int64
	ctx, cancel := context.WithCancel(t.Context())
	errs := make(chan error, 3)
	for range 3 {
		go func() {
			_, err := p.Post(ctx, "http://"+addr, nil, nil)
			done.Add(1)
			errs <- err
		}()
	}
	time.Sleep(30 * time.Millisecond)
	if done.Load() != 0 {
		t.Error("something ended early")
	}
	cancel()
	for range 3 {
		if err := next(t, errs); !errors.Is(err, context.Canceled) {
			t.Errorf("got %v", err)
		}
	}
}

// TestSlowURLHoldsUpNoOther: one bot program often has several webhook paths.
func TestSlowURLHoldsUpNoOther(t *testing.T) {
	release := make(chan struct{})
	srv := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/slow" {
			<-release
		}
	}))
	defer srv.Close()
	p := NewPoster(PostOptions{})
	defer p.Close()
	slow := make(chan error, 1)
	go func() {
		_, err := p.Post(t.Context(), srv.URL+"/slow", nil, nil)
		slow <- err
	}()
	for range 3 {
		if _, err := p.Post(t.Context(), srv.URL+"/fast", nil, nil); err != nil {
			t.Error(err)
		}
	}
	if len(slow) > 0 {
		t.Error("the slow one did not wait")
	}
	close(release)
	if err := next(t, slow); err != nil {
		t.Error(err)
	}
}

func TestRetryAfter(t *testing.T) {
	now := time.Date(2026, 11, 23, 3, 0, 0, 0, time.UTC)
	for value, exp := range map[string]time.Duration{
		"": 0, "0": 0, "120": 2 * time.Minute, " 5 ": 5 * time.Second, "-3": 0, "soon": 0, "1.5": 0,
		"99999999999": 365 * 24 * time.Hour, "99999999999999999999999": 0,
		"Mon, 23 Nov 2026 03:00:30 GMT":  30 * time.Second,
		"Monday, 23-Nov-26 03:01:00 GMT": time.Minute,
		"Mon Nov 23 03:00:10 2026":       10 * time.Second,
		"Sun, 22 Nov 2026 03:00:30 GMT":  0,
		"Mon, 23 Nov 2999 03:00:30 GMT":  365 * 24 * time.Hour,
	} {
		if got := retryAfter(value, now); got != exp {
			t.Errorf("%q: %v, want %v", value, got, exp)
		}
	}
}

func FuzzRetryAfter(f *testing.F) {
	f.Add("120")
	f.Add("Mon, 23 Nov 2026 03:00:30 GMT")
	f.Fuzz(func(t *testing.T, value string) {
		if d := retryAfter(value, time.Unix(1<<31, 0)); d < 0 || d > 365*24*time.Hour {
			t.Errorf("%q: %v", value, d)
		}
	})
}

// What a target does wrong is told to people who do not know our library.
func TestPostTellsInItsOwnWords(t *testing.T) {
	const ok = "HTTP/1.1 200 OK\r\n"
	for _, c := range []struct{ name, answer, want string }{
		{"nothing", "", "the target closed the connection without an answer"},
		{"cut head", ok + "Content-Len", "the target closed the connection in the middle of its answer"},
		{"cut body", ok + "Content-Length: 10\r\n\r\nabc", "the target closed the connection in the middle of its answer"},
		{"long head", ok + strings.Repeat("X: "+strings.Repeat("x", 1000)+"\r\n", 40), "the head of the target's answer is longer than 16 KiB"},
		{"mail", "220 mail.example.org ESMTP\r\n\r\n", "the target's answer is not HTTP"},
		{"no length", ok + "Content-Length: x\r\n\r\n", "the target's answer is not HTTP"},
		{"bad chunk", ok + "Transfer-Encoding: chunked\r\n\r\nzz\r\n", "the body of the target's answer is not HTTP"},
	} {
		t.Run(c.name, func(t *testing.T) {
			addr := target(t, func(to net.Conn) { _, _ = io.WriteString(to, c.answer) })
			p := NewPoster(PostOptions{Timeout: 2 * time.Second})
			defer p.Close()
			_, err := p.Post(t.Context(), "http://"+addr, nil, []byte("x"))
			if err == nil || err.Error() != "posting to http://"+addr+": "+c.want {
				t.Errorf("%v", err)
			}
		})
	}
}

// TestPostKeepsToItsTime: the shortest of what the poster, its view and the
// context give, on new connections and kept ones, while TLS begins too.
func TestPostKeepsToItsTime(t *testing.T) {
	const short = 100 * time.Millisecond
	var asked atomic.Int64
	release := make(chan struct{})
	once := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		if asked.Add(1)%2 == 0 {
			<-release
		}
	}))
	defer once.Close()
	defer close(release)
	for _, c := range []struct {
		name, url   string
		kept        bool
		time, limit time.Duration // 0: none
		context     time.Duration
	}{
		{"the poster's", "http://" + silent(t, ""), false, short, 0, 0},
		{"its view's", "http://" + silent(t, ""), false, 0, short, 0},
		{"the context's", "http://" + silent(t, ""), false, 0, 0, short},
		{"the shorter", "http://" + silent(t, ""), false, 0, time.Minute, short},
		{"while TLS begins", "https://" + silent(t, ""), false, 0, short, 0},
		{"on a kept connection", once.URL, true, 0, short, 0},
		{"on a kept connection, the context's", once.URL, true, 0, 0, short},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := NewPoster(PostOptions{Timeout: c.time})
			defer p.Close()
			if c.kept {
				if _, err := p.Post(t.Context(), c.url, nil, nil); err != nil {
					t.Fatal(err)
				}
			}
			begun := time.Now() // before the context, whose time runs from here
			ctx, cancel := t.Context(), context.CancelFunc(func() {})
			if c.context > 0 {
				ctx, cancel = context.WithTimeout(ctx, c.context)
			}
			defer cancel()
			by := conn.Poster(p)
			if c.limit > 0 {
				by = p.Within(c.limit)
			}
			_, err := by.Post(ctx, c.url, nil, nil)
			if took := time.Since(begun); !errors.Is(err, context.DeadlineExceeded) || took < short || took > 5*time.Second {
				t.Errorf("%v after %v", err, took)
			}
		})
	}
}
