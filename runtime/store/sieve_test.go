package store

import (
	"testing"

	"llbot/protocols/qq"

	"pgregory.net/rapid"
)

func TestASieveNeverDeniesWhatItSaw(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var s sieve
		keys := rapid.SliceOfN(rapid.Uint64(), 0, 3*sieveFirst).Draw(t, "keys")
		for i, k := range keys {
			s.add(k)
			if !s.maybe(keys[i/2]) {
				t.Fatalf("key %d of %d is denied", i/2, i)
			}
		}
		for i, k := range keys {
			if !s.maybe(k) {
				t.Fatalf("key %d of %d is denied", i, len(keys))
			}
		}
	})
}

func TestASieveSeldomSuspectsAndStaysSmall(t *testing.T) {
	var s sieve
	const n = 1 << 18
	for seq := range int64(n) {
		v := value{1, qq.GroupChat(123456), seq}
		s.add(key{1, hash(v)}.mark())
	}
	for seq := range int64(n) {
		if !s.maybe(key{1, hash(value{1, qq.GroupChat(123456), seq})}.mark()) {
			t.Fatalf("key %d of %d is denied", seq, n)
		}
	}
	suspected := 0
	for id := range qq.MessageID(n) {
		if s.maybe(key{2, id}.mark()) {
			suspected++
		}
	}
	if share := float64(suspected) / n; share > 0.05 {
		t.Errorf("%.1f %% of what it never saw is suspected", 100*share)
	}
	size := 0
	for _, l := range s.layers {
		size += len(l.blocks) * 64
	}
	if size > 2*n*12/8+64<<10 {
		t.Errorf("%d bytes for %d keys", size, n)
	}
}

func TestAFullSieveSuspectsEverything(t *testing.T) {
	s := sieve{keys: sieveLimit - 1}
	s.add(1)
	if s.maybe(2) {
		t.Fatal("it is not yet full")
	}
	s.add(3)
	if !s.maybe(1) || !s.maybe(2) || len(s.layers) != 0 {
		t.Fatal("a full sieve tells something apart, or keeps its memory")
	}
	s.add(4)
}
