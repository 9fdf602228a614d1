package runtime_test

import (
	"bufio"
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"
)

// lines is what comes in on a connection, one text at a time.
type lines struct {
	t    *testing.T
	name string
	in   chan string
}

// next is the next text.
func (l lines) next() string {
	l.t.Helper()
	select {
	case text, ok := <-l.in:
		if !ok {
			l.t.Fatalf("%s ended", l.name)
		}
		return text
	case <-time.After(patience):
		l.t.Fatalf("%s: nothing came", l.name)
	}
	return ""
}

// await drops texts until one contains all the parts.
func (l lines) await(parts ...string) string {
	l.t.Helper()
	deadline := time.After(patience)
	for {
		select {
		case text, ok := <-l.in:
			if !ok {
				l.t.Fatalf("%s ended before %q", l.name, parts)
			}
			if contains(text, parts...) {
				return text
			}
		case <-deadline:
			l.t.Fatalf("%s: nothing with %q came", l.name, parts)
		}
	}
}

// until gathers texts up to the one that contains the parts, that one included.
func (l lines) until(parts ...string) []string {
	l.t.Helper()
	var list []string
	for {
		list = append(list, l.next())
		if contains(list[len(list)-1], parts...) {
			return list
		}
	}
}

func contains(text string, parts ...string) bool {
	for _, part := range parts {
		if !strings.Contains(text, part) {
			return false
		}
	}
	return true
}

// wire is a WebSocket client's end with what came in on it.
type wire struct {
	lines
	conn  *websocket.Conn
	ended chan struct{} // closed when nothing more comes
}

// socket opens a WebSocket at an endpoint.
func (r *rig) socket(endpoint, path string, headers ...string) wire {
	r.t.Helper()
	conn, resp, err := r.upgrade(endpoint, path, headers...)
	if err != nil {
		r.t.Fatalf("%s%s: %v %v", endpoint, path, err, resp)
	}
	return r.read(endpoint, path, conn)
}

// read reads what an endpoint says on a WebSocket.
func (r *rig) read(endpoint, path string, conn *websocket.Conn) wire {
	if r.schema.speaksMilky(r.addr[endpoint]) {
		return reading(r.t, endpoint+path, conn, r.schema.event)
	}
	return reading(r.t, endpoint+path, conn)
}

func (r *rig) upgrade(endpoint, path string, headers ...string) (*websocket.Conn, *http.Response, error) {
	o := &websocket.DialOptions{HTTPClient: r.client, HTTPHeader: http.Header{}}
	for i := 0; i+1 < len(headers); i += 2 {
		if o.HTTPHeader.Set(headers[i], headers[i+1]); headers[i] == "Host" {
			o.Host = headers[i+1]
		}
	}
	return websocket.Dial(r.t.Context(), "ws://"+r.addr[endpoint]+path, o)
}

// reading reads a WebSocket into lines; the last one tells how it ended. Checks
// see each text first.
func reading(t *testing.T, name string, conn *websocket.Conn, checks ...func(string)) wire {
	conn.SetReadLimit(16 << 20)
	w := wire{lines{t, name, make(chan string, 20000)}, conn, make(chan struct{})}
	t.Cleanup(func() { _ = conn.CloseNow(); <-w.ended })
	go func() {
		defer close(w.ended)
		defer close(w.in)
		for {
			kind, text, err := conn.Read(context.Background())
			switch {
			case err != nil:
				w.in <- "closed " + websocket.CloseStatus(err).String() + " " + err.Error()
				return
			case kind != websocket.MessageText:
				w.in <- "not a text frame: " + string(text)
			default:
				for _, check := range checks {
					check(string(text))
				}
				w.in <- string(text)
			}
		}
	}()
	return w
}

// send says something on the socket.
func (w wire) send(text string) {
	w.t.Helper()
	if err := w.conn.Write(w.t.Context(), websocket.MessageText, []byte(text)); err != nil {
		w.t.Fatalf("%s: %v", w.name, err)
	}
}

// stream is an SSE client with the messages that came in on it, as they are.
type stream struct {
	lines
	header http.Header
	end    context.CancelFunc
}

// stream opens an event stream.
func (r *rig) stream(endpoint, path string, headers ...string) stream {
	r.t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, r.url(endpoint, path), nil)
	if err != nil {
		r.t.Fatal(err)
	}
	for i := 0; i+1 < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	client := &http.Client{Transport: r.client.Transport} // without its timeout
	resp, err := client.Do(req)
	if err != nil {
		r.t.Fatal(err)
	}
	if ct := resp.Header.Get("Content-Type"); resp.StatusCode != 200 || !strings.HasPrefix(ct, "text/event-stream") {
		r.t.Fatalf("%s%s: %d %s", endpoint, path, resp.StatusCode, ct)
	}
	s := stream{lines{r.t, endpoint + path, make(chan string, 20000)}, resp.Header, cancel}
	ended := make(chan struct{})
	r.t.Cleanup(func() { cancel(); <-ended })
	go func() {
		defer close(ended)
		defer close(s.in)
		defer resp.Body.Close()
		scan := bufio.NewScanner(resp.Body)
		scan.Buffer(nil, 16<<20)
		var message []string
		for scan.Scan() {
			if scan.Text() != "" {
				message = append(message, scan.Text())
				continue
			}
			s.in <- strings.Join(message, "\n")
			message = nil
		}
	}()
	return s
}

// field is a field of an SSE message, "" when it is not there.
func field(message, name string) string {
	for line := range strings.Lines(message) {
		if value, ok := strings.CutPrefix(strings.TrimSuffix(line, "\n"), name+": "); ok {
			return value
		}
	}
	return ""
}
