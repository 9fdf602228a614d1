package eventlog

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"maps"
	"slices"

	"llbot/protocols/qq"
)

// An index file is "LLINDEX1", then unsigned varints (times are zigzag), then
// CRC-32C of everything before:
//
//	first before last end latest written
//	blocks:   count, then off, sn (both as steps), latest
//	accounts: count, then account, origin, count of blocks, their numbers as steps
//	lost:     count, then first, last
const indexMagic = "LLINDEX1"

func (x *index) encode() []byte {
	b := []byte(indexMagic)
	put := func(values ...uint64) {
		for _, v := range values {
			b = binary.AppendUvarint(b, v)
		}
	}
	put(uint64(x.first), uint64(x.before), uint64(x.last), uint64(x.end))
	b = binary.AppendVarint(b, int64(x.latest))
	b = binary.AppendVarint(b, int64(x.written))
	put(uint64(len(x.blocks)))
	var before block
	for _, k := range x.blocks {
		put(uint64(k.off-before.off), uint64(k.sn-before.sn))
		b = binary.AppendVarint(b, int64(k.latest))
		before = k
	}
	put(uint64(len(x.accounts)))
	for _, id := range slices.Sorted(maps.Keys(x.accounts)) {
		a := x.accounts[id]
		put(uint64(id), a.origin, uint64(len(a.blocks)))
		last := uint32(0)
		for _, no := range a.blocks {
			put(uint64(no - last))
			last = no
		}
	}
	put(uint64(len(x.lost)))
	for _, r := range x.lost {
		put(uint64(r.First), uint64(r.Last))
	}
	return binary.LittleEndian.AppendUint32(b, crc32.Checksum(b, castagnoli))
}

func decodeIndex(text []byte) (*index, error) {
	body := len(text) - 4
	if body < len(indexMagic) || string(text[:len(indexMagic)]) != indexMagic ||
		crc32.Checksum(text[:body], castagnoli) != binary.LittleEndian.Uint32(text[body:]) {
		return nil, errCorrupt
	}
	in := varints{rest: text[len(indexMagic):body]}
	x := newIndex(qq.SN(in.next()))
	x.before, x.last, x.end = qq.SN(in.next()), qq.SN(in.next()), int64(in.next())
	x.latest, x.written = qq.Time(in.signed()), qq.Time(in.signed())
	var k block
	for range in.count() {
		k.off, k.sn = k.off+int64(in.next()), k.sn+qq.SN(in.next())
		k.latest = qq.Time(in.signed())
		x.blocks = append(x.blocks, k)
	}
	for range in.count() {
		id, a := qq.UserID(in.next()), &accountIndex{origin: in.next()}
		no := uint32(0)
		for range in.count() {
			no += uint32(in.next())
			a.blocks = append(a.blocks, no)
		}
		x.accounts[id] = a
	}
	for range in.count() {
		x.lost = append(x.lost, Range{qq.SN(in.next()), qq.SN(in.next())})
	}
	if in.bad || len(in.rest) > 0 {
		return nil, fmt.Errorf("index: %w", errCorrupt)
	}
	return x, x.check()
}

// check refuses an index that would lead a reader astray.
func (x *index) check() error {
	off, sn := int64(0), x.first
	for _, k := range x.blocks {
		if k.off < off || k.sn < sn || k.sn > x.last || k.off >= x.end {
			return fmt.Errorf("index: block at %d: %w", k.off, errCorrupt)
		}
		off, sn = k.off+1, k.sn+1
	}
	for id, a := range x.accounts {
		if !slices.IsSorted(a.blocks) || len(a.blocks) == 0 || int(a.blocks[len(a.blocks)-1]) >= len(x.blocks) {
			return fmt.Errorf("index: account %d: %w", id, errCorrupt)
		}
	}
	if x.first == 0 || x.before >= x.first || x.last > maxSN || x.last < x.first || len(x.blocks) == 0 || x.end > maxSegmentFile {
		return fmt.Errorf("index of %d: %w", x.first, errCorrupt)
	}
	return nil
}

// varints reads numbers off a text; bad tells that it ended too early.
type varints struct {
	rest []byte
	bad  bool
}

func (in *varints) next() uint64 {
	v, n := binary.Uvarint(in.rest)
	return in.took(v, n)
}

func (in *varints) signed() int64 {
	v, n := binary.Varint(in.rest)
	return int64(in.took(uint64(v), n))
}

func (in *varints) took(v uint64, n int) uint64 {
	if n <= 0 {
		in.bad, in.rest = true, nil
		return 0
	}
	in.rest = in.rest[n:]
	return v
}

// count reads how many items follow; each takes a byte at least.
func (in *varints) count() int {
	n := in.next()
	if n > uint64(len(in.rest)) {
		in.bad, in.rest = true, nil
		return 0
	}
	return int(n)
}
