package wire

import (
	"bytes"
	stdjson "encoding/json"
	"math"
	"testing"
)

// sample holds every kind of value that the faces write.
type sample struct {
	Text   string         `json:"text"`
	Int    int64          `json:"int"`
	Big    uint64         `json:"big"`
	Float  float64        `json:"float"`
	Bool   bool           `json:"bool"`
	Any    any            `json:"any"`
	List   []string       `json:"list"`
	Nil    []int          `json:"nil"`
	Inner  *sample        `json:"inner"`
	Absent string         `json:"absent,omitempty"`
	Raw    stdjson.Number `json:"raw,omitempty"`
	embedded
}

type embedded struct {
	Also string `json:"also"`
}

// reference writes v with the standard library, without its escapes for HTML
// and for the line separators.
func reference(t *testing.T, v any) string {
	t.Helper()
	var b bytes.Buffer
	e := stdjson.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		t.Fatal(err)
	}
	return string(plainSeparators(bytes.TrimSuffix(b.Bytes(), []byte("\n"))))
}

func TestMarshalAsTheStandardDoes(t *testing.T) {
	for _, v := range []any{
		nil, 1, math.Copysign(0, -1), 1e21, 1e-7, "x", []int{}, map[string]int{"b": 1, "a": 2}, &sample{Text: "<&>\t\x00\u007f\xff", Inner: &sample{Nil: []int{1}}},
		sample{Int: -1 << 63, Big: 1<<64 - 1, Float: 0.1, Any: sample{}, List: []string{"\u2028\\u2028", "\\\u2029"}, Raw: "1.50", embedded: embedded{"e"}},
	} {
		got, err := Marshal(v)
		if err != nil || string(got) != reference(t, v) {
			t.Errorf("%+v:\n got %s, %v\nwant %s", v, got, err, reference(t, v))
		}
	}
}

func TestMarshalKeepsLineSeparators(t *testing.T) {
	for in, want := range map[string]string{
		"\u2028":            "\"\u2028\"",
		"a\u2029b":          "\"a\u2029b\"",
		`\u2028`:            `"\\u2028"`,
		"\\\u2028":          "\"\\\\\u2028\"",
		"\\\\u2029\u2029":   "\"\\\\\\\\u2029\u2029\"",
		"<script>&\u2028\"": "\"<script>&\u2028\\\"\"",
	} {
		if got := string(MustMarshal(in)); got != want {
			t.Errorf("%q: got %s, want %s", in, got, want)
		}
	}
}

func TestMarshalTellsWhatCannotBeWritten(t *testing.T) {
	if _, err := Marshal(make(chan int)); err == nil {
		t.Error("a channel was written")
	}
	defer func() {
		if recover() == nil {
			t.Error("no panic")
		}
	}()
	MustMarshal(func() {})
}

func FuzzMarshalString(f *testing.F) {
	for _, seed := range []string{"", "\u2028", `\u2028`, "\xff", "\\", "\"", "<>&", "\u0000\u001f"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got := MustMarshal(text)
		want := reference(t, text)
		if string(got) != want {
			t.Fatalf("got %s, want %s", got, want)
		}
		if appended := AppendString([]byte("x"), text); string(appended) != "x"+want {
			t.Fatalf("appended %s, want %s", appended, want)
		}
		var back, standard string
		if err := Unmarshal(got, &back); err != nil {
			t.Fatal(err)
		}
		if err := stdjson.Unmarshal(got, &standard); err != nil || back != standard {
			t.Fatalf("%q and %q, %v", back, standard, err)
		}
	})
}
