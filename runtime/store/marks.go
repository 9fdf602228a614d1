package store

import (
	"crypto/sha256"
	"encoding/binary"
	"hash/crc32"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"sync"

	"llbot/protocols/qq"
)

// marks hold the cursors of the last moments, which the database does not have
// yet: a file that is written with each move and never synced. It is in the
// kernel's hands, so that a killed process leaves it as it was; what a power
// cut makes of it is found out by checksums.
//
// The file is a row of slots, one for each target:
//
//	crc32c of the rest 4 | version 4 | sha256 of the target's name 32 | sn 8 | zero 16
//
// Sectors hold whole slots.
type marks struct {
	logger *slog.Logger

	mu    sync.Mutex
	file  *os.File // nil after a failure, and when closed
	slots map[markKey]int64
	found map[markKey]qq.SN // of the last run
	end   int64
}

type markKey [sha256.Size]byte

const (
	markFile    = "cursors.now"
	markSize    = 64
	markVersion = 1
	mostMarks   = 1 << 20 // slots that are read
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// openMarks opens (or makes) the file in a data folder that is locked. Without
// it the server does its work all the same.
func openMarks(dir string, logger *slog.Logger) *marks {
	m := &marks{logger: logger, slots: map[markKey]int64{}, found: map[markKey]qq.SN{}}
	file, err := os.OpenFile(filepath.Join(dir, markFile), os.O_RDWR|os.O_CREATE, fileMode)
	if err == nil {
		m.file = file
		err = m.read()
	}
	if err != nil {
		m.fail(err)
	}
	return m
}

// read finds the slots that make sense. Others are not used again.
func (m *marks) read() error {
	text, err := io.ReadAll(io.LimitReader(m.file, mostMarks*markSize))
	if err != nil {
		return err
	}
	for ; len(text) >= markSize; text = text[markSize:] {
		if key, sn, ok := decodeMark(text[:markSize]); ok {
			m.slots[key] = m.end
			m.found[key] = max(m.found[key], sn)
		}
		m.end += markSize
	}
	return nil
}

// of is where a target was marked in the last run, 0 for nowhere.
func (m *marks) of(target string) qq.SN {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.found[sha256.Sum256([]byte(target))]
}

// newest is the greatest mark of the last run that no cursor has taken over.
func (m *marks) newest() (sn qq.SN) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, found := range m.found {
		sn = max(sn, found)
	}
	return sn
}

// put marks a target; 0 takes its mark away. When the file cannot be written
// there are no marks from then on: those that it has are behind the database's
// cursors soon, and do nothing.
func (m *marks) put(target string, sn qq.SN) {
	key := markKey(sha256.Sum256([]byte(target)))
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.found, key)
	at, known := m.slots[key]
	if m.file == nil || !known && sn == 0 {
		return
	}
	if !known {
		at = m.end
	}
	if _, err := m.file.WriteAt(encodeMark(key, sn), at); err != nil {
		m.fail(err)
		return
	}
	if !known {
		m.slots[key], m.end = at, m.end+markSize
	}
}

// fail ends the marking.
func (m *marks) fail(err error) {
	m.logger.Error("cursors cannot be marked; after a kill, targets get again what they got in the last 50 ms", slog.Any("error", err))
	if m.file != nil {
		_ = m.file.Close() // it failed already
		m.file = nil
	}
}

func (m *marks) close() error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.file == nil {
		return nil
	}
	err := m.file.Close()
	m.file = nil
	return err
}

func encodeMark(key markKey, sn qq.SN) []byte {
	b := binary.BigEndian.AppendUint32(make([]byte, 4, markSize), markVersion)
	b = binary.BigEndian.AppendUint64(append(b, key[:]...), uint64(sn))
	b = b[:markSize]
	binary.BigEndian.PutUint32(b, crc32.Checksum(b[4:], castagnoli))
	return b
}

func decodeMark(b []byte) (key markKey, sn qq.SN, ok bool) {
	if len(b) != markSize || binary.BigEndian.Uint32(b) != crc32.Checksum(b[4:], castagnoli) || binary.BigEndian.Uint32(b[4:]) != markVersion {
		return key, 0, false
	}
	copy(key[:], b[8:])
	return key, qq.SN(binary.BigEndian.Uint64(b[8+len(key):])), true
}
