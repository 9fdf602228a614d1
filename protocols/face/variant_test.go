package face

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"llbot/protocols/qq"
)

// frame is a WebSocket frame as RFC 6455 §5.2 lays it out.
type frame struct {
	final   bool
	opcode  byte
	masked  bool
	payload []byte
}

// readFrame takes one frame off r, strict about what the RFC demands.
func readFrame(r *bytes.Reader) (f frame, err error) {
	var head [2]byte
	if _, err = io.ReadFull(r, head[:]); err != nil {
		return f, err
	}
	if head[0]&0x70 != 0 {
		return f, errors.New("reserved bits are set")
	}
	f.final, f.opcode, f.masked = head[0]&0x80 != 0, head[0]&0x0f, head[1]&0x80 != 0
	n := uint64(head[1] & 0x7f)
	switch n {
	case 126:
		var long uint16
		err, n = binary.Read(r, binary.BigEndian, &long), uint64(long)
		if n < 126 {
			return f, errors.New("the length is not the shortest form")
		}
	case 127:
		err = binary.Read(r, binary.BigEndian, &n)
		if n < 1<<16 || n>>63 != 0 {
			return f, errors.New("the length is not the shortest form")
		}
	}
	var mask [4]byte
	if err == nil && f.masked {
		_, err = io.ReadFull(r, mask[:])
	}
	if err != nil || n > uint64(r.Len()) {
		return f, fmt.Errorf("%d bytes announced, %d there: %w", n, r.Len(), err)
	}
	f.payload = make([]byte, n)
	_, err = io.ReadFull(r, f.payload)
	for i := range f.payload {
		f.payload[i] ^= mask[i%4]
	}
	if f.opcode >= OpClose && (n > 125 || !f.final) {
		return f, errors.New("a control frame is too long or split")
	}
	return f, err
}

// only reads the one frame that text must be.
func only(t testing.TB, text []byte) frame {
	t.Helper()
	r := bytes.NewReader(text)
	f, err := readFrame(r)
	if err != nil {
		t.Fatalf("% x…: %v", text[:min(len(text), 16)], err)
	}
	if r.Len() > 0 {
		t.Fatalf("%d bytes behind the frame", r.Len())
	}
	return f
}

var mask = [4]byte{0xde, 0xad, 0xbe, 0xef}

func TestTextFrames(t *testing.T) {
	for _, n := range []int{0, 1, 2, 3, 4, 5, 124, 125, 126, 127, 128, 65534, 65535, 65536, 65537, 1 << 20} {
		payload := bytes.Repeat([]byte("abcdefg"), n/7+1)[:n]
		for _, framing := range []Framing{FrameServer, FrameClient} {
			text := AppendFrame([]byte("kept"), framing, payload, 9, mask)
			rest, kept := bytes.CutPrefix(text, []byte("kept"))
			if !kept {
				t.Fatal("what stood before is gone")
			}
			f := only(t, rest)
			if !f.final || f.opcode != 1 || f.masked != (framing == FrameClient) || !bytes.Equal(f.payload, payload) {
				t.Errorf("%d bytes, framing %d: %v %d %v", n, framing, f.final, f.opcode, f.masked)
			}
		}
	}
}

func TestRawFramingIsThePayload(t *testing.T) {
	if got := AppendFrame([]byte("a"), FrameRaw, []byte("b"), 9, mask); string(got) != "ab" {
		t.Errorf("%q", got)
	}
}

func TestFramingLeavesThePayloadAlone(t *testing.T) {
	for _, framing := range []Framing{FrameRaw, FrameServer, FrameClient, FrameSSE, FrameSSEMilky} {
		payload := []byte(`{"a":1}`)
		AppendFrame(make([]byte, 0, 256), framing, payload, 1, mask)
		AppendControl(nil, OpPing, payload, true, mask)
		if string(payload) != `{"a":1}` {
			t.Errorf("framing %d changed it to %q", framing, payload)
		}
	}
}

func TestFramingDoesNotAllocate(t *testing.T) {
	payload, dst := bytes.Repeat([]byte("x"), 600), make([]byte, 0, 1024)
	for _, framing := range []Framing{FrameRaw, FrameServer, FrameClient, FrameSSE, FrameSSEMilky} {
		if n := testing.AllocsPerRun(100, func() { AppendFrame(dst, framing, payload, 100_000_000_000_001, mask) }); n != 0 {
			t.Errorf("framing %d: %v allocations", framing, n)
		}
	}
}

func TestSSE(t *testing.T) {
	for _, c := range []struct {
		framing Framing
		sn      qq.SN
		want    string
	}{
		{FrameSSE, 0, "data: {}\n\n"},
		{FrameSSE, 7, "id: 7\ndata: {}\n\n"},
		{FrameSSEMilky, 0, "event: milky_event\ndata: {}\n\n"},
		{FrameSSEMilky, 1<<53 - 1, "event: milky_event\nid: 9007199254740991\ndata: {}\n\n"},
	} {
		if got := string(AppendFrame(nil, c.framing, []byte("{}"), c.sn, mask)); got != c.want {
			t.Errorf("%q, want %q", got, c.want)
		}
	}
}

func TestControlFrames(t *testing.T) {
	long := strings.Repeat("p", 200)
	for _, masked := range []bool{false, true} {
		for _, op := range []byte{OpPing, OpPong} {
			f := only(t, AppendControl(nil, op, []byte("payload"), masked, mask))
			if !f.final || f.opcode != op || f.masked != masked || string(f.payload) != "payload" {
				t.Errorf("%+v", f)
			}
			if f := only(t, AppendControl(nil, op, []byte(long), masked, mask)); string(f.payload) != long[:125] {
				t.Errorf("a long payload became %d bytes", len(f.payload))
			}
			if f := only(t, AppendControl(nil, op, nil, masked, mask)); len(f.payload) != 0 {
				t.Errorf("%+v", f)
			}
		}
	}
}

func TestCloseFrames(t *testing.T) {
	for reason, want := range map[string]string{
		"":                            "",
		"bye":                         "bye",
		strings.Repeat("r", 123):      strings.Repeat("r", 123),
		strings.Repeat("r", 200):      strings.Repeat("r", 123),
		strings.Repeat("好", 50):       strings.Repeat("好", 41), // 123 bytes, three each
		"r" + strings.Repeat("好", 50): "r" + strings.Repeat("好", 40),
	} {
		for _, masked := range []bool{false, true} {
			f := only(t, AppendClose(nil, 1013, reason, masked, mask))
			if f.opcode != OpClose || f.masked != masked || binary.BigEndian.Uint16(f.payload) != 1013 || string(f.payload[2:]) != want {
				t.Errorf("%q: %d %q", reason, f.opcode, f.payload)
			}
		}
	}
}

func FuzzFrames(f *testing.F) {
	f.Add([]byte("hello"), []byte{1, 2, 3, 4}, "reason", uint64(1))
	f.Add(bytes.Repeat([]byte("x"), 126), []byte{0, 0, 0, 0}, "好", uint64(0))
	f.Fuzz(func(t *testing.T, payload, key []byte, reason string, sn uint64) {
		var mask [4]byte
		copy(mask[:], key)
		stream := AppendFrame(nil, FrameServer, payload, qq.SN(sn), mask)
		stream = AppendFrame(stream, FrameClient, payload, qq.SN(sn), mask)
		stream = AppendControl(stream, OpPing, payload, true, mask)
		stream = AppendClose(stream, 1000, reason, false, mask)
		r := bytes.NewReader(stream)
		for i, want := range [][]byte{payload, payload, payload[:min(len(payload), 125)], nil} {
			got, err := readFrame(r)
			if err != nil {
				t.Fatal(err)
			}
			if want != nil && !bytes.Equal(got.payload, want) {
				t.Fatalf("frame %d: %q, want %q", i, got.payload, want)
			}
			if want == nil && i == 3 {
				told := string(got.payload[2:])
				if !strings.HasPrefix(reason, told) || utf8.ValidString(reason) && !utf8.ValidString(told) {
					t.Fatalf("reason %q became %q", reason, told)
				}
			}
		}
		if r.Len() > 0 {
			t.Fatalf("%d bytes are left", r.Len())
		}
	})
}

// FuzzSSE reads messages back the way an EventSource does.
func FuzzSSE(f *testing.F) {
	f.Add("milky_event", []byte(`{"a":"b"}`), uint64(7))
	f.Fuzz(func(t *testing.T, name string, line []byte, sn uint64) {
		if strings.ContainsAny(name, "\r\n\x00") || bytes.ContainsAny(line, "\r\n") {
			return // JSON has no bare line ends
		}
		fields := map[string]string{}
		scanner := bufio.NewScanner(bytes.NewReader(AppendSSE(nil, name, line, qq.SN(sn))))
		scanner.Buffer(nil, 1<<20)
		ended := false
		for scanner.Scan() {
			if ended = scanner.Text() == ""; ended {
				continue
			}
			key, value, _ := strings.Cut(scanner.Text(), ": ")
			fields[key] = value
		}
		id := ""
		if sn != 0 {
			id = strconv.FormatUint(sn, 10)
		}
		if !ended || fields["data"] != string(line) || fields["event"] != name || fields["id"] != id {
			t.Errorf("%q %q %d came back as %v", name, line, sn, fields)
		}
	})
}
