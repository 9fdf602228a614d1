package store

import (
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"llbot/protocols/qq"
)

// onDisk tells how far a target has come in the file.
func onDisk(t *testing.T, s *Store, target string) qq.SN {
	t.Helper()
	p, _ := s.cursors.table.stored(target)
	return p.sn
}

func TestWritesReachTheDiskInTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, d := openDisk(t, t.TempDir(), Limits{})
		defer s.Close()
		time.Sleep(time.Hour)
		if d.tries.Load() != 0 {
			t.Fatal("an idle store writes")
		}
		s.Cursors().Save("a", 7)
		s.DeadLetters().Skip("a", 6, "old")
		synctest.Wait()
		if onDisk(t, s, "a") != 0 {
			t.Fatal("a single write does not wait for others")
		}
		time.Sleep(flushEvery)
		synctest.Wait()
		if got := onDisk(t, s, "a"); got != 7 || d.tries.Load() != 1 {
			t.Fatalf("cursor %d on disk after %d transactions", got, d.tries.Load())
		}
		if _, ok := s.letters.letters.stored(letterKey{"a", 6}); !ok {
			t.Fatal("the letter is in another transaction")
		}
	})
}

// TestAFailingDiskIsToldOnce: everything stays, in memory and later on disk.
func TestAFailingDiskIsToldOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, d := openDisk(t, t.TempDir(), Limits{})
		defer s.Close()
		for streak := 1; streak <= 2; streak++ {
			d.fails.Store(true)
			before := d.tries.Load()
			for sn := qq.SN(1); sn <= 100; sn++ {
				s.IDs().Stamp(1, ref(int64(sn)))
				s.Cursors().Set("a", 10*sn)
				time.Sleep(time.Second)
			}
			if tries := d.tries.Load() - before; tries < 40 || tries > 70 {
				t.Errorf("%d tries in 100 s", tries)
			}
			if n := d.logs.count("cannot be written"); n != streak {
				t.Errorf("%d complaints in %d streaks", n, streak)
			}
			if sn, _ := s.Cursors().Load("a"); sn != 1000 {
				t.Errorf("cursor at %d in memory", sn)
			}
			d.fails.Store(false)
			time.Sleep(longestRetry)
			synctest.Wait()
			if got := onDisk(t, s, "a"); got != 1000 || d.logs.count("written again") != streak {
				t.Errorf("cursor %d on disk after the streak", got)
			}
			for seq := int64(1); seq <= 100; seq++ {
				if v, ok := s.ids.table.stored(key{1, s.IDs().Stamp(1, ref(seq))}); !ok || v.seq != seq {
					t.Fatalf("id of seq %d is not on disk", seq)
				}
			}
			s.Cursors().Set("a", 0)
		}
	})
}

func TestPanicsOfTheDatabaseAreFailures(t *testing.T) {
	s, d := openDisk(t, t.TempDir(), Limits{})
	d.panics.Store(true)
	s.Cursors().Save("a", 1)
	if err := s.writer.sync(); err == nil || d.logs.count("page 7") != 1 {
		t.Errorf("err %v", err)
	}
	d.panics.Store(false)
	if err := s.writer.sync(); err != nil || onDisk(t, s, "a") != 1 {
		t.Errorf("err %v, cursor %d on disk", err, onDisk(t, s, "a"))
	}
	closed(t, s)
}

func TestSyncAfterClose(t *testing.T) {
	s, _ := openDisk(t, t.TempDir(), Limits{})
	closed(t, s)
	if err := s.writer.sync(); !errors.Is(err, ErrClosed) {
		t.Fatalf("err %v", err)
	}
}

// TestCloseTellsWhatIsLost: the last flush may fail too, and nobody hangs.
func TestCloseTellsWhatIsLost(t *testing.T) {
	s, d := openDisk(t, t.TempDir(), Limits{})
	d.fails.Store(true)
	s.Cursors().Save("a", 1)
	var waiting sync.WaitGroup
	for range 4 {
		waiting.Go(func() {
			if s.writer.sync() == nil {
				t.Error("synced on a failing disk")
			}
		})
	}
	if err := s.Close(); !errors.Is(err, errDisk) {
		t.Errorf("err %v", err)
	}
	waiting.Wait()
}

// TestWhoWaitsSharesTransactions: many syncs at once need few transactions.
func TestWhoWaitsSharesTransactions(t *testing.T) {
	s, d := openDisk(t, t.TempDir(), Limits{})
	defer s.Close()
	d.takes.Store(int64(5 * time.Millisecond))
	var all sync.WaitGroup
	for i := range 200 {
		all.Go(func() {
			s.Cursors().Save("a", qq.SN(i+1))
			if err := s.writer.sync(); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if n := d.tries.Load(); n > 50 {
		t.Errorf("%d transactions for 200 who waited", n)
	}
	if got := onDisk(t, s, "a"); got != 200 {
		t.Errorf("cursor %d on disk", got)
	}
}
