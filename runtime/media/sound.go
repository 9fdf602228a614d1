package media

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"io"
	"time"
)

// soundLength is how long a sound plays, 0 when its file does not tell. Broken
// files give what can be made of them.
func soundLength(file io.ReadSeeker, mime string) time.Duration {
	switch mime {
	case "audio/wav":
		return wavLength(file)
	case "audio/flac":
		return flacLength(file)
	case "audio/ogg":
		return oggLength(file)
	case "audio/mpeg":
		return mp3Length(file)
	}
	return speechLength(bufio.NewReader(file), mime)
}

// ratio is n units at per units a second.
func ratio(n, per int64) time.Duration {
	const longest = int64(time.Hour * 24 * 365 / time.Second)
	if n <= 0 || per <= 0 || n/per > longest {
		return 0
	}
	return time.Duration(n/per)*time.Second + time.Duration(n%per)*time.Second/time.Duration(per)
}

// wavLength walks the chunks of a RIFF file up to its samples.
func wavLength(file io.ReadSeeker) time.Duration {
	if _, err := file.Seek(12, io.SeekStart); err != nil {
		return 0
	}
	var rate int64 // bytes a second
	for {
		var head [8]byte
		if _, err := io.ReadFull(file, head[:]); err != nil {
			return 0
		}
		size := int64(binary.LittleEndian.Uint32(head[4:]))
		switch string(head[:4]) {
		case "data":
			return ratio(min(size, remaining(file)), rate)
		case "fmt ":
			var form [16]byte
			if _, err := io.ReadFull(file, form[:]); err != nil || size < 16 {
				return 0
			}
			rate = int64(binary.LittleEndian.Uint32(form[8:]))
			size -= 16
		}
		if _, err := file.Seek(size+size%2, io.SeekCurrent); err != nil {
			return 0
		}
	}
}

// remaining is how many bytes follow; the place stays.
func remaining(file io.Seeker) int64 {
	here, err := file.Seek(0, io.SeekCurrent)
	if err != nil {
		return 0
	}
	end, err := file.Seek(0, io.SeekEnd)
	if err != nil {
		return 0
	}
	if _, err := file.Seek(here, io.SeekStart); err != nil {
		return 0
	}
	return end - here
}

// flacLength reads STREAMINFO, which comes first: 20 bits of rate and 36 of
// samples lie behind ten bytes.
func flacLength(file io.Reader) time.Duration {
	var b [26]byte // "fLaC", a block's head, and STREAMINFO as far as it counts
	if _, err := io.ReadFull(file, b[:]); err != nil || b[4]&0x7f != 0 {
		return 0
	}
	bits := binary.BigEndian.Uint64(b[18:])
	return ratio(int64(bits&(1<<36-1)), int64(bits>>44))
}

// oggLength takes the last page's position (RFC 3533) in samples of the codec
// that the first page names: Opus (RFC 7845) counts 48000 a second whatever
// went in, behind a pre-skip; Vorbis tells its rate.
func oggLength(file io.ReadSeeker) time.Duration {
	head := make([]byte, 128)
	n, _ := io.ReadFull(file, head)
	head = head[:n]
	var rate, skip int64
	if at := bytes.Index(head, []byte("OpusHead")); at >= 0 && len(head) >= at+12 {
		rate, skip = 48000, int64(binary.LittleEndian.Uint16(head[at+10:]))
	} else if at := bytes.Index(head, []byte("\x01vorbis")); at >= 0 && len(head) >= at+16 {
		rate = int64(binary.LittleEndian.Uint32(head[at+12:]))
	}
	const tail = 1 << 16 // more than the largest page
	if _, err := file.Seek(-tail, io.SeekEnd); err != nil {
		if _, err := file.Seek(0, io.SeekStart); err != nil {
			return 0
		}
	}
	end, err := io.ReadAll(io.LimitReader(file, tail))
	at := bytes.LastIndex(end, []byte("OggS"))
	if err != nil || at < 0 || len(end) < at+14 {
		return 0
	}
	return ratio(int64(binary.LittleEndian.Uint64(end[at+6:]))-skip, rate)
}

// speechLength counts the frames of what phones and QQ record: 20 ms each.
func speechLength(in *bufio.Reader, mime string) time.Duration {
	next := silkFrame
	start := len("#!SILK_V3")
	switch mime {
	case "audio/silk":
		if b, err := in.Peek(1); err == nil && b[0] == 2 { // QQ's own byte before the name
			start++
		}
	case "audio/amr":
		next, start = amrFrame([]int{12, 13, 15, 17, 19, 20, 26, 31, 5}), len("#!AMR\n")
	case "audio/amr-wb":
		next, start = amrFrame([]int{17, 23, 32, 36, 40, 46, 50, 58, 60, 5}), len("#!AMR-WB\n")
	default:
		return 0
	}
	if _, err := in.Discard(start); err != nil {
		return 0
	}
	frames := time.Duration(0)
	for next(in) {
		frames++
	}
	return frames * 20 * time.Millisecond
}

// silkFrame passes over one frame: its length in two bytes, -1 at the end.
func silkFrame(in *bufio.Reader) bool {
	var head [2]byte
	if _, err := io.ReadFull(in, head[:]); err != nil {
		return false
	}
	size := int16(binary.LittleEndian.Uint16(head[:]))
	if size < 0 {
		return false
	}
	_, err := in.Discard(int(size))
	return err == nil
}

// amrFrame passes over one frame (RFC 4867 §5.3): bits 3 to 6 of the first byte
// tell the mode, and that the size.
func amrFrame(sizes []int) func(*bufio.Reader) bool {
	return func(in *bufio.Reader) bool {
		head, err := in.ReadByte()
		if err != nil {
			return false
		}
		size := 0
		if mode := int(head >> 3 & 15); mode < len(sizes) {
			size = sizes[mode]
		}
		_, err = in.Discard(size)
		return err == nil
	}
}
