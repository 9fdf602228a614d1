package admin

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"llbot/protocols/qq"
	"llbot/protocols/wire"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const token = "test-token-0123456789abcdefghij"

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// world is a Speaker that remembers what it was asked.
type world struct {
	mu   sync.Mutex
	got  []any
	said Said
	err  error
	hold chan struct{} // when set, Say sends on it and then waits for its context
}

func (w *world) note(v any) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.got = append(w.got, v)
	return w.err
}

func (w *world) Say(ctx context.Context, s Say) (Said, error) {
	if w.hold != nil {
		w.hold <- struct{}{}
		<-ctx.Done()
		return Said{}, ctx.Err()
	}
	return w.said, w.note(s)
}
func (w *world) RequestFriend(_ context.Context, r FriendRequest) error { return w.note(r) }
func (w *world) RequestJoin(_ context.Context, r JoinRequest) error     { return w.note(r) }
func (w *world) Invite(_ context.Context, i Invitation) error           { return w.note(i) }

// last takes out what the world was asked, nil when that is nothing.
func (w *world) last() any {
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.got) == 0 {
		return nil
	}
	got := w.got[len(w.got)-1]
	w.got = nil
	return got
}

// segment reads a stand-in for the segments of a protocol.
type segment struct{ seg qq.Segment }

func (s *segment) DecodeWire(c wire.Cursor) {
	var kind string
	c.Key("type").Into(&kind)
	data := c.Key("data")
	switch kind {
	case "text":
		text := &qq.Text{}
		data.Key("text").Into(&text.Text)
		s.seg = text
	case "image":
		image := &qq.Image{}
		data.Key("file").Into(&image.URI)
		s.seg = image
	default:
		c.Key("type").Fault("is no segment")
	}
}

type message struct{ list qq.Segments }

func (m *message) DecodeWire(c wire.Cursor) {
	one := func(c wire.Cursor) {
		var s segment
		c.Into(&s)
		m.list = append(m.list, s.seg)
	}
	switch c.Kind() {
	case "a string":
		var text string
		if c.Into(&text); text != "" {
			m.list = qq.NewText(text)
		}
	case "an object":
		one(c)
	case "an array":
		c.Each(one)
	default:
		c.Fault("must be text or segments, not " + c.Kind())
	}
}

func decodeMessage(raw []byte) (qq.Segments, error) {
	var m message
	var d wire.Decoder
	err := d.Decode(raw, &m)
	return m.list, err
}

func ingest(_ context.Context, m *qq.Media) error {
	if m.URI != "base64://AAAA" {
		return qq.Errorf(qq.ErrMedia, "not an image")
	}
	*m = qq.Media{ID: "blob"}
	return nil
}

// rig is a server with everything it needs.
type rig struct {
	*Server
	world *world
	log   *bytes.Buffer // read it after the requests
}

func newRig(t testing.TB, change func(*Options)) rig {
	t.Helper()
	w, log := &world{}, &bytes.Buffer{}
	o := Options{
		Host: "127.0.0.1", Token: token, Speaker: w, Worlds: w, Decode: decodeMessage, Ingest: ingest,
		Metrics: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "figures") }),
		Media:   http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "picture") }),
		Logger:  slog.New(slog.NewTextHandler(log, &slog.HandlerOptions{Level: slog.LevelDebug})),
	}
	if change != nil {
		change(&o)
	}
	return rig{New(o), w, log}
}

// ask makes a request without a socket. Headers are "Name: value".
func (r rig) ask(method, path, body string, headers ...string) *httptest.ResponseRecorder {
	var in io.Reader
	if body != "" {
		in = strings.NewReader(body)
	}
	req := httptest.NewRequest(method, path, in)
	req.Host = "127.0.0.1:3080"
	for _, h := range headers {
		name, value, _ := strings.Cut(h, ": ")
		if name == "Host" {
			req.Host = value
		}
		req.Header.Set(name, value)
	}
	w := httptest.NewRecorder()
	r.Handler().ServeHTTP(w, req)
	return w
}

const bearer = "Authorization: Bearer " + token

// call asks the control API with the token.
func (r rig) call(method, path, body string) *httptest.ResponseRecorder {
	return r.ask(method, path, body, bearer)
}

// start binds the server's port and stops it with the test.
func (r rig) start(t testing.TB) (base string) {
	t.Helper()
	must(t, r.Start())
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		if err := r.Stop(ctx); err != nil {
			t.Error(err)
		}
	})
	return "http://" + r.Addr()
}

// errorOf is the text of a refusal.
func errorOf(t testing.TB, w *httptest.ResponseRecorder) string {
	t.Helper()
	var f fault
	if err := wire.Unmarshal(w.Body.Bytes(), &f); err != nil || f.Error == "" {
		t.Errorf("no {\"error\": …}: %q", w.Body)
	}
	if ct := w.Header().Get("Content-Type"); ct != "application/json; charset=utf-8" {
		t.Errorf("Content-Type is %q", ct)
	}
	return f.Error
}

var errBroken = errors.New("the pipes burst")

func kinds() []error {
	return []error{
		qq.ErrInvalid, qq.ErrNotFound, qq.ErrForbidden, qq.ErrMuted, qq.ErrUnsupported, qq.ErrOffline, qq.ErrRateLimited,
		qq.ErrRiskControl, qq.ErrConflict, qq.ErrMedia, qq.ErrUpstream,
	}
}
