//go:build linux

package load

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strconv"
)

// calling is what the callers of a rig share.
type calling struct {
	spec   CallSpec
	places []int // where numbers stand in the request
	last   uint64
	going  bool // answers lead to further calls
	open   int  // calls without an answer
	done   uint64
	wrong  uint64
	fault  []byte // the first wrong answer
	answer []byte // the body of the first answer
}

func newCalling(spec CallSpec) *calling {
	s := &calling{spec: spec}
	for at := 0; ; {
		n, end := Marked(spec.Request[at:])
		if end == 0 {
			return s
		}
		_ = n // whatever stands there is written over
		at += end
		s.places = append(s.places, at-Digits)
	}
}

// batch writes the next count requests.
func (s *calling) batch(dst []byte, count int) []byte {
	for range count {
		s.last++
		at := len(dst)
		if s.spec.Socket != "" {
			dst = appendFrame(dst, opText, s.spec.Request)
			at = len(dst) - len(s.spec.Request)
		} else {
			dst = append(dst, s.spec.Request...)
		}
		for _, place := range s.places {
			PutDigits(dst[at+place:], s.last)
		}
	}
	return dst
}

// answered notes an answer.
func (s *calling) answered(body []byte, ok bool) {
	s.open--
	s.done++
	if s.answer == nil {
		s.answer = bytes.Clone(body)
	}
	if ok && bytes.Contains(body, []byte(s.spec.Expect)) {
		return
	}
	if s.wrong++; s.fault == nil {
		s.fault = bytes.Clone(body)
	}
}

// explain adds the first wrong answer to what went wrong, if there is one: who
// refuses a call often hangs up too.
func (s *calling) explain(err error) error {
	if s.fault == nil {
		return err
	}
	return errors.Join(fmt.Errorf("an answer without %q: %.300s", s.spec.Expect, s.fault), err)
}

// caller is one connection that calls.
type caller struct {
	shared  *calling
	waiting int // answers that are out
	out     []byte
	numbers []uint64 // those that are out, on sockets
}

func (k *caller) send(c *conn, count int) error {
	for n := range count {
		k.numbers = append(k.numbers, k.shared.last+uint64(n)+1)
	}
	k.out = k.shared.batch(k.out[:0], count)
	k.waiting += count
	k.shared.open += count
	return c.write(k.out)
}

// take reads answers. Over HTTP the next requests go out together when the
// last answer is in; on a socket each answer makes room for one more call.
func (k *caller) take(c *conn, data []byte) (used int, err error) {
	came := 0
	for {
		var size int
		if k.shared.spec.Socket != "" {
			size, err = k.frame(c, data[used:])
		} else {
			size, err = k.response(data[used:])
		}
		if err != nil {
			return used, err
		}
		if size == 0 {
			break
		}
		if used += size; size > 0 {
			came++
		}
	}
	if !k.shared.going || came == 0 {
		return used, nil
	}
	room := k.shared.spec.Depth - k.waiting
	if room <= 0 || k.shared.spec.Socket == "" && k.waiting > 0 {
		return used, nil
	}
	return used, k.send(c, room)
}

func (k *caller) frame(c *conn, data []byte) (int, error) {
	op, payload, size, err := nextFrame(data)
	if err != nil || size == 0 {
		return 0, err
	}
	switch op {
	case opText:
		n, end := Marked(payload)
		if end == 0 { // a greeting or an event
			return size, nil
		}
		k.waiting--
		k.shared.answered(payload, k.settled(n))
	case opPing:
		return size, c.write(appendFrame(nil, opPong, payload))
	case opClose:
		return 0, fmt.Errorf("the server closed: %q", payload)
	}
	return size, nil
}

// settled takes a number off those that are out; false when it is not there.
func (k *caller) settled(n uint64) bool {
	at := slices.Index(k.numbers, n)
	if at < 0 {
		return false
	}
	k.numbers = slices.Delete(k.numbers, at, at+1)
	return true
}

var (
	endOfHead = []byte("\r\n\r\n")
	lengthKey = []byte("\r\ncontent-length:")
)

// response takes one HTTP answer.
func (k *caller) response(data []byte) (int, error) {
	end := bytes.Index(data, endOfHead)
	if end < 0 {
		return 0, nil
	}
	length, err := contentLength(data[:end])
	if err != nil {
		return 0, err
	}
	size := end + len(endOfHead) + length
	if len(data) < size {
		return 0, nil
	}
	if k.waiting--; k.waiting < 0 {
		return 0, fmt.Errorf("an answer to no request: %q", data[:size])
	}
	k.numbers = k.numbers[:0] // HTTP answers in order
	ok := len(data) > 12 && data[9] == '2'
	k.shared.answered(data[end+len(endOfHead):size], ok)
	return size, nil
}

var errLength = errors.New("an answer without Content-Length; other forms are not read")

// contentLength finds the length of the body; the name may be in any case.
func contentLength(head []byte) (int, error) {
	for at := 0; ; {
		next := bytes.Index(head[at:], []byte("\r\n"))
		if next < 0 {
			return 0, errLength
		}
		at += next
		if line := head[at:]; len(line) > len(lengthKey) && bytes.EqualFold(line[:len(lengthKey)], lengthKey) {
			text, _, _ := bytes.Cut(line[len(lengthKey):], []byte("\r\n"))
			return strconv.Atoi(string(bytes.TrimSpace(text)))
		}
		at += 2
	}
}
