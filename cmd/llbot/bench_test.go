package main

import (
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// What is asked for wrongly is said before anything is measured.
func TestBenchFlags(t *testing.T) {
	nowhere := filepath.Join(t.TempDir(), "missing", "result.json")
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"--only", "("}, "--only: error parsing regexp"},
		{[]string{"--only", "nothing-is-named-so"}, "--list shows them"},
		{[]string{"--act", "http://127.0.0.1:1"}, "--target"},
		{[]string{"--token", "secret"}, "--target"},
		{[]string{"--target", "127.0.0.1:1"}, "want http://host:port/prefix"},
		{[]string{"--out", nowhere}, "cannot write " + nowhere},
		{[]string{"--chart", nowhere}, "cannot write " + nowhere},
		{[]string{"--out", filepath.Dir(filepath.Dir(nowhere))}, "it is a folder"},
		{[]string{"--out", "result.svg"}, "files of their own"},
	} {
		out, err := exec.Command(binary, append([]string{"bench"}, c.args...)...).CombinedOutput()
		if err == nil || !strings.Contains(string(out), c.want) || strings.Contains(string(out), "secret") || strings.Contains(string(out), "…") {
			t.Errorf("%q: %v, %s", c.args, err, out)
		}
	}
}

func TestBenchList(t *testing.T) {
	for _, c := range []struct {
		args []string
		has  bool // the variants that the short form leaves out
	}{{[]string{"bench", "--list"}, true}, {[]string{"bench", "--list", "--quick"}, false}} {
		out, err := exec.Command(binary, c.args...).CombinedOutput()
		if err != nil || !strings.Contains(string(out), "fanout/array/1000\n") || strings.Contains(string(out), "growth/array/8192\n") != c.has {
			t.Errorf("%q: %v, %s", c.args, err, out)
		}
	}
}
