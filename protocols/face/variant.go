package face

import (
	"encoding/binary"
	"strconv"
	"unicode/utf8"

	"llbot/protocols/qq"
)

// Encoder turns log entries into one form of one protocol. Its dynamic type
// must be comparable, and equal encoders must write equal bytes: an event is
// encoded once for all connections whose encoders are ==.
type Encoder interface {
	// Encode appends the entry's text to dst; false (and dst unchanged) when
	// this protocol has nothing to say about it.
	Encode(dst []byte, e *qq.Entry) ([]byte, bool)
}

// Framing is how an encoded event is wrapped for the wire.
type Framing uint8

// The framings. FrameClient is a WebSocket text frame masked as clients must
// (reverse links); FrameSSE and FrameSSEMilky are server-sent events, the
// latter with the event name milky_event.
const (
	FrameRaw Framing = iota
	FrameServer
	FrameClient
	FrameSSE
	FrameSSEMilky
)

// Variant is one ready-to-send form of events: a comparable value.
type Variant struct {
	Encoder Encoder
	Framing Framing
}

// AppendFrame wraps payload as f wants it. sn is written as the id of SSE
// messages, 0 writes none; mask is used by FrameClient only.
func AppendFrame(dst []byte, f Framing, payload []byte, sn qq.SN, mask [4]byte) []byte {
	switch f {
	case FrameServer:
		return append(appendHeader(dst, len(payload), 0), payload...)
	case FrameClient:
		dst = append(appendHeader(dst, len(payload), 0x80), mask[:]...)
		start := len(dst)
		dst = append(dst, payload...)
		for i := range payload {
			dst[start+i] ^= mask[i&3]
		}
		return dst
	case FrameSSE:
		return AppendSSE(dst, "", payload, sn)
	case FrameSSEMilky:
		return AppendSSE(dst, "milky_event", payload, sn)
	}
	return append(dst, payload...)
}

// AppendSSE writes one server-sent event whose data is one line (JSON).
func AppendSSE(dst []byte, name string, line []byte, sn qq.SN) []byte {
	if name != "" {
		dst = append(dst, "event: "...)
		dst = append(dst, name...)
		dst = append(dst, '\n')
	}
	if sn != 0 {
		dst = append(dst, "id: "...)
		dst = strconv.AppendUint(dst, uint64(sn), 10)
		dst = append(dst, '\n')
	}
	dst = append(dst, "data: "...)
	dst = append(dst, line...)
	return append(dst, "\n\n"...)
}

// appendHeader writes the head of a final text frame (RFC 6455 §5.2).
func appendHeader(dst []byte, n int, maskBit byte) []byte {
	const finalText = 0x81
	switch {
	case n < 126:
		return append(dst, finalText, maskBit|byte(n))
	case n < 1<<16:
		return binary.BigEndian.AppendUint16(append(dst, finalText, maskBit|126), uint16(n))
	}
	return binary.BigEndian.AppendUint64(append(dst, finalText, maskBit|127), uint64(n))
}

// Opcodes of WebSocket control frames (RFC 6455 §5.5).
const (
	OpClose = 0x8
	OpPing  = 0x9
	OpPong  = 0xA
)

const (
	maxControl = 125            // bytes of payload (RFC 6455 §5.5)
	maxReason  = maxControl - 2 // less the code
)

// AppendControl writes a control frame; payload is cut to 125 bytes. With
// masked set it is a client's frame, masked with mask.
func AppendControl(dst []byte, opcode byte, payload []byte, masked bool, mask [4]byte) []byte {
	payload = payload[:min(len(payload), maxControl)]
	dst = append(dst, 0x80|opcode)
	if !masked {
		return append(append(dst, byte(len(payload))), payload...)
	}
	dst = append(append(dst, 0x80|byte(len(payload))), mask[:]...)
	for i, b := range payload {
		dst = append(dst, b^mask[i&3])
	}
	return dst
}

// AppendClose writes a close frame with code and reason, which is cut to whole
// characters within 123 bytes: clients refuse a reason that is not UTF-8.
func AppendClose(dst []byte, code int, reason string, masked bool, mask [4]byte) []byte {
	if len(reason) > maxReason {
		end := maxReason
		for end > 0 && !utf8.RuneStart(reason[end]) {
			end--
		}
		reason = reason[:end]
	}
	payload := binary.BigEndian.AppendUint16(nil, uint16(code))
	return AppendControl(dst, OpClose, append(payload, reason...), masked, mask)
}
