package sim

import "math/rand/v2"

// draw is a number for the change that is being decided: the same for the same
// seed, history and purpose, so that a world can be played again. The purpose
// keeps the numbers of one change apart.
func (st *state) draw(purpose uint64) uint64 {
	x := st.Seed ^ mixed(st.Record-st.Birth) ^ mixed(purpose+1)<<1
	return mixed(x)
}

// mixed spreads the bits of a number (splitmix64).
func mixed(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// chance is a run of random numbers for the change that is being decided, as
// reproducible as draw.
func (st *state) chance() *rand.Rand { return rand.New(rand.NewPCG(st.draw(0), st.draw(1))) }

// random is the number that QQ gives a message beside its seq: the same for
// everybody who sees it, and in a world with the same seed.
func (st *state) random(k chatKey, seq int64) uint32 {
	x := st.Seed ^ mixed(uint64(k.group)) ^ mixed(uint64(k.low))<<1 ^ mixed(uint64(k.high))<<2 ^ mixed(uint64(seq))<<3
	return uint32(mixed(x)>>32) | 1 // 0 means unknown
}
