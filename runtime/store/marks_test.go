package store

import (
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"time"

	"llbot/protocols/qq"
)

// markerDir is victimDir for marker.
const markerDir = "LLBOT_STORE_MARKER"

// marker moves a cursor until it is killed, and says how far it came.
func marker(dir string) {
	s, err := Open(dir, slog.New(slog.DiscardHandler))
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	last, _ := s.Cursors().Load("target")
	for sn := last + 1; ; sn++ {
		s.Cursors().Save("target", sn)
		fmt.Println(sn)
		time.Sleep(time.Duration(sn%3) * 100 * time.Microsecond)
	}
}

// TestKillLosesNoMove: a cursor is found where it was, or at the move that was
// under way.
func TestKillLosesNoMove(t *testing.T) {
	dir := t.TempDir()
	for cycle := range 4 {
		told := killed(t, markerDir, dir, time.Duration(7+31*cycle)*time.Millisecond)
		s := open(t, dir)
		if at, _ := s.Cursors().Load("target"); at < told || at > told+1 || told == 0 {
			t.Errorf("cursor at %d, %d was told", at, told)
		}
		closed(t, s)
	}
}

// leftOf copies the marks alone, as a kill before the first transaction would
// leave them.
func leftOf(t *testing.T, dir string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(dir, markFile))
	if err != nil {
		t.Fatal(err)
	}
	to := t.TempDir()
	if err := os.WriteFile(filepath.Join(to, markFile), text, 0o600); err != nil {
		t.Fatal(err)
	}
	return to
}

func TestMarksWithoutTheDatabase(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir)
	defer s.Close()
	for sn, target := range []string{0: "none", 1: "a", 2: "b", 3: "forgotten", 4: "set back"} {
		s.Cursors().Save(target, qq.SN(sn))
	}
	s.Cursors().Save("a", 9)
	s.Cursors().Forget("forgotten")
	s.Cursors().Set("set back", 2)
	left := open(t, leftOf(t, dir))
	defer left.Close()
	for target, want := range map[string]qq.SN{"none": 0, "a": 9, "b": 2, "forgotten": 0, "set back": 0, "unheard of": 0} {
		if at, known := left.Cursors().Load(target); at != want || known != (want != 0) {
			t.Errorf("%s is at %d, %v; want %d", target, at, known, want)
		}
	}
	if n := len(left.Cursors().List()); n != 2 {
		t.Errorf("%d cursors are listed", n)
	}
}

// A cursor that moved while letters wait for the disk is not marked.
func TestMarksWaitForLetters(t *testing.T) {
	dir := t.TempDir()
	s, d := openDisk(t, dir, Limits{})
	defer s.Close()
	s.Cursors().Save("a", 1)
	d.fails.Store(true)
	s.DeadLetters().Skip("a", 2, "too old")
	s.Cursors().Save("a", 2)
	_ = s.writer.sync() // it fails
	s.Cursors().Save("a", 3)
	at := func() qq.SN {
		left := open(t, leftOf(t, dir))
		defer left.Close()
		sn, _ := left.Cursors().Load("a")
		return sn
	}
	if sn := at(); sn != 1 {
		t.Errorf("marked at %d while a letter waits", sn)
	}
	d.fails.Store(false)
	if err := s.writer.sync(); err != nil {
		t.Fatal(err)
	}
	s.Cursors().Save("a", 4)
	if sn := at(); sn != 4 {
		t.Errorf("marked at %d, want 4", sn)
	}
}

// Slots that a power cut or somebody has spoiled are left out, and others serve.
func TestSpoiledMarks(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir)
	defer s.Close()
	for sn := range 5 {
		s.Cursors().Save(fmt.Sprint(sn), qq.SN(sn+1))
	}
	left := leftOf(t, dir)
	path := filepath.Join(left, markFile)
	text, err := os.ReadFile(path)
	if err != nil || len(text) != 5*markSize {
		t.Fatalf("%d bytes, %v", len(text), err)
	}
	text[markSize+50] ^= 1        // the second
	clear(text[2*markSize:][:20]) // the third
	text = text[:4*markSize+40]   // the fifth
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		again := open(t, left)
		for sn, want := range []qq.SN{1, 0, 0, 4, 0} {
			if at, _ := again.Cursors().Load(fmt.Sprint(sn)); at != want {
				t.Errorf("%d is at %d, want %d", sn, at, want)
			}
		}
		again.Cursors().Save("new", 7)
		if again, _ := again.Cursors().Load("new"); again != 7 {
			t.Errorf("new is at %d", again)
		}
		closed(t, again)
	}
}

// Without its file, the store works.
func TestNoMarks(t *testing.T) {
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, markFile), 0o700); err != nil {
		t.Fatal(err)
	}
	s, d := openDisk(t, dir, Limits{})
	s.Cursors().Save("a", 7)
	closed(t, s)
	if n := d.logs.count("cannot be marked"); n != 1 {
		t.Errorf("%d complaints", n)
	}
	s = open(t, dir)
	defer s.Close()
	if at, _ := s.Cursors().Load("a"); at != 7 {
		t.Errorf("cursor at %d", at)
	}
}

func FuzzMark(f *testing.F) {
	f.Add(encodeMark(markKey{1}, 1<<40))
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, b []byte) {
		if key, sn, ok := decodeMark(b); ok && string(encodeMark(key, sn)) != string(b) {
			t.Errorf("%x is decoded but not encoded so", b)
		}
	})
}

func BenchmarkCursorSave(b *testing.B) {
	s := open(b, b.TempDir())
	defer s.Close()
	for sn := qq.SN(1); b.Loop(); sn++ {
		s.Cursors().Save("target", sn)
	}
}
