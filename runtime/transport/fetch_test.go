package transport

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func fetcher(t *testing.T, o FetchOptions) *Fetcher {
	t.Helper()
	f, err := NewFetcher(o)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// library serves what TestFetch asks for. It is on 127.0.0.1, which the
// tests' guard lets through; 127.0.0.2 is as closed as any private address.
func library(t *testing.T) *httptest.Server {
	t.Helper()
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Referer") != "" || r.Header.Get("Cookie") != "" {
			t.Errorf("headers %v", r.Header)
		}
		var n int
		switch {
		case r.URL.Path == "/pic.png":
			w.Header().Set("Content-Type", "image/png")
			_, _ = io.WriteString(w, "0123456789")
		case r.URL.Path == "/named":
			w.Header().Set("Content-Disposition", `attachment; filename="../..\\etc/pass wd"`)
			_, _ = io.WriteString(w, "x")
		case r.URL.Path == "/unsaid":
			w.(http.Flusher).Flush()
			_, _ = io.WriteString(w, "0123456789")
		case r.URL.Path == "/gone":
			w.WriteHeader(http.StatusGone)
		case r.URL.Path == "/hang":
			<-r.Context().Done()
		case r.URL.Path == "/drip":
			for r.Context().Err() == nil {
				_, _ = io.WriteString(w, "x")
				w.(http.Flusher).Flush()
				time.Sleep(5 * time.Millisecond)
			}
		case strings.HasPrefix(r.URL.Path, "/to/"):
			http.Redirect(w, r, strings.TrimPrefix(r.URL.Path, "/to/"), http.StatusFound)
		default:
			if _, err := fmt.Sscanf(r.URL.Path, "/hop/%d", &n); err == nil {
				http.SetCookie(w, &http.Cookie{Name: "a", Value: "b"})
				http.Redirect(w, r, map[bool]string{true: "/pic.png", false: fmt.Sprintf("/hop/%d", n-1)}[n <= 1], http.StatusMovedPermanently)
			}
		}
	}))
	t.Cleanup(srv.Close)
	return srv
}

func TestFetch(t *testing.T) {
	srv := library(t)
	f := fetcher(t, FetchOptions{Guard: guard(t, "127.0.0.1")})
	for _, c := range []struct {
		path, body string
		limit      int64
		info       Fetched
		err        error
	}{
		{"/pic.png", "0123456789", 10, Fetched{srv.URL + "/pic.png", "image/png", 10, "pic.png"}, nil},
		{"/pic.png", "", 9, Fetched{}, ErrTooLarge},
		{"/unsaid", "0123456789", 10, Fetched{srv.URL + "/unsaid", "", -1, "unsaid"}, nil},
		{"/unsaid", "012345678", 9, Fetched{srv.URL + "/unsaid", "", -1, "unsaid"}, ErrTooLarge},
		{"/named", "x", 9, Fetched{srv.URL + "/named", "text/plain; charset=utf-8", 1, "pass wd"}, nil},
		{"/hop/5", "0123456789", 10, Fetched{srv.URL + "/pic.png", "image/png", 10, "pic.png"}, nil},
		{"/", "", 10, Fetched{srv.URL + "/", "", 0, ""}, nil},
	} {
		body, info, err := f.Fetch(t.Context(), srv.URL+c.path, c.limit)
		var got []byte
		if err == nil {
			got, err = io.ReadAll(body)
			_ = body.Close()
		}
		if !errors.Is(err, c.err) || string(got) != c.body {
			t.Errorf("%s, limit %d: %q, %v", c.path, c.limit, got, err)
		}
		if d := cmp.Diff(c.info, info); d != "" {
			t.Errorf("%s, limit %d: %s", c.path, c.limit, d)
		}
	}
	_, _, err := f.Fetch(t.Context(), srv.URL+"/gone?token=secret", 10)
	var status *StatusError
	if !errors.As(err, &status) || status.Status != 410 || strings.Contains(err.Error(), "secret") {
		t.Errorf("gone: %v", err)
	}
	if _, _, err = f.Fetch(t.Context(), srv.URL+"/hop/6", 10); err == nil || !strings.Contains(err.Error(), "more than 5 redirects") {
		t.Errorf("six hops: %v", err)
	}
}

// However an address is spelled, directly or as a redirect's goal, nothing is
// fetched from this machine. Some spellings fail already as names.
func TestFetchRefusesPrivate(t *testing.T) {
	srv := library(t)
	_, port, _ := strings.Cut(srv.Listener.Addr().String(), ":")
	open := fetcher(t, FetchOptions{Guard: guard(t, "127.0.0.1"), HeadTime: time.Second})
	strict := fetcher(t, FetchOptions{HeadTime: time.Second})
	for _, host := range []string{"127.0.0.2", "127.1", "2130706434", "0x7f000002", "0177.0.0.2", "0x7f.2", "[::ffff:127.0.0.2]", "[::ffff:7f00:2]",
		"[::1]", "[::]", "0.0.0.0", "0", "127.0.0.2.", "１２７.0.0.2", "169.254.169.254", "[fe80::1%25lo]", "127。0。0。2", "%31%32%37.0.0.2"} {
		ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
		goal := "http://" + host + ":" + port + "/pic.png"
		if _, _, err := open.Fetch(ctx, goal, 10); err == nil {
			t.Errorf("%s was fetched", goal)
		}
		if _, _, err := open.Fetch(ctx, srv.URL+"/to/"+goal, 10); err == nil {
			t.Errorf("a redirect to %s was followed", goal)
		}
		cancel()
	}
	for _, goal := range []string{srv.URL + "/pic.png", "http://localhost:" + port + "/pic.png", "http://127.0.0.2:" + port} {
		if _, _, err := strict.Fetch(t.Context(), goal, 10); !errors.Is(err, ErrAddress) {
			t.Errorf("%s: %v", goal, err)
		}
	}
	if _, _, err := open.Fetch(t.Context(), srv.URL+"/to/http://127.0.0.2:"+port+"/pic.png", 10); !errors.Is(err, ErrAddress) {
		t.Errorf("redirect: %v", err)
	}
	for _, goal := range []string{"file:///etc/passwd", "ftp://8.8.8.8/x", "gopher://8.8.8.8/", "http://", "//8.8.8.8/", "data:,x", "unix:///var/run/docker.sock", ""} {
		if _, _, err := open.Fetch(t.Context(), goal, 10); err == nil {
			t.Errorf("%q: no error", goal)
		}
		if _, _, err := open.Fetch(t.Context(), srv.URL+"/to/"+goal, 10); err == nil && strings.Contains(goal, "://") {
			t.Errorf("a redirect to %q was followed", goal)
		}
	}
}

func TestFetchEndsInTime(t *testing.T) {
	srv := library(t)
	f := fetcher(t, FetchOptions{Guard: guard(t, "127.0.0.1"), Timeout: 100 * time.Millisecond})
	if _, _, err := f.Fetch(t.Context(), srv.URL+"/hang", 10); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("hang: %v", err)
	}
	body, _, err := f.Fetch(t.Context(), srv.URL+"/drip", 1<<20)
	if err != nil {
		t.Fatal(err)
	}
	defer body.Close()
	if _, err := io.Copy(io.Discard, body); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("drip: %v", err)
	}
	f = fetcher(t, FetchOptions{Guard: guard(t, "127.0.0.1"), HeadTime: 50 * time.Millisecond})
	if _, _, err := f.Fetch(t.Context(), srv.URL+"/hang", 10); err == nil {
		t.Error("a head that never comes is waited for")
	}
}

func TestFetchIgnoresProxies(t *testing.T) {
	t.Setenv("HTTP_PROXY", "http://127.0.0.1:1")
	t.Setenv("http_proxy", "http://127.0.0.1:1")
	srv := library(t)
	body, _, err := fetcher(t, FetchOptions{Guard: guard(t, "127.0.0.1")}).Fetch(t.Context(), srv.URL+"/pic.png", 10)
	if err != nil {
		t.Fatal(err)
	}
	_ = body.Close()
}

// A caller decides where redirects may lead; the guard is asked as well.
func TestFetchWithin(t *testing.T) {
	srv := library(t)
	f := fetcher(t, FetchOptions{Guard: guard(t, "127.0.0.1")})
	for _, c := range []struct {
		path string
		err  error
	}{
		{"/to/" + srv.URL + "/pic.png", nil},
		{"/hop/3", nil},
		{"/to/http://localhost/pic.png", ErrRedirect},
		{"/to/http://127.0.0.2/pic.png", ErrRedirect},
	} {
		body, _, err := f.FetchWithin(t.Context(), srv.URL+c.path, 10, func(url string) bool { return strings.HasPrefix(url, srv.URL+"/") })
		if !errors.Is(err, c.err) {
			t.Errorf("%s: %v", c.path, err)
		}
		if err == nil {
			_ = body.Close()
		}
	}
	_, _, err := f.FetchWithin(t.Context(), srv.URL+"/to/http://127.0.0.2/pic.png", 10, func(string) bool { return true })
	if !errors.Is(err, ErrAddress) {
		t.Errorf("to a private address: %v", err)
	}
}
