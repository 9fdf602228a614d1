package wire

import (
	"bytes"
	stdjson "encoding/json"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

var oddTexts = []string{
	``, ` `, `{"a":tru}`, `[1 2]`, `{"a" 1}`, `{"a":1,}`, `[1,]`, `{"a":01}`, `"\x"`, "\"\x01\"", `{"a":"\u12"}`, `nul`, `nulll`, `{a:1}`,
	`-`, `1.`, `.5`, `1e`, `[`, `]`, `{"a":1}x`, `{"a":1} {}`, `{"a":[}]}`, "\"\xff\"", `[true1]`, `{"a":1"b":2}`, `{,}`, `[,]`, `"a`, `+1`,
	`--1`, `1-1`, `[1.2.3]`, `{"a":"b}`, "\u00a01", "[1]\x00", "\x00", `null`, ` {"a" : [ 1 , {"b":"]"} ] , "a\"":"\\" } `, `"\ud800"`,
	`{"":{}}`, `[[],[[]]]`, `-0`, `1e400`, `-`, `0.0e+0`, `1E-`, `{"a":{},"b":[],"c":[{}]}`, `[{]}`, `{"a":1]`, `[1}`, `{"a"}`, `{"a":}`, `"\u12g4"`, `"\uABcd"`, "\ufeff1", "{\"a\"\n:\t1\r}",
}

func TestCheckAgreesWithTheStandard(t *testing.T) {
	for _, text := range oddTexts {
		b := []byte(text)
		if want := stdjson.Valid(b); (Check(b) == nil) != want || Valid(b) != want || wellFormed(b) != want {
			t.Errorf("%q: check %v, valid %v, well-formed %v, standard %v", text, Check(b), Valid(b), wellFormed(b), want)
		}
		sameVisits(t, b)
	}
}

// sameVisits holds the walk that checks against a check and a walk.
func sameVisits(t *testing.T, text []byte) {
	t.Helper()
	walk := func(each func([]byte, func(quoted, value []byte)) bool) (visits []string, ok bool) {
		ok = each(text, func(quoted, value []byte) { visits = append(visits, string(quoted)+":"+string(value)) })
		return visits, ok
	}
	got, ok := walk(EachChecked)
	want, object := []string(nil), Check(text) == nil
	if object {
		want, object = walk(EachMember)
	}
	if ok != object || ok && !slices.Equal(got, want) {
		t.Errorf("%q: visited %q (%v), want %q (%v)", text, got, ok, want, object)
	}
}

func TestCheckBoundsDepth(t *testing.T) {
	nest := func(n int) []byte { return []byte(strings.Repeat("[", n) + strings.Repeat("]", n)) }
	if err := Check(nest(MaxDepth)); err != nil {
		t.Error(err)
	}
	if Check(nest(MaxDepth+1)) == nil || Check(bytes.Repeat([]byte("["), 1<<20)) == nil || Check(bytes.Repeat([]byte(`{"a":`), 1<<20)) == nil {
		t.Error("too deep was taken")
	}
	for n := range MaxDepth + 3 {
		sameVisits(t, []byte(`{"a":`+string(nest(n))+`}`))
		sameVisits(t, []byte(`{"a":1,"b":`+string(nest(n))+`}`))
	}
	if err := Check([]byte(`"` + strings.Repeat("[", 100) + `\"` + strings.Repeat("{", 100) + `"`)); err != nil {
		t.Errorf("brackets in a string were counted: %v", err)
	}
}

func TestLeading(t *testing.T) {
	cases := map[string]string{
		`1,`: `1`, `1`: ``, ` "a"`: `"a"`, `"a`: ``, `{"a":[1]}x`: `{"a":[1]}`, `[1`: ``, `true}`: `true`, `true`: ``, `tru,`: ``, `null `: `null`,
		``: ``, `,`: ``, `}`: ``, `"\"" rest`: `"\""`, `[}]`: ``, `-1.5e3]`: `-1.5e3`,
	}
	for in, want := range cases {
		if got := string(Leading([]byte(in))); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

// FuzzScan compares our walk over accepted texts with the standard library's.
func FuzzScan(f *testing.F) {
	for _, text := range oddTexts {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		Leading(text)
		sameVisits(t, text)
		if want := stdjson.Valid(text) && checkDepth(text) == nil; wellFormed(text) != want {
			t.Fatalf("%q: well-formed %v, standard %v", text, !want, want)
		}
		if err := Check(text); err != nil {
			if stdjson.Valid(text) && checkDepth(text) == nil {
				t.Fatalf("%q: %v", text, err)
			}
			return
		}
		if !stdjson.Valid(text) {
			t.Fatalf("%q was taken", text)
		}
		var list []stdjson.RawMessage
		if stdjson.Unmarshal(text, &list) == nil && list != nil {
			eachElement(text, func(i int, value []byte) {
				if !bytes.Equal(value, list[i]) {
					t.Fatalf("%q[%d]: %q, want %q", text, i, value, list[i])
				}
			})
		}
		var object map[string]stdjson.RawMessage
		if utf8.Valid(text) && stdjson.Unmarshal(text, &object) == nil && object != nil { // we keep odd bytes in keys
			last := map[string]string{}
			eachMember(text, func(quoted, value []byte) { last[keyText(quoted)] = string(value) })
			if len(last) != len(object) {
				t.Fatalf("%q: %v, want %v", text, last, object)
			}
			for key, value := range object {
				if got, ok := last[key]; !ok || got != string(value) {
					t.Fatalf("%q.%q: %q, want %q", text, key, got, value)
				}
			}
		}
	})
}
