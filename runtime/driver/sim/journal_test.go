package sim

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"llbot/protocols/qq"
)

// fullFile is a journal's file on a disk that may be full: a write reaches it
// in part.
type fullFile struct {
	journalFile
	full     atomic.Bool
	badSyncs atomic.Bool
}

func (f *fullFile) Write(p []byte) (int, error) {
	if !f.full.Load() {
		return f.journalFile.Write(p)
	}
	n, err := f.journalFile.Write(p[:len(p)/2])
	return n, errors.Join(err, syscall.ENOSPC)
}

func (f *fullFile) Sync() error {
	if f.badSyncs.Load() {
		return syscall.EIO
	}
	return f.journalFile.Sync()
}

// onFullDisk opens a world whose journal lies on a disk that can be filled.
func onFullDisk(t *testing.T, dir string) (*World, *fullFile, *bytes.Buffer) {
	t.Helper()
	var logs bytes.Buffer
	w := openWorld(t, Options{Dir: dir, Sync: time.Millisecond, Logger: slog.New(slog.NewTextHandler(&logs, nil))})
	f := &fullFile{journalFile: w.journal.file} // its writer waits for the next record
	w.journal.file = f
	return w, f, &logs
}

// TestFullDiskHeals: nothing is acknowledged while the disk is full, nothing
// that was taken is lost, and everything goes on when there is room again.
func TestFullDiskHeals(t *testing.T) {
	dir := t.TempDir()
	w, file, logs := onFullDisk(t, dir)
	do(t, w, alice, inGroup("before"))
	file.full.Store(true)
	do(t, w, alice, inGroup("taken")) // not on disk yet
	for w.Trouble() == nil {
		time.Sleep(time.Millisecond)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if err := w.synced(ctx, w.st.Record); !errors.Is(err, context.DeadlineExceeded) || !errors.Is(err, syscall.ENOSPC) {
		t.Errorf("acknowledged: %v", err)
	}
	if _, err := w.Do(t.Context(), alice, inGroup("refused")); !errors.Is(err, qq.ErrInternal) || !errors.Is(err, syscall.ENOSPC) {
		t.Errorf("taken: %v", err)
	}
	if err := w.passOver(t.Context(), w.st.Record); err != nil {
		t.Errorf("an account cannot run: %v", err)
	}
	file.full.Store(false)
	if err := w.synced(t.Context(), w.st.Record); err != nil || w.Trouble() != nil {
		t.Errorf("there is room again: %v, %v", err, w.Trouble())
	}
	do(t, w, alice, inGroup("after"))
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if text := logs.String(); strings.Count(text, "level=ERROR") != 1 || strings.Count(text, "is written again") != 1 {
		t.Errorf("the log says\n%s", text)
	}
	again := openWorld(t, Options{Dir: dir})
	sameState(t, again.st, w.st)
	if h := do(t, again, alice, qq.GetHistory{Chat: qq.GroupChat(home), Count: 10}); len(h.Messages) != 3 {
		t.Errorf("%+v", h)
	}
}

// TestClosedOnFullDisk: what was not written is told, and the journal is whole.
func TestClosedOnFullDisk(t *testing.T) {
	dir := t.TempDir()
	w, file, _ := onFullDisk(t, dir)
	do(t, w, alice, inGroup("before"))
	if err := w.synced(t.Context(), w.st.Record); err != nil {
		t.Fatal(err)
	}
	file.full.Store(true)
	do(t, w, alice, inGroup("lost"))
	if err := w.Close(); !errors.Is(err, syscall.ENOSPC) {
		t.Errorf("close: %v", err)
	}
	again := openWorld(t, Options{Dir: dir})
	do(t, again, alice, inGroup("goes on"))
}

// TestFailedSyncIsFinal: nobody knows what the disk holds.
func TestFailedSyncIsFinal(t *testing.T) {
	w, file, _ := onFullDisk(t, t.TempDir())
	file.badSyncs.Store(true)
	do(t, w, alice, inGroup("taken"))
	if err := w.synced(t.Context(), w.st.Record); !errors.Is(err, syscall.EIO) {
		t.Errorf("synced: %v", err)
	}
	file.badSyncs.Store(false)
	if _, err := w.Do(t.Context(), alice, inGroup("refused")); !errors.Is(err, syscall.EIO) || !errors.Is(w.Trouble(), syscall.EIO) {
		t.Errorf("taken: %v", err)
	}
	if err := w.Close(); !errors.Is(err, syscall.EIO) {
		t.Errorf("close: %v", err)
	}
}
