package sim

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"llbot/protocols/qq"
)

// BenchmarkStart opens a world in which much was said, after an orderly close
// and after a kill.
func BenchmarkStart(b *testing.B) {
	for name, text := range map[string]string{"short": "message {{seq}}", "long": strings.Repeat("what \"is\" said, 字", qq.MaxMessageText/17)} {
		for _, kill := range []bool{false, true} {
			b.Run(fmt.Sprintf("%s/kill=%t", name, kill), func(b *testing.B) { benchmarkStart(b, text, kill) })
		}
	}
}

func benchmarkStart(b *testing.B, text string, kill bool) {
	opt := Options{Dir: b.TempDir()}
	w := openWorld(b, opt)
	if _, err := w.Say(context.Background(), Say{As: alice, Group: home, Text: text, Count: 60_000}); err != nil {
		b.Fatal(err)
	}
	if !kill {
		if err := w.Close(); err != nil {
			b.Fatal(err)
		}
	}
	from := os.DirFS(opt.Dir)
	b.ResetTimer()
	for i := range b.N {
		b.StopTimer()
		opt.Dir = filepath.Join(b.TempDir(), fmt.Sprint(i))
		if err := os.CopyFS(opt.Dir, from); err != nil {
			b.Fatal(err)
		}
		b.StartTimer()
		again, err := Open(opt)
		b.StopTimer()
		if err != nil {
			b.Fatal(err)
		}
		if err := again.Close(); err != nil {
			b.Fatal(err)
		}
		b.StartTimer()
	}
}

// TestQuickReadingIsTheSlowOne holds the short cut for the lines of a journal
// against encoding/json, for lines that are right and for every way of one
// changed byte.
func TestQuickReadingIsTheSlowOne(t *testing.T) {
	quick := 0
	for _, r := range sampleRecords() {
		text, err := appendRecord(nil, r)
		if err != nil {
			t.Fatal(err)
		}
		body, err := openLine(bytes.TrimSuffix(text, []byte{'\n'}))
		if err != nil {
			t.Fatal(err)
		}
		if n, ok := quickNumber(body); !ok || n != r.number {
			t.Errorf("number %d, %t of %s", n, ok, body)
		}
		if _, ok := quickHead(body); ok {
			quick++
		}
		sameAsSlow(t, body)
		for i := range body {
			for _, c := range []byte(`"0-x,}`) {
				bad := bytes.Clone(body)
				bad[i] = c
				sameAsSlow(t, bad)
			}
		}
	}
	if quick < len(sampleRecords())/2 {
		t.Errorf("only %d lines are read the quick way", quick)
	}
}

func sameAsSlow(t *testing.T, body []byte) {
	t.Helper()
	got, gotErr := decodeRecord(body)
	want, wantErr := decodeSlowly(body)
	if (gotErr == nil) != (wantErr == nil) {
		t.Fatalf("%s\nquick: %v\nslow: %v", body, gotErr, wantErr)
	}
	if d := cmp.Diff(want, got, cmp.AllowUnexported(record{}, chatKey{})); gotErr == nil && d != "" {
		t.Fatalf("%s\n%s", body, d)
	}
}

// TestKilledAgainAndAgain stops a world many times before a file is full: a
// snapshot must come all the same.
func TestKilledAgainAndAgain(t *testing.T) {
	opt := Options{Dir: t.TempDir(), Sync: time.Millisecond, SnapshotEvery: 20}
	for range 6 {
		w := openWorld(t, opt)
		for range 8 {
			do(t, w, alice, inGroup("x"))
		}
		if err := w.synced(t.Context(), w.st.Record); err != nil {
			t.Fatal(err)
		}
		opt.Dir = copyDir(t, opt.Dir)
	}
	w := openWorld(t, opt)
	do(t, w, alice, inGroup("x"))
	for deadline := time.Now().Add(10 * time.Second); ; time.Sleep(time.Millisecond) {
		list, err := w.folder.numbers(snapshotPrefix)
		if err != nil {
			t.Fatal(err)
		}
		if len(list) > 0 {
			return
		}
		if time.Now().After(deadline) {
			t.Fatal("no snapshot was made")
		}
	}
}
