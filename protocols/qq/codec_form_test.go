package qq

import (
	"encoding/json"
	"math"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

type (
	inner struct {
		A int8   `json:"a"`
		B string `json:"b,omitempty"`
	}
	Outer struct {
		inner
		C *bool `json:"c,omitempty"`
		Inner2
		Skip string `json:"-"`
		Bare uint16
	}
	Inner2 struct {
		D float64 `json:"d"`
		E []inner `json:"e"`
	}
	tree struct {
		Name string  `json:"name"`
		Kids []*tree `json:"kids,omitempty"`
	}
	clash struct {
		inner
		A string `json:"a"`
	}
	strange struct {
		Number int       `json:"number,string"`
		Zero   time.Time `json:"zero,omitzero"`
	}
	pointed struct{ *Inner2 }
	mixed   struct {
		Map   map[string]int  `json:"map,omitempty"`
		Bytes []byte          `json:"bytes"`
		Raw   json.RawMessage `json:"raw,omitempty"`
		Num   json.Number     `json:"num"`
		At    time.Time       `json:"at"`
		Any   any             `json:"any"`
		Two   [2]int          `json:"two"`
		Small []int16         `json:"small"`
		PP    **int           `json:"pp"`
		Said  Segments        `json:"said,omitempty"`
		U     uint64          `json:"u"`
	}
)

// TestFormsAreWhatEncodingJSONWrites compares with encoding/json, for shapes
// that the domain may come to use.
func TestFormsAreWhatEncodingJSONWrites(t *testing.T) {
	yes, five := true, 5
	pfive := &five
	for _, v := range []any{
		Outer{}, Outer{inner: inner{-128, "b"}, C: &yes, Inner2: Inner2{1e21, []inner{{B: "x"}, {}}}, Bare: 65535},
		Outer{Inner2: Inner2{E: []inner{}}},
		tree{Name: "a", Kids: []*tree{{Name: "b"}, nil}},
		clash{inner{1, "x"}, "y"}, strange{Number: 5}, pointed{}, pointed{&Inner2{D: 0.1}},
		mixed{Num: "1"}, mixed{
			map[string]int{"b": 1, "a": 2}, []byte{0, 255}, json.RawMessage(`{"x":1}`), "12", time.Unix(5, 0).UTC(), "any",
			[2]int{1, 2}, []int16{-32768, 32767}, &pfive, Segments{&Text{"t"}, &Reply{Quoted: NewText("q")}}, math.MaxUint64,
		},
		Message{}, Member{MutedUntil: math.MinInt64}, Group{Created: math.MaxInt64},
	} {
		f := compiler{}.compile(reflect.TypeOf(v))
		got, err := f.append(nil, reflect.ValueOf(v))
		want, errWant := json.Marshal(v)
		if err != nil || errWant != nil || string(got) != string(want) {
			t.Errorf("%T: %s, %v\nwant %s, %v", v, got, err, want, errWant)
			continue
		}
		read, wantRead := reflect.New(f.typ), reflect.New(f.typ)
		r := reader{text: got}
		if ok := r.value(f, read.Elem()); !ok || r.pos != len(got) {
			t.Errorf("%s is not read behind %d", got, r.pos)
		}
		if err := json.Unmarshal(want, wantRead.Interface()); err != nil {
			t.Error(err)
		}
		if diff := cmp.Diff(wantRead.Interface(), read.Interface(), cmp.Exporter(func(reflect.Type) bool { return true })); diff != "" {
			t.Errorf("%s (-want +got)\n%s", got, diff)
		}
	}
}

func TestWhatCannotBeStored(t *testing.T) {
	bad := &Raw{Kind: "x", Data: []byte("{")}
	for _, c := range []struct {
		e    Event
		want string
	}{
		{nil, "no event"},
		{(*MemberMuted)(nil), "no event"},
		{(*UnknownEvent)(nil), ""},
		{&UnknownEvent{Kind: "x", Data: []byte("{} {}")}, "the data is no JSON"},
		{&MessageReceived{Message{Segments: Segments{&Text{}, bad}}}, `"segments": segment 1: the data is no JSON`},
		{&MessageReceived{Message{Segments: Segments{nil}}}, "segment 0: nothing there"},
		{&MessageReceived{Message{Segments: Segments{(*Raw)(nil)}}}, ""},
		{&MessageReceived{Message{Segments: Segments{(*Text)(nil)}}}, "segment 0: nothing there"},
	} {
		got, err := AppendEvent([]byte("kept"), c.e)
		if err == nil || !strings.Contains(err.Error(), c.want) || string(got) != "kept" {
			t.Errorf("%T: %s, %v", c.e, got, err)
		}
	}
}

func TestSnake(t *testing.T) {
	for name, want := range map[string]string{
		"Text": "text", "MentionAll": "mention_all", "URL": "url", "XMLCard": "xml_card", "LightApp": "light_app", "CardXML": "card_xml",
	} {
		if got := snake(name); got != want {
			t.Errorf("%s: %s, want %s", name, got, want)
		}
	}
}
