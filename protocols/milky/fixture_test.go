package milky

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"llbot/protocols/face"
	"llbot/protocols/qq"
)

var update = flag.Bool("update", false, "write the golden files anew")

const (
	bot   qq.UserID  = 10001000
	other qq.UserID  = 10001001
	alice qq.UserID  = 20002000
	bob   qq.UserID  = 20002001
	club  qq.GroupID = 30003000
	noon  qq.Time    = 1_767_225_600_123
)

// fakeQQ answers operations from a table by operation name and notes them.
type fakeQQ struct {
	account qq.UserID
	answers map[string]any
	asked   []qq.Operation
}

func (f *fakeQQ) Account() qq.UserID { return f.account }

func (f *fakeQQ) Do(_ context.Context, op qq.Operation) (any, error) {
	f.asked = append(f.asked, op)
	if k, ok := op.(qq.Keyed); ok {
		op = k.Op
	}
	switch answer := f.answers[qq.OpName(op)].(type) {
	case nil:
		return qq.None{}, nil
	case error:
		return nil, answer
	case []any: // one for each call
		f.answers[qq.OpName(op)] = answer[1]
		if err, ok := answer[0].(error); ok {
			return nil, err
		}
		return answer[0], nil
	default:
		return answer, nil
	}
}

// directory serves the callers in order.
type directory []qq.Caller

func (d directory) First() (qq.Caller, bool) {
	if len(d) == 0 {
		return nil, false
	}
	return d[0], true
}

func (d directory) Account(id qq.UserID) (qq.Caller, bool) {
	for _, c := range d {
		if c.Account() == id {
			return c, true
		}
	}
	return nil, false
}

func (d directory) All() []qq.Caller { return d }

var _ face.Server = (*Server)(nil)

func newServer(t testing.TB, o Options) *Server {
	t.Helper()
	o.App = App{Name: "llbot", Version: "0.2.0"}
	s, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// tester is a test, also one of the property tester's.
type tester interface {
	Helper()
	Fatalf(format string, args ...any)
}

// call runs one API as the endpoint would, from the head to the body.
func call(t tester, s *Server, dir face.Directory, name, body string) face.Response {
	t.Helper()
	r := s.Route(&face.Head{Method: "POST", Path: "/api/" + name, ContentType: "application/json", Host: "localhost"}, dir)
	if r.Kind != face.RouteAction {
		return r.Response
	}
	return s.Serve(context.Background(), dir, face.Request{Route: &r, Body: []byte(body)})
}

// checkResponse validates an answer against the specification and gives its
// retcode and message.
func checkResponse(t testing.TB, name string, r face.Response) (code int, message string) {
	t.Helper()
	var e struct {
		Status  string
		Retcode int
		Message string
		Data    json.RawMessage
	}
	if err := json.Unmarshal(r.Body, &e); err != nil {
		t.Fatalf("%s answered %q: %v", name, r.Body, err)
	}
	if r.ContentType != "application/json" {
		t.Errorf("%s: content type %q", name, r.ContentType)
	}
	faults := spec(t).Response(name, r.Body)
	if len(faults) > 0 {
		t.Fatalf("%s answered %s\n%s", name, r.Body, strings.Join(faults, "\n"))
	}
	return e.Retcode, e.Message
}

// golden compares text with a file under testdata, indented for people.
func golden(t *testing.T, name string, parts any) {
	t.Helper()
	compact := new(bytes.Buffer)
	e := json.NewEncoder(compact)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(parts); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join("testdata", name+".json")
	if *update {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, compact.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), compact.String()); diff != "" {
		t.Errorf("%s (-want +got):\n%s", path, diff)
	}
}
