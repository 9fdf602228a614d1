package eventlog

import (
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"path/filepath"
	"slices"

	"llbot/protocols/qq"
)

// recovered is the state of a folder as Open found it.
type recovered struct {
	Recovery
	numbers  numbers
	segments []*segment
	fresh    []*segment // those whose index was made anew
	origins  map[qq.UserID]uint64
	lost     []Range
	next     qq.SN // the first number to give
}

// recover reads a folder. It changes nothing but what is left over: indexes
// are made anew, files without records are removed or set aside.
func (o Options) recover(book *ledger) (*recovered, error) {
	kept, known, err := book.load()
	if err != nil {
		return nil, err
	}
	r := &recovered{numbers: kept, origins: map[qq.UserID]uint64{}}
	files, err := r.find(o)
	if err != nil {
		return nil, err
	}
	segments, err := r.survey(o, files)
	if err != nil {
		closeAll(files)
		return nil, err
	}
	segments = r.dropRetained(o, segments)
	r.New = !known && len(files) == 0 && len(r.Unreadable) == 0
	r.NumbersLost = !known && !r.New
	r.Clean = known && kept.clean
	for _, f := range segments {
		r.take(o, f)
	}
	r.findMissing(segments, known)
	r.settle(o, segments, known)
	return r, nil
}

// find opens what looks like a segment, in the order of numbers.
func (r *recovered) find(o Options) ([]*found, error) {
	names, err := o.FS.List(o.Dir)
	if err != nil {
		return nil, err
	}
	slices.Sort(names)
	var files []*found
	for _, name := range names {
		first, ok := parseName(name, segmentSuffix)
		if !ok {
			continue
		}
		f, err := openSegment(o.FS, o.Dir, first)
		if err != nil {
			r.Unreadable = append(r.Unreadable, name)
			continue
		}
		files = append(files, f)
	}
	return files, nil
}

// survey finds out what the files hold and leaves out those without a record.
func (r *recovered) survey(o Options, files []*found) ([]*found, error) {
	var segments []*found
	limit, synced := qq.SN(maxSN), r.numbers.last
	for i, f := range slices.Backward(files) {
		if err := f.survey(o.FS, o.Dir, limit, synced); err != nil {
			f.file.Close()
			r.Unreadable = append(r.Unreadable, segmentName(f.first))
			continue
		}
		r.TornBytes += f.torn
		if f.cut.Last != 0 {
			r.Unsynced = append(r.Unsynced, f.cut)
		}
		if f.empty() {
			f.file.Close()
			r.noteOrigins(f)
			if err := r.setAside(o, f, i == len(files)-1, synced); err != nil {
				return nil, err
			}
			continue
		}
		// A newer segment begins behind the records that its writer knew: others
		// were refused, and may come again under another number.
		if limit = f.first - 1; f.placed {
			limit = f.before
		}
		synced = limit
		segments = append(segments, f)
	}
	slices.Reverse(segments)
	return segments, nil
}

// setAside gets a file without records out of the way: it is removed when no
// record in it was ever acknowledged. The newest stays if it has a header, for
// there may be no other that tells the last origins.
func (r *recovered) setAside(o Options, f *found, newest bool, synced qq.SN) error {
	path := filepath.Join(o.Dir, segmentName(f.first))
	switch {
	case newest && f.headed:
		return nil
	case synced < f.first || f.first <= r.numbers.gone || f.torn == 0:
		return ignoreMissing(o.FS.Remove(path))
	}
	r.Unreadable = append(r.Unreadable, segmentName(f.first)+badSuffix)
	return ignoreMissing(o.FS.Rename(path, path+badSuffix))
}

// dropRetained removes segments that retention had already given up. The
// newest stays as long as no other tells the last origins.
func (r *recovered) dropRetained(o Options, segments []*found) []*found {
	n := len(segments)
	return slices.DeleteFunc(segments, func(f *found) bool {
		if f.index.last > r.numbers.gone {
			return false
		}
		r.noteOrigins(f)
		if f == segments[n-1] {
			f.file.Close()
		} else {
			f.remove(o.FS, o.Dir, o.Logger)
		}
		return true
	})
}

// take adds one segment's content to the picture.
func (r *recovered) take(o Options, f *found) {
	r.noteOrigins(f)
	for _, lost := range f.index.lost {
		if f.fresh {
			r.Corrupt, _ = addRange(r.Corrupt, lost)
		}
		r.lost, _ = addRange(r.lost, lost)
	}
	if f.fresh {
		f.index.written = o.Now()
		if f.headed {
			f.index.written = max(f.made, min(f.index.latest, f.index.written))
		}
		r.fresh = append(r.fresh, f.segment)
		r.Rebuilt++
	}
	r.segments = append(r.segments, f.segment)
}

func (r *recovered) noteOrigins(f *found) {
	for id, origin := range f.header.origins {
		r.origins[id] = max(r.origins[id], origin)
	}
	for id, a := range f.index.accounts {
		r.origins[id] = max(r.origins[id], a.origin)
	}
}

// findMissing compares what segments say of their neighbours with what there is.
func (r *recovered) findMissing(segments []*found, known bool) {
	last := qq.SN(0) // up to here everything is accounted for
	if known {
		last = r.numbers.gone
	} else if len(segments) > 0 && segments[0].placed {
		last = segments[0].before
	}
	miss := func(upTo qq.SN) {
		if last != 0 && upTo > last {
			r.Missing, _ = addRange(r.Missing, Range{last + 1, upTo})
			r.lost, _ = addRange(r.lost, Range{last + 1, upTo})
		}
	}
	for i, f := range segments {
		switch {
		case f.placed:
		case i == len(segments)-1 && last != 0 && (i == 0 || segments[i-1].torn == 0):
			f.before = last // a header that was not synced yet
		default:
			f.before = f.first - 1
		}
		miss(f.before)
		f.index.before = f.before
		last = f.index.last
	}
	if known && r.numbers.last > last {
		miss(r.newestGiven())
	}
}

// newestGiven is the newest number that may have been a record's: what came
// behind the newest known sync is not known once the records are gone.
func (r *recovered) newestGiven() qq.SN {
	if r.Clean {
		return r.numbers.last
	}
	return max(r.numbers.last, r.numbers.end)
}

// settle decides the epoch, what is held, and where numbers go on.
func (r *recovered) settle(o Options, segments []*found, known bool) {
	n := &r.numbers
	unused := known && n.last == n.gone // never held a record; retention leaves one segment
	if len(segments) == 0 && !unused {
		n.epoch = 0
		r.Lost = !r.New
	} else if !known {
		n.epoch = epochOf(segments)
	}
	if n.epoch == 0 {
		n.epoch = rand.Uint64() | 1
	}
	last := max(n.last, n.gone)
	floor := n.end
	if len(segments) > 0 {
		last = segments[len(segments)-1].index.last
		n.gone = max(n.gone, segments[0].before)
		floor = max(floor, last)
	}
	if !known {
		floor += qq.SN(4 * o.ReserveBlock) // more than can have been given unsynced
	}
	if clock := qq.SN(max(o.Now(), 1)) * 1000; clock < maxSN-1<<50 {
		floor = max(floor, clock)
	}
	if len(segments) == 0 && !unused {
		n.gone, last = floor, floor
	}
	if floor > last && !r.New {
		r.Jump = Range{last + 1, floor}
	}
	n.last, n.clean, r.next = last, false, floor+1
	r.Epoch, r.First, r.Last, r.Next, r.Segments = n.epoch, last+1, last, r.next, len(segments)
	if len(segments) > 0 {
		r.First = segments[0].first
	}
}

// epochOf is what the newest readable header says, 0 when none is.
func epochOf(segments []*found) uint64 {
	for _, f := range slices.Backward(segments) {
		if f.headed {
			return f.header.epoch
		}
	}
	return 0
}

// secure syncs what was written and maybe not synced by the process before: it
// is shown to readers from now on.
func (r *recovered) secure() error {
	for _, s := range r.fresh {
		if err := s.file.Sync(); err != nil {
			return fmt.Errorf("%w: segment %d: %w", ErrFailed, s.first, err)
		}
	}
	return nil
}

// saveIndexes writes the indexes that were made anew, before there is a newer
// segment: they know what a header that was never synced would have told. A
// failure costs time at the next start, and at worst a false alarm.
func (r *recovered) saveIndexes(o Options) {
	for _, s := range r.fresh {
		if err := saveIndex(o.FS, o.Dir, s.index); err != nil {
			o.Logger.Warn("index not written", "segment", s.first, "error", err)
		}
	}
}

func closeAll(files []*found) {
	for _, f := range files {
		f.file.Close()
	}
}

func ignoreMissing(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}
