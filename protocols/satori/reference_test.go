package satori

import (
	"encoding/json"
	"maps"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"llbot/protocols/qq"
)

func manual(t *testing.T) Manual {
	t.Helper()
	m, err := Reference()
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestReferencePageIsUpToDate(t *testing.T) {
	got := Page(manual(t), Examples())
	if *update {
		if err := os.WriteFile("REFERENCE.md", []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile("REFERENCE.md")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("run the test with -update (-want +got):\n%s", diff)
	}
}

func TestTheManualIsWhole(t *testing.T) {
	m, shown := manual(t), Examples()
	for _, method := range m.Methods {
		if method.Unserved != "" {
			continue
		}
		if !strings.HasSuffix(method.Doc, ".") || method.Result == "" {
			t.Errorf("%+v", method)
		}
		e, ok := shown[method.Name]
		if multipart := method.Name == uploadName; !ok || !json.Valid([]byte(e.Answer)) || !multipart && !json.Valid([]byte(e.Params)) {
			t.Errorf("%s: example %+v", method.Name, e)
		}
		for _, p := range method.Params {
			if p.Name == "" || p.Type == "" || p.Required && p.Default != "" || p.Default != "" && !json.Valid([]byte(p.Default)) {
				t.Errorf("%s: %+v", method.Name, p)
			}
		}
	}
}

// TestRequiredAndDefaultsAreWhatTheManualSays: a call without a required
// parameter names it, and one without an optional one does what it does with
// the default.
func TestRequiredAndDefaultsAreWhatTheManualSays(t *testing.T) {
	s := newServer(t, Options{})
	did := func(method string, params map[string]json.RawMessage) (string, []qq.Operation) {
		text, err := json.Marshal(params)
		if err != nil {
			t.Fatal(err)
		}
		account := newAccount(self)
		return string(call(t, s, fakeDirectory{account}, method, string(text)).Body), account.ops
	}
	methods := map[string]Method{}
	for _, m := range manual(t).Methods {
		methods[m.Name] = m
	}
	for _, c := range calls {
		var params map[string]json.RawMessage
		if json.Unmarshal([]byte(c.body), &params) != nil {
			continue
		}
		for _, p := range methods[c.method].Params {
			if p.Required {
				less := maps.Clone(params)
				delete(less, p.Name)
				if body, _ := did(c.method, less); !strings.Contains(body, p.Name+": is required") {
					t.Errorf("%s without %s: %s", c.method, p.Name, body)
				}
			}
			if _, given := params[p.Name]; given || p.Default == "" {
				continue
			}
			more := maps.Clone(params)
			more[p.Name] = json.RawMessage(p.Default)
			body, ops := did(c.method, params)
			if again, same := did(c.method, more); again != body || !reflect.DeepEqual(same, ops) {
				t.Errorf("%s: %s is not the default of %s", c.method, p.Default, p.Name)
			}
		}
	}
}

// names lists what a table of the manual tells of, several names a line.
func names(told []Told) map[string]bool {
	out := map[string]bool{}
	for _, row := range told {
		for name := range strings.SplitSeq(row.Name, ", ") {
			out[name] = false
		}
	}
	return out
}

// TestTheManualTellsOfEveryEvent: of all that are sent, and of no others.
func TestTheManualTellsOfEveryEvent(t *testing.T) {
	m := manual(t)
	events, internal := names(m.Events), names(m.Internal)
	for i, e := range slices.Concat(happenings, moreHappenings) {
		ev, _ := Encoder{Internal: true}.Event(entry(i, e))
		if _, told := events[ev.Type]; !told {
			t.Errorf("%s is not told of", ev.Type)
		}
		events[ev.Type] = true
		if ev.Native == "" {
			continue
		}
		kind := strings.TrimPrefix(ev.Native, "llbot/")
		if _, told := internal[kind]; !told {
			t.Errorf("%s is not told of", kind)
		}
		internal[kind] = true
	}
	for _, list := range []map[string]bool{events, internal} {
		for name, sent := range list {
			if !sent {
				t.Errorf("%s is never sent", name)
			}
		}
	}
}

// column reads the first column of a table of the specification, and another.
func column(t testing.TB, file string, n int) map[string]string {
	t.Helper()
	text, err := os.ReadFile("testdata/" + file)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for line := range strings.Lines(string(text)) {
		if columns := strings.Split(strings.TrimSuffix(line, "\n"), "\t"); len(columns) > n && !strings.HasPrefix(line, "#") {
			out[columns[0]] = columns[n]
		}
	}
	return out
}

// neverHappen are events of the tables that QQ has no happening for.
var neverHappen = map[string]string{
	"event":                                  "the table's head",
	"message-updated":                        "QQ cannot edit messages",
	"channel-added":                          "a group has one channel: guild-added",
	"channel-updated":                        "a group has one channel: guild-updated",
	"channel-removed":                        "a group has one channel: guild-removed",
	"guild-role-created":                     "the roles of QQ groups are fixed",
	"guild-role-updated":                     "the roles of QQ groups are fixed",
	"guild-role-deleted":                     "the roles of QQ groups are fixed",
	"guild-emoji-added":                      "QQ groups have no emoji of their own",
	"guild-emoji-updated":                    "QQ groups have no emoji of their own",
	"guild-emoji-deleted":                    "QQ groups have no emoji of their own",
	"interaction/command":                    "QQ has no commands",
	"message":                                "Koishi's alias, never on the wire",
	"send":                                   "made by the client",
	"(no standard event)":                    "internal",
	"message-pinned / message-unpinned":      "two names in a row",
	"guild-file-added / -updated / -deleted": "QQ tells of additions alone",
}

func TestEventsOfTheTablesAreToldOrListed(t *testing.T) {
	told := names(manual(t).Events)
	for event := range column(t, "events.tsv", 1) {
		_, sent := told[event]
		if _, never := neverHappen[event]; sent == never {
			t.Errorf("%s: sent %t, listed %t", event, sent, never)
		}
	}
}

// TestElementsOfTheTables: every tag is told of, and every tag of ours that is
// told of is read.
func TestElementsOfTheTables(t *testing.T) {
	told := names(manual(t).Elements)
	for tags := range column(t, "elements.tsv", 1) {
		if tags == "tag" || strings.HasPrefix(tags, "(dice") { // the head; prefixed elements of ours
			continue
		}
		for tag := range strings.SplitSeq(strings.Trim(tags, "()"), " / ") {
			_, ok := told[tag]
			if joined := names([]Told{{Name: "img, image"}}); !ok {
				_, ok = joined[tag]
			}
			if !ok {
				t.Errorf("%s is not told of", tag)
			}
		}
	}
	for tag := range told {
		if !strings.Contains(tag, ":") {
			continue
		}
		e := node(tag, "lat", "1", "lon", "1")
		if s, err := nativeSegment(&e); err != nil || s == nil {
			t.Errorf("%s is not read: %v", tag, err)
		}
	}
}

// notOurs are members of the specification's resources that QQ has nothing
// for, and those that only the JavaScript library knows.
var notOurs = []string{
	"User.discriminator", "GuildMember.name", "GuildRole.color", "GuildRole.position", "GuildRole.permissions",
	"GuildRole.hoist", "GuildRole.mentionable", "Channel.parent_id", "Channel.position", "Login.hidden", "Login.self_id",
	"Login.proxy_urls", "Message.updated_at", "Message.quote", "Message.elements", "Message.timestamp", "Message.referrer",
	"Argv.name", "Argv.arguments", "Argv.options", "Event.argv", "Event.role",
}

func TestResourcesOfTheTables(t *testing.T) {
	text, err := os.ReadFile("testdata/resources.tsv")
	if err != nil {
		t.Fatal(err)
	}
	have := map[string]bool{}
	for _, shape := range manual(t).Resources {
		for _, f := range shape.Fields {
			have[shape.Name+"."+f.Name] = true
		}
	}
	for line := range strings.Lines(string(text)) {
		columns := strings.Split(line, "\t")
		if strings.HasPrefix(line, "#") || len(columns) < 4 || columns[0] == "resource" {
			continue
		}
		switch first, _, _ := strings.Cut(columns[0], " "); first {
		case "enum", "Identify", "Command", "List", "BidiList":
			continue // values, what clients send, and pages: tested elsewhere
		}
		name := columns[0] + "." + columns[1]
		if listed := slices.Contains(notOurs, name); have[name] == listed {
			t.Errorf("%s: written %t, listed %t", name, have[name], listed)
		}
	}
}
