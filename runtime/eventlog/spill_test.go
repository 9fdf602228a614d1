package eventlog

import (
	"testing"
	"testing/synctest"
	"time"
)

// What the kernel did not take before the sync was due is written by the sync,
// and only that.
func TestRefusedSpill(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		disk := newDisk(newRand(1))
		o := Options{Dir: "log", FS: disk.mount(), Durability: Batch}
		l, _ := open(t, o)
		put(t, l, entry(1, 1, 0))
		pass(time.Second)
		put(t, l, entry(1, 2, 0)) // due at once, and the next ones 20 ms later
		synctest.Wait()
		put(t, l, entry(1, 3, 0))
		synctest.Wait()
		disk.set(func() { disk.capacity = disk.used() })
		put(t, l, entry(1, 4, 0))
		synctest.Wait()
		refused := 0
		disk.set(func() { refused, disk.capacity = disk.refusedBy, 0 })
		put(t, l, entry(1, 5, 0))
		pass(time.Second)
		if refused == 0 || l.Synced() != l.Last() || l.Stats().Failures > 0 {
			t.Errorf("%d writes refused, synced to %d of %d, %+v", refused, l.Synced(), l.Last(), l.Stats())
		}
		if err := l.Close(); err != nil {
			t.Fatal(err)
		}
		disk.crash()
		o.FS = disk.mount()
		l, r := open(t, o)
		if got := all(t, l); len(got) != 5 || r.Damaged() {
			t.Errorf("%d entries of 5 are left: %+v", len(got), r)
		}
	})
}
