package sim

import (
	"context"
	"strconv"
	"testing"

	"llbot/protocols/qq"
)

// What everybody can do is one table: an actor, and an operation under a
// nonce, cost next to nothing.
func TestActorsShareOneTable(t *testing.T) {
	w := openWorld(t, Options{})
	if n := testing.AllocsPerRun(10, func() { newActor(w, bot) }); n > 1 {
		t.Errorf("an actor takes %v allocations", n)
	}
	a, b := do(t, w, alice, qq.GetLogin{}), do(t, w, bob, qq.GetLogin{})
	if a.ID == b.ID {
		t.Errorf("alice and bob are both %+v", a)
	}
	d := once(t, w)
	nonce := 0
	if n := testing.AllocsPerRun(10, func() {
		nonce++
		doOnce(t, d, strconv.Itoa(nonce), qq.GetLogin{})
	}); n > 20 {
		t.Errorf("an operation under a nonce takes %v allocations", n)
	}
}

func BenchmarkDoOnce(b *testing.B) {
	d := once(b, openWorld(b, Options{}))
	b.ReportAllocs()
	for n := 0; b.Loop(); n++ {
		if _, err := d.DoOnce(context.Background(), strconv.Itoa(n), qq.GetLogin{}); err != nil {
			b.Fatal(err)
		}
	}
}
