package runtime

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// The arrows between packages of ours: who may import whom, tests aside. A
// pattern that ends in /* matches what lies below. No other arrow is allowed.
var arrows = map[string][]string{
	"protocols/qq":     {},
	"protocols/wire":   {"protocols/qq"},
	"protocols/face":   {"protocols/qq"},
	"protocols/action": {"protocols/wire", "protocols/qq"},
	"protocols/*":      {"protocols/action", "protocols/face", "protocols/wire", "protocols/qq"}, // the faces

	"actors/system":     {},
	"actors/router":     {"actors/system", "protocols/qq", "protocols/face"},
	"actors/journal":    {"actors/system", "actors/router", "protocols/qq", "protocols/face"},
	"actors/account":    {"actors/system", "actors/journal", "protocols/qq", "protocols/face"},
	"actors/conn":       {"actors/system", "actors/router", "protocols/qq", "protocols/face"},
	"actors/endpoint":   {"actors/system", "actors/conn", "protocols/qq", "protocols/face"},
	"actors/supervisor": {"actors/*", "protocols/qq", "protocols/face"},

	"runtime":   {"runtime/*", "actors/*", "protocols/*"},
	"runtime/*": {"runtime/*", "protocols/*", "actors/router", "actors/conn", "actors/endpoint", "actors/journal", "actors/account"},

	"cmd/*":   {"runtime", "runtime/config", "runtime/admin", "bench", "bench/part", "protocols/qq", "protocols/onebot11", "protocols/milky", "protocols/satori"},
	"bench":   {"*"},
	"bench/*": {"*"},
}

// The doors: the only places that may import a dependency, tests and bench aside.
var doors = map[string][]string{
	"github.com/asynkron/protoactor-go": {"actors/*", "runtime"},
	"github.com/valyala/fasthttp":       {"runtime/transport"},
	"github.com/fasthttp/websocket":     {"runtime/transport"},
	"go.etcd.io/bbolt":                  {"runtime/store", "runtime/eventlog"},
	"github.com/goccy/go-json":          {"protocols/wire"},
	"github.com/goccy/go-yaml":          {"runtime/config"},
	"github.com/alecthomas/kong":        {"cmd/*"},
	"github.com/prometheus":             {"runtime/metrics", "runtime/admin"},
	"github.com/lmittmann/tint":         {"runtime/logging"},
	"github.com/santhosh-tekuri":        {"protocols/milky/spec"},
}

// What pure packages may not touch.
var impure = []string{"net/http", "os", "os/exec", "sync/atomic", "syscall", "io/fs", "log/slog"}

type sourceFile struct {
	path    string // from the module's root
	pkg     string // its folder
	imports []string
}

func TestImportRules(t *testing.T) {
	for _, f := range sources(t) {
		for _, imported := range f.imports {
			if ours, ok := strings.CutPrefix(imported, "llbot/"); ok && !mayImport(f.pkg, ours) {
				t.Errorf("%s imports %s: no such arrow", f.path, imported)
			}
			for dependency, rooms := range doors {
				if strings.HasPrefix(imported, dependency) && !matchesAny(rooms, f.pkg) && !strings.HasPrefix(f.pkg, "bench") {
					t.Errorf("%s imports %s: its door is %v", f.path, imported, rooms)
				}
			}
			if strings.HasPrefix(f.pkg, "protocols/") && slices.Contains(impure, imported) {
				t.Errorf("%s imports %s: protocols are pure", f.path, imported)
			}
		}
	}
}

func TestRoomsHoldNoStrayFiles(t *testing.T) {
	for _, f := range sources(t) {
		if f.pkg == "." || f.pkg == "actors" || f.pkg == "protocols" || f.pkg == "cmd" {
			t.Errorf("%s: this folder holds only packages", f.path)
		}
	}
}

// No init functions and no vague rooms.
func TestHouseHabits(t *testing.T) {
	for _, f := range sources(t) {
		text, err := os.ReadFile(filepath.Join("..", f.path))
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(text), "\nfunc init()") {
			t.Errorf("%s has an init function", f.path)
		}
		switch filepath.Base(f.pkg) {
		case "util", "utils", "common", "helper", "helpers", "manager", "base":
			t.Errorf("%s: name the package after what it holds", f.path)
		}
		if lines := strings.Count(string(text), "\n"); lines > 400 {
			t.Errorf("%s has %d lines, more than 400", f.path, lines)
		}
	}
}

func mayImport(from, to string) bool {
	if rules, ok := arrows[from]; ok {
		return matchesAny(rules, to)
	}
	best := ""
	for pattern := range arrows {
		if matches(pattern, from) && len(pattern) > len(best) {
			best = pattern
		}
	}
	return best != "" && matchesAny(arrows[best], to)
}

func matchesAny(patterns []string, path string) bool {
	return slices.ContainsFunc(patterns, func(p string) bool { return matches(p, path) })
}

func matches(pattern, path string) bool {
	if pattern == "*" {
		return true
	}
	if below, ok := strings.CutSuffix(pattern, "*"); ok {
		return strings.HasPrefix(path, below)
	}
	return pattern == path
}

// sources lists the Go files of the project, tests left out.
func sources(t *testing.T) []sourceFile {
	t.Helper()
	var files []sourceFile
	err := filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if name := d.Name(); name != ".." && (strings.HasPrefix(name, ".") || name == "testdata" || name == "data") {
				return filepath.SkipDir
			}
			return nil
		}
		if !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return nil
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		f := sourceFile{path: filepath.ToSlash(strings.TrimPrefix(path, "../"))}
		f.pkg = filepath.ToSlash(filepath.Dir(f.path))
		for _, spec := range parsed.Imports {
			name, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				return err
			}
			f.imports = append(f.imports, name)
		}
		files = append(files, f)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(files) < 50 {
		t.Fatalf("only %d files found: looked in the wrong place", len(files))
	}
	return files
}
