package milky

import (
	"os"
	"slices"
	"strings"
	"testing"

	"llbot/protocols/qq"
	"llbot/protocols/wire"
)

// rows reads a table of the specification: its lines as columns, head left out.
func rows(t *testing.T, path string) [][]string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var out [][]string
	for _, line := range strings.Split(strings.TrimSpace(string(text)), "\n")[1:] {
		out = append(out, strings.Split(line, "\t"))
	}
	return out
}

func TestEveryAPIIsServed(t *testing.T) {
	s := newServer(t, Options{})
	var names []string
	for _, row := range rows(t, "testdata/apis.tsv") {
		names = append(names, row[0])
		if s.Table().Lookup(row[0]) == nil {
			t.Errorf("%s is not served", row[0])
		}
	}
	if len(names) != 65 {
		t.Errorf("%d rows", len(names))
	}
	for _, name := range s.Table().Names() {
		if !slices.Contains(names, name) {
			t.Errorf("%s is not in the specification", name)
		}
	}
}

func TestEveryEventTypeIsSent(t *testing.T) {
	n := 0
	for _, row := range rows(t, "testdata/events.tsv") {
		if row[0] == "(envelope)" {
			continue
		}
		n++
		if !slices.ContainsFunc(told, func(c toldEvent) bool { kind, _, _ := strings.Cut(c.name, " "); return kind == row[0] }) {
			t.Errorf("%s is not sent", row[0])
		}
	}
	if n != 21 {
		t.Errorf("%d rows", n)
	}
}

// segmentRows are the types of one direction.
func segmentRows(t *testing.T, direction string) []string {
	var names []string
	for _, row := range rows(t, "testdata/segments.tsv") {
		if row[0] == direction {
			names = append(names, row[1])
		}
	}
	return names
}

func TestEverySegmentTypeIsToldAndTaken(t *testing.T) {
	var told []string
	for _, s := range EncodeIncoming(everySegment()) {
		told = append(told, s.Type)
	}
	for _, name := range segmentRows(t, "incoming") {
		if !slices.Contains(told, name) {
			t.Errorf("%s is never told", name)
		}
	}
	for _, name := range segmentRows(t, "outgoing") {
		got := decodeOutgoing(t, `[{"type":"`+name+`","data":`+sendable[name]+`}]`)
		if len(got) != 1 || qq.SegmentKind(got[0]) != name {
			t.Errorf("%s was read as %v", name, got)
		}
	}
}

// sendable is data for each type that can be sent.
var sendable = map[string]string{
	"text":        `{"text":"x"}`,
	"mention":     `{"user_id":20002000}`,
	"mention_all": `{}`,
	"face":        `{"face_id":"1"}`,
	"reply":       `{"message_seq":1}`,
	"image":       `{"uri":"https://a.example/1.png"}`,
	"record":      `{"uri":"https://a.example/1.wav"}`,
	"video":       `{"uri":"https://a.example/1.mp4"}`,
	"forward":     `{"messages":[]}`,
	"light_app":   `{"json_payload":"{}"}`,
}

func decodeOutgoing(t *testing.T, body string) qq.Segments {
	t.Helper()
	var got Outgoing
	if err := new(wire.Decoder).Decode([]byte(body), &got); err != nil {
		t.Errorf("%s: %v", body, err)
	}
	return qq.Segments(got)
}

// TestEveryKindOfSegmentIsTold but buttons, which stand beside a markdown.
func TestEveryKindOfSegmentIsTold(t *testing.T) {
	for _, s := range qq.SegmentKinds() {
		switch s := s.(type) {
		case *qq.Text:
			s.Text = "x"
		case *qq.Reply:
			s.MessageRef, s.Sender = qq.MessageRef{Chat: qq.GroupChat(club), Seq: 1, ID: 1}, alice
		}
		kind := qq.SegmentKind(s)
		if told := len(EncodeIncoming(qq.Segments{s})) > 0; told == (kind == "keyboard") {
			t.Errorf("%s: told %v", kind, told)
		}
	}
}
