package store

import (
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"go.etcd.io/bbolt"
)

func TestTheFolderIsLocked(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir)
	defer s.Close()
	if _, err := Open(dir, slog.New(slog.DiscardHandler)); !errors.Is(err, ErrInUse) {
		t.Fatalf("err %v, want ErrInUse", err)
	}
}

func TestTheFileIsItsOwners(t *testing.T) {
	if runtime.GOOS == "windows" { // has no such modes
		return
	}
	dir := t.TempDir()
	path := filepath.Join(dir, fileName)
	for _, before := range []os.FileMode{0, 0o644} {
		if before != 0 {
			if err := os.Chmod(path, before); err != nil {
				t.Fatal(err)
			}
		}
		s := open(t, dir)
		if _, err := s.Hooks().Add("satori", "http://bot", "secret"); err != nil {
			t.Fatal(err)
		}
		closed(t, s)
		if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
			t.Fatalf("mode %v (%v), opened with %v", info.Mode(), err, before)
		}
	}
}

func TestCloseMayBeRepeated(t *testing.T) {
	s := open(t, t.TempDir())
	closed(t, s)
	closed(t, s)
}

// TestDamagedRowsAreLeftOut: a row that makes no sense costs nobody the others.
func TestDamagedRowsAreLeftOut(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir)
	s.Cursors().Save("good", 5)
	s.DeadLetters().Skip("good", 4, "too old")
	closed(t, s)
	db, err := openFile(dir)
	if err != nil {
		t.Fatal(err)
	}
	err = db.Update(func(tx *bbolt.Tx) error {
		return putRows(tx, []row{
			{[]byte("cursors"), []byte("bad"), []byte("short")},
			{[]byte("hooks"), []byte{0, 9, 'x'}, []byte("token")},
			{[]byte("keys"), []byte("8 bytes."), []byte("x")},
			{[]byte("letters"), []byte("12345678"), make([]byte, letterHead)},
			{[]byte("letters"), []byte("t12345678"), append([]byte{letterKinds}, make([]byte, letterHead)...)},
			{[]byte("tallies"), []byte("t"), []byte{1}},
		})
	})
	if err := errors.Join(err, db.Close()); err != nil {
		t.Fatal(err)
	}
	again, d := openDisk(t, dir, Limits{})
	defer again.Close()
	if list := again.Cursors().List(); len(list) != 1 || list[0].SN != 5 {
		t.Errorf("cursors %v", list)
	}
	if list := again.DeadLetters().List("", 0, 0); len(list) != 1 || list[0].SN != 4 {
		t.Errorf("letters %v", list)
	}
	if n := d.logs.count("make no sense"); n != 5 {
		t.Errorf("%d lines of log for 5 tables", n)
	}
}
