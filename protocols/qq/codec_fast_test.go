package qq

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// slowly is the stored form as encoding/json writes it. Content inside comes
// from our own MarshalJSON, which TestSegmentsAreWrittenAsEncodingJSONWould
// looks at.
func slowly(t *rapid.T, kind string, v any) string {
	data, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf(`"kind":%q,"data":%s}`, kind, data)
}

// TestEventsAreWrittenAsEncodingJSONWould also sees that the short cut reads
// every one of them, and that no text holds a zero byte: the log relies on it.
func TestEventsAreWrittenAsEncodingJSONWould(t *testing.T) {
	for _, kind := range EventKinds() {
		t.Run(EventKind(kind), rapid.MakeCheck(func(t *rapid.T) {
			e := newEvent(EventKind(kind))
			fill(t, reflect.ValueOf(e).Elem(), 2)
			text, err := AppendEvent([]byte("kept"), e)
			if err != nil {
				t.Fatal(err)
			}
			want := `kept{"v":1,` + slowly(t, EventKind(e), e)
			if string(text) != want || bytes.IndexByte(text, 0) >= 0 {
				t.Fatalf("%s\nwant %s", text, want)
			}
			sameRead(t, text[len("kept"):], true)
		}))
	}
}

func TestSegmentsAreWrittenAsEncodingJSONWould(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		for _, seg := range genSegments(t, 2) {
			got, err := Segments{seg}.MarshalJSON()
			if err != nil {
				t.Fatal(err)
			}
			want := slowly(t, SegmentKind(seg), seg)
			if raw, ok := seg.(*Raw); ok {
				want = slowly(t, raw.Kind, json.RawMessage(raw.Data))
			}
			if string(got) != "[{"+want+"]" {
				t.Fatalf("%s\nwant %s", got, want)
			}
		}
	})
}

// sameRead compares the short cut with encoding/json; it may refuse a text
// unless it must not.
func sameRead(t interface {
	Helper()
	Fatalf(string, ...any)
}, text []byte, must bool,
) {
	t.Helper()
	kept := bytes.Clone(text)
	fast, ok := readEvent(text)
	if !ok {
		if must {
			t.Fatalf("only encoding/json reads %s", text)
		}
		return
	}
	slow, err := parseEvent(text)
	if err != nil {
		t.Fatalf("%s is read, but %v", text, err)
	}
	clear(text) // nothing of it may be kept
	if diff := cmp.Diff(slow, fast); diff != "" {
		t.Fatalf("%s (-encoding/json +ours)\n%s", kept, diff)
	}
	copy(text, kept)
}

func benchText(t testing.TB) []byte {
	text, err := EncodeEvent(benchEvent())
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// TestDamagedTextReadsAsEncodingJSONReadsIt cuts a text at every place, and puts
// every odd byte at every place.
func TestDamagedTextReadsAsEncodingJSONReadsIt(t *testing.T) {
	text, err := EncodeEvent(&MessageReceived{Message{
		MessageRef: MessageRef{Chat: GroupChat(7), Seq: -5}, Nickname: "é\n<",
		Segments: Segments{&Text{"a\tb"}, &Raw{Kind: "x", Data: []byte(`[{"a":"\"]"},null]`)}},
		Member:   &Member{Robot: true},
	}})
	if err != nil {
		t.Fatal(err)
	}
	for i := range text {
		if e, ok := readEvent(text[:i]); ok {
			t.Errorf("%s became %v", text[:i], e)
		}
		for _, c := range "\x00\t \"\\,:{}[]09-eu\u0080\u00ff" {
			changed := bytes.Clone(text)
			changed[i] = byte(c)
			sameRead(t, changed, false)
		}
	}
}

// TestShortCut tells what it reads and what it leaves to encoding/json.
func TestShortCut(t *testing.T) {
	const muted = `{"v":1,"kind":"MemberMuted","data":{%s}}`
	const said = `{"v":1,"kind":"MessageReceived","data":{%s}}`
	for _, c := range []struct {
		form, data string
		reads      bool
	}{
		{muted, ``, true},
		{muted, `"seconds":60,"group":1`, true}, // another order
		{muted, `"group":-9223372036854775808,"user":9223372036854775807`, true},
		{muted, `"member":null`, true},
		{muted, `"member":{"sex":255,"nickname":"\"\\\/\b\f\n\r\t\u0000\u20AC\ufffd"}`, true},
		{muted, `"group":9223372036854775808`, false},
		{muted, `"group":99999999999999999999`, false},
		{muted, `"group":01`, false},
		{muted, `"group":-`, false},
		{muted, `"group":1e3`, false},
		{muted, `"group":null`, false},
		{muted, `"group": 1`, false},
		{muted, `"Group":1`, false},
		{muted, `"group":1,"group":2`, false},
		{muted, `"group":1,`, false},
		{muted, `"later":1`, false},
		{muted, `"member":{"sex":256}`, false},
		{muted, `"member":{"nickname":"\ud83d\ude00"}`, false},
		{muted, `"member":{"nickname":"` + "\xff" + `"}`, false},
		{muted, `"member":{"nickname":"\n` + "\xff" + `"}`, false},
		{muted, `"member":{"nickname":"\n` + "\n" + `"}`, false},
		{muted, `"member":{"nickname":"\x"}`, false},
		{muted, `"member":{"nickname":"\u00"}`, false},
		{said, `"segments":null`, true},
		{said, `"segments":[]`, true},
		{said, `"segments":[{"kind":"later","data":{"a":[1, 2.5e3, "]"]}}]`, true},
		{said, `"segments":[{"kind":"later","data":5}]`, true},
		{said, `"segments":[{"kind":"later","data":5 }]`, false},
		{said, `"segments":[{"kind":"later","data":}]`, false},
		{said, `"segments":[{"kind":"later","data":{]}]`, false},
		{said, `"segments":[{"kind":"later"}]`, false},
		{said, `"segments":[{"kind":"text","data":{}},]`, false},
		{said, `"segments":[{"kind":"\u0074ext","data":{}}]`, false},
		{`{"v":1,"kind":"Later","data":{%s}}`, `"a":{"b":[]}`, true},
		{`{"v":1,"kind":"Later","data":{%s}} `, ``, false},
		{`{"v":2,"kind":"Later","data":{%s}}`, ``, false},
	} {
		text := fmt.Appendf(nil, c.form, c.data)
		if _, ok := readEvent(text); ok != c.reads {
			t.Errorf("%s reads: %t", text, ok)
		}
		sameRead(t, text, false)
	}
}

// TestDeepQuotes: nesting without end takes no stack without end.
func TestDeepQuotes(t *testing.T) {
	for depth, reads := range map[int]bool{deepest - 1: true, deepest + 1: false, 100_000: false} {
		const open, shut = `[{"kind":"reply","data":{"scene":0,"peer":0,"seq":0,"quoted":`, `}}]`
		text := []byte(eventHead + kindHead + "MessageReceived" + dataHead + `{"segments":` +
			strings.Repeat(open, depth) + "[]" + strings.Repeat(shut, depth) + "}}")
		if _, ok := readEvent(text); ok != reads {
			t.Errorf("quotes %d deep read: %t", depth, ok)
		}
		text = []byte(`{"v":1,"kind":"Later","data":` + strings.Repeat("[", depth) + strings.Repeat("]", depth) + "}")
		if _, ok := readEvent(text); ok != reads {
			t.Errorf("data %d deep reads: %t", depth, ok)
		}
	}
}

func TestAllocations(t *testing.T) {
	e, text := benchEvent(), benchText(t)
	room := make([]byte, 0, len(text))
	if n := testing.AllocsPerRun(100, func() {
		if _, err := AppendEvent(room, e); err != nil {
			t.Error(err)
		}
	}); n > 0 {
		t.Errorf("writing takes %v allocations", n)
	}
	if n := testing.AllocsPerRun(100, func() {
		if _, err := DecodeEvent(text); err != nil {
			t.Error(err)
		}
	}); n > 14 { // 7 values and the texts that are not empty
		t.Errorf("reading takes %v allocations", n)
	}
}
