package sim

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"strconv"

	"llbot/protocols/qq"
)

// A line of a journal or snapshot is the CRC-32 of its JSON in eight hex
// digits, a space, the JSON and a line feed.
const lineHead = 9

var errDamaged = errors.New("damaged line")

// appendRecord writes one line of the journal behind b.
func appendRecord(b []byte, r record) ([]byte, error) {
	start := len(b)
	b = append(b, "00000000 "...)
	b = strconv.AppendUint(append(b, `{"n":`...), r.number, 10)
	b = strconv.AppendInt(append(b, `,"t":`...), int64(r.time), 10)
	b = strconv.AppendInt(append(b, `,"v":`...), recordVersion, 10)
	b = append(append(append(b, `,"k":"`...), r.change.kind()...), '"')
	if r.nonce != "" {
		b = appendString(append(b, `,"o":`...), r.nonce)
	}
	if r.real != 0 {
		b = strconv.AppendInt(append(b, `,"m":`...), int64(r.real), 10)
	}
	b = append(b, `,"d":`...)
	b, err := appendChange(b, r.change)
	if err != nil {
		return b[:start], fmt.Errorf("encode record %d: %w", r.number, err)
	}
	b = append(b, '}')
	return sealLine(b, start), nil
}

// sealLine fills in the checksum of the line that begins at start and ends it.
func sealLine(b []byte, start int) []byte {
	var sum [4]byte
	s := crc32.ChecksumIEEE(b[start+lineHead:])
	sum[0], sum[1], sum[2], sum[3] = byte(s>>24), byte(s>>16), byte(s>>8), byte(s)
	hex.Encode(b[start:], sum[:])
	return append(b, '\n')
}

// openLine gives the JSON of a line without its line feed.
func openLine(text []byte) ([]byte, error) {
	if len(text) < lineHead || text[lineHead-1] != ' ' {
		return nil, errDamaged
	}
	sum, err := strconv.ParseUint(string(text[:lineHead-1]), 16, 32)
	if err != nil {
		return nil, errDamaged
	}
	if body := text[lineHead:]; crc32.ChecksumIEEE(body) == uint32(sum) {
		return body, nil
	}
	return nil, errDamaged
}

// appendChange writes what a change says. Spoken text has a fast way, since
// nearly every record is one, and so have cards, which bots change all the time.
func appendChange(b []byte, c change) ([]byte, error) {
	switch c := c.(type) {
	case *said:
		if t, ok := onlyText(c.Segments); ok {
			return c.appendText(b, t), nil
		}
	case *cardSet:
		return c.append(b), nil
	}
	data, err := json.Marshal(c)
	return append(b, data...), err
}

func onlyText(s qq.Segments) (*qq.Text, bool) {
	if len(s) != 1 {
		return nil, false
	}
	t, ok := s[0].(*qq.Text)
	return t, ok
}

func (s *said) appendText(b []byte, t *qq.Text) []byte {
	b = s.Chat.append(append(b, `{"chat":"`...))
	b = strconv.AppendInt(append(b, `","seq":`...), s.Seq, 10)
	b = strconv.AppendInt(append(b, `,"sender":`...), int64(s.Sender), 10)
	if s.Temp {
		b = append(b, `,"temp":true`...)
	}
	if s.Via != 0 {
		b = strconv.AppendInt(append(b, `,"via":`...), int64(s.Via), 10)
	}
	b = append(b, `,"segments":[{"kind":"text","data":{"text":`...)
	b = appendString(b, t.Text)
	return append(b, `}}]}`...)
}

func (c *cardSet) append(b []byte) []byte {
	b = strconv.AppendInt(append(b, `{"group":`...), int64(c.Group), 10)
	b = strconv.AppendInt(append(b, `,"user":`...), int64(c.User), 10)
	b = strconv.AppendInt(append(b, `,"operator":`...), int64(c.Operator), 10)
	return append(appendString(append(b, `,"card":`...), c.Card), '}')
}

// appendString writes a JSON string. The text must be valid UTF-8, which
// everything that enters the world is made to be.
func appendString(b []byte, s string) []byte {
	b = append(b, '"')
	from := 0
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c >= 0x20 && c != '"' && c != '\\' {
			continue
		}
		b = append(b, s[from:i]...)
		from = i + 1
		switch c {
		case '"', '\\':
			b = append(b, '\\', c)
		case '\n':
			b = append(b, '\\', 'n')
		default:
			const digits = "0123456789abcdef"
			b = append(b, '\\', 'u', '0', '0', digits[c>>4], digits[c&15])
		}
	}
	return append(append(b, s[from:]...), '"')
}

func encodeSnapshot(st *state) ([]byte, error) {
	b := bytes.NewBufferString("00000000 ")
	enc := json.NewEncoder(b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(snapshot{recordVersion, st}); err != nil {
		return nil, fmt.Errorf("encode snapshot: %w", err)
	}
	return sealLine(b.Bytes()[:b.Len()-1], 0), nil
}

type snapshot struct {
	Version int
	State   *state
}

func decodeSnapshot(text []byte) (*state, error) {
	body, err := openLine(bytes.TrimSuffix(text, []byte{'\n'}))
	if err != nil {
		return nil, err
	}
	s := snapshot{State: newState()}
	if err := json.Unmarshal(body, &s); err != nil {
		return nil, fmt.Errorf("snapshot: %w", err)
	}
	if s.Version != recordVersion {
		return nil, fmt.Errorf("snapshot has version %d; this program knows %d", s.Version, recordVersion)
	}
	if s.State == nil {
		return nil, fmt.Errorf("snapshot: %w", errDamaged)
	}
	return s.State.upToDate(), nil
}
