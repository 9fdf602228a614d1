package qq

import "sync/atomic"

// Holder is a Caller that holds answers of reads.
type Holder interface {
	Caller
	// Held is the answer of op when nobody has to be asked for it, with a place
	// for what is made of it; false when Do has to find it out. The answer is
	// the one that Do would give, and shared: nobody changes it.
	Held(op Operation) (answer any, made *Made, ok bool)
}

// Made keeps the texts that were made of one answer, each under its maker, so
// that whoever asks for the same again and again is not answered by encoding
// it again and again. It lives as long as the answer. Safe for concurrent use.
type Made struct {
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

// NewMade makes a place for texts. room is how many bytes may still be kept in
// all the places that share it; what finds no room is not kept.
func NewMade(room *atomic.Int64) *Made { return &Made{room: room} }

// Text is what a maker left, nil when it left nothing. It must not be changed.
func (m *Made) Text(by any) []byte {
	for t := m.texts.Load(); t != nil; t = t.next {
		if t.by == by {
			return t.text
		}
	}
	return nil
}

// Keep leaves a maker's text, which nobody may change any more. Makers are
// compared by ==.
func (m *Made) Keep(by any, text []byte) {
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
		m.Release()
	}
}

// Release gives the room back that the texts take: the answer is held no more.
func (m *Made) Release() {
	m.released.Store(true)
	m.room.Add(m.size.Swap(0))
}
