package onebot11

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"llbot/protocols/onebot11"
	"llbot/protocols/qq"
	"llbot/runtime/driver/upstream"
)

var update = flag.Bool("update", false, "rewrite the golden files")

func TestDialectsAreRecognised(t *testing.T) {
	for app, want := range map[string]string{
		"llbot": "llbot", "LLOneBot": "LLBot", "LLBot": "LLBot", "NapCat.Onebot": "NapCat", "go-cqhttp": "go-cqhttp", "SnowLuma": "SnowLuma",
		"": "OneBot 11", "Lagrange.OneBot": "OneBot 11",
	} {
		if got := recognise(onebot11.Version{Name: app}); got.name != want {
			t.Errorf("%q is taken for %s", app, got.name)
		}
	}
}

// fakeWire answers from a script: what is asked, and what comes back.
type fakeWire struct {
	answers map[string]string // action → data; "!text" refuses
	asked   []string
}

func (w *fakeWire) call(_ context.Context, c onebot11.Call) (onebot11.Answer, error) {
	body, err := c.Body()
	if err != nil {
		return onebot11.Answer{}, err
	}
	w.asked = append(w.asked, c.Action+" "+string(body))
	data, known := w.answers[c.Action]
	if refused, no := strings.CutPrefix(data, "!"); no || !known {
		return onebot11.Answer{Status: "failed", Retcode: 200, Text: refused}, nil
	}
	return onebot11.Answer{Status: "ok", Data: []byte(data)}, nil
}

func (w *fakeWire) run(*pump) error             { return nil }
func (w *fakeWire) ping() error                 { return nil }
func (w *fakeWire) await(context.Context) error { return nil }
func (w *fakeWire) beats(time.Duration)         {}
func (w *fakeWire) close()                      {}

// fakeLink is a link of a dialect to a server that says what answers has.
func fakeLink(t *testing.T, app string, answers map[string]string) (*server, *session, *fakeWire) {
	t.Helper()
	s, err := newServer(upstream.Options{URL: "ws://127.0.0.1:1"})
	if err != nil {
		t.Fatal(err)
	}
	w := &fakeWire{answers: answers}
	l := &session{server: s, wire: w, frames: newPump(), dialect: recognise(onebot11.Version{Name: app}), done: make(chan struct{})}
	l.people, l.user = &people{session: l}, qq.Login{User: qq.User{ID: 10001}}
	s.open(l)
	return s, l, w
}

// TestDialectFixtures: what the implementations are documented to send is read
// as it is meant; the list of what came of it is written down.
func TestDialectFixtures(t *testing.T) {
	for _, app := range []string{"LLOneBot", "NapCat.Onebot", "go-cqhttp", "SnowLuma"} {
		d := recognise(onebot11.Version{Name: app})
		name := strings.ToLower(strings.ReplaceAll(d.name, "-", ""))
		text, err := os.ReadFile(filepath.Join("testdata", name+".jsonl"))
		if err != nil {
			t.Fatal(err)
		}
		var out strings.Builder
		_, l, _ := fakeLink(t, app, map[string]string{"get_msg": "!no such message"})
		for _, frame := range strings.Split(strings.TrimSpace(string(text)), "\n") {
			if !onebot11.IsAnswer([]byte(frame)) {
				err := l.frame([]byte(frame), func(in upstream.Inbound) {
					stored, err := qq.EncodeEvent(in.Event)
					if err != nil {
						t.Fatal(err)
					}
					fmt.Fprintf(&out, "%d %s\n", in.Time, stored)
				})
				if err != nil {
					t.Errorf("%s: %s: %v", app, frame, err)
				}
				continue
			}
			a, err := l.client.Answer([]byte(frame))
			fmt.Fprintf(&out, "answer %d %q: %v %v\n", a.Retcode, a.Text, a.Err(), err)
		}
		golden := filepath.Join("testdata", name+".golden")
		if *update {
			if err := os.WriteFile(golden, []byte(out.String()), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(golden)
		if err != nil {
			t.Fatal(err)
		}
		if string(want) != out.String() {
			t.Errorf("%s:\n%s\nwant\n%s", app, out.String(), want)
		}
	}
}

func TestMessagesAreNamedByEachDialect(t *testing.T) {
	ref := qq.MessageRef{Chat: qq.GroupChat(123456), Seq: 42}
	const history = `{"messages":[{"post_type":"message","message_type":"group","group_id":123456,"user_id":1,"message_id":-7,"message_seq":%s,"real_seq":"42","message":"x"}]}`
	for app, seq := range map[string]string{"LLOneBot": "42", "NapCat.Onebot": "-7", "go-cqhttp": "42", "SnowLuma": "42"} {
		_, l, w := fakeLink(t, app, map[string]string{"get_group_msg_history": fmt.Sprintf(history, seq)})
		got, err := l.outwardRef(t.Context(), ref)
		if err != nil || got.ID != -7 {
			t.Errorf("%s: %v %v, asked %v", app, got, err, w.asked)
		}
		asked := len(w.asked)
		if _, err := l.outwardRef(t.Context(), ref); err != nil || len(w.asked) != asked {
			t.Errorf("%s asks again: %v", app, err)
		}
		if _, err := l.outwardRef(t.Context(), qq.MessageRef{Chat: qq.GroupChat(123456), Seq: 41}); !errors.Is(err, qq.ErrNotFound) {
			t.Errorf("%s finds what is not there: %v", app, err)
		}
	}
}

// TestMessagesWithoutNumbers: an id stands in the seq, both ways, for ever.
func TestMessagesWithoutNumbers(t *testing.T) {
	for _, id := range []qq.MessageID{1, -1, 1<<31 - 1, -1 << 31} {
		seq := seqOfID(id)
		if back, ok := idOfSeq(seq); !ok || back != id || seq <= 0 || seq > 1<<53-1 {
			t.Errorf("%d → %d → %d %t", id, seq, back, ok)
		}
	}
	for _, seq := range []int64{0, 1, 42, 1 << 32, 1<<40 + 5} {
		if _, ok := idOfSeq(seq); ok {
			t.Errorf("%d is taken for an id", seq)
		}
	}
	_, l, _ := fakeLink(t, "some bot", nil)
	m := &qq.Message{MessageRef: qq.MessageRef{Chat: qq.FriendChat(5), ID: -9}}
	l.learnMessage(m)
	if got, err := l.outwardRef(t.Context(), m.MessageRef); err != nil || got.ID != -9 {
		t.Errorf("%v %v", got, err)
	}
}

// TestWhatADialectLacks: an operation without an action is refused with the
// reason before anything is asked, and stands among what the driver lacks.
func TestWhatADialectLacks(t *testing.T) {
	s, _, w := fakeLink(t, "NapCat.Onebot", nil)
	table := s.table()
	_, err := table.Do(t.Context(), qq.SetFriendCategory{User: 20002, Category: 1})
	if !errors.Is(err, qq.ErrUnsupported) || !strings.Contains(err.Error(), "NapCat has no set_friend_category") || len(w.asked) > 0 {
		t.Errorf("%v, asked %v", err, w.asked)
	}
	if !slices.Contains(table.Lacks(), "SetFriendCategory") || slices.Contains(table.Lacks(), "SendMessage") {
		t.Error(table.Lacks())
	}
}

// TestEveryOperationIsServedOrExplained is the census against the catalogue.
func TestEveryOperationIsServedOrExplained(t *testing.T) {
	s, err := newServer(upstream.Options{URL: "ws://127.0.0.1:1"})
	if err != nil {
		t.Fatal(err)
	}
	table := s.table()
	lacks := table.Lacks()
	for _, op := range qq.Catalogue() {
		if name := qq.OpName(op); slices.Contains(lacks, name) && table.Reason(op) == "" {
			t.Errorf("%s is not served and nobody says why", name)
		}
	}
	want := []string{"GetLoginState", "ListPins", "LogIn", "LogOut", "SetPin"}
	if !slices.Equal(lacks, want) {
		t.Errorf("lacks %v, want %v", lacks, want)
	}
}

func TestWaysToAServer(t *testing.T) {
	for _, c := range []struct {
		url, listen string
		ok          bool
	}{
		{"ws://h:1", "", true}, {"wss://h/path?a=b", "", true}, {"", "ws://127.0.0.1:1/onebot", true}, {"http://h:1", "", true},
		{"http://h:1", "http://127.0.0.1:1/hook", true}, {"", "", false}, {"ws://h:1", "ws://127.0.0.1:1", false},
		{"", "http://127.0.0.1:1", false}, {"ftp://h", "", false}, {"http://h", "ws://127.0.0.1:1", false}, {"\x00", "", false},
	} {
		if _, err := New(upstream.Options{URL: c.url, Listen: c.listen}); (err == nil) != c.ok {
			t.Errorf("url %q, listen %q: %v", c.url, c.listen, err)
		}
	}
}

func TestAnswersFindTheirCalls(t *testing.T) {
	var frames [][]byte
	e := newEchoes(func(frame []byte) error { frames = append(frames, frame); return nil })
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := e.call(ctx, onebot11.Call{Action: "a"}); qq.AsError(err).Outcome != qq.Unknown || !errors.Is(err, qq.ErrTimeout) {
		t.Errorf("a call nobody answers: %v", err)
	}
	if e.answered(onebot11.Answer{Echo: "llbot-1"}) {
		t.Error("an answer nobody waits for was taken")
	}
	e.end(errors.New("cut"))
	if _, err := e.call(t.Context(), onebot11.Call{Action: "b"}); !errors.Is(err, qq.ErrOffline) || len(frames) != 1 {
		t.Errorf("a call after the end: %v", err)
	}
}

// TestUploadsByPath: go-cqhttp fetches a file before it uploads it; what it
// cannot fetch is refused with the way out, and nothing is asked.
func TestUploadsByPath(t *testing.T) {
	s, _, w := fakeLink(t, "go-cqhttp", map[string]string{"download_file": `{"file":"/cache/a.txt"}`, "upload_group_file": "{}"})
	op := qq.UploadFile{Chat: qq.GroupChat(123456), File: &qq.Media{URI: "http://h/a.txt", Name: "a.txt"}}
	if _, err := s.upload(t.Context(), op); err != nil || len(w.asked) != 2 || !strings.Contains(w.asked[1], `"file":"/cache/a.txt"`) {
		t.Errorf("%v, asked %q", err, w.asked)
	}
	op.File = &qq.Media{URI: "base64://AAAA", Name: "a.txt"}
	if _, err := s.upload(t.Context(), op); !errors.Is(err, qq.ErrUnsupported) || !strings.Contains(err.Error(), "media_out: url") || len(w.asked) != 2 {
		t.Errorf("%v, asked %q", err, w.asked)
	}
	w.answers["download_file"], op.File = "{}", &qq.Media{URI: "http://h/a.txt"}
	if _, err := s.upload(t.Context(), op); !errors.Is(err, qq.ErrUpstream) || qq.AsError(err).Outcome != qq.NotApplied {
		t.Errorf("no path: %v", err)
	}
}

// TestMediaKeysOfDialects: NapCat and SnowLuma list the keys, others name two.
func TestMediaKeysOfDialects(t *testing.T) {
	const list, two = `[{"rkey":"p","type":10,"ttl":60,"time":100},{"rkey":"g","type":20,"ttl":60,"time":100}]`, `{"private_key":"p","group_key":"g","expired_time":160}`
	for app, said := range map[string]string{"NapCat.Onebot": list, "SnowLuma": strings.ReplaceAll(list, `"time"`, `"create_time"`), "LLOneBot": two} {
		s, _, _ := fakeLink(t, app, map[string]string{"get_rkey": said, "nc_get_rkey": said})
		keys, err := s.mediaKeys(t.Context(), qq.GetMediaKeys{})
		if err != nil || len(keys) != 2 || keys[0].Key != "p" || keys[1].Key != "g" || keys[1].Scene != qq.SceneGroup || keys[0].Expires != 160_000 {
			t.Errorf("%s: %+v %v", app, keys, err)
		}
	}
}
