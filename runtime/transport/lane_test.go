package transport

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"
)

// countedServer is a server that counts its connections, and those that ended.
func countedServer(t *testing.T, secure bool, h http.HandlerFunc) (srv *httptest.Server, begun, ended *atomic.Int64) {
	t.Helper()
	begun, ended = new(atomic.Int64), new(atomic.Int64)
	srv = httptest.NewUnstartedServer(h)
	srv.Config.ConnState = func(_ net.Conn, s http.ConnState) {
		switch s {
		case http.StateNew:
			begun.Add(1)
		case http.StateClosed:
			ended.Add(1)
		}
	}
	if secure {
		srv.StartTLS()
	} else {
		srv.Start()
	}
	t.Cleanup(srv.Close)
	return srv, begun, ended
}

func posterTo(t *testing.T, srv *httptest.Server, o PostOptions) *Poster {
	t.Helper()
	if srv.TLS != nil {
		o.TLS = srv.Client().Transport.(*http.Transport).TLSClientConfig
	}
	p := NewPoster(o)
	t.Cleanup(p.Close)
	return p
}

// TestPostBodies: bodies of all sizes arrive whole over one connection, those
// too that the kernel does not take at once.
func TestPostBodies(t *testing.T) {
	for _, secure := range []bool{false, true} {
		srv, begun, _ := countedServer(t, secure, func(w http.ResponseWriter, r *http.Request) {
			sum := sha256.New()
			n, _ := io.Copy(sum, r.Body)
			_, _ = fmt.Fprintf(w, "%d %x", n, sum.Sum(nil))
		})
		p := posterTo(t, srv, PostOptions{})
		for _, size := range []int{0, 1, oneWrite - 1, oneWrite, oneWrite + 1, 20 << 20, 3} {
			body := bytes.Repeat([]byte{'a', byte(size)}, size/2+1)[:size]
			a, err := p.Post(t.Context(), srv.URL, nil, body)
			if want := fmt.Sprintf("%d %x", size, sha256.Sum256(body)); err != nil || string(a.Body) != want {
				t.Errorf("%d bytes: %q, %v", size, a.Body, err)
			}
		}
		if begun.Load() != 1 {
			t.Errorf("%d connections", begun.Load())
		}
	}
}

// TestPostOverConnectionsThatEnded: what the peer did to a connection between
// two deliveries costs none of them, and none is made twice.
func TestPostOverConnectionsThatEnded(t *testing.T) {
	const ok = "HTTP/1.1 204 No Content\r\n\r\n"
	for _, c := range []struct {
		name string
		then func(net.Conn) // after each answer
		each int            // deliveries for a connection
	}{
		{"it stays", func(c net.Conn) { _, _ = io.WriteString(c, ok) }, 3},
		{"closed", func(c net.Conn) { _, _ = io.WriteString(c, ok); _ = c.Close() }, 1},
		{"half closed", func(c net.Conn) { _, _ = io.WriteString(c, ok); _ = c.(*net.TCPConn).CloseWrite() }, 1},
		{"reset", func(c net.Conn) {
			_, _ = io.WriteString(c, ok)
			time.Sleep(20 * time.Millisecond)
			_ = c.(*net.TCPConn).SetLinger(0)
			_ = c.Close()
		}, 1},
		{"says more", func(c net.Conn) { _, _ = io.WriteString(c, ok+"HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n") }, 1},
		{"says more later", func(c net.Conn) {
			_, _ = io.WriteString(c, ok)
			time.Sleep(20 * time.Millisecond)
			_, _ = io.WriteString(c, "HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\n\r\n")
		}, 1},
		{"says that it closes", func(c net.Conn) {
			_, _ = io.WriteString(c, "HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n")
		}, 1},
		{"old", func(c net.Conn) { _, _ = io.WriteString(c, "HTTP/1.0 204 No Content\r\n\r\n") }, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			var conns, requests atomic.Int64
			addr := accepting(t, func(to net.Conn) {
				defer to.Close()
				conns.Add(1)
				for in := bufio.NewReader(to); ; {
					r, err := http.ReadRequest(in)
					if err != nil {
						return
					}
					_, _ = io.Copy(io.Discard, r.Body)
					requests.Add(1)
					c.then(to)
				}
			})
			p := NewPoster(PostOptions{})
			defer p.Close()
			for range 3 {
				if a, err := p.Post(t.Context(), "http://"+addr, nil, []byte("x")); err != nil || a.Status != 204 {
					t.Errorf("%d, %v", a.Status, err)
				}
				time.Sleep(60 * time.Millisecond) // until the end of the connection is here
			}
			if conns.Load() != int64(3/c.each) || requests.Load() != 3 {
				t.Errorf("%d connections, %d requests", conns.Load(), requests.Load())
			}
		})
	}
}

// TestPostHasItsWholeTime: a delivery over a kept connection is not cut short
// by the time of the one before, be it over before or while it is under way.
func TestPostHasItsWholeTime(t *testing.T) {
	const limit = 400 * time.Millisecond
	for _, secure := range []bool{false, true} {
		srv, begun, _ := countedServer(t, secure, func(_ http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/slow" {
				time.Sleep(limit * 6 / 10)
			}
		})
		p := posterTo(t, srv, PostOptions{Timeout: limit})
		for i, pause := range []time.Duration{0, limit * 7 / 10, limit * 15 / 10} {
			if _, err := p.Post(t.Context(), srv.URL, nil, nil); err != nil {
				t.Fatal(err)
			}
			time.Sleep(pause)
			if _, err := p.Within(time.Minute).Post(t.Context(), srv.URL+"/slow", nil, nil); err != nil {
				t.Errorf("%d, TLS %v: %v", i, secure, err)
			}
		}
		if begun.Load() != 1 {
			t.Errorf("%d connections", begun.Load())
		}
	}
}

// TestPostsOfManyContexts: the end of a context cuts its own delivery, and
// neither the kept connection nor the delivery of another that uses it.
func TestPostsOfManyContexts(t *testing.T) {
	arrived, release := make(chan string, 8), make(chan struct{})
	srv, begun, _ := countedServer(t, false, func(_ http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/" {
			arrived <- r.URL.Path
			select {
			case <-release:
			case <-r.Context().Done():
			}
		}
	})
	p := posterTo(t, srv, PostOptions{})
	first, endFirst := context.WithCancel(t.Context())
	second, endSecond := context.WithCancel(t.Context())
	defer endSecond()
	if _, err := p.Post(first, srv.URL+"/", nil, nil); err != nil {
		t.Fatal(err)
	}
	errs := make(chan error, 2)
	go func() {
		_, err := p.Post(second, srv.URL+"/a", nil, nil)
		errs <- err
	}()
	next(t, arrived)
	endFirst() // its delivery is long over
	if _, err := p.Post(first, srv.URL+"/", nil, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("a delivery of an ended context: %v", err)
	}
	time.Sleep(20 * time.Millisecond)
	release <- struct{}{}
	if err := next(t, errs); err != nil {
		t.Error(err)
	}
	if begun.Load() != 1 {
		t.Errorf("%d connections", begun.Load())
	}
	go func() {
		_, err := p.Post(second, srv.URL+"/b", nil, nil)
		errs <- err
	}()
	next(t, arrived)
	endSecond()
	if err := next(t, errs); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

// TestTargetsKeepTheirConnections: of several at one host, each goes on over
// the connection that it had.
func TestTargetsKeepTheirConnections(t *testing.T) {
	gate := make(chan struct{})
	srv, begun, _ := countedServer(t, false, func(w http.ResponseWriter, r *http.Request) {
		<-gate
		_, _ = io.WriteString(w, r.RemoteAddr)
	})
	p := posterTo(t, srv, PostOptions{})
	var was [2]string
	for round := range 3 {
		answers := make(chan [2]string, 2)
		for i := range 2 {
			go func() {
				a, _ := p.Post(t.Context(), fmt.Sprint(srv.URL, "/", i), nil, nil)
				answers <- [2]string{fmt.Sprint(i), string(a.Body)}
			}()
		}
		gate <- struct{}{}
		gate <- struct{}{}
		for range 2 {
			a := next(t, answers)
			if i := a[0][0] - '0'; round == 0 {
				was[i] = a[1]
			} else if was[i] != a[1] {
				t.Errorf("target %d went from %s to %s", i, was[i], a[1])
			}
		}
	}
	if begun.Load() != 2 {
		t.Errorf("%d connections", begun.Load())
	}
}

// TestUnusedConnectionsAreClosed: by themselves, and when there are too many.
func TestUnusedConnectionsAreClosed(t *testing.T) {
	gate := make(chan struct{})
	srv, begun, ended := countedServer(t, false, func(http.ResponseWriter, *http.Request) { <-gate })
	p := posterTo(t, srv, PostOptions{Keep: 2, IdleTime: 300 * time.Millisecond})
	errs := make(chan error, 3)
	for range 3 {
		go func() {
			_, err := p.Post(t.Context(), srv.URL, nil, nil)
			errs <- err
		}()
	}
	for range 3 {
		gate <- struct{}{}
	}
	for range 3 {
		if err := next(t, errs); err != nil {
			t.Error(err)
		}
	}
	for _, want := range []int64{1, 3} {
		for end := time.Now().Add(10 * time.Second); ended.Load() < want; time.Sleep(time.Millisecond) {
			if time.Now().After(end) {
				t.Fatalf("%d of %d connections are closed", ended.Load(), begun.Load())
			}
		}
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.free) != 0 || p.sweep != nil {
		t.Errorf("%d hosts are remembered", len(p.free))
	}
}

// panics is a connection whose reading panics.
type panics struct{ net.Conn }

func (panics) Read([]byte) (int, error) { panic("of the test") }

// TestLaneAfterAPanic: what a delivery left in the middle is not used again.
func TestLaneAfterAPanic(t *testing.T) {
	srv, begun, _ := countedServer(t, false, func(http.ResponseWriter, *http.Request) {})
	var bad atomic.Bool
	bad.Store(true)
	p := posterTo(t, srv, PostOptions{DialContext: func(ctx context.Context, network, addr string) (net.Conn, error) {
		c, err := new(net.Dialer).DialContext(ctx, network, addr)
		if bad.Load() {
			return panics{c}, err
		}
		return c, err
	}})
	func() {
		defer func() { _ = recover() }()
		_, _ = p.Post(t.Context(), srv.URL, nil, nil)
		t.Error("no panic")
	}()
	bad.Store(false)
	if _, err := p.Post(t.Context(), srv.URL, nil, nil); err != nil || begun.Load() != 2 {
		t.Errorf("%v, %d connections", err, begun.Load())
	}
}

// BenchmarkPost is a delivery to a server of net/http on loopback.
func BenchmarkPost(b *testing.B) {
	for _, secure := range []bool{false, true} {
		b.Run(fmt.Sprintf("tls=%v", secure), func(b *testing.B) {
			srv := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(204) }))
			o := PostOptions{}
			if srv.Start(); secure {
				srv.Close()
				srv = httptest.NewTLSServer(srv.Config.Handler)
				o.TLS = &tls.Config{RootCAs: srv.Client().Transport.(*http.Transport).TLSClientConfig.RootCAs}
			}
			defer srv.Close()
			p := NewPoster(o)
			defer p.Close()
			body := make([]byte, 500)
			for b.Loop() {
				if _, err := p.Post(b.Context(), srv.URL, nil, body); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
