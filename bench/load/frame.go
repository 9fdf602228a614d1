package load

import (
	"encoding/binary"
	"errors"
	"fmt"
)

// The opcodes that matter here.
const (
	opText  = 1
	opClose = 8
	opPing  = 9
	opPong  = 10
)

// errMasked tells that a server masked a frame, which RFC 6455 forbids.
var errMasked = errors.New("a masked frame from a server")

// nextFrame takes the first WebSocket frame of data apart; size is 0 while it
// is not whole.
func nextFrame(data []byte) (op byte, payload []byte, size int, err error) {
	if len(data) < 2 {
		return 0, nil, 0, nil
	}
	if data[1]&0x80 != 0 {
		return 0, nil, 0, errMasked
	}
	at, length := 2, int(data[1])
	switch length {
	case 126:
		if len(data) < 4 {
			return 0, nil, 0, nil
		}
		at, length = 4, int(binary.BigEndian.Uint16(data[2:]))
	case 127:
		if len(data) < 10 {
			return 0, nil, 0, nil
		}
		long := binary.BigEndian.Uint64(data[2:])
		if long > 1<<28 {
			return 0, nil, 0, fmt.Errorf("a frame of %d bytes", long)
		}
		at, length = 10, int(long)
	}
	if len(data) < at+length {
		return 0, nil, 0, nil
	}
	return data[0] & 0x0f, data[at : at+length], at + length, nil
}

// appendFrame writes a client's frame. The mask is zero, which leaves the
// payload as it is: what a server must do with it is the same.
func appendFrame(dst []byte, op byte, payload []byte) []byte {
	dst = append(dst, 0x80|op)
	switch n := len(payload); {
	case n < 126:
		dst = append(dst, 0x80|byte(n))
	case n < 1<<16:
		dst = binary.BigEndian.AppendUint16(append(dst, 0x80|126), uint16(n))
	default:
		dst = binary.BigEndian.AppendUint64(append(dst, 0x80|127), uint64(n))
	}
	return append(append(dst, 0, 0, 0, 0), payload...)
}

// Frame writes a text as a server's frame.
func Frame(payload []byte) []byte {
	dst := []byte{0x80 | opText}
	switch n := len(payload); {
	case n < 126:
		dst = append(dst, byte(n))
	case n < 1<<16:
		dst = binary.BigEndian.AppendUint16(append(dst, 126), uint16(n))
	default:
		dst = binary.BigEndian.AppendUint64(append(dst, 127), uint64(n))
	}
	return append(dst, payload...)
}
