package store

import (
	"bytes"
	"errors"
	"log/slog"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"go.etcd.io/bbolt"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) {
	if dir := os.Getenv(victimDir); dir != "" {
		victim(dir) // does not return
	}
	if dir := os.Getenv(markerDir); dir != "" {
		marker(dir) // nor does this
	}
	goleak.VerifyTestMain(m)
}

func open(t testing.TB, dir string) *Store {
	t.Helper()
	s, err := Open(dir, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func closed(t testing.TB, s *Store) {
	t.Helper()
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
}

var errDisk = errors.New("input/output error")

// disk is a database that fails on demand, and does not wait for the real one.
type disk struct {
	db     *bbolt.DB
	fails  atomic.Bool
	panics atomic.Bool
	takes  atomic.Int64 // nanoseconds a transaction
	tries  atomic.Int64
	logs   journal
}

// commit carries out everything and then fails, as a failing sync does.
func (d *disk) commit(fn func(*bbolt.Tx) error) error {
	d.tries.Add(1)
	time.Sleep(time.Duration(d.takes.Load()))
	if d.panics.Load() {
		panic("page 7 has the wrong type")
	}
	return d.db.Update(func(tx *bbolt.Tx) error {
		if err := fn(tx); err != nil {
			return err
		}
		if d.fails.Load() {
			return errDisk
		}
		return nil
	})
}

type fataler interface {
	Helper()
	Fatal(...any)
}

func openDisk(t fataler, dir string, limits Limits) (*Store, *disk) {
	t.Helper()
	db, err := openFile(dir)
	if err != nil {
		t.Fatal(err)
	}
	db.NoSync = true
	d := &disk{db: db}
	s, err := assemble(db, newWriter(d.commit, slog.New(slog.NewTextHandler(&d.logs, nil))), limits.filled())
	if err != nil {
		t.Fatal(err)
	}
	return s, d
}

// snapshot copies the marks and the database as a kill would leave them, the
// marks a moment older.
func snapshot(t fataler, s *Store, dir string) {
	t.Helper()
	marks, err := os.ReadFile(s.marks.image.file.Name())
	if err == nil {
		err = os.WriteFile(dir+"/"+markFile, marks, fileMode)
	}
	if err != nil {
		t.Fatal(err)
	}
	err = s.db.View(func(tx *bbolt.Tx) error { return tx.CopyFile(dir+"/"+fileName, fileMode) })
	if err != nil {
		t.Fatal(err)
	}
}

// journal collects log lines.
type journal struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (j *journal) Write(p []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.buf.Write(p)
}

func (j *journal) count(text string) int {
	j.mu.Lock()
	defer j.mu.Unlock()
	return strings.Count(j.buf.String(), text)
}
