package media

import (
	"bufio"
	"encoding/binary"
	"io"
	"time"
)

// mp3Length walks the frames of an MPEG sound behind its ID3 tag.
func mp3Length(file io.ReadSeeker) time.Duration {
	in := bufio.NewReader(file)
	if b, err := in.Peek(10); err == nil && string(b[:3]) == "ID3" {
		size := int(b[6]&127)<<21 | int(b[7]&127)<<14 | int(b[8]&127)<<7 | int(b[9]&127)
		if _, err := in.Discard(10 + size); err != nil {
			return 0
		}
	}
	var length time.Duration
	for {
		b, err := in.Peek(4)
		if err != nil {
			return length
		}
		f, ok := mp3FrameOf(binary.BigEndian.Uint32(b))
		if !ok {
			return length // a tag behind the sound, or nonsense
		}
		if _, err := in.Discard(f.size); err != nil {
			return length
		}
		length += ratio(f.samples, f.rate)
	}
}

// mp3Frame is what a frame's head tells.
type mp3Frame struct {
	size          int // bytes, head included
	samples, rate int64
}

// mp3FrameOf reads a head (ISO 11172-3 §2.4.2.3) of layer III.
func mp3FrameOf(head uint32) (f mp3Frame, ok bool) {
	version, layer := head>>19&3, head>>17&3 // 3 is MPEG 1, 2 is 2, 0 is 2.5; layer III is 1
	bitrate, rate, padding := head>>12&15, head>>10&3, int64(head>>9&1)
	if head>>21 != 0x7ff || version == 1 || layer != 1 || bitrate == 0 || bitrate == 15 || rate == 3 {
		return f, false
	}
	first := [...]int64{0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320}
	second := [...]int64{0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160}
	f.samples, f.rate = 1152, [...]int64{44100, 48000, 32000}[rate]
	kbits := first[bitrate]
	switch version {
	case 2:
		f.samples, f.rate, kbits = 576, f.rate/2, second[bitrate]
	case 0:
		f.samples, f.rate, kbits = 576, f.rate/4, second[bitrate]
	}
	f.size = int(f.samples/8*kbits*1000/f.rate + padding)
	return f, true
}
