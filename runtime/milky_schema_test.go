package runtime_test

import (
	"bytes"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"

	"llbot/protocols/milky/spec"
	llbot "llbot/runtime"
	"llbot/runtime/config"
)

var loadMilkySchema = sync.OnceValues(spec.Load)

func milkySchema(t *testing.T) *spec.Specification {
	t.Helper()
	schema, err := loadMilkySchema()
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

// milkyCheck holds what Milky endpoints say against the schema, whichever test
// they say it in.
type milkyCheck struct {
	fail   func(format string, args ...any)
	schema *spec.Specification
	mu     sync.Mutex
	hosts  map[string]bool // host:port of the Milky endpoints
	seen   map[string]bool // what was right already: one event goes to many
}

func newMilkyCheck(t *testing.T) *milkyCheck {
	return &milkyCheck{fail: t.Errorf, schema: milkySchema(t), hosts: map[string]bool{}, seen: map[string]bool{}}
}

// watch takes note of where a server speaks Milky.
func (m *milkyCheck) watch(list []llbot.EndpointAddr) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, e := range list {
		if e.Kind == config.KindMilky {
			m.hosts[e.Addr] = true
		}
	}
}

func (m *milkyCheck) speaksMilky(host string) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.hosts[host]
}

// event checks a pushed event, once however often it comes.
func (m *milkyCheck) event(text string) {
	m.mu.Lock()
	known := m.seen[text]
	m.seen[text] = true
	m.mu.Unlock()
	if known {
		return
	}
	if faults := m.schema.Event([]byte(text)); len(faults) > 0 {
		m.fail("an event that the schema forbids: %s\n%s", text, strings.Join(faults, "\n"))
	}
}

// answer checks the whole answer of an API, or of another path, where only
// failures can come from.
func (m *milkyCheck) answer(path string, status int, text []byte) {
	_, api, _ := strings.Cut(path, "/api/")
	var faults []string
	switch known := m.schema.Has(api); {
	case known:
		faults = m.schema.Response(api, text)
	default:
		faults = m.schema.Check("#/envelopes/api_failed", text)
	}
	if len(faults) > 0 {
		m.fail("%s: an answer (%d) that the schema forbids: %s\n%s", path, status, text, strings.Join(faults, "\n"))
	}
}

// checkedTransport reads answers of Milky endpoints before the test does.
type checkedTransport struct {
	http.RoundTripper
	milky *milkyCheck
}

// CloseIdleConnections is what http.Client looks for.
func (c checkedTransport) CloseIdleConnections() {
	if inside, ok := c.RoundTripper.(*http.Transport); ok {
		inside.CloseIdleConnections()
	}
}

// RoundTrip checks what is no stream at once, and a stream while it is read.
func (c checkedTransport) RoundTrip(req *http.Request) (*http.Response, error) {
	resp, err := c.RoundTripper.RoundTrip(req)
	if err != nil || !c.milky.speaksMilky(req.URL.Host) || resp.StatusCode == http.StatusSwitchingProtocols ||
		strings.HasPrefix(req.URL.Path, "/media/") || resp.StatusCode == http.StatusNoContent || req.Method == http.MethodHead {
		return resp, err
	}
	if strings.HasPrefix(resp.Header.Get("Content-Type"), "text/event-stream") {
		resp.Body = &checkedStream{ReadCloser: resp.Body, milky: c.milky}
		return resp, nil
	}
	text, err := io.ReadAll(resp.Body)
	_ = resp.Body.Close()
	if err != nil {
		return nil, err
	}
	resp.Body = io.NopCloser(bytes.NewReader(text))
	c.milky.answer(req.URL.Path, resp.StatusCode, text)
	return resp, nil
}

// checkedStream checks the events of an SSE stream as they are read.
type checkedStream struct {
	io.ReadCloser
	milky *milkyCheck
	rest  []byte
}

func (s *checkedStream) Read(p []byte) (int, error) {
	n, err := s.ReadCloser.Read(p)
	s.rest = append(s.rest, p[:n]...)
	for {
		line, rest, whole := bytes.Cut(s.rest, []byte("\n"))
		if !whole {
			return n, err
		}
		s.rest = rest
		if text, ok := bytes.CutPrefix(line, []byte("data: ")); ok {
			s.milky.event(string(text))
		}
	}
}

// delivered checks what came to a webhook, if it is Milky's: the other
// protocols name themselves in headers.
func (m *milkyCheck) delivered(p post) {
	if p.header.Get("X-Self-ID") == "" && p.header.Get("Satori-Opcode") == "" {
		m.event(p.body)
	}
}

// The check finds what it is there for.
func TestTheSchemaIsWatched(t *testing.T) {
	for name, c := range map[string]struct {
		say  func(*milkyCheck)
		want bool
	}{
		"a right event": {func(m *milkyCheck) {
			m.event(`{"event_type":"bot_offline","time":1,"self_id":10001,"data":{"reason":""}}`)
		}, false},
		"a wrong event":  {func(m *milkyCheck) { m.event(`{"event_type":"bot_offline","time":1,"self_id":1,"data":{"reason":""}}`) }, true},
		"a right answer": {func(m *milkyCheck) { m.answer("/api/quit_group", 200, []byte(`{"status":"ok","retcode":0,"data":{}}`)) }, false},
		"a wrong answer": {func(m *milkyCheck) {
			m.answer("/1/api/quit_group", 200, []byte(`{"status":"ok","retcode":0,"data":null}`))
		}, true},
		"a refusal":      {func(m *milkyCheck) { m.answer("/", 404, []byte(`{"status":"failed","retcode":404,"message":""}`)) }, false},
		"plain text":     {func(m *milkyCheck) { m.answer("/api/nope", 404, []byte(`no`)) }, true},
		"a wrong post":   {func(m *milkyCheck) { m.delivered(post{header: http.Header{}, body: `{}`}) }, true},
		"another's post": {func(m *milkyCheck) { m.delivered(post{header: http.Header{"X-Self-Id": {"1"}}, body: `{}`}) }, false},
		"a wrong stream": {func(m *milkyCheck) {
			s := &checkedStream{ReadCloser: io.NopCloser(strings.NewReader(": x\n\nevent: milky_event\ndata: {}\n\n")), milky: m}
			_, _ = io.ReadAll(s)
		}, true},
	} {
		m, failed := newMilkyCheck(t), false
		m.fail = func(string, ...any) { failed = true }
		if c.say(m); failed != c.want {
			t.Errorf("%s: failed %v", name, failed)
		}
	}
}
