package eventlog

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"

	"llbot/protocols/qq"
)

// A record on disk, little-endian:
//
//	 0  marker   4 bytes, to find the next record behind a damaged one
//	 4  checksum CRC-32C of everything behind it
//	 8  length   of the event's text
//	12  version  1, then 1 if it begins a group that was synced as one, then two zero bytes
//	16  sn, account, origin, time: 8 bytes each
//	48  the event as qq.EncodeEvent writes it
//
// The text is JSON and so holds no zero byte: nothing that anybody says can
// look like a record, whose numbers have zeros in front.
const (
	recordVersion = 1
	recordHead    = 48
	maxPayload    = 16 << 20
)

const markerText = "\xff\xf5\xc0\x1e"

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// record is one entry whose event is still text.
type record struct {
	sn      qq.SN
	account qq.UserID
	origin  uint64
	time    qq.Time
	payload []byte
	leads   bool // begins a group: everything before it was synced
}

// size is the number of bytes on disk.
func (r record) size() int { return recordHead + len(r.payload) }

// appendRecord writes r behind dst.
func appendRecord(dst []byte, r record) []byte {
	start := len(dst)
	dst = append(dst, markerText...)
	dst = append(dst, 0, 0, 0, 0)
	dst = binary.LittleEndian.AppendUint32(dst, uint32(len(r.payload)))
	lead := byte(0)
	if r.leads {
		lead = 1
	}
	dst = append(dst, recordVersion, lead, 0, 0)
	dst = binary.LittleEndian.AppendUint64(dst, uint64(r.sn))
	dst = binary.LittleEndian.AppendUint64(dst, uint64(r.account))
	dst = binary.LittleEndian.AppendUint64(dst, r.origin)
	dst = binary.LittleEndian.AppendUint64(dst, uint64(r.time))
	dst = append(dst, r.payload...)
	binary.LittleEndian.PutUint32(dst[start+4:], crc32.Checksum(dst[start+8:], castagnoli))
	return dst
}

// markLead makes the record at the start of data begin a group.
func markLead(data []byte, size int) {
	data[13] = 1
	binary.LittleEndian.PutUint32(data[4:], crc32.Checksum(data[8:size], castagnoli))
}

// parseRecord reads the record at the start of data; its payload is part of
// data. errShort when data ends before it does, errCorrupt when it is none.
func parseRecord(data []byte) (record, error) {
	if len(data) < recordHead {
		return record{}, errShort
	}
	length := binary.LittleEndian.Uint32(data[8:])
	if string(data[:4]) != markerText || length > maxPayload {
		return record{}, errCorrupt
	}
	end := recordHead + int(length)
	if len(data) < end {
		return record{}, errShort
	}
	if crc32.Checksum(data[8:end], castagnoli) != binary.LittleEndian.Uint32(data[4:]) {
		return record{}, errCorrupt
	}
	r := record{
		sn:      qq.SN(binary.LittleEndian.Uint64(data[16:])),
		account: qq.UserID(binary.LittleEndian.Uint64(data[24:])),
		origin:  binary.LittleEndian.Uint64(data[32:]),
		time:    qq.Time(binary.LittleEndian.Uint64(data[40:])),
		payload: data[recordHead:end],
		leads:   data[13] == 1,
	}
	if data[12] != recordVersion || r.sn == 0 || r.sn > maxSN {
		return record{}, errCorrupt
	}
	return r, nil
}

// walk visits the good records of data, whose numbers must rise within bounds,
// with their offsets. It answers where the last one ends; what is damaged
// before is skipped.
func walk(data []byte, bounds Range, visit func(off int, r record)) (end int) {
	next := bounds.First
	for off := 0; off < len(data); {
		r, err := parseRecord(data[off:])
		if err == nil && r.sn >= next && r.sn <= bounds.Last {
			visit(off, r)
			next = r.sn + 1
			off += r.size()
			end = off
			continue
		}
		skip := bytes.Index(data[off+1:], []byte(markerText))
		if skip < 0 {
			break
		}
		off += 1 + skip
	}
	return end
}

// entry decodes the event of r.
func (r record) entry() (*qq.Entry, error) {
	event, err := qq.DecodeEvent(r.payload)
	if err != nil {
		return nil, err
	}
	return &qq.Entry{SN: r.sn, Account: r.account, Origin: r.origin, Time: r.time, Event: event}, nil
}
