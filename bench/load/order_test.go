package load

import (
	"math/rand/v2"
	"testing"
)

func TestOrder(t *testing.T) {
	type counts struct{ missing, doubled, reordered, last uint64 }
	for name, c := range map[string]struct {
		came []uint64
		want counts
	}{
		"all in order":        {[]uint64{1, 2, 3, 4}, counts{last: 4}},
		"one dropped":         {[]uint64{1, 2, 4, 5}, counts{missing: 1, last: 5}},
		"first dropped":       {[]uint64{2, 3}, counts{missing: 1, last: 3}},
		"many dropped":        {[]uint64{1, 7}, counts{missing: 5, last: 7}},
		"one doubled":         {[]uint64{1, 2, 2, 3}, counts{doubled: 1, last: 3}},
		"doubled later":       {[]uint64{1, 2, 3, 1}, counts{doubled: 1, last: 3}},
		"two changed places":  {[]uint64{1, 3, 2, 4}, counts{reordered: 1, last: 4}},
		"late and then again": {[]uint64{1, 3, 2, 2}, counts{reordered: 1, doubled: 1, last: 3}},
	} {
		t.Run(name, func(t *testing.T) {
			var o Order
			for _, n := range c.came {
				o.Came(n)
			}
			if got := (counts{o.Missing(), o.Doubled, o.Reordered, o.Last()}); got != c.want {
				t.Errorf("got %+v, want %+v", got, c.want)
			}
		})
	}
}

// Whatever is dropped, doubled and delayed, it is counted.
func TestOrderFindsEveryFault(t *testing.T) {
	for seed := range uint64(200) {
		chance := rand.New(rand.NewPCG(seed, 1))
		var o Order
		var dropped, doubled, late uint64
		held := uint64(0)
		for n := uint64(1); n <= 300; n++ {
			switch chance.IntN(20) {
			case 0:
				dropped++
				continue
			case 1:
				o.Came(n)
				o.Came(n)
				doubled++
				continue
			case 2:
				if held == 0 {
					held = n
					continue
				}
			}
			o.Came(n)
			if held != 0 && n > held+3 {
				o.Came(held)
				late++
				held = 0
			}
		}
		o.Came(301) // nothing at the end is missing unseen
		if held != 0 {
			dropped++
		}
		if o.Missing() != dropped || o.Doubled != doubled || o.Reordered != late {
			t.Fatalf("seed %d: %d missing of %d, %d doubled of %d, %d late of %d",
				seed, o.Missing(), dropped, o.Doubled, doubled, o.Reordered, late)
		}
	}
}

func TestOrderStarts(t *testing.T) {
	var o Order
	o.Came(5)
	o.Start(100)
	if !o.Came(101) || o.Missing() != 0 || o.Came(101) {
		t.Errorf("after a new start: %+v", o)
	}
}
