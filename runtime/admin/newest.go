package admin

import (
	"errors"
	"slices"

	"llbot/protocols/qq"
)

// Bounds of reading backwards: how many numbers are looked at in one go, and
// how many entries at all before the search for more is given up.
const (
	stride   = 512
	maxLooks = 1 << 18
)

// latest answers the newest entries that are wanted, in order. The log reads
// forward only and its numbers jump, over years where it lay idle: each stride
// begins at an entry that was searched for.
func (want reading) latest(log EventLog) ([]*qq.Entry, error) {
	var found []*qq.Entry
	looks := 0
	for end := want.upTo; end > want.after && len(found) < want.newest && looks < maxLooks; {
		newest, ok, err := want.before(log, end)
		if errors.Is(err, qq.ErrCursorGone) { // retention was faster
			break
		}
		if err != nil || !ok {
			return found, err
		}
		start := max(want.after, newest-min(newest, stride))
		page, err := want.read(log, nil, start, stride)
		if err != nil {
			return found, err
		}
		looks += len(page)
		page = slices.DeleteFunc(page, func(e *qq.Entry) bool { return e.SN > newest || !want.wants(e) })
		found, end = append(page, found...), start
	}
	return found[max(0, len(found)-want.newest):], nil
}

// before is the number of the newest entry up to end; false when there is none
// in the wanted range.
func (want reading) before(log EventLog, end qq.SN) (qq.SN, bool, error) {
	// No entry lies between high and end; sn is the newest that was found.
	next := func(after qq.SN) (qq.SN, bool, error) {
		page, err := want.read(log, nil, after, 1)
		if err != nil || len(page) == 0 || page[0].SN > end {
			return 0, false, err
		}
		return page[0].SN, true, nil
	}
	high := end
	var sn qq.SN
	for step := qq.SN(1); sn == 0; step *= 8 {
		low := max(want.after, end-min(end, step))
		at, ok, err := next(low)
		switch {
		case err != nil || !ok && low == want.after:
			return 0, false, err
		case ok:
			sn = at
		default:
			high = low
		}
	}
	for sn < high {
		middle := sn + (high-sn)/2
		at, ok, err := next(middle)
		switch {
		case err != nil:
			return 0, false, err
		case ok:
			sn = at
		default:
			high = middle
		}
	}
	return sn, true, nil
}
