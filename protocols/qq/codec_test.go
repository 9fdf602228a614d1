package qq

import (
	"bytes"
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"
)

func TestEveryEventSurvivesStoring(t *testing.T) {
	for _, kind := range EventKinds() {
		t.Run(EventKind(kind), rapid.MakeCheck(func(t *rapid.T) {
			e := newEvent(EventKind(kind))
			fill(t, reflect.ValueOf(e).Elem(), 2)
			text, err := EncodeEvent(e)
			if err != nil {
				t.Fatal(err)
			}
			got, err := DecodeEvent(text)
			if err != nil {
				t.Fatalf("%s: %v", text, err)
			}
			if diff := cmp.Diff(e, got, cmpopts.EquateEmpty()); diff != "" {
				t.Fatalf("%s (-want +got)\n%s", text, diff)
			}
		}))
	}
}

func TestSegmentsSurviveStoring(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		segments := genSegments(t, 3)
		text, err := json.Marshal(segments)
		if err != nil {
			t.Fatal(err)
		}
		var got Segments
		if err := json.Unmarshal(text, &got); err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		if diff := cmp.Diff(segments, got, cmpopts.EquateEmpty()); diff != "" {
			t.Fatalf("%s (-want +got)\n%s", text, diff)
		}
	})
}

// TestStoredForm pins the text that logs of older versions hold.
func TestStoredForm(t *testing.T) {
	for want, e := range map[string]Event{
		`{"v":1,"kind":"MemberMuted","data":{"group":1,"user":2,"operator":3,"seconds":60}}`: &MemberMuted{Group: 1, User: 2, Operator: 3, Seconds: 60},
		`{"v":1,"kind":"MessageReceived","data":{"scene":2,"peer":1,"seq":7,"id":5,"time":9,"sender":2,"nickname":"A","segments":[{"kind":"text","data":{"text":"hi"}},{"kind":"mention_all","data":{}}]}}`: &MessageReceived{Message{
			MessageRef: MessageRef{GroupChat(1), 7, 5}, Time: 9, Sender: 2, Nickname: "A", Segments: Segments{&Text{"hi"}, &MentionAll{}},
		}},
	} {
		got, err := EncodeEvent(e)
		if err != nil || string(got) != want {
			t.Errorf("%s, %v\nwant %s", got, err, want)
		}
	}
}

func TestUnknownKindsAreKept(t *testing.T) {
	const event = `{"v":1,"kind":"FromTheFuture","data":{"x":[1,{"y":"z"}]}}`
	e, err := DecodeEvent([]byte(event))
	if err != nil {
		t.Fatal(err)
	}
	if u, ok := e.(*UnknownEvent); !ok || u.Kind != "FromTheFuture" || EventKind(e) != "FromTheFuture" {
		t.Fatalf("%T %v", e, e)
	}
	if got, err := EncodeEvent(e); err != nil || string(got) != event {
		t.Errorf("%s, %v", got, err)
	}
	const content = `[{"kind":"hologram","data":{"n":1}},{"kind":"text","data":{"text":"x"}},{"kind":"bare"}]`
	var s Segments
	if err := json.Unmarshal([]byte(content), &s); err != nil {
		t.Fatal(err)
	}
	if raw, ok := s[0].(*Raw); !ok || SegmentKind(raw) != "hologram" {
		t.Fatalf("%T", s[0])
	}
	if got, err := json.Marshal(s); err != nil || string(got) != content {
		t.Errorf("%s, %v", got, err)
	}
}

func TestDecodeTellsWhatIsWrong(t *testing.T) {
	for text, want := range map[string]string{
		``:                             "decode event",
		`[]`:                           "decode event",
		`{"kind":"MemberMuted"}`:       "version 0",
		`{"v":2,"kind":"MemberMuted"}`: "version 2",
		`{"v":1,"kind":"MemberMuted"}`: "MemberMuted",
		`{"v":1,"kind":"MemberMuted","data":{"group":"x"}}`:                                                          "MemberMuted",
		`{"v":1,"kind":"MessageReceived","data":{"segments":[{"kind":"text","data":{}},{"kind":"text","data":[]}]}}`: "segment 1 (text)",
	} {
		if e, err := DecodeEvent([]byte(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, %v", text, e, err)
		}
	}
	if _, err := EncodeEvent(&UnknownEvent{Kind: "x", Data: []byte("{")}); err == nil {
		t.Error("data that is no JSON was written")
	}
	if _, err := json.Marshal(Segments{&Raw{Kind: "x", Data: []byte("{")}}); err == nil {
		t.Error("data that is no JSON was written")
	}
}

func TestNoContentStaysNoContent(t *testing.T) {
	s := Segments{&Text{}}
	if err := json.Unmarshal([]byte("null"), &s); err != nil || s != nil {
		t.Errorf("%v, %v", s, err)
	}
}

func FuzzDecodeEvent(f *testing.F) {
	for _, e := range EventKinds() {
		text, err := EncodeEvent(e)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
	}
	f.Add([]byte(`{"v":1,"kind":"?","data":{"a":"<"}}`))
	f.Add(benchText(f))
	f.Fuzz(func(t *testing.T, text []byte) {
		sameRead(t, text, false)
		e, err := DecodeEvent(text)
		if err != nil {
			return
		}
		stored, err := EncodeEvent(e)
		if err != nil {
			t.Fatalf("%s cannot be written back: %v", text, err)
		}
		if bytes.IndexByte(stored, 0) >= 0 {
			t.Fatalf("%q holds a zero byte", stored)
		}
		again, err := DecodeEvent(stored)
		if err != nil {
			t.Fatalf("%s, written back as %s: %v", text, stored, err)
		}
		if diff := cmp.Diff(e, again, cmpopts.EquateEmpty()); diff != "" {
			t.Fatalf("%s, written back as %s (-want +got)\n%s", text, stored, diff)
		}
		twice, err := EncodeEvent(again)
		if err != nil || string(twice) != string(stored) {
			t.Fatalf("%s became %s, %v", stored, twice, err)
		}
	})
}

func FuzzSegments(f *testing.F) {
	f.Add([]byte(`[{"kind":"reply","data":{"seq":1,"quoted":[{"kind":"text","data":{"text":"x"}}]}},{"kind":"y","data":1}]`))
	f.Add([]byte(`[null,{"kind":""}]`))
	f.Fuzz(func(t *testing.T, text []byte) {
		var s, slow Segments
		if json.Unmarshal(text, &s) != nil {
			return
		}
		if err := slow.parse(text); err != nil || cmp.Diff(slow, s) != "" {
			t.Fatalf("%s, %v (-encoding/json +ours)\n%s", text, err, cmp.Diff(slow, s))
		}
		stored, err := json.Marshal(s)
		if err != nil {
			t.Fatalf("%s cannot be written back: %v", text, err)
		}
		var again Segments
		if err := json.Unmarshal(stored, &again); err != nil {
			t.Fatalf("%s, written back as %s: %v", text, stored, err)
		}
		if twice, err := json.Marshal(again); err != nil || string(twice) != string(stored) {
			t.Fatalf("%s became %s, %v", stored, twice, err)
		}
	})
}
