package onebot11

import (
	"os"
	"slices"
	"strings"
	"testing"
)

// rows reads a table of the spec, without its heading.
func rows(t *testing.T, name string) [][]string {
	t.Helper()
	text, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	var out [][]string
	for line := range strings.Lines(string(text)) {
		if !strings.HasPrefix(line, "#") {
			out = append(out, strings.Split(strings.TrimSuffix(line, "\n"), "\t"))
		}
	}
	return out[1:]
}

func TestEveryActionOfTheTablesIsServedOrListed(t *testing.T) {
	s := newHTTP(t, nil)
	listed := map[string]bool{}
	for _, m := range Unsupported() {
		if listed[m.Name] || m.Reason == "" {
			t.Errorf("%s is listed twice or without a reason", m.Name)
		}
		listed[m.Name] = true
	}
	for _, row := range rows(t, "onebot11-actions.tsv") {
		if served := s.table.Lookup(row[0]) != nil; served == listed[row[0]] {
			t.Errorf("%s: served %v, listed as unsupported %v", row[0], served, listed[row[0]])
		}
		delete(listed, row[0])
	}
	for name := range listed {
		t.Errorf("%s is listed but no action of the tables", name)
	}
}

func TestEveryServedActionIsInTheTables(t *testing.T) {
	table := rows(t, "onebot11-actions.tsv")
	for _, name := range newHTTP(t, nil).Actions() {
		if !slices.ContainsFunc(table, func(row []string) bool { return row[0] == name }) {
			t.Errorf("%s is an invention", name)
		}
	}
}

func TestEverySegmentOfTheTablesIsSentOrListed(t *testing.T) {
	for _, row := range rows(t, "onebot11-segments.tsv") {
		kind, _, _ := strings.Cut(row[0], "(")
		if sent := sendKeys(kind) != nil; sent == slices.Contains(unsupportedSegments(), kind) {
			t.Errorf("%s: sent %v, listed %v", kind, sent, !sent)
		}
	}
}
