package store

import (
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
// cut makes of it is found out by checksums. Where the system can, the file is
// mapped: a move is then a store into memory, and no call of the kernel. A row
// of slots, one for each target (markform.go).
type marks struct {
	logger *slog.Logger

	mu    sync.Mutex
	image *image // nil after a failure, and when closed
	slots map[string]*mark
	found map[markKey]found // of the last run
	end   int               // of the slots that are used
	place [placeSize]byte   // that is being written
}

// mark is a target's slot.
type mark struct {
	at   int    // where it begins
	sum  uint32 // of its key
	turn int    // the place that the next number goes to: the one that holds the older
}

// found is a slot of the last run, and what it says.
type found struct {
	at, turn int // as a mark's
	sn       qq.SN
}

const (
	markFile  = "cursors.now"
	mostMarks = 1 << 20 // slots that are read
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// openMarks opens (or makes) the file in a data folder that is locked. Without
// it the server does its work all the same.
func openMarks(dir string, logger *slog.Logger) *marks {
	m := &marks{logger: logger, slots: map[string]*mark{}, found: map[markKey]found{}}
	file, err := os.OpenFile(filepath.Join(dir, markFile), os.O_RDWR|os.O_CREATE, fileMode)
	if err == nil {
		m.image = &image{file: file}
		err = m.read(file)
	}
	if err != nil {
		m.fail(err)
	}
	return m
}

// read finds the slots that make sense. Others are not used again, but for
// those at the end that never were.
func (m *marks) read(file io.Reader) error {
	text, err := io.ReadAll(io.LimitReader(file, mostMarks*markSize))
	if err != nil {
		return err
	}
	m.image.size = len(text)
	for at := 0; at+markSize <= len(text); at += markSize {
		slot := [markSize]byte(text[at:])
		if slot != [markSize]byte{} {
			m.end = at + markSize
		}
		if key, sn, turn, ok := decodeMark(slot); ok {
			m.found[key] = found{at, turn, max(m.found[key].sn, sn)}
		}
	}
	return nil
}

// of is where a target was marked in the last run, 0 for nowhere.
func (m *marks) of(target string) qq.SN {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.found[keyOf(target)].sn
}

// newest is the greatest mark of the last run that no cursor has taken over.
func (m *marks) newest() (sn qq.SN) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, found := range m.found {
		sn = max(sn, found.sn)
	}
	return sn
}

// put marks a target; 0 takes its mark away. When the file cannot be written
// there are no marks from then on: those that it has are behind the database's
// cursors soon, and do nothing.
func (m *marks) put(target string, sn qq.SN) {
	m.mu.Lock()
	defer m.mu.Unlock()
	slot := m.slots[target]
	if slot == nil {
		var err error
		if slot, err = m.slot(target, sn == 0); err != nil {
			m.fail(err)
		}
	}
	if m.image == nil || slot == nil {
		return
	}
	if err := m.write(slot, sn); err != nil {
		m.fail(err)
	}
}

// slot finds the slot of a target that is put for the first time, or gives it
// one, unless it is there to be cleared.
func (m *marks) slot(target string, clears bool) (*mark, error) {
	key := keyOf(target)
	old, known := m.found[key]
	delete(m.found, key)
	if m.image == nil || !known && clears {
		return nil, nil
	}
	slot := &mark{at: old.at, turn: old.turn, sum: sumOf(key)}
	if !known {
		slot.at = m.end
	}
	if err := m.image.room(slot.at + markSize); err != nil {
		return nil, err
	}
	if !known {
		empty := encodeMark(key, 0)
		if err := m.image.put(slot.at, empty[:]); err != nil {
			return nil, err
		}
		m.end += markSize
	}
	m.slots[target] = slot
	return slot, nil
}

// write puts a number in the place of the older one, so that a process that is
// killed meanwhile leaves the newer as it was. Taking a mark away empties both
// places, that of the newer one last.
func (m *marks) write(slot *mark, sn qq.SN) error {
	place := m.place[:]
	encodePlace(place, slot.sum, sn)
	if err := m.image.put(placeAt(slot.at, slot.turn), place); err != nil {
		return err
	}
	slot.turn ^= 1
	if sn != 0 {
		return nil
	}
	return m.image.put(placeAt(slot.at, slot.turn), place)
}

// fail ends the marking.
func (m *marks) fail(err error) {
	m.logger.Error("cursors cannot be marked; after a kill, targets get again what they got in the last 50 ms", slog.Any("error", err))
	if m.image != nil {
		_ = m.image.close() // it failed already
		m.image = nil
	}
}

func (m *marks) close() error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.image == nil {
		return nil
	}
	err := m.image.close()
	m.image = nil
	return err
}
