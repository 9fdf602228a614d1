package milky

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"llbot/protocols/qq"
)

// TestForeignServers: what other Milky servers tell, written down from their
// public sources, is read as the golden files say. They leave out fields that
// the protocol asks for (Lagrange.Milky: who wrote what is quoted; Yogurt: what
// has its default), write null for others, and order them as they like.
func TestForeignServers(t *testing.T) {
	files, err := filepath.Glob("testdata/foreign/*.jsonl")
	if err != nil || len(files) != 3 {
		t.Fatal(files, err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var got bytes.Buffer
		for line := range bytes.Lines(text) {
			h, err := ReadEvent(bytes.TrimSpace(line))
			if err != nil || h.Account != 20002000 || h.Time == 0 {
				t.Fatalf("%s: %+v, %v", line, h, err)
			}
			if h.Event == nil {
				got.WriteString(h.Type + " is unknown\n")
				continue
			}
			event, err := qq.EncodeEvent(h.Event)
			if err != nil {
				t.Fatal(err)
			}
			got.WriteString(qq.EventKind(h.Event) + " " + string(event) + "\n")
		}
		golden := strings.TrimSuffix(file, ".jsonl") + ".golden"
		if *update {
			if err := os.WriteFile(golden, got.Bytes(), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(golden)
		if err != nil || !bytes.Equal(want, got.Bytes()) {
			t.Errorf("%s: %v, read as\n%s", golden, err, got.Bytes())
		}
	}
}
