package account

import (
	"strings"
	"sync"
	"sync/atomic"
	"testing"
)

func TestMadeKeepsTextsByMaker(t *testing.T) {
	var room atomic.Int64
	room.Store(100)
	m := newMade(&room)
	a, b := new(int), new(int)
	if m.Text(a) != nil {
		t.Error("a text that nobody made")
	}
	m.Keep(a, []byte("one"))
	m.Keep(b, []byte("other"))
	if string(m.Text(a)) != "one" || string(m.Text(b)) != "other" {
		t.Errorf("%s, %s", m.Text(a), m.Text(b))
	}
}

func TestMadeKeepsNoMoreThanThereIsRoom(t *testing.T) {
	var room atomic.Int64
	room.Store(10)
	one, other := newMade(&room), newMade(&room)
	one.Keep(1, make([]byte, 6))
	other.Keep(1, make([]byte, 6))
	if one.Text(1) == nil || other.Text(1) != nil {
		t.Errorf("%d and %d bytes kept of 10", len(one.Text(1)), len(other.Text(1)))
	}
	one.release()
	one.release()
	one.Keep(2, make([]byte, 3)) // by somebody who has not heard
	if other.Keep(1, make([]byte, 6)); other.Text(1) == nil || room.Load() != 4 {
		t.Errorf("room left: %d", room.Load())
	}
}

func TestMadeOfManyAtOnce(t *testing.T) {
	var room atomic.Int64
	room.Store(1 << 20)
	m := newMade(&room)
	var all sync.WaitGroup
	for i := range 16 {
		all.Go(func() {
			m.Keep(i, []byte(strings.Repeat("x", i)))
			if got := m.Text(i); len(got) != i {
				t.Errorf("%d: %q", i, got)
			}
		})
	}
	all.Wait()
}
