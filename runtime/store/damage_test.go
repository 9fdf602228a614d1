package store

import (
	"bytes"
	"errors"
	"log/slog"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"llbot/protocols/qq"
)

// filled makes a data folder whose database is of many pages, and whose cursor
// is marked.
func filled(t *testing.T) (dir string, text []byte) {
	t.Helper()
	dir = t.TempDir()
	s := open(t, dir)
	for i := range 3000 {
		s.IDs().Stamp(10001, qq.MessageRef{Chat: qq.GroupChat(7), Seq: int64(i + 1)})
		if i%30 == 0 {
			s.DeadLetters().Skip("hook", qq.SN(i+1), "too old")
		}
	}
	if err := s.writer.sync(); err != nil { // while letters wait, nothing is marked
		t.Fatal(err)
	}
	s.Cursors().Save("hook", 5)
	closed(t, s)
	text, err := os.ReadFile(filepath.Join(dir, fileName))
	if err != nil {
		t.Fatal(err)
	}
	return dir, text
}

func TestDamagedFilesAreSetAside(t *testing.T) {
	dir, good := filled(t)
	for name, bad := range map[string][]byte{
		"garbage":          bytes.Repeat([]byte("not a database "), 4000),
		"5000 bytes":       good[:5000],
		"one byte":         {1},
		"its first pages":  good[:4*os.Getpagesize()],
		"an empty middle":  append(append(bytes.Clone(good[:2*os.Getpagesize()]), make([]byte, len(good)-4*os.Getpagesize())...), good[len(good)-2*os.Getpagesize():]...),
		"both heads wrong": append(bytes.Repeat([]byte{7}, 2*os.Getpagesize()), good[2*os.Getpagesize():]...),
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(dir, fileName)
			if err := os.WriteFile(path, bad, fileMode); err != nil {
				t.Fatal(err)
			}
			var logs journal
			s, err := Open(dir, slog.New(slog.NewTextHandler(&logs, nil)))
			if err != nil {
				t.Fatal(err)
			}
			aside, _ := filepath.Glob(path + ".bad-*")
			if len(aside) != 1 || logs.count("level=ERROR") != 1 || logs.count("idempotency keys, dead letters") != 1 || logs.count(aside[0]) != 1 {
				t.Fatalf("set aside %v, told:\n%s", aside, logs.buf.String())
			}
			if kept, err := os.ReadFile(aside[0]); err != nil || !bytes.Equal(kept, bad) {
				t.Errorf("what was set aside is not what was there: %v", err)
			}
			if newest := s.Cursors().Newest(); newest != 5 {
				t.Errorf("the newest cursor is %d", newest)
			}
			if sn, ok := s.Cursors().Load("hook"); !ok || sn != 5 {
				t.Errorf("the cursor is at %d", sn)
			}
			s.IDs().Stamp(10001, qq.MessageRef{Chat: qq.GroupChat(7), Seq: 1})
			if err := errors.Join(s.Close(), os.Remove(aside[0])); err != nil {
				t.Error(err)
			}
			closed(t, open(t, dir)) // the new one is sound
		})
	}
}

// What is not the file's fault sets nothing aside.
func TestOtherFailuresSetNothingAside(t *testing.T) {
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, fileName), 0o700); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(dir, slog.New(slog.DiscardHandler)); err == nil {
		t.Error("a folder was opened")
	}
	if names, _ := filepath.Glob(filepath.Join(dir, "*.bad-*")); len(names) != 0 {
		t.Errorf("set aside: %v", names)
	}
}

// TestFlippedBitsDoNotCrash: whatever bits are wrong, the store opens and every
// use of it ends, with a result or without.
func TestFlippedBitsDoNotCrash(t *testing.T) {
	dir, good := filled(t)
	path := filepath.Join(dir, fileName)
	aside := 0
	for seed := range uint64(40) {
		rng := rand.New(rand.NewPCG(seed, 0))
		bad := bytes.Clone(good)
		for range 1 + rng.IntN(20) {
			bad[rng.IntN(len(bad))] ^= 1 << rng.IntN(8)
		}
		if page := os.Getpagesize(); rng.IntN(2) == 0 { // the head of a page
			bad[rng.IntN(len(bad)/page)*page+rng.IntN(16)] ^= 1 << rng.IntN(8)
		}
		if err := os.WriteFile(path, bad, fileMode); err != nil {
			t.Fatal(err)
		}
		s, err := Open(dir, slog.New(slog.DiscardHandler))
		if err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		for i := range int64(20) {
			s.IDs().Resolve(10001, qq.MessageID(rng.Uint32()))
			s.IDs().Stamp(10001, qq.MessageRef{Chat: qq.GroupChat(7), Seq: rng.Int64N(6000) + i})
		}
		s.Cursors().Save("hook", 9)
		_ = s.Close() // may not be able to write
		names, _ := filepath.Glob(path + ".bad-*")
		for _, name := range names {
			if aside++; !strings.HasPrefix(name, path) || os.Remove(name) != nil {
				t.Fatal(name)
			}
		}
	}
	if aside == 0 {
		t.Error("no damage was found")
	}
}
