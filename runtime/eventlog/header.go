package eventlog

import (
	"encoding/binary"
	"hash/crc32"
	"maps"
	"slices"

	"llbot/protocols/qq"
)

// header begins a segment. It carries the last origin of every account, so
// that these outlive the records that retention removes.
//
//	0  magic "LLSEGMNT"                    8
//	8  version, number of accounts         4+4
//	16 epoch, first, before, made          8 each
//	48 account, last origin                8+8 each
//	   CRC-32C of everything before        4
type header struct {
	epoch   uint64
	first   qq.SN
	before  qq.SN   // the last record of the segment before
	made    qq.Time // by the clock
	origins map[qq.UserID]uint64
}

const (
	headerMagic   = "LLSEGMNT"
	headerVersion = 1
	headerFixed   = 48
	maxAccounts   = 1 << 20
)

func (h header) encode() []byte {
	b := make([]byte, 0, headerSize(len(h.origins)))
	b = append(b, headerMagic...)
	b = binary.LittleEndian.AppendUint32(b, headerVersion)
	b = binary.LittleEndian.AppendUint32(b, uint32(len(h.origins)))
	for _, v := range []uint64{h.epoch, uint64(h.first), uint64(h.before), uint64(h.made)} {
		b = binary.LittleEndian.AppendUint64(b, v)
	}
	for _, account := range slices.Sorted(maps.Keys(h.origins)) {
		b = binary.LittleEndian.AppendUint64(b, uint64(account))
		b = binary.LittleEndian.AppendUint64(b, h.origins[account])
	}
	return binary.LittleEndian.AppendUint32(b, crc32.Checksum(b, castagnoli))
}

func headerSize(accounts int) int { return headerFixed + 16*accounts + 4 }

// decodeHeader reads the header at the start of b and tells its size there.
// errShort when b ends before it does.
func decodeHeader(b []byte) (h header, size int, err error) {
	if len(b) < headerFixed {
		return h, 0, errShort
	}
	version, accounts := binary.LittleEndian.Uint32(b[8:]), binary.LittleEndian.Uint32(b[12:])
	if string(b[:8]) != headerMagic || version != headerVersion || accounts > maxAccounts {
		return h, 0, errCorrupt
	}
	size = headerSize(int(accounts))
	if len(b) < size {
		return h, size, errShort
	}
	if crc32.Checksum(b[:size-4], castagnoli) != binary.LittleEndian.Uint32(b[size-4:]) {
		return h, 0, errCorrupt
	}
	at := func(off int) uint64 { return binary.LittleEndian.Uint64(b[off:]) }
	h = header{epoch: at(16), first: qq.SN(at(24)), before: qq.SN(at(32)), made: qq.Time(at(40)), origins: make(map[qq.UserID]uint64, accounts)}
	for off := headerFixed; off < size-4; off += 16 {
		h.origins[qq.UserID(at(off))] = at(off + 8)
	}
	if h.first == 0 || h.first > maxSN || h.before >= h.first {
		return header{}, 0, errCorrupt
	}
	return h, size, nil
}
