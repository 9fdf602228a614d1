package sim

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
)

// everything stands for "up to the last record there is".
const everything = math.MaxUint64

// lineLimit is the longest line of a journal that is believed.
const lineLimit = 64 << 20

// torn is the end of what can be read of a journal file.
type torn struct {
	file   string
	offset int64 // bytes that are good
}

func (t *torn) Error() string {
	return fmt.Sprintf("%s is damaged after %d bytes", t.file, t.offset)
}

// rebuild makes the state as it was after record until: from the newest usable
// snapshot that is not after base, and the records behind it. step is called
// with the state and each record above the snapshot, and is to apply it. The
// error wraps a *torn when the last journal file ends in damage.
func (f *folder) rebuild(base, until uint64, step func(*state, record) error) (*state, error) {
	f.held.RLock()
	defer f.held.RUnlock()
	st, err := f.loadSnapshot(base)
	if err != nil {
		return nil, err
	}
	journals, err := f.numbers(journalPrefix)
	if err != nil {
		return nil, err
	}
	for i, first := range journals {
		if i+1 < len(journals) && journals[i+1] <= st.Record+1 {
			continue // ends before the snapshot
		}
		err := f.readJournalAbove(first, st.Record, until, func(r record) error { return fold(st, r, step) })
		if t, ok := errors.AsType[*torn](err); ok && i+1 < len(journals) {
			return st, fmt.Errorf("%s, and later journals follow it: move it away or restore it", t.Error())
		}
		if err != nil {
			return st, err
		}
	}
	return st, nil
}

// fold applies a record that the state does not hold yet.
func fold(st *state, r record, step func(*state, record) error) (err error) {
	if r.number <= st.Record {
		return nil
	}
	if _, first := r.change.(*created); st.Record == 0 && !first {
		return fmt.Errorf("the journal begins with record %d and no snapshot leads up to it", r.number)
	}
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("record %d (%s) does not fit the world: %v", r.number, r.change.kind(), p)
		}
	}()
	return step(st, r)
}

func (f *folder) loadSnapshot(base uint64) (*state, error) {
	list, err := f.numbers(snapshotPrefix)
	if err != nil {
		return nil, err
	}
	for i := len(list) - 1; i >= 0; i-- {
		if list[i] > base && i > 0 {
			continue
		}
		if list[i] > base && f.hasBeginning() {
			break
		}
		name := f.file(snapshotPrefix, list[i])
		st, err := readSnapshot(name)
		if err == nil {
			return st, nil
		}
		f.log.Warn("simulated QQ: a snapshot cannot be used, trying an older one", "file", name, "error", err)
	}
	return newState(), nil
}

// hasBeginning tells whether the journals reach back to before every snapshot.
func (f *folder) hasBeginning() bool {
	begins := false
	journals, err := f.numbers(journalPrefix)
	if err != nil || len(journals) == 0 {
		return false
	}
	err = f.readJournal(journals[0], everything, func(r record) error {
		_, begins = r.change.(*created)
		return io.EOF
	})
	return begins && errors.Is(err, io.EOF)
}

func readSnapshot(name string) (*state, error) {
	text, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	return decodeSnapshot(text)
}

// readJournal visits the records of one file up to number until.
func (f *folder) readJournal(first, until uint64, visit func(record) error) error {
	return f.readJournalAbove(first, beginning, until, visit)
}

// readJournalAbove leaves out the records up to number above.
func (f *folder) readJournalAbove(first, above, until uint64, visit func(record) error) error {
	name := f.file(journalPrefix, first)
	file, err := os.Open(name)
	if err != nil {
		return err
	}
	defer file.Close()
	good, err := readRecordsAbove(file, above, until, visit)
	if errors.Is(err, errDamaged) {
		return &torn{name, good}
	}
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

// readRecords visits the records of a journal's text up to number until and
// tells how many bytes of it were good. A line that is cut, fails its checksum
// or is out of order is errDamaged.
func readRecords(r io.Reader, until uint64, visit func(record) error) (good int64, err error) {
	return readRecordsAbove(r, beginning, until, visit)
}

// readRecordsAbove passes over the records up to number above without reading
// more of them than their numbers and checksums.
func readRecordsAbove(r io.Reader, above, until uint64, visit func(record) error) (good int64, err error) {
	in := bufio.NewReaderSize(r, 64<<10)
	var last uint64
	for {
		text, err := readLine(in)
		if errors.Is(err, io.EOF) && len(text) == 0 {
			return good, nil
		}
		if err != nil {
			return good, err
		}
		body, err := openLine(text[:len(text)-1])
		if err != nil {
			return good, err
		}
		if n, ok := quickNumber(body); ok && n > last && n <= above {
			last, good = n, good+int64(len(text))
			continue
		}
		rec, err := decodeRecord(body)
		if err != nil {
			return good, err
		}
		if rec.number <= last {
			return good, errDamaged
		}
		if rec.number > until {
			return good, nil
		}
		if err := visit(rec); err != nil {
			return good, err
		}
		last, good = rec.number, good+int64(len(text))
	}
}

// readLine gives a line with its line feed; a last line without one is damaged.
func readLine(in *bufio.Reader) ([]byte, error) {
	var long []byte
	for {
		part, err := in.ReadSlice('\n')
		if errors.Is(err, bufio.ErrBufferFull) && len(long)+len(part) <= lineLimit {
			long = append(long, part...)
			continue
		}
		switch {
		case errors.Is(err, io.EOF) && len(long)+len(part) > 0, errors.Is(err, bufio.ErrBufferFull):
			return nil, errDamaged
		case err != nil:
			return nil, err
		case long == nil:
			return part, nil
		}
		return append(long, part...), nil
	}
}
