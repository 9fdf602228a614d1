package load

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"io"
	"net"
)

// Source calls make for each range of events that a trigger asks for: a client
// of it writes the number of the last event wanted, as 8 bytes. One client at
// a time; make runs on one goroutine. Events are numbered from the one after
// last on.
func Source(last uint64, events func(from, upto uint64) error) (net.Listener, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("trigger: %w", err)
	}
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			if last, err = obey(c, last, events); err != nil {
				_ = l.Close()
				return
			}
		}
	}()
	return l, nil
}

// obey makes what one client asks for until it goes.
func obey(c net.Conn, last uint64, events func(from, upto uint64) error) (uint64, error) {
	defer c.Close()
	from := bufio.NewReader(c)
	word := make([]byte, 8)
	for {
		if _, err := io.ReadFull(from, word); err != nil {
			return last, nil // the client went
		}
		upto := binary.BigEndian.Uint64(word)
		if upto <= last {
			continue
		}
		if err := events(last+1, upto); err != nil {
			return last, err
		}
		last = upto
	}
}
