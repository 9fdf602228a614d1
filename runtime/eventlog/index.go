package eventlog

import (
	"sort"

	"llbot/protocols/qq"
)

// blockBytes is the size from which on a block of records is full. Blocks are
// what is read from a segment at once.
const blockBytes = 32 << 10

// index tells where things are in one segment. While the segment is written it
// grows under the log's lock; afterwards it never changes.
type index struct {
	first, last qq.SN   // last is first-1 while there is nothing
	before      qq.SN   // the last record of the segment before
	end         int64   // where the last record ends in the file
	latest      qq.Time // the greatest time of a record
	written     qq.Time // by the clock, about when the last record was written
	blocks      []block
	accounts    map[qq.UserID]*accountIndex
	lost        []Range // known to be unreadable
}

// block is a stretch of records that is read at once. It ends where the next
// one begins.
type block struct {
	off    int64
	sn     qq.SN   // of its first record
	latest qq.Time // the greatest time of a record in it
}

// accountIndex tells of one account's records.
type accountIndex struct {
	origin uint64   // the greatest
	blocks []uint32 // numbers of the blocks that hold any, rising
}

func newIndex(first qq.SN) *index {
	return &index{first: first, last: first - 1, accounts: map[qq.UserID]*accountIndex{}}
}

// add notes a record at an offset; records come in order.
func (x *index) add(e *qq.Entry, off int64, size int) {
	if n := len(x.blocks); n == 0 || off-x.blocks[n-1].off >= blockBytes {
		x.blocks = append(x.blocks, block{off: off, sn: e.SN, latest: e.Time})
	}
	no := len(x.blocks) - 1
	if e.SN > x.last+1 {
		x.lost, _ = addRange(x.lost, Range{x.last + 1, e.SN - 1})
	}
	x.last, x.end = e.SN, off+int64(size)
	x.blocks[no].latest = max(x.blocks[no].latest, e.Time)
	x.latest = max(x.latest, e.Time)
	a := x.accounts[e.Account]
	if a == nil {
		a = &accountIndex{}
		x.accounts[e.Account] = a
	}
	a.origin = max(a.origin, e.Origin)
	if n := len(a.blocks); n == 0 || a.blocks[n-1] != uint32(no) {
		a.blocks = append(a.blocks, uint32(no))
	}
}

// blockAfter is the number of the block that holds the first record behind
// after; there must be one.
func (x *index) blockAfter(after qq.SN) int {
	n := sort.Search(len(x.blocks), func(i int) bool { return x.blocks[i].sn > after+1 })
	return max(n-1, 0)
}

// span is the extent of a block: bytes and numbers.
func (x *index) span(no int) (off, end int64, numbers Range) {
	b := x.blocks[no]
	if no+1 < len(x.blocks) {
		next := x.blocks[no+1]
		return b.off, next.off, Range{b.sn, next.sn - 1}
	}
	return b.off, x.end, Range{b.sn, x.last}
}

// nextOf is the first block from number no on that holds records of account,
// or -1.
func (x *index) nextOf(account qq.UserID, no int) int {
	a := x.accounts[account]
	if a == nil {
		return -1
	}
	i := sort.Search(len(a.blocks), func(i int) bool { return a.blocks[i] >= uint32(no) })
	if i == len(a.blocks) {
		return -1
	}
	return int(a.blocks[i])
}

// nextSince is the first block from number no on that holds a record at or
// after t, or -1.
func (x *index) nextSince(t qq.Time, no int) int {
	if x.latest < t {
		return -1
	}
	for ; no < len(x.blocks); no++ {
		if x.blocks[no].latest >= t {
			return no
		}
	}
	return -1
}
