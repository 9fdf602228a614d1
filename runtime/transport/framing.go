package transport

import "encoding/binary"

// framing follows the bytes of a WebSocket's frames, as far as to know where each
// ends (RFC 6455 §5.2): between two of them a reader may wait without the
// library, whose calls take twice the stack.
type framing struct {
	head [14]byte
	have uint8  // bytes of head that were taken
	body uint64 // bytes behind the head that were not
}

// ended tells whether what was taken ends with a frame.
func (f *framing) ended() bool { return f.have == 0 && f.body == 0 }

// take answers how many bytes of data belong to the current frame.
func (f *framing) take(data []byte) (n int) {
	for f.body == 0 && n < len(data) {
		f.head[f.have] = data[n]
		f.have++
		n++
		if int(f.have) == f.size() {
			f.body, f.have = f.length(), 0
			if f.body == 0 {
				return n
			}
		}
	}
	rest := min(f.body, uint64(len(data)-n))
	f.body -= rest
	return n + int(rest)
}

// size is how long the head is, as far as it tells by now.
func (f *framing) size() int {
	if f.have < 2 {
		return 2
	}
	size := 2
	switch f.head[1] & 0x7f {
	case 126:
		size += 2
	case 127:
		size += 8
	}
	if f.head[1]&0x80 != 0 {
		size += 4
	}
	return size
}

// length is how long what follows a whole head is.
func (f *framing) length() uint64 {
	switch n := f.head[1] & 0x7f; n {
	case 126:
		return uint64(binary.BigEndian.Uint16(f.head[2:]))
	case 127:
		return binary.BigEndian.Uint64(f.head[2:])
	default:
		return uint64(n)
	}
}
