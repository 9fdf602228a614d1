package milky

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	schema "llbot/protocols/milky/spec"
)

var loadSpecification = sync.OnceValues(schema.Load)

func spec(t testing.TB) *schema.Specification {
	t.Helper()
	s, err := loadSpecification()
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// TestEveryGoldenFits checks the files themselves, whoever wrote them.
func TestEveryGoldenFits(t *testing.T) {
	for _, path := range goldens(t, "events") {
		if faults := spec(t).Event(read(t, path)); len(faults) > 0 {
			t.Errorf("%s\n%s", path, strings.Join(faults, "\n"))
		}
	}
	for _, path := range goldens(t, "apis") {
		name, _, _ := strings.Cut(filepath.Base(path), ".")
		var call example
		if err := json.Unmarshal(read(t, path), &call); err != nil {
			t.Fatal(err)
		}
		faults := spec(t).Response(name, call.Response)
		if string(call.Request) != "null" {
			faults = append(faults, spec(t).Request(name, call.Request)...)
		}
		if len(faults) > 0 {
			t.Errorf("%s\n%s", path, strings.Join(faults, "\n"))
		}
	}
}

func goldens(t *testing.T, kind string) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("testdata", kind, "*.json"))
	if err != nil || len(files) == 0 {
		t.Fatal(kind, err)
	}
	return files
}

func read(t *testing.T, path string) []byte {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return text
}
