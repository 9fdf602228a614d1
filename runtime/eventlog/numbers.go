package eventlog

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io/fs"
	"path/filepath"

	"llbot/protocols/qq"
)

// numbers is what the log must not forget about itself, kept in a small file.
type numbers struct {
	epoch uint64
	end   qq.SN // numbers up to here may have been given
	gone  qq.SN // records up to here were removed by retention, or never were
	last  qq.SN // records up to here were synced, maybe more
	clean bool  // closed in order: nothing behind last was given
}

// The file holds two copies, each alone in its 4 KiB so that no torn write
// harms both, written and synced one after the other.
//
//	0  magic "LLNUMBER", version, zero     8+4+4
//	16 turn, epoch, end, gone, last, clean 8 each
//	64 CRC-32C of everything before        4
const (
	numbersName    = "numbers"
	numbersMagic   = "LLNUMBER"
	numbersVersion = 1
	numbersSize    = 68
	numbersStride  = 4096
)

func encodeNumbers(n numbers, turn uint64) []byte {
	b := make([]byte, 0, numbersSize)
	b = append(b, numbersMagic...)
	b = binary.LittleEndian.AppendUint32(b, numbersVersion)
	b = binary.LittleEndian.AppendUint32(b, 0)
	clean := uint64(0)
	if n.clean {
		clean = 1
	}
	for _, v := range []uint64{turn, n.epoch, uint64(n.end), uint64(n.gone), uint64(n.last), clean} {
		b = binary.LittleEndian.AppendUint64(b, v)
	}
	return binary.LittleEndian.AppendUint32(b, crc32.Checksum(b, castagnoli))
}

func decodeNumbers(b []byte) (n numbers, turn uint64, err error) {
	if len(b) < numbersSize {
		return n, 0, errShort
	}
	b = b[:numbersSize]
	sum := crc32.Checksum(b[:numbersSize-4], castagnoli)
	if string(b[:8]) != numbersMagic || sum != binary.LittleEndian.Uint32(b[numbersSize-4:]) {
		return n, 0, errCorrupt
	}
	if v := binary.LittleEndian.Uint32(b[8:]); v != numbersVersion {
		return n, 0, fmt.Errorf("version %d: %w", v, errCorrupt)
	}
	at := func(i int) uint64 { return binary.LittleEndian.Uint64(b[16+8*i:]) }
	n = numbers{epoch: at(1), end: qq.SN(at(2)), gone: qq.SN(at(3)), last: qq.SN(at(4)), clean: at(5) == 1}
	if n.end > maxSN || n.gone > maxSN || n.last > maxSN {
		return numbers{}, 0, errCorrupt
	}
	return n, at(0), nil
}

// ledger is the file of numbers. One goroutine uses it at a time.
type ledger struct {
	fs   FS
	dir  string
	file File
	turn uint64
	good int  // the copy that was synced last
	kept bool // the file's name is on disk
}

// load reads the newest good copy; found is false when there is none.
func (l *ledger) load() (n numbers, found bool, err error) {
	l.file, err = l.fs.Open(filepath.Join(l.dir, numbersName))
	if errors.Is(err, fs.ErrNotExist) {
		return numbers{}, false, nil
	}
	if err != nil {
		return numbers{}, false, fmt.Errorf("open numbers: %w", err)
	}
	for slot := range 2 {
		b := make([]byte, numbersSize)
		if _, err := l.file.ReadAt(b, int64(slot)*numbersStride); err != nil {
			continue // the other copy may do
		}
		if read, turn, err := decodeNumbers(b); err == nil && (!found || turn > l.turn) {
			n, l.turn, l.good, found = read, turn, slot, true
		}
	}
	return n, found, nil
}

// store writes both copies and returns when they are on disk. A failed sync
// is told as ErrFailed.
func (l *ledger) store(n numbers) error {
	if l.file == nil {
		file, err := l.fs.Create(filepath.Join(l.dir, numbersName))
		if err != nil {
			return fmt.Errorf("make numbers: %w", err)
		}
		l.file = file
	}
	l.turn++
	text := encodeNumbers(n, l.turn)
	for _, slot := range []int{1 - l.good, l.good} {
		if _, err := l.file.WriteAt(text, int64(slot)*numbersStride); err != nil {
			return fmt.Errorf("write numbers: %w", err)
		}
		if err := l.file.Sync(); err != nil {
			return fmt.Errorf("%w: numbers: %w", ErrFailed, err)
		}
		l.good = slot
	}
	if l.kept {
		return nil
	}
	if err := l.fs.SyncDir(l.dir); err != nil {
		return fmt.Errorf("%w: folder: %w", ErrFailed, err)
	}
	l.kept = true
	return nil
}

func (l *ledger) close() error {
	if l.file == nil {
		return nil
	}
	return l.file.Close()
}
