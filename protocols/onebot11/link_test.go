package onebot11

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"llbot/protocols/face"
	"llbot/protocols/qq"
)

// transcript carries out effects as a connection would and writes them down.
type transcript struct {
	strings.Builder
	link face.Link
}

func (w *transcript) carry(effects []face.Effect) {
	for _, e := range effects {
		switch e := e.(type) {
		case face.Send:
			fmt.Fprintf(w, "< %s\n", e.Payload)
		case face.Subscribe:
			fmt.Fprintf(w, "* subscribe accounts=%v self=%v variant=%+v since=%+v\n",
				e.Selection.Accounts.List(), e.Selection.ReportSelf, e.Variant, e.Since)
		case face.After:
			fmt.Fprintf(w, "* after %s %s\n", e.Delay, e.Key)
		case face.Close:
			fmt.Fprintf(w, "* close %d %s\n", e.Code, e.Reason)
		case face.Run:
			w.carry(e.Do(context.Background()))
		}
	}
}

func (w *transcript) frame(text string) {
	fmt.Fprintf(w, "> %s\n", text)
	w.carry(w.link.Frame(noon, []byte(text)))
}

func (w *transcript) converse(title string, l face.Link, frames ...string) {
	w.link = l
	fmt.Fprintf(w, "# %s\n", title)
	w.carry(l.Open(noon))
	for _, f := range frames {
		w.frame(f)
	}
	w.WriteString("* fire\n")
	w.carry(l.Fire(noon+60000, beatTimer))
	w.carry(l.Fire(noon, "another timer"))
}

func TestConversationsGolden(t *testing.T) {
	s := newSocket(t, func(o *Options) { o.Heartbeat = time.Minute; o.ReportSelf = true })
	h := newHTTP(t, nil)
	reverse, err := Reverse(ReverseOptions{MessageFormat: String, Heartbeat: 30 * time.Second})
	if err != nil {
		t.Fatal(err)
	}
	dir := fakeDirectory{{id: self}, {id: alice}}
	hello := `{"action":"get_login_info","params":null,"echo":1}`
	var w transcript
	w.converse("universal", s.Link(face.Talk{Account: self}, dir), hello,
		`{"action":"send_group_msg","params":{"group_id":300001,"message":"hi"},"echo":{"seq": 1, "big":12345678901234567890}}`,
		`{"action":"no_such_thing","echo":"a"}`, `{"action":"send_pb","echo":[1]}`, `{"action":"get_login_info","params":"x","echo":false}`)
	w.converse("second account, from a position", s.Link(face.Talk{Account: alice, Since: face.Position{Named: true, After: 5}}, dir), hello)
	w.converse("api", s.Link(face.Talk{Role: roleAPI, Account: self}, dir), hello)
	w.converse("event", s.Link(face.Talk{Role: roleEvent, Account: self}, dir), hello, "broken")
	w.converse("stream", h.Link(face.Talk{Stream: true, Role: roleEvents, Account: self, Since: face.Position{Named: true, Time: 7}}, dir), hello)
	w.converse("reverse", reverse.Link(dir[1]), hello)
	w.converse("account gone", s.Link(face.Talk{Account: 5}, dir), hello)
	w.converse("account gone from a stream", h.Link(face.Talk{Account: 5}, dir))
	golden(t, "conversations.golden", w.String())
}

func TestWithoutHeartbeatNoTimerIsSet(t *testing.T) {
	var w transcript
	w.converse("", newSocket(t, nil).Link(face.Talk{Account: self}, fakeDirectory{{id: self}}))
	if strings.Contains(w.String(), "after") || strings.Contains(w.String(), "heartbeat") {
		t.Error(w.String())
	}
}

func TestHeartbeatOfASilentAccountSaysOffline(t *testing.T) {
	text := string(heartbeat(t.Context(), &fakeCaller{id: self, err: qq.Errorf(qq.ErrTimeout, "")}, noon, time.Minute))
	if !strings.Contains(text, `"status":{"online":false,"good":false},"interval":60000}`) {
		t.Error(text)
	}
}

func TestAStoppedRunAnswersWithTheEcho(t *testing.T) {
	l := newSocket(t, nil).Link(face.Talk{Account: self}, fakeDirectory{{id: self}})
	effects := l.Frame(noon, []byte(`{"action":"get_login_info","echo":"7"}`))
	got := string(effects[0].(face.Run).Fail(errors.New("boom"))[0].(face.Send).Payload)
	want := `{"status":"failed","retcode":1200,"data":null,"message":"boom; it may have taken effect all the same",` +
		`"wording":"boom; it may have taken effect all the same","echo":"7"}`
	if got != want {
		t.Error(got)
	}
}

// answer is what one frame is answered with.
func answer(t testing.TB, s *WebSocket, frame string) string {
	t.Helper()
	var out []string
	var carry func(effects []face.Effect)
	carry = func(effects []face.Effect) {
		for _, e := range effects {
			switch e := e.(type) {
			case face.Run:
				carry(e.Do(context.Background()))
			case face.Send:
				out = append(out, string(e.Payload))
			}
		}
	}
	carry(s.Link(face.Talk{Account: self}, fakeDirectory{{id: self}}).Frame(noon, []byte(frame)))
	if len(out) != 1 {
		t.Fatalf("%q: %d answers", frame, len(out))
	}
	return out[0]
}

func TestEchoComesBackAsItWas(t *testing.T) {
	s := newSocket(t, nil)
	for _, echo := range []string{
		`"1"`, `1`, `12345678901234567890`, `1.50`, `1e3`, `-0`, `true`, `false`, `""`, `0`, `{ "a" : [1, 2] , "a": null}`, `[]`,
		`"\u00e9\ud83d\ude00 \/ <&>"`, "\"\u2028\"", `"\u2028"`, "{\n\t}", strings.Repeat("[", 60) + strings.Repeat("]", 60),
	} {
		got := answer(t, s, `{"action":"get_version_info","echo":`+echo+`}`)
		if !strings.HasPrefix(got, `{"status":"ok"`) || !strings.HasSuffix(got, `,"echo":`+echo+`}`) {
			t.Errorf("echo %s: %s", echo, got)
		}
	}
	for _, frame := range []string{`{"action":"get_version_info"}`, `{"action":"get_version_info","echo":null}`} {
		if got := answer(t, s, frame); strings.Contains(got, "echo") {
			t.Errorf("%s: %s", frame, got)
		}
	}
}

func TestBadFrames(t *testing.T) {
	s := newSocket(t, nil)
	cases := []struct {
		frame string
		code  int
		echo  string
	}{
		{``, 1400, ``},
		{`nonsense`, 1400, ``},
		{`{"action":"get_login_info","echo":"a"`, 1400, `"a"`},
		{`{"action":"get_login_info","params":{,"echo":17}`, 1400, `17`},
		{`{"action":"x","echo" : {"a":[1]} , oops`, 1400, `{"a":[1]}`},
		{`{"echo":"one","action":}`, 1400, `"one"`},
		{`{"echo":tru`, 1400, ``},
		{`{"echo":12`, 1400, ``},
		{`{"echo":"cut`, 1400, ``},
		{`{"echo":[1,`, 1400, ``},
		{`{"echo":null,`, 1400, ``},
		{`{"message":"\"echo\":5", `, 1400, ``},
		{`{"echo":"a"}{"echo":"b"}`, 1400, `"b"`},
		{"{\"echo\":\"\xff\",", 1400, "\"\uFFFD\""},
		{strings.Repeat("[", 100) + `"echo":3 `, 1400, `3`},
		{`null`, 1404, ``}, {`7`, 1404, ``}, {`"x"`, 1404, ``}, {`[]`, 1404, ``},
		{`{}`, 1404, ``}, {`{"echo":5}`, 1404, `5`}, {`{"action":7,"echo":5}`, 1404, `5`}, {`{"action":"","echo":5}`, 1404, `5`},
		{`{"action":null,"echo":5}`, 1404, `5`}, {`{"action":{"a":1},"echo":5}`, 1404, `5`},
		{`{"action":"get_group_info","params":[],"echo":5}`, 1400, `5`},
		{`{"action":"get_group_info","params":{},"echo":5}`, 1400, `5`},
		{`{"action":"delete_msg","params":{"message_id":0},"echo":5}`, 1200, `5`},
	}
	for _, c := range cases {
		got := answer(t, s, c.frame)
		var e struct {
			Status  string
			Retcode int
			Echo    json.RawMessage
		}
		if err := json.Unmarshal([]byte(got), &e); err != nil {
			t.Fatalf("%q: %v in %s", c.frame, err, got)
		}
		if e.Status != "failed" || e.Retcode != c.code || string(e.Echo) != c.echo {
			t.Errorf("%q: %s", c.frame, got)
		}
	}
}

func FuzzFrame(f *testing.F) {
	for _, seed := range []string{
		`{"action":"get_login_info","params":{},"echo":"x"}`, `{"action":"send_msg","params":{"message":[{"type":"text"}]},"echo":{"a":1}}`,
		`{"echo":1`, `null`, `{"action":".handle_quick_operation","params":{"context":{"post_type":"message"},"operation":{}}}`,
		`{"action":"send_group_msg","params":{"group_id":1,"message":"[CQ:at,qq=1]"}}`,
	} {
		f.Add([]byte(seed))
	}
	s := newSocket(f, nil)
	f.Fuzz(func(t *testing.T, frame []byte) {
		got := answer(t, s, string(frame))
		checkAnyEnvelope(t, []byte(got), overSocket)
		var e struct{ Echo json.RawMessage }
		if err := json.Unmarshal([]byte(got), &e); err != nil {
			t.Fatal(err)
		}
		var in struct {
			Echo json.RawMessage `json:"echo"`
		}
		if json.Unmarshal(frame, &in) != nil || !singleEcho(frame) {
			return
		}
		want := strings.ToValidUTF8(string(in.Echo), "\uFFFD")
		if want == "null" {
			want = ""
		}
		if string(e.Echo) != want {
			t.Fatalf("%q: echo %q, want %q", frame, e.Echo, want)
		}
	})
}

// singleEcho keeps the oracle honest: the standard library folds case and lets
// the last of several keys win.
func singleEcho(frame []byte) bool {
	return strings.Count(strings.ToLower(string(frame)), "echo") == strings.Count(string(frame), `"echo"`) &&
		strings.Count(string(frame), "echo") <= 1 && !strings.Contains(string(frame), `\`)
}

func BenchmarkFrame(b *testing.B) {
	l := newSocket(b, nil).Link(face.Talk{Account: self}, fakeDirectory{{id: self}})
	frame := []byte(`{"action":"get_version_info","params":{},"echo":"1700000000-17"}`)
	b.ReportAllocs()
	for b.Loop() {
		l.Frame(noon, frame)[0].(face.Run).Do(context.Background())
	}
}
