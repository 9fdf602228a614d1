package runtime_test

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"llbot/protocols/onebot11"
	"llbot/protocols/qq"
	"llbot/runtime/config"

	"github.com/google/go-cmp/cmp"
)

// marker is the event by which everybody knows that a step is over: Alice is
// seen typing.
const marker = `"sub_type":"input_status","user_id":10001,"group_id":0,"event_type":0`

// ear hears events of one kind of transport.
type ear struct {
	kind string
	next func() string
}

// heard is what it hears up to the marker.
func (e ear) heard() []string {
	events := []string{}
	for {
		text := e.next()
		switch {
		case strings.Contains(text, marker):
			return events
		case !strings.Contains(text, `"post_type":"meta_event"`):
			events = append(events, text)
		}
	}
}

// stage is a server with every kind of transport twice: one to hear events
// through, one to act through, whose get_event knows no markers.
type stage struct {
	*rig
	ears []ear
	act  func(action, params string) string // the answer, without its echo
}

// speakerOf are the ways to act.
var speakerOf = map[string]func(*stage, link) func(action, params string) string{
	"http": func(s *stage, _ link) func(string, string) string {
		return func(action, params string) string {
			return s.request("POST", s.url(httpName, "/"+action), params, "Content-Type", jsonType).text
		}
	},
	"ws": func(s *stage, _ link) func(string, string) string {
		return asking(s.socket(wsName, "/api"))
	},
	"ws-reverse": func(_ *stage, l link) func(string, string) string { return asking(l.wire) },
}

// asking acts over a WebSocket; what else comes in on it passes by.
func asking(w wire) func(action, params string) string {
	return func(action, params string) string {
		const echo = `,"echo":"asked"}`
		w.send(`{"action":"` + action + `","params":` + params + `,"echo":"asked"}`)
		return strings.TrimSuffix(w.await(echo), echo) + "}"
	}
}

func newStage(t *testing.T, way string) *stage {
	hook, heard, told := newReceiver(t, nil), newBot(t, welcome), newBot(t, welcome)
	const typing = `{"sub_type":{"$ne":"input_status"}}`
	plain := config.OneBot{MessageFormat: config.FormatArray, ReportSelf: true, Credentials: config.CredentialsAll}
	quiet := plain
	quiet.Filter = typing
	r := startBeside(t, nil, // the other ways play at the same time
		on(func(e *config.OneBotHTTP) { e.OneBot, e.Heartbeat = quiet, time.Hour }),
		on(func(e *config.OneBotWS) { e.OneBot, e.Heartbeat = quiet, time.Hour }),
		reverseTo(told, func(e *config.OneBotWSReverse) { e.OneBot, e.Heartbeat = quiet, time.Hour }),
		add(config.KindOneBotHTTP, func(e *config.OneBotHTTP) { e.Name, e.OneBot, e.Heartbeat = "ear-http", plain, time.Hour }),
		add(config.KindOneBotWS, func(e *config.OneBotWS) { e.Name, e.OneBot, e.Heartbeat = "ear-ws", plain, time.Hour }),
		reverseTo(heard, func(e *config.OneBotWSReverse) { e.OneBot = plain }),
		oneBotHook(hook, func(e *config.OneBotWebhook) { e.OneBot = plain }))
	s := &stage{rig: r}
	socket, stream, reverse := r.socket("ear-ws", "/event"), r.stream("ear-http", "/_events"), heard.next(t)
	s.act = speakerOf[way](s, told.next(t))
	s.ears = []ear{{"forward WebSocket", socket.next}}
	if way != "http" { // they were compared once
		return s
	}
	s.ears = append(s.ears, []ear{
		{"server-sent events", func() string { return field(stream.next(), "data") }},
		{"reverse WebSocket", reverse.next},
		{"webhook", func() string { return hook.next(t).body }},
		{"get_event", s.polling()},
	}...)
	return s
}

// polling asks for events one page after another.
func (s *stage) polling() func() string {
	var page []json.RawMessage
	ask := func() {
		a := s.succeeded(s.request("POST", s.url("ear-http", "/get_event"), `{"key":"golden","timeout":8000}`), "retcode", "get_event", "")
		var answer struct{ Data []json.RawMessage }
		if err := json.Unmarshal([]byte(a.text), &answer); err != nil {
			s.t.Fatal(err)
		}
		page = answer.Data
	}
	s.succeeded(s.request("POST", s.url("ear-http", "/get_event"), `{"key":"golden"}`), "retcode", "get_event", "")
	return func() string {
		for len(page) == 0 {
			ask()
		}
		first := string(page[0])
		page = page[1:]
		return first
	}
}

// settle has Alice type, and gathers what everybody heard before: the same.
func (s *stage) settle(what string) []string {
	s.t.Helper()
	s.rig.act(alice, "SetTyping", `{"user":1234567890,"kind":0}`)
	first := s.ears[0].heard()
	for _, e := range s.ears[1:] {
		got := e.heard()
		if !slices.Equal(first, got) {
			s.t.Errorf("%s: the %s hears\n%s\nand %s\n%s", what, s.ears[0].kind, strings.Join(first, "\n"), e.kind, strings.Join(got, "\n"))
		}
	}
	return first
}

// play runs the conversations, and writes down what came of them.
func (s *stage) play(turns []*turn) {
	c := &scrubber{names: map[string]string{}, count: map[string]int{}}
	for _, step := range turns {
		params, answer := c.fill(step.params), ""
		where := fmt.Sprintf("line %d: %s", step.line, step.name)
		if step.who == "" {
			answer = s.act(step.name, params)
		} else {
			who, err := strconv.ParseInt(step.who, 10, 64)
			if err != nil {
				s.t.Fatalf("%s: %v", where, err)
			}
			s.rig.act(qq.UserID(who), step.name, params)
		}
		events := s.settle(where)
		from := answer
		if step.who != "" {
			from = "[" + strings.Join(events, ",") + "]"
		}
		for _, n := range step.notes {
			value := word(at(from, n.path))
			if value == "" {
				s.t.Fatalf("%s: no %s in %s", where, n.path, from)
			}
			c.note(n.name, value)
		}
		step.raw = onebot11.Example{Params: params, Answer: answer}
		step.answer, step.events = c.scrub(fold(answer)), nil
		for _, e := range events {
			step.events = append(step.events, c.scrub(e))
		}
	}
}

// fold makes the answers of all transports the same: what differs is the code
// of failures, and what get_config says of the endpoint.
func fold(answer string) string {
	answer = strings.Replace(answer, `"status":"failed","retcode":1`, `"status":"failed","retcode":`, 1)
	for way := range speakerOf {
		answer = strings.Replace(answer, `"connect":[{"type":"`+way+`"`, `"connect":[{"type":"http"`, 1)
	}
	return answer
}

// TestOneBotConversations runs every action that is served, over every kind of
// transport that takes actions, and hears the events that it causes through
// every kind that tells events. With -update it writes the answers and events,
// and the examples that the reference shows.
func TestOneBotConversations(t *testing.T) {
	noLeaks(t)
	for _, way := range []string{"http", "ws", "ws-reverse"} {
		t.Run(way, func(t *testing.T) {
			t.Parallel()
			turns := readScript(t)
			want := scriptText(turns)
			newStage(t, way).play(turns)
			got := scriptText(turns)
			if *update && way == "http" {
				writeFile(t, scriptFile, got)
				writeExamples(t, turns)
				return
			}
			if diff := cmp.Diff(strings.Split(want, "\n"), strings.Split(got, "\n")); diff != "" {
				t.Errorf("%s (-want +got):\n%s", scriptFile, diff)
			}
		})
	}
}

// Every action that is served, under each of its names, answers well somewhere
// in the conversations.
func TestEveryActionIsInAConversation(t *testing.T) {
	answered := map[string]bool{}
	for _, step := range readScript(t) {
		if step.who == "" && at(step.answer, "status") != "" || strings.Contains(step.answer, `"status":"ok"`) {
			answered[step.name] = answered[step.name] || strings.Contains(step.answer, `"retcode":0`)
		}
	}
	list, err := onebot11.Reference()
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range list {
		for _, name := range append([]string{e.Name}, e.Aliases...) {
			if e.Unsupported == "" && !answered[name] {
				t.Errorf("%s is in no conversation", name)
			}
		}
	}
}

func scriptText(turns []*turn) string {
	var b strings.Builder
	for _, step := range turns {
		b.WriteString(step.text())
	}
	return b.String()
}

// writeExamples keeps the first good answer of each action.
func writeExamples(t *testing.T, turns []*turn) {
	w := newTour(t)
	for _, step := range turns {
		if step.who == "" && strings.Contains(step.raw.Answer, `"retcode":0`) {
			w.show(step.name, step.raw.Params, step.raw.Answer)
		}
	}
	w.write("../protocols/onebot11/examples.txt")
}

func writeFile(t *testing.T, name, text string) {
	t.Helper()
	if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}
