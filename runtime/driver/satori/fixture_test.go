package satori

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"llbot/protocols/qq"
	"llbot/runtime/driver/upstream"
	"llbot/runtime/transport"
)

var update = flag.Bool("update", false, "write the golden files anew")

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const self, token = qq.UserID(10002), "a-token-of-the-tests"

// fixture is what one implementation says, written from public documentation.
type fixture struct {
	Ready    json.RawMessage            `json:"ready"`
	Events   []json.RawMessage          `json:"events"`
	Answers  map[string]json.RawMessage `json:"answers"`
	Failures map[string]struct {
		Status int    `json:"status"`
		Text   string `json:"text"`
	} `json:"failures"`
}

func loadFixture(t *testing.T, name string) *fixture {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", name+".json"))
	if err != nil {
		t.Fatal(err)
	}
	f := &fixture{}
	if err := json.Unmarshal(text, f); err != nil {
		t.Fatal(err)
	}
	return f
}

// fakeServer plays a fixture and notes the calls.
type fakeServer struct {
	*fixture
	http *httptest.Server
	mu   sync.Mutex
	said []string // "method body [key]", and what IDENTIFY said
}

func (f *fixture) serve(t *testing.T) *fakeServer {
	t.Helper()
	s := &fakeServer{fixture: f}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /satori/v1/events", s.events)
	mux.HandleFunc("POST /satori/v1/{method}", s.call)
	s.http = httptest.NewServer(mux)
	t.Cleanup(s.http.Close)
	return s
}

func (s *fakeServer) note(format string, args ...any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.said = append(s.said, fmt.Sprintf(format, args...))
}

func (s *fakeServer) events(w http.ResponseWriter, r *http.Request) {
	ws, err := websocket.Accept(w, r, nil)
	if err != nil {
		return
	}
	defer ws.CloseNow()
	_, text, err := ws.Read(r.Context())
	if err != nil {
		return
	}
	s.note("IDENTIFY %s", text)
	if !strings.Contains(string(text), token) {
		_ = ws.Close(4004, "invalid token")
		return
	}
	frames := append([]json.RawMessage{json.RawMessage(`{"op":4,"body":` + string(s.Ready) + `}`)}, s.Events...)
	for i, f := range frames {
		if i > 0 {
			f = json.RawMessage(`{"op":0,"body":` + string(f) + `}`)
		}
		if ws.Write(r.Context(), websocket.MessageText, f) != nil {
			return
		}
	}
	for {
		if _, _, err := ws.Read(r.Context()); err != nil {
			return
		}
		_ = ws.Write(r.Context(), websocket.MessageText, []byte(`{"op":2,"body":{}}`))
	}
}

func (s *fakeServer) call(w http.ResponseWriter, r *http.Request) {
	method := r.PathValue("method")
	body, _ := io.ReadAll(r.Body)
	s.note("%s %s%s", method, body, strings.TrimRight(" "+r.Header.Get("Idempotency-Key"), " "))
	if r.Header.Get("Authorization") != "Bearer "+token || r.Header.Get("Satori-User-ID") != self.String() || r.Header.Get("Satori-Platform") == "" {
		http.Error(w, "login not found", http.StatusForbidden)
		return
	}
	if f, fails := s.Failures[method]; fails {
		http.Error(w, f.Text, f.Status)
		return
	}
	answer, ok := s.Answers[method]
	switch {
	case !ok:
		http.Error(w, "no "+method, http.StatusNotFound)
	case string(answer) == `"OK"`:
		_, _ = io.WriteString(w, "OK")
	default:
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write(answer)
	}
}

// kept are notes in memory that outlive a protocol.
type kept struct {
	mu    sync.Mutex
	texts map[string]string
}

func (k *kept) Get(account qq.UserID, key string) (string, bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	text, ok := k.texts[account.String()+key]
	return text, ok
}

func (k *kept) Put(account qq.UserID, key, text string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.texts[account.String()+key] = text
}

// linked connects to a fake server.
func linked(t *testing.T, s *fakeServer, notes upstream.Notes) (*protocol, *upstream.Table, *link) {
	t.Helper()
	p, err := newProtocol(upstream.Options{
		URL: s.http.URL + "/satori", Token: token, Dialer: transport.NewDialer(transport.DialOptions{}), Notes: notes,
		Now: func() time.Time { return time.UnixMilli(1700000020000) },
	})
	if err != nil {
		t.Fatal(err)
	}
	table := p.operations()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	l, err := p.Connect(ctx)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(l.Close)
	return p, table, l.(*link)
}

var errEnough = errors.New("enough")

// heardAll reads as many events as the fixture has.
func heardAll(t *testing.T, l *link, n int) []upstream.Inbound {
	t.Helper()
	var all []upstream.Inbound
	frames := 0
	err := l.socket.each(func(text []byte) error {
		if err := l.frame(text, func(in upstream.Inbound) { all = append(all, in) }); err != nil {
			return err
		}
		if frames++; frames == n {
			return errEnough
		}
		return nil
	})
	if !errors.Is(err, errEnough) {
		t.Fatal(err)
	}
	return all
}

// TestImplementations: what each says is read as the golden files tell, and what
// we say to it is in its own terms.
func TestImplementations(t *testing.T) {
	for _, name := range []string{"llbot", "koishi-milky", "koishi-onebot"} {
		t.Run(name, func(t *testing.T) {
			s := loadFixture(t, name).serve(t)
			notes := &kept{texts: map[string]string{}}
			_, table, l := linked(t, s, notes)
			var out strings.Builder
			login := l.Login()
			fmt.Fprintf(&out, "%s: %d %s, resumed %v, missing %s\n", l.client.Dialect.Name, login.ID, login.Nickname, l.Resumed(), strings.Join(lacking(table), " "))
			refs := map[string]qq.MessageRef{}
			for i, in := range heardAll(t, l, len(s.Events)) {
				fmt.Fprintf(&out, "%d at %d, position %d:", i, in.Time, in.Position)
				if in.Event == nil {
					out.WriteString(" nothing\n")
					continue
				}
				text, err := qq.EncodeEvent(in.Event)
				if err != nil {
					t.Fatal(err)
				}
				fmt.Fprintf(&out, " %s\n", text)
				if m, ok := in.Event.(*qq.MessageReceived); ok {
					refs[fmt.Sprint(i)] = m.MessageRef
				}
			}
			talk(t, &out, s, table, refs)
			golden(t, name+".golden", out.String())

			// The same ids lead to the same messages in another life.
			again := loadFixture(t, name).serve(t)
			_, _, second := linked(t, again, notes)
			for i, in := range heardAll(t, second, len(again.Events)) {
				if m, ok := in.Event.(*qq.MessageReceived); ok && m.MessageRef != refs[fmt.Sprint(i)] {
					t.Errorf("event %d: %s was %s", i, m.MessageRef, refs[fmt.Sprint(i)])
				}
			}
		})
	}
}

func lacking(t *upstream.Table) []string {
	var names []string
	for _, l := range t.Unserved() {
		if strings.HasPrefix(l.Reason, "the server") || !strings.HasPrefix(l.Reason, "Satori") {
			names = append(names, l.Operation)
		}
	}
	return names
}

// talk makes calls and writes what was said and answered.
func talk(t *testing.T, out *strings.Builder, s *fakeServer, table *upstream.Table, refs map[string]qq.MessageRef) {
	t.Helper()
	group := qq.GroupRequestRef{Group: 123456, Seq: 5, Kind: qq.JoinRequest}
	if m, ok := refs["1"]; ok && m.Scene == qq.SceneGroup { // ids that say nothing
		group.Seq = 1700000003000 * seqsPerMillisecond
	}
	if s.Answers["message.list"] != nil && s.Failures["message.get"].Status == 0 {
		group.Seq = 1700000003000 * seqsPerMillisecond
	}
	for _, op := range []qq.Operation{
		qq.GetMember{Group: 123456, User: 10001}, qq.ListFriends{}, qq.GetFriend{User: 10009},
		qq.SendMessage{Chat: qq.FriendChat(10001), Segments: qq.Segments{&qq.Reply{MessageRef: refs["1"]}, &qq.Text{Text: "x"}}},
		qq.SendMessage{Chat: qq.TempChat(10007), Via: 123456, Segments: qq.Segments{&qq.Image{Media: qq.Media{URI: "base64://aGk=", MIME: "image/png"}}}},
		qq.SendMessage{Chat: qq.GroupChat(123456), Segments: qq.Segments{&qq.Dice{}}},
		qq.RecallMessage{Ref: refs["0"]}, qq.RecallMessage{Ref: refs["1"]},
		qq.RecallMessage{Ref: qq.MessageRef{Chat: qq.GroupChat(123456), Seq: 31}},
		qq.GetMessage{Ref: refs["1"]},
		qq.GetHistory{Chat: qq.FriendChat(10001), Count: 5}, qq.GetHistory{Chat: qq.FriendChat(10001), Count: 5, Forward: true},
		qq.AnswerGroupRequest{Ref: group, Approve: true},
		qq.SetAdmin{Group: 123456, Member: 10001, On: true}, qq.LeaveGroup{Group: 123456}, qq.ForwardMessage{Ref: refs["0"], To: qq.FriendChat(10001)},
		qq.UploadFile{Chat: qq.GroupChat(123456), File: &qq.Media{URI: "http://x/a", Name: "a"}}, qq.SetCard{},
	} {
		s.mu.Lock()
		s.said = nil
		s.mu.Unlock()
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		v, err := table.Do(ctx, op)
		cancel()
		s.mu.Lock()
		fmt.Fprintf(out, "%s → %s\n", qq.OpName(op), strings.Join(s.said, "; "))
		s.mu.Unlock()
		if err != nil {
			e := qq.AsError(err)
			fmt.Fprintf(out, "    failed: %v (%v, code %d, outcome %d)\n", e.Text, e.Kind, e.Code, e.Outcome)
			continue
		}
		text, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(out, "    %s\n", text)
	}
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(got, "\n")); diff != "" {
		t.Errorf("%s (-want +got)\n%s", path, diff)
	}
}
