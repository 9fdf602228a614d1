package upstream

import "slices"

// steps are the newest messages of one chat, by their seqs. Those of QQ rise.
// Where an upstream tells none, a driver makes them of the upstream's own ids,
// which may come in any order; then only what is remembered is known.
type steps struct {
	high  int64
	gone  int64   // the highest that is not remembered one by one any more
	ring  []int64 // as they came, from next on once it is full
	next  int
	count int // of all messages
	falls int // of those that came below the highest
}

// orderly is how many messages at least rise for one that falls where seqs tell
// the order: now and then two messages change places, of ids in no order every
// other one falls.
const orderly = 8

// rising tells whether the seqs of the chat tell the order of its messages.
func (s *steps) rising() bool { return s.falls <= 1+s.count/orderly }

func (s *steps) has(seq int64) bool { return slices.Contains(s.ring, seq) }

// holds tells whether a message was noted before, as far as that is remembered.
func (s *steps) holds(seq int64) bool { return s.has(seq) || seq <= s.gone && s.rising() }

// step notes a message; false when it was noted before.
func (s *steps) step(seq int64) bool {
	if s.holds(seq) {
		return false
	}
	s.count++
	if seq < s.high {
		s.falls++
	}
	s.high = max(s.high, seq)
	if len(s.ring) < trailLength {
		s.ring = append(s.ring, seq)
		return true
	}
	s.gone = max(s.gone, s.ring[s.next])
	s.ring[s.next] = seq
	s.next = (s.next + 1) % trailLength
	return true
}
