package transport

import "net"

const (
	// answerBuffer is how much of its answers the library collects before it
	// writes, in bytes, for as long as a connection is open.
	answerBuffer = 4 << 10
	// joinedRoom is how much of them we hold back, in bytes, while more follows.
	joinedRoom = 16 << 10
)

// joined is the beginning of what a connection has to say, held back because
// more follows: a client that sends many requests at a time gets the answers
// with few write calls, and a large answer goes out in one. A larger buffer of
// the library would do the first only, and every open connection would keep it.
//
// The library writes a full buffer when it goes on filling the next one, or, by
// chance, as the last thing before it waits; so that what is held must go out
// before the connection is read, closed or handed over.
type joined struct {
	n    int
	room [joinedRoom]byte
	both [2][]byte
	rest net.Buffers // what is left of both
}

// holds tells whether b, the library's next write, was held back.
func (p *peer) holds(b []byte) bool {
	if len(b) != answerBuffer {
		return false
	}
	if p.held == nil {
		held, ok := p.port.server.joined.Get().(*joined)
		if !ok {
			held = &joined{}
		}
		p.held = held
	}
	if len(b) > len(p.held.room)-p.held.n {
		return false
	}
	p.held.n += copy(p.held.room[p.held.n:], b)
	return true
}

// join writes what was held and then b; of which it counts the bytes written.
func (p *peer) join(b []byte) (int, error) {
	held := p.held
	p.held = nil
	before := held.n
	n, err := held.send(p.Conn, b)
	held.n = 0
	p.port.server.joined.Put(held)
	return max(n-before, 0), err
}

func (j *joined) send(c net.Conn, b []byte) (int, error) {
	if len(b) <= len(j.room)-j.n {
		return c.Write(j.room[:j.n+copy(j.room[j.n:], b)])
	}
	j.both = [2][]byte{j.room[:j.n], b}
	j.rest = j.both[:]
	n, err := j.rest.WriteTo(c)
	j.both, j.rest = [2][]byte{}, nil
	return int(n), err
}

// say sends what is held back, if anything is.
func (p *peer) say() error {
	if p.requests == nil || p.held == nil {
		return nil
	}
	_, err := p.Write(nil)
	return err
}
