package eventlog

import (
	"sort"

	"llbot/protocols/qq"
)

// tail is the recent entries, as they were appended. What is not synced is
// always in it.
type tail struct {
	from  qq.SN // every entry behind this number is in the tail
	items []recent
	head  int // items before it are gone
	bytes int64
}

type recent struct {
	entry *qq.Entry
	size  int32 // on disk
}

func (t *tail) push(e *qq.Entry, size int) {
	t.items = append(t.items, recent{e, int32(size)})
	t.bytes += int64(size)
}

// trim makes room: entries up to synced go, oldest first, while there are more
// than the limits allow.
func (t *tail) trim(synced qq.SN, entries int, bytes int64) {
	for t.head < len(t.items) {
		oldest := t.items[t.head]
		over := len(t.items)-t.head > entries || t.bytes > bytes
		if !over || oldest.entry.SN > synced {
			break
		}
		t.from = oldest.entry.SN
		t.bytes -= int64(oldest.size)
		t.items[t.head] = recent{}
		t.head++
	}
	if t.head > len(t.items)/2 && t.head > 64 {
		n := copy(t.items, t.items[t.head:])
		clear(t.items[n:])
		t.items, t.head = t.items[:n], 0
	}
}

// cut drops the entries behind a number.
func (t *tail) cut(after qq.SN) {
	n := t.find(after)
	for _, it := range t.items[n:] {
		t.bytes -= int64(it.size)
	}
	clear(t.items[n:])
	t.items = t.items[:n]
}

// find is the place of the first entry behind a number.
func (t *tail) find(after qq.SN) int {
	held := t.items[t.head:]
	return t.head + sort.Search(len(held), func(i int) bool { return held[i].entry.SN > after })
}

// read appends entries behind after and up to upTo to dst, at most max.
func (t *tail) read(dst []*qq.Entry, after, upTo qq.SN, max int) []*qq.Entry {
	for _, it := range t.items[t.find(after):] {
		if max <= 0 || it.entry.SN > upTo {
			break
		}
		dst = append(dst, it.entry)
		max--
	}
	return dst
}

func (t *tail) first() (qq.SN, bool) {
	if t.head == len(t.items) {
		return 0, false
	}
	return t.items[t.head].entry.SN, true
}
