package store

import (
	"crypto/sha256"
	"encoding/binary"
	"hash/crc32"

	"llbot/protocols/qq"
)

// A mark's slot has two places for numbers, which are written by turns: the
// greater one that makes sense is the mark. All numbers are big-endian.
//
//	crc32c of the next two 4 | version 4 | sha256 of the target's name 32 | place 12 | place 12
//	place: sn 8, 0 for an empty one | crc32c of the target's sha256 and the sn 4
//
// Sectors hold whole slots.
const (
	markSize    = 64
	markHead    = 40
	placeSize   = 12
	markVersion = 2
)

type markKey [sha256.Size]byte

func keyOf(target string) markKey { return sha256.Sum256([]byte(target)) }

// sumOf begins the checksum of a place.
func sumOf(key markKey) uint32 { return crc32.Checksum(key[:], castagnoli) }

// placeAt is where a place of a slot is, the one of turn 0 or 1.
func placeAt(slot, turn int) int { return slot + markHead + turn*placeSize }

// encodeMark is a slot with one number.
func encodeMark(key markKey, sn qq.SN) (b [markSize]byte) {
	binary.BigEndian.PutUint32(b[4:], markVersion)
	copy(b[8:], key[:])
	binary.BigEndian.PutUint32(b[:], crc32.Checksum(b[4:markHead], castagnoli))
	encodePlace(b[markHead:], sumOf(key), sn)
	return b
}

// encodePlace writes a place to the beginning of b.
func encodePlace(b []byte, sum uint32, sn qq.SN) {
	clear(b[:placeSize])
	if sn != 0 {
		binary.BigEndian.PutUint64(b, uint64(sn))
		binary.BigEndian.PutUint32(b[8:], crc32.Update(sum, castagnoli, b[:8]))
	}
}

// decodeMark answers a target's number, 0 when its places are empty or spoiled,
// and the place that does not hold it.
func decodeMark(b [markSize]byte) (key markKey, sn qq.SN, turn int, ok bool) {
	if binary.BigEndian.Uint32(b[:]) != crc32.Checksum(b[4:markHead], castagnoli) || binary.BigEndian.Uint32(b[4:]) != markVersion {
		return key, 0, 0, false
	}
	copy(key[:], b[8:])
	for i := range 2 {
		place := b[placeAt(0, i):][:placeSize]
		at := qq.SN(binary.BigEndian.Uint64(place))
		if at > sn && binary.BigEndian.Uint32(place[8:]) == crc32.Update(sumOf(key), castagnoli, place[:8]) {
			sn, turn = at, i^1
		}
	}
	return key, sn, turn, true
}
