package admin

import (
	"errors"
	"net/http"
	"reflect"
	"strings"
	"testing"

	"llbot/protocols/qq"

	"github.com/google/go-cmp/cmp"
)

// Every kind of segment is read in the form in which it is printed.
func TestPrintedSegmentsAreRead(t *testing.T) {
	s := newRig(t, nil).Server
	for _, kind := range qq.SegmentKinds() {
		want := qq.Segments{kind}
		text, err := want.MarshalJSON()
		if err != nil {
			t.Fatal(err)
		}
		for _, raw := range []string{string(text), strings.Trim(string(text), "[]"), `[{"kind":"` + qq.SegmentKind(kind) + `"}]`} {
			got, err := s.content([]byte(raw))
			if err != nil || len(got) != 1 || reflect.TypeOf(got[0]) != reflect.TypeOf(kind) {
				t.Errorf("%s: %v %v", raw, got, err)
			}
		}
	}
	mixed := `[{"type":"text","data":{"text":"a"}},{"kind":"dice","data":{"result":6}},{"kind":"image","data":{"id":"pic"}}]`
	got, err := s.content([]byte(mixed))
	want := qq.Segments{&qq.Text{Text: "a"}, &qq.Dice{Result: 6}, &qq.Image{Media: qq.Media{ID: "pic"}}}
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("%v %s", err, diff)
	}
}

func TestPrintedSegmentFaults(t *testing.T) {
	r := newRig(t, nil)
	for raw, want := range map[string]string{
		`[{"kind":"dice","data":{"sides":6}}]`:           "[0].data.sides: is not known here; there are result",
		`[{"kind":"dice","data":{"result":"six"}}]`:      "[0].data: is not that of a segment of kind dice: cannot unmarshal string",
		`{"kind":"dice","data":[]}`:                      "data: is not that of a segment of kind dice: ",
		`[{"kind":"text"},{"kind":"hologram"}]`:          `[1].kind: there is no kind of segment "hologram"`,
		`[{"kind":"shake","date":{}}]`:                   "[0].date: is not known here; there are kind, data",
		`[{"kind":"shake"},{"type":"hologram"},"plain"]`: "[1].type: is no segment",
		`{"kind":7}`: "kind: must be a string, not a number",
	} {
		_, err := r.content([]byte(raw))
		if err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%s:\n got %v\nwant %s", raw, err, want)
		}
	}
}

// People say them with both calls.
func TestPrintedSegmentsAreSaid(t *testing.T) {
	r := newRig(t, nil)
	dice := qq.Segments{&qq.Dice{Result: 6}}
	w := r.call("POST", "/api/sim/do", `{"as":10001,"op":"SendMessage","params":{"chat":"group:7","segments":[{"kind":"dice","data":{"result":6}}]}}`)
	if d, ok := r.world.last().(deed); !ok || !cmp.Equal(d.Op, any(qq.SendMessage{Chat: qq.GroupChat(7), Segments: dice})) {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	w = r.call("POST", "/api/sim/messages", `{"user_id":10001,"group_id":7,"message":{"kind":"dice","data":{"result":6}}}`)
	if s, ok := r.world.last().(Say); !ok || !cmp.Equal(s.Message, dice) {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	w = r.call("POST", "/api/sim/do", `{"as":10001,"op":"SendMessage","params":{"segments":[{"kind":"hologram"}]}}`)
	if got := errorOf(t, w); w.Code != http.StatusBadRequest || !strings.Contains(got, `there is no kind of segment "hologram"`) {
		t.Errorf("%d %s", w.Code, got)
	}
	r.Decode = func([]byte) (qq.Segments, error) { return nil, errors.New("asked") }
	if _, err := r.content([]byte(`"text"`)); err == nil || err.Error() != "asked" {
		t.Errorf("text: %v", err)
	}
}
