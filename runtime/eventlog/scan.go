package eventlog

import (
	"fmt"
	"path/filepath"

	"llbot/protocols/qq"
)

// found is a segment as it was found on disk.
type found struct {
	*segment
	header header
	headed bool // the header was readable
	placed bool // before is known
	bytes  int64
	torn   int64 // bytes behind the last record that are none
	cut    Range // records of a group that was not synced, the ends of which are on disk
	fresh  bool  // the index was made anew
}

// openSegment opens a segment's file and reads its header.
func openSegment(fs FS, dir string, first qq.SN) (*found, error) {
	file, err := fs.Open(filepath.Join(dir, segmentName(first)))
	if err != nil {
		return nil, err
	}
	f := &found{segment: &segment{first: first, file: file}}
	if f.bytes, err = file.Size(); err == nil {
		err = f.readHeader()
	}
	if err != nil {
		file.Close()
		return nil, err
	}
	return f, nil
}

func (f *found) readHeader() error {
	b := make([]byte, min(f.bytes, int64(headerSize(64))))
	if err := readFull(f.file, b, 0); err != nil {
		return err
	}
	h, size, err := decodeHeader(b)
	if err != nil && size > len(b) && int64(size) <= f.bytes {
		b = make([]byte, size)
		if err := readFull(f.file, b, 0); err != nil {
			return err
		}
		h, _, err = decodeHeader(b)
	}
	if err != nil || h.first != f.first {
		return nil // the records tell
	}
	f.header, f.headed, f.placed, f.before, f.made = h, true, true, h.before, h.made
	return nil
}

// survey finds out what the segment holds, from its index or from the records
// themselves; records behind limit are no part of the log, records up to
// synced were on disk for certain.
func (f *found) survey(fs FS, dir string, limit, synced qq.SN) error {
	f.size = f.bytes
	promised := qq.SN(0)
	if x, err := loadIndex(fs, dir, f.first); err == nil {
		if x.end <= f.bytes && x.last <= limit {
			f.index, f.before, f.placed = x, x.before, true
			return nil
		}
		promised = min(x.last, limit) // the file was longer once
	}
	data, err := readAll(f.file, maxSegmentFile)
	if err != nil {
		return fmt.Errorf("read segment %d: %w", f.first, err)
	}
	f.fresh = true
	f.index = newIndex(f.first)
	if f.headed {
		f.index.end = int64(headerSize(len(f.header.origins)))
	}
	f.collect(data, limit, synced)
	f.torn = f.bytes - f.index.end
	if promised > f.index.last {
		f.index.lost, _ = addRange(f.index.lost, Range{f.index.last + 1, promised})
	}
	return nil
}

// collect makes the index from the records. A hole in the last group is where
// the power went off before that group was synced: what the disk has of it
// behind the hole is no part of the log, for its driver goes on at the last
// record before. Any other hole is damage, and what follows it stands.
func (f *found) collect(data []byte, limit, synced qq.SN) {
	walk(data, Range{f.first, limit}, func(_ int, r record) {
		if r.leads {
			synced = max(synced, r.sn)
		}
	})
	walk(data, Range{f.first, limit}, func(off int, r record) {
		if r.sn > f.index.last+1 && r.sn > synced || f.cut.Last != 0 {
			f.cut = Range{f.index.last + 1, r.sn}
			return
		}
		f.index.add(&qq.Entry{SN: r.sn, Account: r.account, Origin: r.origin, Time: r.time}, int64(off), r.size())
	})
}
