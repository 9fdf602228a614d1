package milky

import (
	"os"
	"slices"
	"strings"
	"testing"
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

func TestEveryAPIIsServedOrListed(t *testing.T) {
	s := newServer(t, Options{})
	var names []string
	for _, row := range rows(t, "testdata/apis.tsv") {
		name := row[0]
		names = append(names, name)
		served, reason := s.Table().Lookup(name) != nil, s.lacking[name]
		if served == (reason != "") {
			t.Errorf("%s: served %v, reason %q", name, served, reason)
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
	for _, u := range Unserved() {
		if !slices.Contains(names, u.Name) {
			t.Errorf("%s is listed but not in the specification", u.Name)
		}
	}
}

// untold are event types that this version has no cause to send.
var untold = []string{
	"peer_pin_change", "friend_nudge", "friend_file_upload", "group_essence_message_change", "group_name_change",
	"group_message_reaction", "group_nudge", "group_file_upload", "(envelope)",
}

func TestEveryEventTypeIsSentOrListed(t *testing.T) {
	for _, row := range rows(t, "testdata/events.tsv") {
		sent := false
		for _, c := range told {
			kind, _, _ := strings.Cut(c.name, " ")
			sent = sent || kind == row[0]
		}
		if sent == slices.Contains(untold, row[0]) {
			t.Errorf("%s: sent %v", row[0], sent)
		}
	}
}

func TestEverySegmentTypeIsSentOrRefusedByName(t *testing.T) {
	s := newServer(t, Options{})
	bodies := map[string]string{
		"text":        `{"text":"x"}`,
		"mention":     `{"user_id":20002000}`,
		"mention_all": `{}`,
		"face":        `{"face_id":"1"}`,
		"reply":       `{"message_seq":1}`,
		"image":       `{"uri":"https://a.example/1.png"}`,
	}
	for _, row := range rows(t, "testdata/segments.tsv") {
		if row[0] != "outgoing" {
			continue
		}
		data, served := bodies[row[1]]
		if !served {
			data = "{}"
		}
		caller := &fakeQQ{account: bot, answers: everyAnswer()}
		r := call(t, s, directory{caller}, "send_group_message", `{"group_id":30003000,"message":[{"type":"`+row[1]+`","data":`+data+`}]}`)
		code, message := checkResponse(t, "send_group_message", r)
		if served && code != 0 {
			t.Errorf("%s: %s", row[1], message)
		}
		want := "Invalid payload: message[0].type: segments of type " + row[1] + " are not supported by this version"
		if !served && (code != -400 || message != want) {
			t.Errorf("%s: %d %s", row[1], code, message)
		}
	}
}
