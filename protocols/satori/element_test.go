package satori

import (
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// tree turns elements into the shape of the vectors' second column.
func tree(elements []Element) []any {
	out := []any{}
	for _, e := range elements {
		if e.Tag == "" {
			out = append(out, e.Text)
			continue
		}
		n := map[string]any{"t": e.Tag}
		if len(e.Attrs) > 0 {
			attrs := map[string]any{}
			for _, a := range e.Attrs {
				switch a.Form {
				case AttrTrue:
					attrs[a.Key] = true
				case AttrFalse:
					attrs[a.Key] = false
				default:
					attrs[a.Key] = a.Value
				}
			}
			n["a"] = attrs
		}
		if len(e.Children) > 0 {
			n["c"] = tree(e.Children)
		}
		out = append(out, n)
	}
	return out
}

func TestParseAndWriteLikeTheJavaScriptLibrary(t *testing.T) {
	text, err := os.ReadFile("testdata/element-vectors.tsv")
	if err != nil {
		t.Fatal(err)
	}
	count := 0
	for line := range strings.Lines(string(text)) {
		columns := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		if len(columns) != 3 || columns[0] == "input" {
			continue
		}
		count++
		var input, written string
		var want any
		for i, into := range []any{&input, &want, &written} {
			if err := json.Unmarshal([]byte(columns[i]), into); err != nil {
				t.Fatalf("%s: %v", columns[i], err)
			}
		}
		elements, err := Parse(input)
		if err != nil {
			t.Errorf("%q: %v", input, err)
			continue
		}
		if diff := cmp.Diff(want, any(tree(naive(input)))); diff != "" {
			t.Errorf("%q: tree of the second parser (-want +got)\n%s", input, diff)
		}
		if diff := cmp.Diff(want, any(tree(elements))); diff != "" {
			t.Errorf("%q: tree (-want +got)\n%s", input, diff)
		}
		if got := Write(elements); got != written {
			t.Errorf("%q: written %q, want %q", input, got, written)
		}
	}
	if count != 103 {
		t.Errorf("%d vectors, want 103", count)
	}
}

func TestParseLimits(t *testing.T) {
	for name, source := range map[string]string{
		"depth":      strings.Repeat("<b>", MaxDepth+1),
		"elements":   strings.Repeat("<b/>", MaxParts+1),
		"attributes": "<b" + strings.Repeat(" k", MaxParts) + "/>",
		"keys":       "<b a1 a2 " + strings.Repeat("x", 10) + keys(MaxDepth) + "/>",
		"length":     strings.Repeat("x", MaxContent+1),
	} {
		if _, err := Parse(source); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	deep := strings.Repeat("<b>", MaxDepth) + "x" + strings.Repeat("</b>", MaxDepth)
	if e, err := Parse(deep); err != nil || Write(e) != deep {
		t.Errorf("the greatest depth: %v", err)
	}
}

func keys(n int) string {
	var s strings.Builder
	for i := range n {
		s.WriteString(" k" + strings.Repeat("y", i))
	}
	return s.String()
}

func TestUnescapePairsOfReferences(t *testing.T) {
	for in, want := range map[string]string{
		"&#xD83D;&#xDE00;":          "😀",
		"&#55357;x":                 "\ufffdx",
		"&#xDE00;":                  "\ufffd",
		"&#;&#x;&#99999999999999;&": "&#;&#x;&#99999999999999;&",
		"&#-1;&#+1;":                "&#-1;&#+1;",
	} {
		if got := Unescape(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"", "<a b='c'>d</a>", "<x a=\"b>c\"/>", "<!-- <b> --", "&#x26;&amp;", "<>", "</>", "<!--<!--<!--", "< 2 >"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, source string) {
		elements, err := Parse(source)
		if err != nil {
			return
		}
		written := Write(elements)
		if len(written) > 16*len(source)+64 {
			t.Fatalf("%d bytes became %d", len(source), len(written))
		}
		if _, err := Parse(written); err != nil && len(source) < MaxDepth {
			t.Fatalf("%q, written back as %q: %v", source, written, err)
		}
	})
}
