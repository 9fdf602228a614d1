package media

import (
	"encoding/binary"
	"io"
	"time"
)

// film is what the head of an MP4 file tells.
type film struct {
	length        time.Duration
	width, height int
}

// The bounds of what is believed of an MP4 file's boxes.
const (
	maxBoxes     = 1000
	filmHeadSize = 120 // of mvhd and tkhd in their longer form
)

// filmOf walks the boxes of an MP4 file (ISO 14496-12): moov/mvhd tells the
// length, the first moov/trak/tkhd that has a size the size.
func filmOf(file io.ReadSeeker) film {
	var f film
	f.walk(file, 0, remaining(file), maxBoxes)
	return f
}

// walk reads the boxes between two places and answers how many more may be
// read; below 0 the walk is over.
func (f *film) walk(file io.ReadSeeker, from, to int64, left int) int {
	for from+8 <= to && left > 0 {
		left--
		kind, body, end, ok := boxAt(file, from, to)
		if !ok {
			return -1
		}
		switch kind {
		case "moov", "trak":
			left = f.walk(file, body, end, left)
		case "mvhd", "tkhd":
			f.read(kind, headOf(file, body, end))
		}
		from = end
	}
	return left
}

// boxAt reads where the box at from begins and ends.
func boxAt(file io.ReadSeeker, from, to int64) (kind string, body, end int64, ok bool) {
	var head [16]byte
	if _, err := file.Seek(from, io.SeekStart); err != nil {
		return "", 0, 0, false
	}
	if _, err := io.ReadFull(file, head[:8]); err != nil {
		return "", 0, 0, false
	}
	size, body := int64(binary.BigEndian.Uint32(head[:])), from+8
	switch size {
	case 0: // the last one
		size = to - from
	case 1:
		if _, err := io.ReadFull(file, head[8:]); err != nil {
			return "", 0, 0, false
		}
		size, body = int64(binary.BigEndian.Uint64(head[8:])), from+16
	}
	if size < body-from || size > to-from {
		return "", 0, 0, false
	}
	return string(head[4:8]), body, from + size, true
}

// headOf is the beginning of a box, filled up with zeros.
func headOf(file io.ReadSeeker, body, end int64) []byte {
	head := make([]byte, filmHeadSize)
	if _, err := file.Seek(body, io.SeekStart); err == nil {
		_, _ = io.ReadFull(io.LimitReader(file, end-body), head) // short ones stay zero
	}
	return head
}

// read takes what mvhd or tkhd tell; their first byte is their version, which
// decides how wide times are.
func (f *film) read(kind string, b []byte) {
	wide := b[0] == 1
	switch {
	case kind == "mvhd" && wide:
		f.length = ratio(int64(binary.BigEndian.Uint64(b[24:])), int64(binary.BigEndian.Uint32(b[20:])))
	case kind == "mvhd":
		f.length = ratio(int64(binary.BigEndian.Uint32(b[16:])), int64(binary.BigEndian.Uint32(b[12:])))
	case f.width != 0:
	case wide:
		f.size(b[88:])
	default:
		f.size(b[76:])
	}
}

// size takes two numbers of 16 bits and 16 behind the point.
func (f *film) size(b []byte) {
	w, h := int(binary.BigEndian.Uint32(b)>>16), int(binary.BigEndian.Uint32(b[4:])>>16)
	if w > 0 && h > 0 {
		f.width, f.height = w, h
	}
}
