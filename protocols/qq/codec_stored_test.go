package qq

import (
	"encoding/json"
	"flag"
	"os"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "add what is new to the golden files")

const storedFile = "testdata/stored.jsonl"

// TestWhatWasStoredIsRead holds the promise to the logs that people have: every
// line of testdata/stored.jsonl was written by this version or an older one,
// with all fields set, and must come back with all of them.
//
// The file only grows. -update adds the events that it lacks, be they new or
// with a field more; a line that no release ever wrote may be deleted by hand.
func TestWhatWasStoredIsRead(t *testing.T) {
	text, err := os.ReadFile(storedFile)
	if err != nil && !*update {
		t.Fatal(err)
	}
	have := map[string]bool{}
	for line := range strings.Lines(string(text)) {
		line = strings.TrimSuffix(line, "\n")
		have[line] = true
		e, err := DecodeEvent([]byte(line))
		if err != nil {
			t.Errorf("%s\nis not read any more: %v", line, err)
			continue
		}
		now, err := EncodeEvent(e)
		if err != nil {
			t.Errorf("%s: %v", line, err)
			continue
		}
		if lost := missing("", parsed(t, []byte(line)), parsed(t, now)); lost != "" {
			t.Errorf("%s\nis read without %s:\n%s", line, lost, now)
		}
	}
	for _, e := range full(t) {
		line, err := EncodeEvent(e)
		switch {
		case err != nil:
			t.Error(err)
		case !have[string(line)] && *update:
			text = append(append(text, line...), '\n')
		case !have[string(line)]:
			t.Errorf("%s is stored in a form that is new; run this test with -update\n%s", EventKind(e), line)
		}
	}
	if *update {
		if err := os.WriteFile(storedFile, text, 0o644); err != nil {
			t.Error(err)
		}
	}
}

func parsed(t *testing.T, text []byte) (v any) {
	t.Helper()
	if err := json.Unmarshal(text, &v); err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return v
}

// missing names what was and is not any more; what is new is right.
func missing(path string, was, is any) string {
	switch was := was.(type) {
	case map[string]any:
		is, _ := is.(map[string]any)
		for name, v := range was {
			if lost := missing(path+"."+name, v, is[name]); lost != "" {
				return lost
			}
		}
		return ""
	case []any:
		is, _ := is.([]any)
		if len(is) != len(was) {
			return path
		}
		for i, v := range was {
			if lost := missing(path+"[]", v, is[i]); lost != "" {
				return lost
			}
		}
		return ""
	}
	if was != is {
		return path
	}
	return ""
}

func TestMissing(t *testing.T) {
	for _, c := range []struct{ was, is, want string }{
		{`{"a":1,"b":[{"c":"x"}]}`, `{"b":[{"c":"x","new":1}],"a":1,"new":[]}`, ""},
		{`{"a":1}`, `{"b":1}`, ".a"},
		{`{"a":1}`, `{"a":2}`, ".a"},
		{`{"a":1}`, `{"a":"1"}`, ".a"},
		{`{"a":{"b":true}}`, `{"a":5}`, ".a.b"},
		{`{"a":[1,2]}`, `{"a":[1]}`, ".a"},
		{`{"a":[{"b":1}]}`, `{"a":[{}]}`, ".a[].b"},
	} {
		if got := missing("", parsed(t, []byte(c.was)), parsed(t, []byte(c.is))); got != c.want {
			t.Errorf("%s in %s: %q, want %q", c.was, c.is, got, c.want)
		}
	}
}
