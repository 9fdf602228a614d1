package eventlog

import (
	"fmt"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"

	"llbot/protocols/qq"
)

const (
	segmentSuffix = ".seg"
	indexSuffix   = ".idx"
	badSuffix     = ".bad"
	nameDigits    = 16

	// maxSegmentFile is the size up to which a file is taken for a segment: one
	// group may pass the size at which segments are sealed.
	maxSegmentFile = maxSegmentBytes + 128<<20
)

// segment is one file of records. Its file stays open for reading until
// retention removes it or the log closes.
type segment struct {
	first   qq.SN
	before  qq.SN // the last record of the segment before
	made    qq.Time
	file    File
	index   *index // guarded by the log's lock while the segment is written
	size    int64  // of the file, as far as it is synced
	removed atomic.Bool
}

// empty tells that it holds no record yet.
func (s *segment) empty() bool { return len(s.index.blocks) == 0 }

func segmentName(first qq.SN) string { return fmt.Sprintf("%0*d%s", nameDigits, first, segmentSuffix) }
func indexName(first qq.SN) string   { return fmt.Sprintf("%0*d%s", nameDigits, first, indexSuffix) }

// parseName reads the number off a file's name.
func parseName(name, suffix string) (qq.SN, bool) {
	digits, ok := strings.CutSuffix(name, suffix)
	if !ok || len(digits) != nameDigits {
		return 0, false
	}
	n, err := strconv.ParseUint(digits, 10, 64)
	return qq.SN(n), err == nil && n > 0 && n <= maxSN
}

// readAll reads a whole file, at most limit bytes.
func readAll(f File, limit int64) ([]byte, error) {
	size, err := f.Size()
	if err != nil {
		return nil, err
	}
	data := make([]byte, min(size, limit))
	return data, readFull(f, data, 0)
}

// readFull fills data from an offset, trying again: a disk that fails once
// may serve later.
func readFull(f File, data []byte, off int64) (err error) {
	if len(data) == 0 {
		return nil
	}
	for range 3 {
		var n int
		if n, err = f.ReadAt(data, off); n == len(data) {
			return nil
		}
	}
	return err
}

// saveIndex writes the index beside the segment and syncs it; its name is
// synced with the next segment. An index that is missing or damaged is made
// anew.
func saveIndex(fs FS, dir string, x *index) error {
	file, err := fs.Create(filepath.Join(dir, indexName(x.first)))
	if err != nil {
		return fmt.Errorf("make index: %w", err)
	}
	_, err = file.WriteAt(x.encode(), 0)
	if err == nil {
		err = file.Sync()
	}
	if closed := file.Close(); err == nil {
		err = closed
	}
	if err != nil {
		return fmt.Errorf("write index: %w", err)
	}
	return nil
}

// loadIndex reads the index beside a segment.
func loadIndex(fs FS, dir string, first qq.SN) (*index, error) {
	file, err := fs.Open(filepath.Join(dir, indexName(first)))
	if err != nil {
		return nil, err
	}
	defer file.Close()
	text, err := readAll(file, maxSegmentFile)
	if err != nil {
		return nil, err
	}
	x, err := decodeIndex(text)
	if err == nil && x.first != first {
		return nil, errCorrupt
	}
	return x, err
}
