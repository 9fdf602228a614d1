package store

import "math/bits"

// sieve tells in memory which keys the database cannot hold: what it has not
// seen was never added. What it may have seen, about one of a hundred others
// too, must be looked up. It is a chain of Bloom filters, each a block of 512
// bits for a key, of which six are set.
//
// It takes 12 bits a key: 6 KB at first, about 19 MB for ten million keys.
// Past sieveLimit it lets go of its memory and tells nothing apart any more.
type sieve struct {
	layers []layer
	keys   int
	full   bool
}

// layer is one filter; its size is a power of two.
type layer struct {
	blocks []block
	room   int // keys that may still be added
}

type block [8]uint64

const (
	sieveFirst = 1 << 12 // keys of the first layer; each layer has twice the room of the one before
	sieveMost  = 1 << 22 // keys of a layer at most
	sieveLimit = 1 << 25 // keys of all: 50 MB
	blockKeys  = 512 / 12
	keyBits    = 6
)

// add lets a key be seen.
func (s *sieve) add(k uint64) {
	if s.full {
		return
	}
	if s.keys++; s.keys > sieveLimit {
		s.full, s.layers = true, nil
		return
	}
	if n := len(s.layers); n == 0 || s.layers[n-1].room == 0 {
		size := min(sieveFirst<<min(n, 16), sieveMost)
		s.layers = append(s.layers, layer{make([]block, (size+blockKeys-1)/blockKeys), size})
	}
	l := &s.layers[len(s.layers)-1]
	l.room--
	b, pick := l.at(k)
	for range keyBits {
		b[pick>>6&7] |= 1 << (pick & 63)
		pick >>= 9
	}
}

// maybe tells whether a key may have been added; false is certain.
func (s *sieve) maybe(k uint64) bool {
	for i := len(s.layers) - 1; i >= 0; i-- {
		b, pick := s.layers[i].at(k)
		left := keyBits
		for ; left > 0 && b[pick>>6&7]&(1<<(pick&63)) != 0; left-- {
			pick >>= 9
		}
		if left == 0 {
			return true
		}
	}
	return s.full
}

// at is a key's block, and nine bits for each of the bits of it that are its.
func (l *layer) at(k uint64) (b *block, pick uint64) {
	n, _ := bits.Mul64(mixed(k), uint64(len(l.blocks)))
	return &l.blocks[n], mixed(k + 1<<63)
}

// mixed spreads a key's bits over all of the number (the finaliser of
// SplitMix64).
func mixed(k uint64) uint64 {
	k += 0x9e3779b97f4a7c15
	k = (k ^ k>>30) * 0xbf58476d1ce4e5b9
	k = (k ^ k>>27) * 0x94d049bb133111eb
	return k ^ k>>31
}
