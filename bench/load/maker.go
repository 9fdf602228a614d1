//go:build linux

package load

import (
	"encoding/binary"
	"errors"
	"fmt"
	"net"
	"sync"
)

// origin makes events.
type origin interface {
	// upto has the events made that are missing up to a number.
	upto(n uint64) error
	// fault tells what went wrong with making them, nil when nothing did.
	fault() error
	Close() error
}

func openOrigin(to HookLink, last uint64) (origin, error) {
	if to.Act != nil {
		return newMaker(*to.Act, last)
	}
	c, err := net.Dial("tcp", to.Trigger)
	if err != nil {
		return nil, fmt.Errorf("trigger: %w", err)
	}
	return trigger{c}, nil
}

// trigger is the port at which events are asked for.
type trigger struct{ net.Conn }

func (t trigger) upto(n uint64) error {
	_, err := t.Write(binary.BigEndian.AppendUint64(nil, n))
	return err
}

func (trigger) fault() error { return nil }

// maker makes events at a server that has no trigger: it calls an action for
// each on one connection, and reads the answers beside.
type maker struct {
	conn net.Conn

	mu     sync.Mutex
	one    caller
	broken error
}

func newMaker(spec CallSpec, last uint64) (*maker, error) {
	c, err := net.DialTimeout("tcp", spec.Addr, patience)
	if err != nil {
		return nil, fmt.Errorf("who makes events: %w", err)
	}
	m := &maker{conn: c, one: caller{shared: newCalling(spec)}}
	m.one.shared.last = last
	go m.read() // ends with the connection
	return m, nil
}

func (m *maker) upto(n uint64) error {
	m.mu.Lock()
	all := m.one.shared
	count := int(n - all.last)
	requests := all.batch(nil, count)
	m.one.waiting += count
	all.open += count
	m.mu.Unlock()
	_, err := m.conn.Write(requests)
	return errors.Join(m.fault(), err)
}

// fault is the first wrong answer, or why none come any more.
func (m *maker) fault() error {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.one.shared.explain(m.broken)
}

// read takes answers.
func (m *maker) read() {
	var data []byte
	chunk := make([]byte, 64<<10)
	for {
		n, err := m.conn.Read(chunk)
		m.mu.Lock()
		if data = append(data, chunk[:n]...); err == nil {
			var used int
			used, err = m.one.take(nil, data)
			data = append(data[:0], data[used:]...)
		}
		if m.broken = err; err != nil {
			m.broken = fmt.Errorf("who makes events: %w", err)
		}
		m.mu.Unlock()
		if err != nil {
			return
		}
	}
}

// Close ends the connection, and with it the reading.
func (m *maker) Close() error { return m.conn.Close() }
