package config

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"
)

// FuzzParse holds that no file takes the process down, that every fault has a place inside the file, and that what is
// accepted obeys the rules and can be explained.
func FuzzParse(f *testing.F) {
	f.Add(string(Template()))
	f.Add(uncommented())
	for _, c := range faultCases() {
		if len(c.yaml) < 1000 {
			f.Add(c.yaml)
		}
	}
	f.Add("x-a: &a {port: 0}\nendpoints: [{<<: *a, kind: milky}]")
	f.Fuzz(func(t *testing.T, yaml string) {
		if len(yaml) > 8*kib {
			return // the YAML library's time grows with the square
		}
		cfg, err := Parse("f", []byte(yaml))
		if err != nil {
			checkPlaces(t, yaml, err)
			return
		}
		if err := cfg.Validate(); err != nil {
			t.Errorf("accepted, and then: %v", err)
		}
		if Explain(cfg) == "" {
			t.Error("nothing to explain")
		}
	})
}

func checkPlaces(t *testing.T, yaml string, err error) {
	t.Helper()
	faults, ok := errors.AsType[Faults](err)
	if !ok || len(faults) == 0 {
		t.Fatalf("not faults: %v", err)
	}
	last := 0
	for _, fault := range faults {
		if fault.File != "f" || fault.Line < max(last, 1) || fault.Column < 1 || fault.Message == "" {
			t.Errorf("%+v", fault)
		}
		if most := strings.Count(yaml, "\n") + strings.Count(yaml, "\r") + 1; fault.Line > most {
			t.Errorf("line %d of %d", fault.Line, most)
		}
		if text := fault.Error(); strings.ContainsAny(text, "\r\n") || !utf8.ValidString(text) {
			t.Errorf("not one line of text: %q", text)
		}
		last = fault.Line
	}
}

// TestQuotedTokensArriveWhole holds that the YAML library changes no character of a quoted token.
func TestQuotedTokensArriveWhole(t *testing.T) {
	token := rapid.StringMatching(`[!-~äß字🙂]{1,40}`)
	rapid.Check(t, func(t *rapid.T) {
		want := token.Draw(t, "token")
		single := strings.ReplaceAll(want, "'", "''")
		double := strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(want)
		cfg, err := Parse("f", fmt.Appendf(nil, "endpoints:\n  - kind: milky\n    token: '%s'\n  - {kind: satori, token: \"%s\"}", single, double))
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range cfg.Endpoints {
			if got := ListenOf(e).Token.Reveal(); got != want {
				t.Fatalf("%s: wrote %q, read %q", e.Kind(), want, got)
			}
		}
	})
}

func FuzzHost(f *testing.F) {
	for _, host := range []string{"", "*", "127.0.0.1", "[::1]", "localhost", "a.b", "fe80::1%x"} {
		f.Add(host, "::")
	}
	f.Fuzz(func(t *testing.T, a, b string) {
		if overlap(a, b) != overlap(b, a) {
			t.Errorf("overlap(%q, %q) depends on the order", a, b)
		}
		if reachOf(a) == reachLocal && allInterfaces(a) {
			t.Errorf("%q is all interfaces and local", a)
		}
	})
}
