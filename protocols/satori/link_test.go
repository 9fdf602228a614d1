package satori

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"llbot/protocols/face"
	"llbot/protocols/qq"
)

// transcript plays a conversation with a link: it runs what it asks to be run
// and writes down every effect.
type transcript struct {
	t    *testing.T
	link face.Link
	out  strings.Builder
}

func talk(t *testing.T, o Options, dir face.Directory) *transcript {
	s := newServer(t, o)
	tr := &transcript{t: t, link: s.Link(face.Talk{Role: "events"}, dir)}
	tr.take("open", tr.link.Open(0))
	return tr
}

func (tr *transcript) frame(text string) { tr.take("< "+text, tr.link.Frame(0, []byte(text))) }

func (tr *transcript) fire(key string) { tr.take("fire "+key, tr.link.Fire(0, key)) }

func (tr *transcript) take(what string, effects []face.Effect) {
	fmt.Fprintln(&tr.out, what)
	for _, e := range effects {
		switch e := e.(type) {
		case face.Send:
			fmt.Fprintf(&tr.out, "  > %s\n", e.Payload)
		case face.After:
			fmt.Fprintf(&tr.out, "  after %s %s\n", e.Delay, e.Key)
		case face.Close:
			fmt.Fprintf(&tr.out, "  close %d %s\n", e.Code, e.Reason)
		case face.Subscribe:
			fmt.Fprintf(&tr.out, "  subscribe %v self=%t %+v %+v\n", e.Selection.Accounts.List(), e.Selection.ReportSelf, e.Variant, e.Since)
		case face.Run:
			tr.take("run", e.Do(tr.t.Context()))
		default:
			tr.t.Errorf("effect %T", e)
		}
	}
}

func TestConversationGolden(t *testing.T) {
	account := newAccount(self)
	account.status.MissingFeatures = []string{"SendMessage"}
	offline := newAccount(second)
	offline.status.Online = false
	tr := talk(t, Options{Token: "0123456789abcdef", ReportSelf: true, ProxyURLs: []string{"http://qq/"}, Proxy: fakeProxy{}}, fakeDirectory{account, offline})
	tr.frame(`{"op":1}`)
	tr.frame(`{"op":3,"body":{"token":"0123456789abcdef","sn":41}}`)
	tr.frame(`{"op":1,"body":{}}`)
	tr.frame(`{"op":3,"body":{"token":"0123456789abcdef","sn":1700000000000007}}`)
	tr.fire("identify")
	tr.frame(`{"op":99}`)
	tr.frame(`[1]`)
	tr.frame(`{"op":3,"body":{"token":"wrong"}}`)
	tr.fire("silence")
	golden(t, "conversation.golden", tr.out.String())
	if n := strings.Count(tr.out.String(), "subscribe"); n != 1 {
		t.Errorf("%d subscriptions", n)
	}
}

func TestLinkRefuses(t *testing.T) {
	const token = "0123456789abcdef"
	for frame, want := range map[string]string{
		`{"op":3,"body":{"token":"x"}}`: "close 4004 invalid token",
		`{"op":3}`:                      "close 4004 invalid token",
		`{"op":3,"body":null}`:          "close 4004 invalid token",
		`{"op":3,"body":5}`:             "close 4000 invalid message",
		`{"op":3,"body":{"token":{}}}`:  "close 4000 invalid message",
		`hello`:                         "close 4000 invalid message",
		``:                              "close 4000 invalid message",
		`{"op":3`:                       "close 4000 invalid message",
		strings.Repeat("[", 100000):     "close 4000 invalid message",
		`"text"`:                        "",
		`{}`:                            "",
		`{"op":"x"}`:                    "",
		`{"op":null}`:                   "",
		`{"op":0}`:                      "",
	} {
		tr := talk(t, Options{Token: token}, fakeDirectory{})
		tr.out.Reset()
		tr.frame(frame)
		_, got, _ := strings.Cut(tr.out.String(), "\n")
		if strings.TrimSpace(got) != want {
			t.Errorf("%.40s: %s", frame, got)
		}
	}
}

func TestIdentifyTimeout(t *testing.T) {
	tr := talk(t, Options{IdentifyTimeout: 3 * time.Second}, fakeDirectory{})
	tr.frame(`{"op":1}`)
	tr.fire("identify")
	want := "open\n  after 5s identify\n< {\"op\":1}\n  > {\"op\":2,\"body\":{}}\nfire identify\n  close 4001 identify timeout\n"
	if tr.out.String() != want {
		t.Errorf("%s", tr.out.String())
	}
}

func TestTimersCanBeSwitchedOff(t *testing.T) {
	tr := talk(t, Options{IdentifyTimeout: -1, Silence: -1}, fakeDirectory{})
	tr.frame(`{"op":3}`)
	tr.frame(`{"op":1}`)
	if got := tr.out.String(); strings.Contains(got, timerSilence) || strings.Contains(got, "s "+timerIdentify) && !strings.Contains(got, "after 0s") {
		t.Errorf("%s", got)
	}
}

func TestPositions(t *testing.T) {
	for body, want := range map[string]face.Position{
		`{}`:                            {},
		`{"sn":null}`:                   {},
		`{"sn":0}`:                      {},
		`{"sn":-4}`:                     {},
		`{"sn":"x"}`:                    {},
		`{"sn":{}}`:                     {},
		`{"sn":9007199254740992}`:       {},
		`{"sn":5}`:                      {Unknown: 5}, // of another server
		`{"sn":"1700000000000005"}`:     {Named: true, After: 1700000000000005},
		`{"sequence":1700000000000006}`: {Named: true, After: 1700000000000006},
		`{"sn":1700000000000005,"sequence":1700000000000006}`: {Named: true, After: 1700000000000005},
		`{"sn":9007199254740991}`:                             {Named: true, After: 1<<53 - 1},
	} {
		tr := talk(t, Options{}, fakeDirectory{})
		tr.frame(`{"op":3,"body":` + body + `}`)
		if line := fmt.Sprintf("%+v\n", want); !strings.HasSuffix(tr.out.String(), line) {
			t.Errorf("%s: %s", body, tr.out.String())
		}
	}
}

func TestReadyThatPanicsEndsTheLink(t *testing.T) {
	s := newServer(t, Options{})
	l := s.Link(face.Talk{}, fakeDirectory{})
	effects := l.Frame(0, []byte(`{"op":3}`))
	run, ok := effects[len(effects)-1].(face.Run)
	if !ok {
		t.Fatalf("%v", effects)
	}
	if closed := run.Fail(nil)[0].(face.Close); closed.Code != 1011 {
		t.Errorf("%+v", closed)
	}
}

func TestHook(t *testing.T) {
	s := newServer(t, Options{Token: "api"})
	h := s.Hook(HookOptions{Token: "secret"})
	headers := h.Headers(self, nil)
	if value(headers, "Satori-Opcode") != "0" || value(headers, "Authorization") != "Bearer secret" || value(headers, "Content-Type") != "application/json" {
		t.Errorf("%v", headers)
	}
	if value(s.Hook(HookOptions{}).Headers(self, nil), "Authorization") != "" {
		t.Error("an Authorization without a token")
	}
	for status, want := range map[int]bool{200: true, 204: true, 299: true, 199: false, 302: false, 401: false, 500: false} {
		if h.Proven(status) != want {
			t.Errorf("%d: proven %t", status, !want)
		}
	}
	text, ok := h.Encoder().Encode(nil, entry(0, &qq.FriendDeleted{User: 1}))
	if !ok || !strings.HasPrefix(string(text), `{"sn":1000,`) {
		t.Errorf("%s", text)
	}
	if h.Answer(nil, nil, nil) != nil {
		t.Error("a hook's answer asks for nothing")
	}
	if every, _ := h.Beat(); every != 0 {
		t.Error("a hook has no heartbeat")
	}
}

func FuzzFrame(f *testing.F) {
	for _, s := range []string{`{"op":1}`, `{"op":3,"body":{"token":"x","sn":5}}`, `[]`, `{"op":"3","body":[]}`, `{"op":1e0}`, "\xff"} {
		f.Add([]byte(s))
	}
	s := newServer(f, Options{Token: "x"})
	f.Fuzz(func(t *testing.T, data []byte) {
		l := s.Link(face.Talk{}, fakeDirectory{})
		for _, e := range append(l.Frame(0, data), l.Frame(0, data)...) {
			if closed, ok := e.(face.Close); ok && (len(closed.Reason) > 123 || closed.Code < 4000 || closed.Code > 4999) {
				t.Fatalf("%+v", closed)
			}
		}
	})
}
