package milky

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	schema "llbot/protocols/milky/spec"
)

// example is a call as it was really answered.
type example struct {
	Request  json.RawMessage `json:"request"`
	Response json.RawMessage `json:"response"`
}

// TestReferencePage keeps REFERENCE.md in step with the tables. Examples come
// from testdata/examples.json, an object of API names with request and
// response, and else from the golden files of this package.
func TestReferencePage(t *testing.T) {
	page := renderPage(t, Reference(), examples(t))
	if *update {
		if err := os.WriteFile("REFERENCE.md", page, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile("REFERENCE.md")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, page) {
		t.Error("REFERENCE.md is not what the tables say; write it anew with -update")
	}
}

func examples(t *testing.T) map[string]example {
	t.Helper()
	out := map[string]example{}
	for _, row := range rows(t, "testdata/apis.tsv") {
		var e example
		readJSON(t, filepath.Join("testdata", "apis", row[0]+".json"), &e)
		out[row[0]] = e
	}
	if _, err := os.Stat("testdata/examples.json"); err == nil {
		real := map[string]example{}
		readJSON(t, "testdata/examples.json", &real)
		maps.Copy(out, real)
	}
	return out
}

func readJSON(t *testing.T, path string, into any) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err == nil {
		err = json.Unmarshal(text, into)
	}
	if err != nil {
		t.Fatal(err)
	}
}

const preface = `# Milky 1.3, as this server speaks it

Generated from the tables of this package; write it anew with ` + "`go test ./protocols/milky -run TestReferencePage -update`" + `.

Calls are ` + "`POST {prefix}/api/{name}`" + ` with a JSON object; events come at ` + "`GET {prefix}/event`" + ` as WebSocket or SSE, and by webhook.
A *QQ number* is an integer from 10001 to 4294967295, any other *integer* one from 0 to 2^53-1, never a string. A *URI* begins with
` + "`file://`, `http://`, `https://` or `base64://`" + `. Optional members may be left out or null. Times are Unix seconds.
`

func renderPage(t *testing.T, m Manual, examples map[string]example) []byte {
	out := bytes.NewBufferString(preface)
	category := ""
	for _, api := range m.APIs {
		if api.Category != category {
			category = api.Category
			fmt.Fprintf(out, "\n## APIs: %s\n", category)
		}
		fmt.Fprintf(out, "\n### %s\n\n%s\n", api.Name, api.Says)
		renderFields(out, "Parameter", api.Params)
		renderFields(out, "Result", api.Result)
		e := examples[api.Name]
		if string(e.Request) == "null" {
			e.Request = json.RawMessage("{}")
		}
		fmt.Fprintf(out, "\n```json\n%s\n```\n\n```json\n%s\n```\n", indented(t, e.Request), indented(t, e.Response))
	}
	out.WriteString("\n## Events\n\nEach is an object with `event_type`, `time`, `self_id` and the `data` told here.\n")
	for _, shape := range m.Events {
		fmt.Fprintf(out, "\n### %s\n\n%s\n", shape.Name, shape.Says)
		renderFields(out, "Data", shape.Fields)
		text, err := os.ReadFile(filepath.Join("testdata", "events", shape.Name+".json"))
		if err != nil {
			text, err = os.ReadFile(filepath.Join("testdata", "events", shape.Name+".friend.json"))
		}
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(out, "\n```json\n%s\n```\n", indented(t, text))
	}
	renderShapes(out, "Segments that are told (IncomingSegment)", m.Received)
	renderShapes(out, "Segments that are taken (OutgoingSegment)", m.Sent)
	renderShapes(out, "Kinds of GroupNotification", m.Notices)
	renderShapes(out, "Objects", m.Entities)
	return out.Bytes()
}

func renderShapes(out *bytes.Buffer, title string, shapes []Shape) {
	fmt.Fprintf(out, "\n## %s\n", title)
	for _, s := range shapes {
		fmt.Fprintf(out, "\n### %s\n\n%s\n", s.Name, s.Says)
		if len(s.Fields) == 0 {
			out.WriteString("\nNo members; an empty object.\n")
		}
		renderFields(out, "Member", s.Fields)
	}
}

func renderFields(out *bytes.Buffer, head string, fields []Field) {
	if len(fields) == 0 {
		return
	}
	fmt.Fprintf(out, "\n| %s | Type | |\n|---|---|---|\n", head)
	for _, f := range fields {
		note := ""
		switch {
		case f.Default != "":
			note = "optional, default `" + f.Default + "`"
		case !f.Required:
			note = "optional"
		}
		fmt.Fprintf(out, "| `%s` | %s | %s |\n", f.Name, strings.ReplaceAll(f.Type, "|", " \\| "), note)
	}
}

func indented(t *testing.T, text []byte) string {
	t.Helper()
	var out bytes.Buffer
	if err := json.Indent(&out, bytes.TrimSpace(text), "", "  "); err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return out.String()
}

// TestTheManualSaysWhatTheSchemaSays compares names, types, what is required
// and defaults.
func TestTheManualSaysWhatTheSchemaSays(t *testing.T) {
	m, sp := Reference(), spec(t)
	if len(m.APIs) != 65 || len(m.Events) != 21 || len(m.Received) != 14 || len(m.Sent) != 10 || len(m.Notices) != 5 {
		t.Errorf("%d APIs, %d events, %d and %d segments, %d notices", len(m.APIs), len(m.Events), len(m.Received), len(m.Sent), len(m.Notices))
	}
	for _, api := range m.APIs {
		schema := sp.At("#/apis/" + api.Name)
		if schema["category"] != api.Category || api.Says == "" {
			t.Errorf("%s: category %s, says %q", api.Name, api.Category, api.Says)
		}
		compare(t, sp, api.Name+" takes", api.Params, sp.At("#/apis/"+api.Name+"/input"))
		compare(t, sp, api.Name+" answers", api.Result, sp.At("#/apis/"+api.Name+"/output"))
	}
	for _, s := range slices.Concat(m.Events, m.Received, m.Sent, m.Notices, m.Entities) {
		if !strings.HasSuffix(s.Says, ".") {
			t.Errorf("%s: says %q", s.Name, s.Says)
		}
	}
	for _, s := range m.Events {
		if s.Name != "message_receive" { // a union; its three forms are of one struct
			compare(t, sp, s.Name, s.Fields, sp.At("#/events/"+s.Name))
		}
	}
	for _, s := range m.Received {
		compare(t, sp, "told "+s.Name, s.Fields, sp.At("#/incoming_segments/"+s.Name))
	}
	for _, s := range m.Sent {
		compare(t, sp, "taken "+s.Name, s.Fields, sp.At("#/outgoing_segments/"+s.Name))
	}
	for _, s := range m.Entities {
		if s.Name != "IncomingMessage" {
			compare(t, sp, s.Name, s.Fields, sp.At("#/structs/"+s.Name))
		}
	}
}

// alwaysThere are keys that the schema lets servers leave out, and unused ones
// that it lists.
var (
	alwaysThere = []string{"next_message_seq", "next_notification_seq"}
	neverThere  = []string{"reply.sender_name"}
)

func compare(t *testing.T, sp *schema.Specification, where string, fields []Field, schema map[string]any) {
	t.Helper()
	properties, _ := schema["properties"].(map[string]any)
	for name := range properties {
		if !slices.ContainsFunc(fields, func(f Field) bool { return f.Name == name }) && !slices.Contains(neverThere, strings.TrimPrefix(where, "told ")+"."+name) {
			t.Errorf("%s: %s is missing", where, name)
		}
	}
	for _, f := range fields {
		property, ok := properties[f.Name].(map[string]any)
		if !ok {
			t.Errorf("%s: %s is not in the schema", where, f.Name)
			continue
		}
		if f.Required != required(schema, f.Name) && !slices.Contains(alwaysThere, f.Name) {
			t.Errorf("%s: %s required %v", where, f.Name, f.Required)
		}
		def := ""
		if d, ok := property["default"]; ok {
			def = fmt.Sprint(d)
		}
		if f.Default != def {
			t.Errorf("%s: %s defaults to %q, not %q", where, f.Name, f.Default, def)
		}
		if want := typeIn(sp, property); !sameType(f.Type, want) {
			t.Errorf("%s: %s is %s, not %s", where, f.Name, f.Type, want)
		}
	}
}

// sameType allows what the manual says more exactly than the schema.
func sameType(said, want string) bool {
	switch said {
	case "URI":
		return want == "string"
	case "integer 1..30", "integer|null", "QQ number": // ids that may be unknown
		if said == want {
			return true
		}
		return want == "integer"
	case "join_request|invited_join_request":
		return want == said
	}
	return said == want
}

// typeIn spells a schema as the manual does.
func typeIn(sp *schema.Specification, schema map[string]any) string {
	if ref, ok := schema["$ref"].(string); ok {
		return strings.TrimPrefix(ref, "#/structs/")
	}
	if variants, ok := schema["anyOf"].([]any); ok { // something or null
		return typeIn(sp, variants[0].(map[string]any))
	}
	if values, ok := schema["enum"].([]any); ok {
		names := make([]string, len(values))
		for i, v := range values {
			names[i] = v.(string)
		}
		return strings.Join(names, "|")
	}
	name, _ := schema["type"].(string)
	if list, ok := schema["type"].([]any); ok {
		name = list[0].(string)
	}
	switch name {
	case "array":
		return typeIn(sp, schema["items"].(map[string]any)) + "[]"
	case "integer":
		if least, _ := number(schema["minimum"]); least == 10001 {
			return "QQ number"
		}
	}
	return name
}

func number(v any) (float64, bool) {
	text, ok := v.(json.Number)
	if !ok {
		return 0, false
	}
	n, err := text.Float64()
	return n, err == nil
}
