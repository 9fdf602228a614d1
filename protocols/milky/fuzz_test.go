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
	"llbot/protocols/wire"
)

// generator draws values that fit a schema.
type generator struct {
	*specification
	t *rapid.T
}

func (g generator) value(name string, schema map[string]any) any {
	if ref, ok := schema["$ref"]; ok {
		return g.value(name, g.at(ref.(string)).(map[string]any))
	}
	if c, ok := schema["const"]; ok {
		return c
	}
	if list, ok := schema["enum"].([]any); ok {
		return rapid.SampledFrom(list).Draw(g.t, name)
	}
	for _, keyword := range []string{"anyOf", "oneOf"} {
		if list, ok := schema[keyword].([]any); ok {
			list = slices.DeleteFunc(slices.Clone(list), isUnservedSegment)
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
		if name == "uri" { // a form that the schema leaves open
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

// isUnservedSegment finds the variants of OutgoingSegment that are refused.
func isUnservedSegment(variant any) bool {
	properties, _ := variant.(map[string]any)["properties"].(map[string]any)
	kind, _ := properties["type"].(map[string]any)
	switch kind["const"] {
	case "record", "video", "forward", "light_app":
		return true
	}
	return false
}

func TestWhatTheSchemaAllowsIsTaken(t *testing.T) {
	s, sp := newServer(t, Options{}), spec(t)
	for _, name := range s.Table().Names() {
		t.Run(name, func(t *testing.T) {
			input := sp.at("#/apis/" + name + "/input").(map[string]any)
			rapid.Check(t, func(rt *rapid.T) {
				body, err := json.Marshal(generator{sp, rt}.object(input))
				if err != nil {
					rt.Fatal(err)
				}
				if code, message := checkResponse(t, name, call(t, s, twoAccounts(), name, string(body))); code != 0 {
					rt.Fatalf("%s: %d %s", body, code, message)
				}
			})
		})
	}
}

func TestWhatTheSchemaForbidsIsRefusedByPath(t *testing.T) {
	s, sp := newServer(t, Options{}), spec(t)
	for _, name := range s.Table().Names() {
		input := sp.at("#/apis/" + name + "/input").(map[string]any)
		properties := slices.Sorted(maps.Keys(input["properties"].(map[string]any)))
		if len(properties) == 0 {
			continue
		}
		t.Run(name, func(t *testing.T) {
			rapid.Check(t, func(rt *rapid.T) {
				good := generator{sp, rt}.object(input)
				key := rapid.SampledFrom(properties).Draw(rt, "broken")
				wrong := rapid.SampledFrom([]any{nil, true, "20002000", 1.5, -1, []any{1}, map[string]any{}}).Draw(rt, "wrong")
				good[key] = wrong
				body, _ := json.Marshal(good)
				if len(sp.check("#/apis/"+name+"/input", body)) == 0 {
					return // not so wrong after all
				}
				code, message := checkResponse(t, name, call(t, s, twoAccounts(), name, string(body)))
				if code != -400 || !strings.Contains(message, key) {
					rt.Fatalf("%s: %d %s", body, code, message)
				}
			})
		})
	}
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
		v, err := parse(body)
		if err != nil || wire.Check(body) != nil {
			if len(strings.TrimSpace(string(body))) > 0 && code != -400 {
				t.Fatalf("%q is no JSON, but was answered %d", body, code)
			}
			return
		}
		if v == nil {
			return
		}
		// Without repeated keys both must judge alike, but for what we refuse on top.
		canonical, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		code, message := checkResponse(t, name, call(t, s, twoAccounts(), name, string(canonical)))
		faults := sp.check("#/apis/"+name+"/input", canonical)
		if len(faults) > 0 && code != -400 {
			t.Fatalf("%s was answered %d, but %v", canonical, code, faults)
		}
		if len(faults) == 0 && code != 0 && !ownRule(message) {
			t.Fatalf("%s was answered %d %s", canonical, code, message)
		}
	})
}

// ownRule tells whether a refusal is for something that the schema leaves open.
func ownRule(message string) bool {
	for _, rule := range []string{"not supported by this version", "must begin with file://", "must lie between 1 and 30"} {
		if strings.Contains(message, rule) {
			return true
		}
	}
	return false
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
