package upstream

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"llbot/protocols/qq"
)

func post(t *testing.T, ctx context.Context, address string) (Reply, *qq.Error) {
	t.Helper()
	h := NewHTTP()
	defer h.Close()
	r, err := h.Post(ctx, address, http.Header{"Authorization": {"Bearer secret"}}, []byte(`{"a":1}`))
	if err == nil {
		return r, nil
	}
	if strings.Contains(err.Error(), address) {
		t.Errorf("the error shows the address, which may hold a secret: %v", err)
	}
	return r, qq.AsError(err)
}

// Whatever is answered is answered, with its status; a redirect leads nowhere.
func TestPostAnswersWhatCame(t *testing.T) {
	for _, status := range []int{200, 302, 401, 404, 500} {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			body, err := io.ReadAll(r.Body)
			if err != nil || string(body) != `{"a":1}` || r.Method != http.MethodPost ||
				r.Header.Get("Authorization") != "Bearer secret" || r.Header.Get("Content-Type") != "application/json" {
				t.Errorf("%s %s %v, %v", r.Method, body, r.Header, err)
			}
			if r.URL.Path != "/api/x" {
				t.Errorf("%s was asked", r.URL)
			}
			w.Header().Set("Location", "/elsewhere")
			w.WriteHeader(status)
			_, _ = io.WriteString(w, "answer")
		}))
		r, err := post(t, t.Context(), server.URL+"/api/x")
		server.Close()
		if err != nil || r.Status != status || string(r.Body) != "answer" {
			t.Errorf("%d: %d %q, %v", status, r.Status, r.Body, err)
		}
	}
}

// A call that was not delivered did nothing; one without an answer may have.
func TestPostTellsWhatIsUnknown(t *testing.T) {
	closed := httptest.NewServer(http.NotFoundHandler())
	closed.Close()
	cut := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }))
	defer cut.Close()
	half := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "100")
		_, _ = io.WriteString(w, "half of it")
	}))
	defer half.Close()
	garbage := garbageServer(t)
	for name, c := range map[string]struct {
		address string
		kind    error
		outcome qq.Outcome
	}{
		"nobody there":   {closed.URL, qq.ErrOffline, qq.NotApplied},
		"cut":            {cut.URL, qq.ErrTimeout, qq.Unknown},
		"half an answer": {half.URL, qq.ErrTimeout, qq.Unknown},
		"no HTTP":        {garbage, qq.ErrTimeout, qq.Unknown},
		"no address":     {"http://%zz", qq.ErrInternal, qq.NotApplied},
	} {
		if _, err := post(t, t.Context(), c.address); !errors.Is(err, c.kind) || err.Outcome != c.outcome {
			t.Errorf("%s: %+v", name, err)
		}
	}
}

// Nobody waits behind his deadline.
func TestPostEndsWithItsContext(t *testing.T) {
	asked, done := make(chan struct{}), make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { close(asked); <-done }))
	defer server.Close()
	defer close(done)
	ctx, cancel := context.WithCancel(t.Context())
	go func() { <-asked; cancel() }()
	if _, err := post(t, ctx, server.URL); !errors.Is(err, qq.ErrTimeout) || err.Outcome != qq.Unknown {
		t.Errorf("%+v", err)
	}
}

// garbageServer answers what is no HTTP.
func garbageServer(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			_, _ = c.Read(make([]byte, 1024))
			_, _ = io.WriteString(c, "\x00\x01 no such thing\n\n")
			_ = c.Close()
		}
	}()
	return "http://" + l.Addr().String()
}
