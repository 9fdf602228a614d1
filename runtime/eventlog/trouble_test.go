package eventlog

import (
	"bytes"
	"errors"
	"log/slog"
	"math/rand/v2"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"
)

func newRand(seed uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, 0)) }

// After a failed sync nothing is accepted until the log is opened again.
func TestFailedSync(t *testing.T) {
	for _, d := range []Durability{Batch, Strict} {
		t.Run(d.String(), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				disk := newDisk(newRand(1))
				o := Options{Dir: "log", FS: disk.mount(), Durability: d}
				l, _ := open(t, o)
				put(t, l, entry(1, 1, 0))
				pass(time.Second)
				disk.set(func() { disk.badSyncs = 1 })
				var answer error
				answers := 0
				if _, err := l.Append(entry(1, 2, 0), func(err error) { answer = err; answers++ }); err != nil {
					t.Fatal(err)
				}
				pass(time.Second)
				if answers != 1 || errors.Is(answer, ErrFailed) != (d == Strict) {
					t.Errorf("%d answers: %v", answers, answer)
				}
				synced := l.Synced()
				for range 3 { // the disk works again, and nobody trusts it
					if _, err := l.Append(entry(1, 3, 0), nil); !errors.Is(err, ErrFailed) || !errors.Is(err, syscall.EIO) {
						t.Errorf("append: %v", err)
					}
					pass(time.Second)
				}
				if l.Synced() != synced || l.Stats().Failures != 1 {
					t.Errorf("synced %d, then %d", synced, l.Synced())
				}
				if got := all(t, l); len(got) != 1 && d == Strict || len(got) != 2 && d == Batch {
					t.Errorf("%d entries can be read", len(got))
				}
				if err := l.Close(); !errors.Is(err, ErrFailed) {
					t.Errorf("close: %v", err)
				}
				disk.crash()
				o.FS = disk.mount()
				l, r := open(t, o)
				if r.Damaged() || r.Last < synced {
					t.Errorf("recovery %+v", r)
				}
				waitOrPut(t, l, d)
			})
		})
	}
}

// pass lets time go by, and the writer with it.
func pass(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}

func waitOrPut(t *testing.T, l *Log, d Durability) {
	t.Helper()
	if d == Strict {
		waitPut(t, l, entry(1, 10, 0))
		return
	}
	put(t, l, entry(1, 10, 0))
}

// A full disk refuses, and heals when there is room again.
func TestFullDisk(t *testing.T) {
	for _, d := range []Durability{Batch, Strict} {
		t.Run(d.String(), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				disk := newDisk(newRand(1))
				var lines bytes.Buffer
				o := Options{Dir: "log", FS: disk.mount(), Durability: d, Logger: slog.New(slog.NewTextHandler(&lines, nil))}
				l, _ := open(t, o)
				put(t, l, entry(1, 1, 0))
				pass(time.Second)
				if l.Trouble() != nil {
					t.Errorf("trouble: %v", l.Trouble())
				}
				disk.set(func() { disk.capacity = disk.used() + 150 })
				refused, accepted := 0, 0
				for origin := uint64(2); origin < 12; origin++ {
					_, err := l.Append(entry(1, origin, 0), func(err error) {
						if err == nil {
							accepted++
						} else if refused++; !errors.Is(err, ErrFull) || !errors.Is(err, syscall.ENOSPC) {
							t.Errorf("accepted: %v", err)
						}
					})
					if err != nil && !errors.Is(err, ErrFull) {
						t.Errorf("append: %v", err)
					}
					if err != nil {
						refused++
					}
					pass(100 * time.Millisecond)
				}
				if accepted == 0 || refused == 0 || accepted+refused != 10 {
					t.Errorf("%d accepted, %d refused", accepted, refused)
				}
				last := l.LastOrigin(1)
				if last != uint64(accepted)+1 {
					t.Errorf("last origin %d after %d", last, accepted)
				}
				if err := l.Trouble(); !errors.Is(err, ErrFull) || !errors.Is(err, syscall.ENOSPC) {
					t.Errorf("trouble: %v", err)
				}
				disk.set(func() { disk.capacity = 0 })
				pass(2 * time.Second)
				waitOrPut(t, l, d)
				pass(time.Second)
				if l.Synced() != l.Last() {
					t.Errorf("synced %d of %d", l.Synced(), l.Last())
				}
				if err := l.Close(); err != nil || l.Trouble() != nil {
					t.Error(err, l.Trouble())
				}
				if text := lines.String(); strings.Count(text, "cannot be written") != 1 || strings.Count(text, "written again") != 1 ||
					strings.Count(text, "\n") != 2 {
					t.Errorf("one line for the beginning and one for the end are wanted:\n%s", text)
				}
				l, r := open(t, o)
				if got := all(t, l); len(got) != accepted+2 || r.Damaged() || !r.Clean {
					t.Errorf("%d entries, %d accepted: %+v", len(got), accepted, r)
				}
			})
		})
	}
}

// A log whose disk is full, or does not sync, at the start can be read.
func TestStartOnABadDisk(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		disk := newDisk(newRand(1))
		o := Options{Dir: "log", FS: disk.mount(), Durability: Strict}
		l, _ := open(t, o)
		waitPut(t, l, entry(1, 1, 0))
		l.Close()
		disk.set(func() { disk.badSyncs = 1 })
		l, r := open(t, o)
		if r.WriteTrouble == nil || len(all(t, l)) != 1 {
			t.Errorf("recovery %+v", r)
		}
		if _, err := l.Append(entry(1, 2, 0), nil); !errors.Is(err, ErrFailed) {
			t.Errorf("append: %v", err)
		}
		l.Close()

		o.Dir = "other"
		full := newDisk(newRand(1))
		full.capacity, o.FS = 50, full.mount()
		l, r = open(t, o)
		if !errors.Is(r.WriteTrouble, syscall.ENOSPC) {
			t.Errorf("recovery %+v", r)
		}
		pass(time.Second)
		if _, err := l.Append(entry(1, 2, 0), nil); err == nil {
			t.Error("accepted on a full disk")
		}
		full.set(func() { full.capacity = 0 })
		for range 3 { // the next entry may be refused once more
			_, _ = l.Append(entry(1, 2, 0), nil)
			pass(time.Second)
		}
		waitPut(t, l, entry(1, 3, 0))
	})
}
