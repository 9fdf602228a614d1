//go:build linux

package bench

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

// partEnv makes this test program a part of a measurement.
const partEnv = "LLBOT_BENCH_PART=1"

func TestMain(m *testing.M) {
	if slices.Contains(os.Environ(), partEnv) {
		if err := Work(os.Args[len(os.Args)-1], os.Stdin, os.Stdout); err != nil {
			_, _ = os.Stderr.WriteString(err.Error() + "\n")
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

func tiny(t *testing.T, only string) *Report {
	t.Helper()
	r, err := Run(t.Context(), Options{
		Self:   self(),
		Rounds: 1, Slice: 100 * time.Millisecond, Only: regexp.MustCompile(only),
	})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// One small scenario of each kind runs from end to end, every delivery checked.
func TestTinyRun(t *testing.T) {
	r := tiny(t, `^(http/onebot/send_group_msg|ws/onebot/login|fanout/mixed/10)$`)
	if len(r.Results) != 3 || len(r.Skipped) > 0 {
		t.Fatalf("%+v; skipped %+v", r.Results, r.Skipped)
	}
	for _, one := range r.Results {
		if one.Value <= 0 || one.Floor <= 0 || one.Ratio.Min <= 0 || one.Ratio.Min > one.Ratio.Max || one.CPU == nil {
			t.Errorf("%+v", one)
		}
	}
}

func TestNamesAreUnique(t *testing.T) {
	names := Names(false)
	for i, name := range names {
		if slices.Contains(names[:i], name) || strings.ContainsAny(name, " \t") {
			t.Errorf("name %q", name)
		}
	}
	if len(names) < 40 {
		t.Errorf("%d results", len(names))
	}
}

func TestParseTarget(t *testing.T) {
	for address, want := range map[string]string{
		"http://127.0.0.1:3000":    "127.0.0.1:3000",
		"ws://127.0.0.1:3001/":     "127.0.0.1:3001",
		"http://127.0.0.1:5600/x/": "127.0.0.1:5600/x",
		"http://somewhere":         "somewhere:80",
		"127.0.0.1:3000":           "",
		"https://127.0.0.1":        "",
		"ftp://127.0.0.1":          "",
	} {
		got, err := ParseTarget(Named{URL: address, Group: 1, Member: 2})
		switch {
		case want == "" && err == nil:
			t.Errorf("%s was taken as %+v", address, got)
		case want != "" && (err != nil || got.URL.Host+got.URL.Path != want || got.Act != got.URL):
			t.Errorf("%s: %+v, %v", address, got, err)
		}
	}
}
