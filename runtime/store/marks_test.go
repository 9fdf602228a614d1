package store

import (
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
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
	if err != nil || len(text) != imagePage {
		t.Fatalf("%d bytes, %v", len(text), err)
	}
	text[markSize+44] ^= 1        // the second
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

// TestTornMarks: whatever of a move reached the memory or the file when the
// process was killed, byte by byte and in either order, the mark is the number
// before it or the one it was to be.
func TestTornMarks(t *testing.T) {
	for _, c := range []struct{ before, to qq.SN }{
		{0, 1}, {1, 2}, {2, 3}, {255, 256}, {1<<16 - 1, 1 << 16}, {7, 1<<63 + 1}, {1 << 40, 1<<40 + 1<<24}, {9, 0},
	} {
		was, is := movedBy(t, c.before, c.to)
		for n := range markSize + 1 {
			front, back := was, is
			copy(front[:n], is[:n])
			copy(back[:n], was[:n])
			for _, torn := range [][markSize]byte{front, back} {
				_, sn, turn, ok := decodeMark(torn)
				older := c.to == 0 && (sn == c.before-1 || sn == c.before)
				if !ok || sn != c.before && sn != c.to && !older || turn != 0 && turn != 1 {
					t.Errorf("%d → %d, torn at %d: %d, %v", c.before, c.to, n, sn, ok)
				}
			}
		}
	}
}

// movedBy is a slot that came to a number, before and after the next move.
func movedBy(t *testing.T, before, to qq.SN) (was, is [markSize]byte) {
	t.Helper()
	dir := t.TempDir()
	m := openMarks(dir, slog.New(slog.DiscardHandler))
	defer m.close()
	slot := func() [markSize]byte {
		text, err := os.ReadFile(filepath.Join(dir, markFile))
		if err != nil || len(text) < markSize {
			t.Fatalf("%d bytes, %v", len(text), err)
		}
		return [markSize]byte(text)
	}
	if before > 1 {
		m.put("a", before-1)
	}
	if before > 0 {
		m.put("a", before)
		was = slot()
	} else {
		was = encodeMark(keyOf("a"), 0)
	}
	m.put("a", to)
	return was, slot()
}

// TestMarksByTurns: of many moves, over several runs, each is found, and so is
// the one before it when the last is spoiled.
func TestMarksByTurns(t *testing.T) {
	dir := t.TempDir()
	for run := range qq.SN(5) {
		m := openMarks(dir, slog.New(slog.DiscardHandler))
		if sn := m.of("a"); sn != 3*run {
			t.Fatalf("run %d begins at %d", run, sn)
		}
		for sn := 3*run + 1; sn <= 3*run+3; sn++ {
			m.put("a", sn)
		}
		if err := m.close(); err != nil {
			t.Fatal(err)
		}
		text, err := os.ReadFile(filepath.Join(dir, markFile))
		if err != nil {
			t.Fatal(err)
		}
		_, sn, turn, _ := decodeMark([markSize]byte(text))
		text[placeAt(0, turn^1)+11] ^= 1
		if _, older, _, ok := decodeMark([markSize]byte(text)); !ok || sn != 3*run+3 || older != sn-1 {
			t.Errorf("run %d ended at %d, before it %d, %v", run, sn, older, ok)
		}
	}
}

// TestManyMarks: the file grows under the mapping, and by write calls alike.
func TestManyMarks(t *testing.T) {
	for _, mapped := range []bool{true, false} {
		t.Run(fmt.Sprintf("mapped %v", mapped), func(t *testing.T) {
			dir := t.TempDir()
			m := openMarks(dir, slog.New(slog.DiscardHandler))
			m.image.never = !mapped
			for round := range qq.SN(3) {
				for i := range qq.SN(200) {
					m.put(fmt.Sprint(i), 1000*round+i+1)
				}
			}
			m.put("7", 0)
			if mapped && m.image.memory == nil && runtime.GOOS == "linux" {
				t.Error("the file is not mapped")
			}
			again := openMarks(dir, slog.New(slog.DiscardHandler)) // the first is still open, as after a kill
			for i := range qq.SN(200) {
				want := 2000 + i + 1
				if i == 7 {
					want = 0
				}
				if sn := again.of(fmt.Sprint(i)); sn != want {
					t.Errorf("%d is at %d", i, sn)
				}
			}
			if err := errors.Join(m.close(), again.close()); err != nil {
				t.Error(err)
			}
		})
	}
}

// TestMarksCutShort: somebody cuts the file under the mapping.
func TestMarksCutShort(t *testing.T) {
	dir := t.TempDir()
	s, d := openDisk(t, dir, Limits{})
	s.Cursors().Save("a", 7)
	if err := os.Truncate(filepath.Join(dir, markFile), 0); err != nil {
		t.Fatal(err)
	}
	for sn := range qq.SN(3) {
		s.Cursors().Save("a", 8+sn)
	}
	if mapped := runtime.GOOS == "linux"; mapped && (s.marks.image != nil || d.logs.count("cannot be marked") != 1) {
		t.Errorf("%d complaints", d.logs.count("cannot be marked"))
	}
	closed(t, s)
	s = open(t, dir)
	defer s.Close()
	if at, _ := s.Cursors().Load("a"); at != 10 {
		t.Errorf("cursor at %d", at)
	}
}

func FuzzMark(f *testing.F) {
	one := encodeMark(markKey{1}, 1<<40)
	f.Add(one[:])
	f.Add(make([]byte, markSize))
	f.Fuzz(func(t *testing.T, b []byte) {
		if len(b) < markSize {
			return
		}
		key, sn, turn, ok := decodeMark([markSize]byte(b))
		if !ok {
			return
		}
		again := encodeMark(key, sn)
		if k, s, _, ok := decodeMark(again); !ok || k != key || s != sn || turn&^1 != 0 || string(again[:markHead]) != string(b[:markHead]) {
			t.Errorf("%x is decoded as %x at %d but not encoded so", b, key, sn)
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
