package milky

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
)

// specification is the schema of everything that Milky 1.3 says, as parsed JSON.
type specification struct{ root map[string]any }

var loadSpecification = sync.OnceValues(func() (*specification, error) {
	text, err := os.ReadFile("testdata/milky.schema.json")
	if err != nil {
		return nil, err
	}
	root, err := parse(text)
	if err != nil {
		return nil, err
	}
	return &specification{root.(map[string]any)}, nil
})

func spec(t testing.TB) *specification {
	t.Helper()
	s, err := loadSpecification()
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// parse reads one JSON value with numbers kept as text.
func parse(text []byte) (any, error) {
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		return nil, err
	}
	if d.More() {
		return nil, fmt.Errorf("more than one value")
	}
	return v, nil
}

// at follows a pointer such as #/structs/Event.
func (s *specification) at(pointer string) any {
	var v any = s.root
	for _, key := range strings.Split(strings.TrimPrefix(pointer, "#/"), "/") {
		v = v.(map[string]any)[key]
	}
	if v == nil {
		panic("no schema at " + pointer)
	}
	return v
}

// check lists what is wrong with text by the schema at pointer.
func (s *specification) check(pointer string, text []byte) []string {
	v, err := parse(text)
	if err != nil {
		return []string{err.Error()}
	}
	return s.faults("$", s.at(pointer).(map[string]any), v)
}

// faults is the part of JSON Schema that the specification uses.
func (s *specification) faults(path string, schema map[string]any, v any) []string {
	var out []string
	for keyword, arg := range schema {
		switch keyword {
		case "$ref":
			out = append(out, s.faults(path, s.at(arg.(string)).(map[string]any), v)...)
		case "type":
			if !hasType(arg, v) {
				out = append(out, fmt.Sprintf("%s: %v is no %v", path, v, arg))
			}
		case "const":
			if !same(arg, v) {
				out = append(out, fmt.Sprintf("%s: %v is not %v", path, v, arg))
			}
		case "enum":
			if !slices.ContainsFunc(arg.([]any), func(e any) bool { return same(e, v) }) {
				out = append(out, fmt.Sprintf("%s: %v is not one of %v", path, v, arg))
			}
		case "minimum", "maximum":
			out = append(out, outside(path, keyword, arg, v)...)
		case "properties", "required", "additionalProperties":
			if object, ok := v.(map[string]any); ok {
				out = append(out, s.members(path, keyword, schema, object)...)
			}
		case "items":
			if list, ok := v.([]any); ok {
				for i, e := range list {
					out = append(out, s.faults(fmt.Sprintf("%s[%d]", path, i), arg.(map[string]any), e)...)
				}
			}
		case "anyOf", "oneOf":
			out = append(out, s.variants(path, keyword, arg.([]any), v)...)
		case "not":
			if len(s.faults(path, arg.(map[string]any), v)) == 0 {
				out = append(out, path+": must not be "+fmt.Sprint(v))
			}
		case "default":
		default:
			panic("the validator does not know " + keyword)
		}
	}
	return out
}

func (s *specification) members(path, keyword string, schema, object map[string]any) []string {
	var out []string
	properties, _ := schema["properties"].(map[string]any)
	switch keyword {
	case "properties":
		for name, sub := range properties {
			if v, ok := object[name]; ok {
				out = append(out, s.faults(path+"."+name, sub.(map[string]any), v)...)
			}
		}
	case "required":
		for _, name := range schema["required"].([]any) {
			if _, ok := object[name.(string)]; !ok {
				out = append(out, fmt.Sprintf("%s.%s: missing", path, name))
			}
		}
	case "additionalProperties":
		for name := range object {
			if properties[name] == nil {
				out = append(out, fmt.Sprintf("%s.%s: not in the schema", path, name))
			}
		}
	}
	return out
}

func (s *specification) variants(path, keyword string, list []any, v any) []string {
	matching, all := 0, []string{}
	for _, sub := range list {
		faults := s.faults(path, sub.(map[string]any), v)
		if len(faults) == 0 {
			matching++
		}
		all = append(all, faults...)
	}
	if matching == 1 || keyword == "anyOf" && matching > 1 {
		return nil
	}
	return []string{fmt.Sprintf("%s: %d of the variants match: %s", path, matching, strings.Join(all, " | "))}
}

func outside(path, keyword string, limit, v any) []string {
	n, ok := number(v)
	if !ok {
		return nil
	}
	l, _ := number(limit)
	if keyword == "minimum" && n < l || keyword == "maximum" && n > l {
		return []string{fmt.Sprintf("%s: %v is beyond the %s %v", path, v, keyword, limit)}
	}
	return nil
}

func hasType(want, v any) bool {
	if list, ok := want.([]any); ok {
		return slices.ContainsFunc(list, func(w any) bool { return hasType(w, v) })
	}
	switch want {
	case "object":
		_, ok := v.(map[string]any)
		return ok
	case "array":
		_, ok := v.([]any)
		return ok
	case "string":
		_, ok := v.(string)
		return ok
	case "boolean":
		_, ok := v.(bool)
		return ok
	case "null":
		return v == nil
	case "integer":
		n, ok := number(v)
		return ok && n == float64(int64(n))
	}
	panic(fmt.Sprintf("the validator does not know type %v", want))
}

func number(v any) (float64, bool) {
	text, ok := v.(json.Number)
	if !ok {
		return 0, false
	}
	n, err := strconv.ParseFloat(string(text), 64)
	return n, err == nil
}

func same(a, b any) bool {
	if x, ok := number(a); ok {
		y, ok := number(b)
		return ok && x == y
	}
	return a == b
}

func TestTheValidatorFindsFaults(t *testing.T) {
	s := spec(t)
	for text, want := range map[string]string{
		`{"user_id":10000,"nickname":"","sex":"male","qid":"","remark":"","category":{"category_id":0,"category_name":""}}`:         "minimum",
		`{"user_id":10001,"nickname":null,"sex":"male","qid":"","remark":"","category":{"category_id":0,"category_name":""}}`:       "no string",
		`{"user_id":10001,"nickname":"","sex":"both","qid":"","remark":"","category":{"category_id":0,"category_name":""}}`:         "not one of",
		`{"user_id":10001,"nickname":"","sex":"male","qid":"","category":{"category_id":0,"category_name":""}}`:                     "missing",
		`{"user_id":10001,"nickname":"","sex":"male","qid":"","remark":"","x":1,"category":{"category_id":0,"category_name":""}}`:   "not in the schema",
		`{"user_id":10001,"nickname":"","sex":"male","qid":"","remark":"","category":{"category_id":0.5,"category_name":""}}`:       "no integer",
		`{"user_id":"10001","nickname":"","sex":"male","qid":"","remark":"","category":{"category_id":0,"category_name":""}}`:       "no integer",
		`{"user_id":10001,"nickname":"","sex":"male","qid":"","remark":"","category":{"category_id":0,"category_name":""}} {"a":1}`: "more than one",
	} {
		if faults := strings.Join(s.check("#/structs/FriendEntity", []byte(text)), "; "); !strings.Contains(faults, want) {
			t.Errorf("%s: faults %q, want %q", text, faults, want)
		}
	}
	if faults := s.check("#/structs/IncomingSegment", []byte(`{"type":"text","data":{"text":1}}`)); len(faults) == 0 {
		t.Error("a segment that fits no variant passed")
	}
	if faults := s.check("#/structs/IncomingSegment", []byte(`{"type":"mention_all","data":{}}`)); len(faults) != 0 {
		t.Error(faults)
	}
	if faults := s.check("#/envelopes/api_failed", []byte(`{"status":"failed","retcode":0,"message":""}`)); len(faults) == 0 {
		t.Error("a failure with retcode 0 passed")
	}
}
