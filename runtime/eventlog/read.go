package eventlog

import (
	"errors"
	"fmt"
	"io/fs"
	"sort"

	"llbot/protocols/qq"
)

// pageSize is how many recent entries are looked through under the lock.
const pageSize = 256

// choice picks the next block of a segment, from number no on, that is worth
// reading; -1 for none.
type choice func(x *index, no int) int

func everything(_ *index, no int) int { return no }

// Read appends up to max entries after the given number to dst, in order. A
// number beyond the newest reads nothing. Recent entries are those that were
// appended themselves; older ones are decoded from disk and shared as well:
// nobody may change them. What is damaged is left out and reported, see Lost.
// qq.ErrCursorGone when entries behind after are no longer held.
func (l *Log) Read(dst []*qq.Entry, after qq.SN, max int) ([]*qq.Entry, error) {
	for had := len(dst); len(dst)-had < max; {
		page, last, err := l.page(after, max-(len(dst)-had), everything)
		dst = append(dst, page...)
		if last == 0 || err != nil {
			return dst, unlessAny(len(dst) > had, err)
		}
		after = last
	}
	return dst, nil
}

// ReadAccount is Read for the entries of one account. Fewer than max mean that
// there are no more.
func (l *Log) ReadAccount(dst []*qq.Entry, account qq.UserID, after qq.SN, max int) ([]*qq.Entry, error) {
	mine := func(x *index, no int) int { return x.nextOf(account, no) }
	for had := len(dst); len(dst)-had < max; {
		page, last, err := l.page(after, pageSize, mine)
		for _, e := range page {
			if e.Account == account && len(dst)-had < max {
				dst = append(dst, e)
			}
		}
		if last == 0 || err != nil {
			return dst, unlessAny(len(dst) > had, err)
		}
		after = last
	}
	return dst, nil
}

// Seek is the number after which the first entry at or after t comes, in the
// order of numbers; Last when there is none.
func (l *Log) Seek(t qq.Time) qq.SN {
	l.mu.RLock()
	after := l.numbers.gone
	l.mu.RUnlock()
	since := func(x *index, no int) int { return x.nextSince(t, no) }
	for {
		page, last, err := l.page(after, pageSize, since)
		for _, e := range page {
			if e.Time >= t {
				return e.SN - 1
			}
		}
		switch {
		case errors.Is(err, qq.ErrCursorGone): // retention overtook us
			after = l.First() - 1
		case last == 0 || err != nil:
			return l.Last()
		default:
			after = last
		}
	}
}

// unlessAny holds an error back while there is something to give: it comes
// again at the next read.
func unlessAny(any bool, err error) error {
	if any {
		return nil
	}
	return err
}

// page answers some entries behind after, at most max, out of one block that
// was chosen or out of memory, and the number to go on after: 0 when that was
// the end.
func (l *Log) page(after qq.SN, max int, choose choice) (entries []*qq.Entry, last qq.SN, err error) {
	for {
		at, onDisk, err := l.look(&entries, after, max, choose)
		switch {
		case err != nil || !onDisk && len(entries) == 0:
			return nil, 0, err
		case !onDisk:
			return entries, entries[len(entries)-1].SN, nil
		}
		entries, err := l.load(at)
		if errors.Is(err, fs.ErrClosed) {
			continue // retention took the file, or the log was closed: look again
		}
		entries = entries[sort.Search(len(entries), func(i int) bool { return entries[i].SN > after }):]
		if len(entries) > max {
			return entries[:max:max], entries[max-1].SN, nil
		}
		return entries, at.numbers.Last, nil
	}
}

// span is one block that is to be read.
type span struct {
	segment  *segment
	no       int
	off, end int64
	numbers  Range
	whole    bool // it will not grow any more
}

// look reads from memory, or tells which block is next.
func (l *Log) look(dst *[]*qq.Entry, after qq.SN, max int, choose choice) (at span, onDisk bool, err error) {
	l.mu.RLock()
	defer l.mu.RUnlock()
	if l.closed {
		return at, false, ErrClosed
	}
	if after < l.numbers.gone {
		return at, false, fmt.Errorf("events up to %d are not held: %w", l.numbers.gone, qq.ErrCursorGone)
	}
	if after < l.tail.from {
		if at, ok := l.spanAfter(after, choose); ok {
			return at, true, nil
		}
		after = l.tail.from
	}
	*dst = l.tail.read(nil, after, l.visible(), min(max, pageSize))
	return at, false, nil
}

// spanAfter is the first chosen block with stored records behind a number. The
// lock is held.
func (l *Log) spanAfter(after qq.SN, choose choice) (span, bool) {
	n := sort.Search(len(l.segments), func(i int) bool { return l.segments[i].index.last > after })
	for ; n < len(l.segments); n++ {
		s := l.segments[n]
		no := choose(s.index, s.index.blockAfter(after))
		if no < 0 {
			continue
		}
		at := span{segment: s, no: no, whole: n < len(l.segments)-1 || no < len(s.index.blocks)-1}
		at.off, at.end, at.numbers = s.index.span(no)
		return at, true
	}
	return span{}, false
}

// load reads a block, from memory where it was read before. What cannot be
// read is reported and left out; the error is of use for a closed file only.
func (l *Log) load(at span) ([]*qq.Entry, error) {
	if !at.whole {
		return l.decode(at)
	}
	return l.blocks.get(place{at.segment.first, at.no}, at.end-at.off, func() ([]*qq.Entry, error) { return l.decode(at) })
}

func (l *Log) decode(at span) ([]*qq.Entry, error) {
	data := make([]byte, at.end-at.off)
	if err := readFull(at.segment.file, data, at.off); err != nil {
		if !errors.Is(err, fs.ErrClosed) {
			l.reportLost(at.numbers, err)
		}
		return nil, err
	}
	var entries []*qq.Entry
	next := at.numbers.First
	missing := func(upTo qq.SN, err error) {
		if upTo >= next {
			l.reportLost(Range{next, upTo}, err)
		}
		next = upTo + 1
	}
	walk(data, at.numbers, func(_ int, r record) {
		missing(r.sn-1, errCorrupt)
		e, err := r.entry()
		if err != nil {
			missing(r.sn, err)
			return
		}
		next = r.sn + 1
		entries = append(entries, e)
	})
	missing(at.numbers.Last, errCorrupt)
	return entries, nil
}
