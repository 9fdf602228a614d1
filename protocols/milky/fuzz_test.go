package milky

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"llbot/protocols/face"
	"llbot/protocols/qq"
	"llbot/protocols/wire"

	schema "llbot/protocols/milky/spec"
)

// generator draws values that fit a schema.
type generator struct {
	*schema.Specification
	t *rapid.T
}

func (g generator) value(name string, schema map[string]any) any {
	if ref, ok := schema["$ref"]; ok {
		return g.value(name, g.At(ref.(string)))
	}
	if c, ok := schema["const"]; ok {
		return c
	}
	if list, ok := schema["enum"].([]any); ok {
		return rapid.SampledFrom(list).Draw(g.t, name)
	}
	for _, keyword := range []string{"anyOf", "oneOf"} {
		if list, ok := schema[keyword].([]any); ok {
			return g.value(name, rapid.SampledFrom(list).Draw(g.t, name).(map[string]any))
		}
	}
	kind := schema["type"]
	if list, ok := kind.([]any); ok {
		kind = rapid.SampledFrom(list).Draw(g.t, name)
	}
	switch kind {
	case "object":
		return g.object(schema)
	case "array":
		list := []any{}
		for range rapid.IntRange(0, 4).Draw(g.t, name) {
			list = append(list, g.value(name, schema["items"].(map[string]any)))
		}
		return list
	case "string":
		text := rapid.String().Draw(g.t, name)
		if strings.HasSuffix(name, "uri") { // a form that the schema leaves open
			text = "https://" + text
		}
		return text
	case "boolean":
		return rapid.Bool().Draw(g.t, name)
	case "integer":
		return g.integer(name, schema)
	case "null":
		return nil
	}
	panic(fmt.Sprint("no values for ", kind))
}

func (g generator) integer(name string, schema map[string]any) int64 {
	least, _ := schema["minimum"].(json.Number).Int64()
	most, _ := schema["maximum"].(json.Number).Int64()
	if name == "limit" { // 1..30 for history
		least, most = 1, 30
	}
	return rapid.Int64Range(least, most).Draw(g.t, name)
}

func (g generator) object(schema map[string]any) map[string]any {
	out := map[string]any{}
	properties, _ := schema["properties"].(map[string]any)
	for _, name := range slices.Sorted(maps.Keys(properties)) {
		if !required(schema, name) && rapid.Bool().Draw(g.t, "without "+name) {
			continue
		}
		out[name] = g.value(name, properties[name].(map[string]any))
	}
	if schema["additionalProperties"] == nil && rapid.Bool().Draw(g.t, "more") {
		out["x_more"] = rapid.SampledFrom([]any{nil, 1, "x", []any{}}).Draw(g.t, "value")
	}
	return out
}

func required(schema map[string]any, name string) bool {
	list, _ := schema["required"].([]any)
	return slices.Contains(list, any(name))
}

// verdict is an answer's retcode and message alone; the answers themselves are
// checked elsewhere.
func verdict(t tester, r face.Response) (code int, message string) {
	var e failed
	if err := json.Unmarshal(r.Body, &e); err != nil {
		t.Fatalf("%q: %v", r.Body, err)
	}
	return e.Retcode, e.Message
}

func TestWhatTheSchemaAllowsIsTaken(t *testing.T) {
	s, sp := newServer(t, Options{}), spec(t)
	for _, name := range s.Table().Names() {
		t.Run(name, func(t *testing.T) { rapid.Check(t, func(rt *rapid.T) { takesTheAllowed(rt, s, sp, name) }) })
	}
}

// takesTheAllowed calls an API with a body that the schema allows.
func takesTheAllowed(t *rapid.T, s *Server, sp *schema.Specification, name string) {
	body, err := json.Marshal(generator{sp, t}.object(sp.At("#/apis/" + name + "/input")))
	if err != nil {
		t.Fatal(err)
	}
	if code, message := verdict(t, call(t, s, twoAccounts(), name, string(body))); code == -400 {
		t.Fatalf("%s %s: %d %s", name, body, code, message)
	}
}

func TestWhatTheSchemaForbidsIsRefusedByPath(t *testing.T) {
	s, sp := newServer(t, Options{}), spec(t)
	for _, name := range s.Table().Names() {
		input := sp.At("#/apis/" + name + "/input")
		if len(input["properties"].(map[string]any)) == 0 {
			continue
		}
		t.Run(name, func(t *testing.T) { rapid.Check(t, func(rt *rapid.T) { refusesTheForbidden(rt, s, sp, name) }) })
	}
}

// refusesTheForbidden calls an API with a body that has one thing wrong.
func refusesTheForbidden(t *rapid.T, s *Server, sp *schema.Specification, name string) {
	var key string
	broken := damage(t, generator{sp, t}.object(sp.At("#/apis/"+name+"/input")), &key)
	body, err := json.Marshal(broken)
	if err != nil {
		t.Fatal(err)
	}
	if key == "" || len(sp.Request(name, body)) == 0 {
		return // nothing to damage, or not so wrong after all
	}
	if code, message := verdict(t, call(t, s, twoAccounts(), name, string(body))); code != -400 || !strings.Contains(message, key) {
		t.Fatalf("%s %s without %q: %d %s", name, body, key, code, message)
	}
}

// FuzzAllowed and FuzzForbidden look for such bodies with what the fuzzer has
// learnt about the code.
func FuzzAllowed(f *testing.F) {
	s, sp := newServer(f, Options{}), spec(f)
	f.Fuzz(rapid.MakeFuzz(func(t *rapid.T) { takesTheAllowed(t, s, sp, rapid.SampledFrom(s.Table().Names()).Draw(t, "api")) }))
}

func FuzzForbidden(f *testing.F) {
	s, sp := newServer(f, Options{}), spec(f)
	f.Fuzz(rapid.MakeFuzz(func(t *rapid.T) { refusesTheForbidden(t, s, sp, rapid.SampledFrom(s.Table().Names()).Draw(t, "api")) }))
}

// TestWhatServersTellIsReadAndToldAgain: segments that the schema allows, of every
// type, are told again in a form that it allows.
func TestWhatServersTellIsReadAndToldAgain(t *testing.T) {
	sp := spec(t)
	rapid.Check(t, func(rt *rapid.T) {
		told := []any{generator{sp, rt}.value("segment", sp.At("#/structs/IncomingSegment"))}
		text, err := json.Marshal(told)
		if err != nil {
			rt.Fatal(err)
		}
		var in Incoming
		if err := new(wire.Decoder).Decode(text, &in); err != nil {
			rt.Fatalf("%s: %v", text, err)
		}
		for _, segment := range EncodeIncoming(in.In(qq.GroupChat(club))) {
			again, err := wire.Marshal(segment)
			if err != nil {
				rt.Fatal(err)
			}
			if faults := sp.Check("#/structs/IncomingSegment", again); len(faults) > 0 {
				rt.Fatalf("%s\nagain %s: %v", text, again, faults)
			}
		}
	})
}

// damage puts something wrong somewhere inside v, however deep; key becomes
// the name of the nearest member.
func damage(t *rapid.T, v any, key *string) any {
	switch v := v.(type) {
	case map[string]any:
		names := slices.Sorted(maps.Keys(v))
		if len(names) == 0 || rapid.IntRange(0, 5).Draw(t, "stop") == 0 && *key != "" {
			break
		}
		name := rapid.SampledFrom(names).Draw(t, "member")
		*key = name
		v[name] = damage(t, v[name], key)
		return v
	case []any:
		if len(v) == 0 || rapid.IntRange(0, 5).Draw(t, "stop") == 0 {
			break
		}
		i := rapid.IntRange(0, len(v)-1).Draw(t, "element")
		v[i] = damage(t, v[i], key)
		return v
	}
	return rapid.SampledFrom([]any{nil, true, "20002000", 1.5, -1, []any{1}, map[string]any{}}).Draw(t, "wrong")
}

func FuzzBodies(f *testing.F) {
	s, sp := newServer(f, Options{}), spec(f)
	names := s.Table().Names()
	for _, c := range apiCases {
		name, _, _ := strings.Cut(c.name, " ")
		f.Add(uint8(slices.Index(names, name)), []byte(c.body))
	}
	f.Add(uint8(0), []byte(`{"message":[{"type":"image","data":{"uri":"base64://"}}],"group_id":1e5,"user_id":-0}`))
	f.Fuzz(func(t *testing.T, which uint8, body []byte) {
		name := names[int(which)%len(names)]
		code, _ := checkResponse(t, name, call(t, s, twoAccounts(), name, string(body)))
		v, err := schema.Parse(body)
		if err != nil || wire.Check(body) != nil {
			if len(strings.TrimSpace(string(body))) > 0 && code != -400 {
				t.Fatalf("%q is no JSON, but was answered %d", body, code)
			}
			return
		}
		// Without repeated keys both must judge alike, but for what we refuse on top.
		canonical, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		code, message := checkResponse(t, name, call(t, s, twoAccounts(), name, string(canonical)))
		faults := sp.Request(name, canonical)
		if len(faults) > 0 && code != -400 {
			t.Fatalf("%s was answered %d, but %v", canonical, code, faults)
		}
		if len(faults) == 0 && code == -400 && !ownRule(message) {
			t.Fatalf("%s was answered %d %s", canonical, code, message)
		}
	})
}

// ownRule tells whether a refusal is for something that the schema leaves open.
func ownRule(message string) bool {
	for _, rule := range []string{"must begin with file://", "must lie between 1 and 30"} {
		if strings.Contains(message, rule) {
			return true
		}
	}
	return false
}

// FuzzSegments reads content as servers tell it and as clients send it; what
// was taken must be told again in a form that the schema allows.
func FuzzSegments(f *testing.F) {
	sp := spec(f)
	for _, segment := range slices.Concat(EncodeIncoming(everySegment()), EncodeOutgoing(everySegment())) {
		text, err := wire.Marshal([]Segment{segment}) // short ones: they are minimised fast
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
	}
	f.Add([]byte(`[{"type":"forward","data":{"messages":[{"user_id":20002000,"sender_name":"A","segments":[{"type":"video","data":{"uri":"file:///1","thumb_uri":""}}]}]}}]`))
	f.Fuzz(func(t *testing.T, body []byte) {
		var in Incoming
		if new(wire.Decoder).Decode(body, &in) == nil {
			checkSegments(t, sp, "#/structs/IncomingSegment", EncodeIncoming(in.In(qq.GroupChat(club))))
		}
		var out Outgoing
		if new(wire.Decoder).Decode(body, &out) == nil {
			checkSegments(t, sp, "#/structs/OutgoingSegment", EncodeOutgoing(out.In(qq.GroupChat(club))))
		}
	})
}

func checkSegments(t *testing.T, sp *schema.Specification, pointer string, content []Segment) {
	t.Helper()
	for _, segment := range content {
		text, err := wire.Marshal(segment)
		if err != nil {
			t.Fatal(err)
		}
		if faults := sp.Check(pointer, text); len(faults) > 0 {
			t.Fatalf("%s\n%s", text, strings.Join(faults, "\n"))
		}
	}
}

func FuzzHeads(f *testing.F) {
	f.Add("POST", "/api/quit_group", "", "Bearer t", "application/json", "")
	f.Add("GET", "/10001001/event", "access_token=%74&since=12", "", "", "77")
	f.Add("GET", "/m/event", "access_token=%&%=", "Bearer", "", "x")
	f.Fuzz(func(t *testing.T, method, path, query, authorization, contentType, id string) {
		for _, prefix := range []string{"", "/m"} {
			s := newServer(t, Options{Token: "t", Prefix: prefix})
			r := s.Route(&face.Head{
				Method: method, Path: path, Query: query, Authorization: authorization, ContentType: contentType,
				Get: func(string) string { return id },
			}, twoAccounts())
			if r.Response.Body != nil {
				checkResponse(t, "get_login_info", r.Response)
			}
		}
	})
}
