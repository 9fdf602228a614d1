package account

import "sync/atomic"

// made implements qq.Made within a bounded room.
type made struct {
	room     *atomic.Int64
	size     atomic.Int64
	released atomic.Bool
	texts    atomic.Pointer[madeText] // grows at the head, nothing is taken out
}

// madeText is one text.
type madeText struct {
	by   any
	text []byte
	next *madeText
}

// newMade makes a place for texts. room is how many bytes may still be kept in
// all the places that share it; what finds no room is not kept.
func newMade(room *atomic.Int64) *made { return &made{room: room} }

// Text is what a maker left.
func (m *made) Text(by any) []byte {
	for t := m.texts.Load(); t != nil; t = t.next {
		if t.by == by {
			return t.text
		}
	}
	return nil
}

// Keep leaves a maker's text.
func (m *made) Keep(by any, text []byte) {
	n := int64(cap(text))
	if m.room.Add(-n) < 0 {
		m.room.Add(n)
		return
	}
	m.size.Add(n)
	mine := &madeText{by: by, text: text}
	for {
		mine.next = m.texts.Load()
		if m.texts.CompareAndSwap(mine.next, mine) {
			break
		}
	}
	if m.released.Load() { // somebody still makes texts of an old answer
		m.release()
	}
}

// release gives the room back that the texts take: the answer is held no more.
func (m *made) release() {
	m.released.Store(true)
	m.room.Add(m.size.Swap(0))
}
