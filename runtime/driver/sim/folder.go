package sim

import (
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// Old files are kept so that events can be derived again: those of the newest
// keptRecords records, in at most keptSnapshots stretches.
const (
	keptRecords   = 1 << 17
	keptSnapshots = 8
)

// beginning is the record behind which the history of a world begins; there is
// no snapshot of it.
const beginning = 0

// The names of files carry a record's number: a journal's first, a snapshot's last.
const (
	journalPrefix  = "journal-"
	snapshotPrefix = "snapshot-"
)

// folder is where a world lies on disk: journal-<first record>.log and
// snapshot-<last record>.json.
type folder struct {
	path string
	log  *slog.Logger
	held sync.RWMutex // readers hold off the removal of old files
}

func (f *folder) file(prefix string, number uint64) string {
	ext := ".log"
	if prefix == snapshotPrefix {
		ext = ".json"
	}
	return filepath.Join(f.path, fmt.Sprintf("%s%020d%s", prefix, number, ext))
}

// numbers lists the files with that prefix by their numbers, rising.
func (f *folder) numbers(prefix string) ([]uint64, error) {
	entries, err := os.ReadDir(f.path)
	if err != nil {
		return nil, err
	}
	var list []uint64
	for _, e := range entries {
		name, ok := strings.CutPrefix(e.Name(), prefix)
		if !ok || filepath.Ext(name) == ".tmp" {
			continue
		}
		n, err := strconv.ParseUint(strings.TrimSuffix(name, filepath.Ext(name)), 10, 64)
		if err == nil {
			list = append(list, n)
		}
	}
	slices.Sort(list)
	return list, nil
}

func (f *folder) openJournal(first uint64) (*os.File, error) {
	file, err := os.OpenFile(f.file(journalPrefix, first), os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return nil, err
	}
	if err := f.sync(); err != nil {
		return nil, errors.Join(err, file.Close(), os.Remove(file.Name()))
	}
	return file, nil
}

// sync makes the names in the folder durable.
func (f *folder) sync() error {
	d, err := os.Open(f.path)
	if err != nil {
		return err
	}
	defer d.Close()
	return d.Sync()
}

// unsaved is what journals hold behind the newest snapshot that can be used.
type unsaved struct {
	first   uint64 // record
	records int
	bytes   int64 // of the files that hold them
}

func (u *unsaved) count(r record) {
	if u.records == 0 {
		u.first = r.number
	}
	u.records++
}

// measure adds up the files in which the records are.
func (f *folder) measure(u *unsaved) error {
	if u.records == 0 {
		return nil
	}
	journals, err := f.numbers(journalPrefix)
	if err != nil {
		return err
	}
	for i, first := range journals {
		if i+1 < len(journals) && journals[i+1] <= u.first {
			continue
		}
		info, err := os.Stat(f.file(journalPrefix, first))
		if err != nil {
			return err
		}
		u.bytes += info.Size()
	}
	return nil
}

// save writes a snapshot whole or not at all, then removes what is too old.
func (f *folder) save(st *state) error {
	text, err := encodeSnapshot(st)
	if err != nil {
		return err
	}
	name := f.file(snapshotPrefix, st.Record)
	if err := writeSynced(name+".tmp", text); err != nil {
		return err
	}
	if err := os.Rename(name+".tmp", name); err != nil {
		return err
	}
	if err := f.sync(); err != nil {
		return err
	}
	return f.prune(st.Record)
}

func writeSynced(name string, text []byte) error {
	file, err := os.OpenFile(name, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = file.Write(text)
	if err == nil {
		err = file.Sync()
	}
	if closing := file.Close(); err == nil {
		err = closing
	}
	return err
}

func (f *folder) prune(now uint64) error {
	if !f.held.TryLock() {
		return nil // somebody reads; the next snapshot will see to it
	}
	defer f.held.Unlock()
	snapshots, err := f.numbers(snapshotPrefix)
	if err != nil {
		return err
	}
	journals, err := f.numbers(journalPrefix)
	if err != nil {
		return err
	}
	if len(journals) > 0 && journals[0] == beginning+1 { // what happened before the first snapshot can be derived too
		snapshots = append([]uint64{beginning}, snapshots...)
	}
	oldest := 0
	for oldest+1 < len(snapshots) && (snapshots[oldest+1]+keptRecords <= now || len(snapshots)-oldest > keptSnapshots) {
		oldest++
	}
	for _, n := range snapshots[:oldest] {
		if n == beginning {
			continue
		}
		if err := os.Remove(f.file(snapshotPrefix, n)); err != nil {
			return err
		}
	}
	if oldest >= len(snapshots) {
		return nil
	}
	for i := 0; i+1 < len(journals) && journals[i+1] <= snapshots[oldest]+1; i++ {
		if err := os.Remove(f.file(journalPrefix, journals[i])); err != nil {
			return err
		}
	}
	return nil
}
