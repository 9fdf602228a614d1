package onebot11

import (
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"llbot/protocols/face"
	"llbot/protocols/qq"
)

// rows reads a table of the spec, without its heading.
func rows(t *testing.T, name string) [][]string {
	t.Helper()
	text, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	var out [][]string
	for line := range strings.Lines(string(text)) {
		if !strings.HasPrefix(line, "#") {
			out = append(out, strings.Split(strings.TrimSuffix(line, "\n"), "\t"))
		}
	}
	return out[1:]
}

func TestEveryActionOfTheTablesIsServedOrListed(t *testing.T) {
	s := newHTTP(t, nil)
	listed := map[string]bool{}
	for _, m := range Unsupported() {
		if listed[m.Name] || m.Reason == "" {
			t.Errorf("%s is listed twice or without a reason", m.Name)
		}
		listed[m.Name] = true
	}
	for _, row := range rows(t, "onebot11-actions.tsv") {
		if served := s.table.Lookup(row[0]) != nil; served == listed[row[0]] {
			t.Errorf("%s: served %v, listed as unsupported %v", row[0], served, listed[row[0]])
		}
		delete(listed, row[0])
	}
	for name := range listed {
		t.Errorf("%s is listed but no action of the tables", name)
	}
}

// beyondTheTables are names that the notes of the tables give: other names of
// rows, and their counterparts.
var beyondTheTables = []string{
	"complete_group_todo", "cancel_group_todo", "cancel_group_album_media_like", "fetch_ptt_text", "send_ark_share", "send_group_ark_share",
}

func TestEveryServedActionIsInTheTables(t *testing.T) {
	table := rows(t, "onebot11-actions.tsv")
	for _, name := range newHTTP(t, nil).Actions() {
		listed := slices.ContainsFunc(table, func(row []string) bool { return row[0] == name })
		if listed == slices.Contains(beyondTheTables, name) {
			t.Errorf("%s: in the tables %v", name, listed)
		}
	}
}

// What LLBot serves is served, but for the actions that are refused on purpose.
func TestEveryActionOfLLBotIsServed(t *testing.T) {
	refused := []string{"llonebot_debug", "send_pb", "set_restart", "set_config", "scan_qrcode"}
	s := newHTTP(t, nil)
	for _, row := range rows(t, "onebot11-actions.tsv") {
		if served := s.table.Lookup(row[0]) != nil; row[3] == "y" && served == slices.Contains(refused, row[0]) {
			t.Errorf("%s: served %v", row[0], served)
		}
	}
}

func TestEveryAliasNamesAnAction(t *testing.T) {
	s := newHTTP(t, nil)
	for _, a := range aliases() {
		if row := s.table.Lookup(a.name); row == nil || row.Of != a.of {
			t.Errorf("%s is no other name of %s", a.name, a.of)
		}
	}
}

// silentRows are the events of the tables that are never sent, and why.
var silentRows = map[string]string{
	"meta_event lifecycle enable":        "nobody sends it",
	"meta_event lifecycle disable":       "nobody sends it",
	"message private other":              "QQ has no such chat",
	"message group anonymous":            "QQ no longer has anonymous chat",
	"message group notice":               "nobody sends it",
	"message guild channel":              "QQ's guilds are not covered",
	"notice group_decrease disband":      "LLBot's form is sent: group_dismiss",
	"notice online_file_receive cancel":  "files sent from machine to machine are not covered",
	"notice online_file_send receive":    "files sent from machine to machine are not covered",
	"notice online_file_send refuse":     "files sent from machine to machine are not covered",
	"notice message_reactions_updated -": "QQ's guilds are not covered",
	"notice guild_channel_recall -":      "QQ's guilds are not covered",
	"notice channel_created -":           "QQ's guilds are not covered",
	"notice channel_updated -":           "QQ's guilds are not covered",
	"notice channel_destroyed -":         "QQ's guilds are not covered",
}

// sentEvent is what tells the rows of the events apart.
type sentEvent struct {
	Post    string `json:"post_type"`
	Meta    string `json:"meta_event_type"`
	Message string `json:"message_type"`
	Notice  string `json:"notice_type"`
	Request string `json:"request_type"`
	Sub     string `json:"sub_type"`
	Group   int64  `json:"group_id"`
}

// row is the event's row in the table.
func (e sentEvent) row() string {
	sub := e.Sub
	switch {
	case sub == "":
		sub = "-"
	case e.Sub == "poke" && e.Group == 0:
		sub = "poke(friend)"
	}
	return e.Post + " " + e.Meta + e.Message + e.Notice + e.Request + " " + sub
}

// Every row of the events is sent, with all the fields that it names, or
// listed.
func TestEveryEventOfTheTablesIsSentOrListed(t *testing.T) {
	sent := map[string][]byte{}
	note := func(text []byte) {
		var e sentEvent
		if err := json.Unmarshal(text, &e); err != nil {
			t.Fatal(err)
		}
		sent[e.row()] = text
	}
	for _, c := range eventCases() {
		if text, ok := (Encoder{Format: Array, OwnUploads: true, Debug: true}).Encode(nil, entry(c.event)); ok {
			note(text)
		}
	}
	note(heartbeat(t.Context(), &fakeCaller{id: self}, noon, time.Minute))
	hello := newSocket(t, nil).Link(face.Talk{Account: self}, fakeDirectory{{id: self}}).Open(noon)[0].(face.Send)
	note(hello.Payload)
	for _, row := range rows(t, "onebot11-events.tsv") {
		name := strings.Join(row[:3], " ")
		text := sent[name]
		if (text != nil) == (silentRows[name] != "") {
			t.Errorf("%s: sent %v, listed %v", name, text != nil, !(text != nil))
		}
		if text == nil || strings.HasPrefix(row[3], "(base)") || strings.HasPrefix(row[3], "as ") {
			continue
		}
		checkFields(t, name, row[3], text)
	}
}

// checkFields looks for the fields at the outermost level of a row's list that
// must be there.
func checkFields(t *testing.T, name, fields string, text []byte) {
	t.Helper()
	var got map[string]json.RawMessage
	if err := json.Unmarshal(text, &got); err != nil {
		t.Fatal(err)
	}
	depth, field := 0, ""
	for _, r := range fields + "," {
		switch {
		case r == '{' || r == '[' || r == '(':
			depth++
		case r == '}' || r == ']' || r == ')':
			depth--
		}
		if r != ',' || depth > 0 {
			field += string(r)
			continue
		}
		key, _, _ := strings.Cut(strings.TrimPrefix(strings.TrimSpace(field), "[debug] "), ":")
		if _, there := got[key]; !there && !strings.HasSuffix(key, "?") {
			t.Errorf("%s: no %q in %s", name, key, text)
		}
		field = ""
	}
}

// notReceived are the segments of the tables that are never received so.
var notReceived = map[string]string{
	"node":          "the items of get_forward_msg have the form that all three programs give them",
	"flashtransfer": "LLBot's form is told: flash_file",
	"onlinefile":    "files sent from machine to machine are not covered",
}

func TestEverySegmentOfTheTablesIsSentReceivedOrListed(t *testing.T) {
	received := map[string]bool{}
	for _, s := range qq.SegmentKinds() {
		switch s := s.(type) {
		case *qq.Text:
			s.Text = "x"
		case *qq.Reply:
			s.MessageRef.ID = 1
		}
		p := encodeSegment(s)
		if p.Type == "" {
			t.Errorf("%s is not written", qq.SegmentKind(s))
		}
		received[p.Type] = true
	}
	for _, row := range rows(t, "onebot11-segments.tsv") {
		kind, _, _ := strings.Cut(row[0], "(")
		switch row[1] {
		case "send":
			if sent := sendableOf(kind).decode != nil; sent == (unsendable(kind) != "") {
				t.Errorf("%s: sent %v, listed %q", kind, sent, unsendable(kind))
			}
		case "recv":
			if received[kind] == (notReceived[kind] != "") {
				t.Errorf("%s: received %v, listed %q", kind, received[kind], notReceived[kind])
			}
		}
	}
}
