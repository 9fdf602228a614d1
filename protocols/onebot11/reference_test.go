package onebot11

import (
	"context"
	"encoding/json"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"llbot/protocols/action"
	"llbot/protocols/face"
	"llbot/protocols/qq"
)

func reference(t *testing.T) []Entry {
	t.Helper()
	list, err := Reference()
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func TestReferencePageIsUpToDate(t *testing.T) {
	got := Page(reference(t), Examples())
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

func TestEveryEntryIsWhole(t *testing.T) {
	for _, e := range reference(t) {
		if e.Unsupported == "" && (e.Result == "" || !strings.HasSuffix(e.Doc, ".")) {
			t.Errorf("%+v", e)
		}
		for _, p := range e.Params {
			if p.Name == "" || p.Type == "" || p.Type == "{}" || p.Required && p.Default != "" || p.Default != "" && !json.Valid([]byte(p.Default)) {
				t.Errorf("%s: %+v", e.Name, p)
			}
		}
	}
}

func TestFind(t *testing.T) {
	list := reference(t)
	for name, want := range map[string]string{
		"send_msg": "send_msg", "send_msg_async": "send_msg", "_del_group_notice": "_delete_group_notice", "send_pb": "send_pb", "no": "",
	} {
		if e, ok := Find(list, name); e.Name != want || ok != (want != "") {
			t.Errorf("%s: %q", name, e.Name)
		}
	}
}

func TestExamplesStandInThePage(t *testing.T) {
	shown := action.ParseExamples("said\n> lost\n# send_msg\n> {\"a\":1}\n\n< {\"status\":\"ok\"}\n# other\n")
	if len(shown) != 1 || shown["send_msg"] != (Example{Params: `{"a":1}`, Answer: `{"status":"ok"}`}) {
		t.Fatalf("%+v", shown)
	}
	page := Page(reference(t), shown)
	if !strings.Contains(page, "```json\n> {\"a\":1}\n< {\"status\":\"ok\"}\n```") {
		t.Error("the example is missing")
	}
}

// paramsObject is the parameters of a case, nil when they are no object.
func paramsObject(text string) map[string]json.RawMessage {
	var params map[string]json.RawMessage
	_ = json.Unmarshal([]byte(text), &params)
	return params
}

// did is what a call does and answers.
func did(t *testing.T, s *HTTP, name string, params map[string]json.RawMessage) (body, ops string) {
	t.Helper()
	text, err := json.Marshal(params)
	if err != nil {
		t.Fatal(err)
	}
	caller := &fakeCaller{id: self}
	r := s.Serve(context.Background(), fakeDirectory{caller}, face.Request{Route: &face.Route{Name: name, Account: self}, Body: text})
	return string(r.Body), opsText(caller.ops)
}

// A call that leaves a parameter out does what it does with the default that
// the reference states.
func TestDefaultsAreWhatTheReferenceSays(t *testing.T) {
	s, list, checked := newHTTP(t, nil), reference(t), 0
	for _, c := range actionCases() {
		e, _ := Find(list, c.name)
		params := paramsObject(c.params)
		if params == nil {
			continue
		}
		for _, p := range e.Params {
			if _, given := params[p.Name]; given || p.Default == "" {
				continue
			}
			body, ops := did(t, s, c.name, params)
			params[p.Name] = json.RawMessage(p.Default)
			if again, same := did(t, s, c.name, params); again != body || same != ops {
				t.Errorf("%s %s: without %s\n%s%s\nwith %s\n%s%s", c.name, c.params, p.Name, ops, body, p.Default, same, again)
			}
			delete(params, p.Name)
			checked++
		}
	}
	if checked < 40 {
		t.Errorf("only %d defaults were looked at", checked)
	}
}

// badValues is what no parameter of a type takes.
func badValues(kind string) []string {
	switch {
	case kind == "number":
		return []string{`"x"`, `1.5`, `""`, `true`, `[1]`, `{}`, `1e300`}
	case kind == "boolean":
		return []string{`"maybe"`, `2`, `[]`, `{}`}
	case kind == "string":
		return []string{`[]`, `{}`}
	case kind == "file":
		return []string{`[]`, `{}`, `""`, `"ftp://h/a"`, `"data:text/plain,x"`}
	case kind == "message":
		return []string{`{}`, `[5]`, `[{"type":"nope"}]`, `[{"type":"text","data":5}]`}
	case kind == "nodes":
		return []string{`"x"`, `5`, `[{"type":"text"}]`, `{}`}
	case strings.HasPrefix(kind, "["):
		return []string{`{}`, `"x"`, `5`, `[[[[]]]]`}
	case strings.HasPrefix(kind, "{"):
		return []string{`[]`, `"x"`, `5`}
	}
	return nil
}

// wrongs are what can be wrong with a value.
var wrongs = regexp.MustCompile(`is required|must be |is out of range|there is no |is empty|cannot |is no|lacks `)

// badReason tells whether the answer begins with the parameter's place and says
// what is wrong there.
func badReason(body, name string) bool {
	_, message, _ := strings.Cut(body, `"message":"`)
	return strings.HasPrefix(message, name) && wrongs.MatchString(message)
}

// Every parameter of every action refuses what it cannot mean, by its name,
// and nothing is done.
func TestBadInput(t *testing.T) {
	s, list, seen, checked := newHTTP(t, nil), reference(t), map[string]bool{}, 0
	for _, c := range actionCases() {
		e, _ := Find(list, c.name)
		whole := paramsObject(c.params)
		body, _ := did(t, s, c.name, whole)
		if seen[c.name] || !strings.HasPrefix(body, `{"status":"ok"`) {
			continue
		}
		seen[c.name] = true
		for _, p := range e.Params {
			bad := badValues(p.Type)
			if p.Required {
				bad = append(bad, "null", "")
			}
			for _, v := range bad {
				params := paramsObject(c.params)
				if params == nil {
					params = map[string]json.RawMessage{}
				}
				if params[p.Name] = json.RawMessage(v); v == "" {
					delete(params, p.Name)
				}
				body, ops := did(t, s, c.name, params)
				if !strings.HasPrefix(body, `{"status":"failed","retcode":400,`) || !badReason(body, p.Name) || ops != "" {
					t.Errorf("%s with %s=%s: %s%s", c.name, p.Name, v, ops, body)
				}
				checked++
			}
		}
	}
	if checked < 1000 {
		t.Errorf("only %d bad values were tried", checked)
	}
}

// spellings are other forms of a scalar that mean the same.
func spellings(kind string, value json.RawMessage) []string {
	text := strings.Trim(string(value), `"`)
	switch {
	case kind == "number":
		return []string{text, `"` + text + `"`, `" ` + text + ` "`, text + ".0"}
	case kind == "boolean" && (text == "true" || text == "1"):
		return []string{`true`, `"true"`, `"True"`, `1`, `"1"`, `"yes"`}
	case kind == "boolean":
		return []string{`false`, `"false"`, `"FALSE"`, `0`, `"0"`, `"no"`, `""`}
	case kind == "string" && text != "" && digits(text) && text[0] != '0':
		return []string{text, `"` + text + `"`}
	}
	return nil
}

// Every scalar parameter means the same as a number and as a string, and a
// parameter that may be left out may be null.
func TestLenientInput(t *testing.T) {
	s, list, spelled, nulls := newHTTP(t, nil), reference(t), 0, 0
	for _, c := range actionCases() {
		e, _ := Find(list, c.name)
		params := paramsObject(c.params)
		if params == nil {
			params = map[string]json.RawMessage{}
		}
		body, ops := did(t, s, c.name, params)
		same := func(what string) {
			if again, same := did(t, s, c.name, params); again != body || same != ops {
				t.Errorf("%s %s with %s:\n%s%s\nwithout:\n%s%s", c.name, c.params, what, same, again, ops, body)
			}
		}
		for _, p := range e.Params {
			value, given := params[p.Name]
			if !given || string(value) == "null" {
				if !p.Required {
					params[p.Name] = json.RawMessage("null")
					same(p.Name + "=null")
					nulls++
				}
				delete(params, p.Name)
				continue
			}
			if !strings.HasPrefix(body, `{"status":"ok"`) {
				continue // a bad value has no other forms
			}
			for _, other := range spellings(p.Type, value) {
				params[p.Name] = json.RawMessage(other)
				same(p.Name + "=" + other)
				spelled++
			}
			params[p.Name] = value
		}
	}
	if spelled < 500 || nulls < 200 {
		t.Errorf("only %d spellings and %d nulls were tried", spelled, nulls)
	}
}

// FuzzParams throws any parameters at every action: an answer must come, it
// must be an envelope of the transport, and what is refused as bad has done
// nothing.
func FuzzParams(f *testing.F) {
	for _, c := range actionCases() {
		f.Add(c.name, []byte(c.params))
	}
	s := newHTTP(f, nil)
	f.Fuzz(func(t *testing.T, name string, params []byte) {
		caller := &fakeCaller{id: self}
		r := s.Serve(t.Context(), fakeDirectory{caller}, face.Request{Route: &face.Route{Name: name, Account: self}, Body: params})
		checkAnyEnvelope(t, r.Body, overHTTP)
		if strings.HasPrefix(string(r.Body), `{"status":"failed","retcode":400,`) && slices.ContainsFunc(caller.ops, changes) {
			t.Fatalf("%s %q: %s after %s", name, params, r.Body, opsText(caller.ops))
		}
	})
}

func changes(op qq.Operation) bool { return op.Class() != qq.ClassRead }

// checkAnyEnvelope holds any answer to the form of envelopes.
func checkAnyEnvelope(t *testing.T, text []byte, d dialect) {
	t.Helper()
	var e struct {
		Status           string
		Retcode          *int
		Data             json.RawMessage
		Message, Wording *string
	}
	if err := json.Unmarshal(text, &e); err != nil || e.Retcode == nil || e.Message == nil || e.Wording == nil || *e.Message != *e.Wording || e.Data == nil {
		t.Fatalf("%v in %s", err, text)
	}
	good := e.Status == "ok" && *e.Retcode == 0 && *e.Message == ""
	bad := e.Status == "failed" && slices.Contains([]int{200, 400, 404}, *e.Retcode-int(d)) && string(e.Data) == "null" && *e.Message != ""
	if !good && !bad {
		t.Fatalf("%s", text)
	}
}
