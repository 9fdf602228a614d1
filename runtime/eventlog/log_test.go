package eventlog

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"llbot/protocols/qq"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) {
	if dir := os.Getenv(victimEnv); dir != "" {
		os.Exit(victim(dir))
	}
	goleak.VerifyTestMain(m)
}

func open(t *testing.T, o Options) (*Log, Recovery) {
	t.Helper()
	if o.Dir == "" {
		o.Dir = t.TempDir()
	}
	l, r, err := Open(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	return l, r
}

func put(t *testing.T, l *Log, e *qq.Entry) *qq.Entry {
	t.Helper()
	if fresh, err := l.Append(e, nil); err != nil || !fresh {
		t.Fatalf("append: %v, %v", fresh, err)
	}
	return e
}

func all(t *testing.T, l *Log) []*qq.Entry {
	t.Helper()
	var list []*qq.Entry
	for after := l.First() - 1; ; {
		got, err := l.Read(nil, after, 100)
		if err != nil {
			t.Fatal(err)
		}
		if len(got) == 0 {
			return list
		}
		list, after = append(list, got...), got[len(got)-1].SN
	}
}

func TestFolderIsLocked(t *testing.T) {
	o := Options{Dir: t.TempDir()}
	l, _ := open(t, o)
	if _, _, err := Open(o); !errors.Is(err, ErrInUse) {
		t.Fatalf("second log: %v", err)
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	open(t, o)
}

func TestEventsOutliveTheProcess(t *testing.T) {
	for _, d := range []Durability{Batch, Strict} {
		t.Run(d.String(), func(t *testing.T) {
			o := Options{Dir: t.TempDir(), Durability: d}
			l, r := open(t, o)
			if !r.New || r.Epoch == 0 || l.First() != l.Last()+1 {
				t.Errorf("new log: %+v, holds %d–%d", r, l.First(), l.Last())
			}
			var given []*qq.Entry
			for i := range 300 {
				given = append(given, put(t, l, entry(1+qq.UserID(i%3), uint64(i+1), qq.Time(i))))
			}
			if err := l.Close(); err != nil {
				t.Fatal(err)
			}
			again, r := open(t, o)
			if !r.Clean || r.Damaged() || r.New || r.Epoch != l.Epoch() {
				t.Errorf("recovery: %+v", r)
			}
			got := all(t, again)
			if len(got) != len(given) {
				t.Fatalf("%d of %d", len(got), len(given))
			}
			for i, e := range got {
				want := *given[i]
				if event, ok := e.Event.(*qq.FriendDeleted); !ok || event.User != 10001 {
					t.Fatalf("event %+v", e.Event)
				}
				want.Event = e.Event
				if *e != want {
					t.Fatalf("entry %+v, want %+v", e, want)
				}
			}
			if again.LastOrigin(1) != 298 || again.LastOrigin(3) != 300 || again.LastOrigin(4) != 0 {
				t.Errorf("origins %d, %d, %d", again.LastOrigin(1), again.LastOrigin(3), again.LastOrigin(4))
			}
			if e := put(t, again, entry(1, 0, 0)); e.SN <= given[299].SN {
				t.Errorf("number %d after %d", e.SN, given[299].SN)
			}
		})
	}
}

// Under Strict nothing is seen or accepted before its sync; accepted comes in
// order and from elsewhere.
func TestStrictAcceptsAfterTheSync(t *testing.T) {
	o := Options{Dir: t.TempDir(), Durability: Strict}
	l, _ := open(t, o)
	base := l.Last()
	var mu sync.Mutex
	var order []qq.SN
	var done sync.WaitGroup
	for i := range 500 {
		e := entry(1, uint64(i+1), 0)
		done.Add(1)
		_, err := l.Append(e, func(err error) {
			defer done.Done()
			mu.Lock()
			defer mu.Unlock()
			order = append(order, e.SN)
			if err != nil || l.Synced() < e.SN || l.Last() < e.SN || l.LastOrigin(1) < e.Origin {
				t.Errorf("accepted %d: %v, synced %d, last %d", e.SN, err, l.Synced(), l.Last())
			}
		})
		if err != nil {
			t.Fatal(err)
		}
		if got, _ := l.Read(nil, base, 1000); len(got) > 0 && got[len(got)-1].SN > l.Synced() {
			t.Fatalf("read %d before its sync", got[len(got)-1].SN)
		}
	}
	done.Wait()
	if len(order) != 500 || !slices.IsSorted(order) {
		t.Errorf("%d accepted, in order: %v", len(order), slices.IsSorted(order))
	}
	if s := l.Stats(); s.Appended != 500 || s.Syncs == 0 || s.SyncP99 < s.SyncP50 || s.Segments != 1 || s.Bytes == 0 {
		t.Errorf("stats %+v", s)
	}
}

func TestRepeatsAreDropped(t *testing.T) {
	o := Options{Dir: t.TempDir()}
	l, _ := open(t, o)
	put(t, l, entry(1, 16, 0))
	l.Close()
	l, _ = open(t, o)
	for _, c := range []struct {
		account qq.UserID
		origin  uint64
		fresh   bool
	}{{1, 16, false}, {1, 15, false}, {2, 15, true}, {1, 17, true}, {1, 0, true}, {1, 0, true}} {
		accepted := 0
		fresh, err := l.Append(entry(c.account, c.origin, 0), func(error) { accepted++ })
		if err != nil || fresh != c.fresh || (accepted == 1) != c.fresh {
			t.Errorf("origin %d of %d: fresh %v, %v, accepted %d times", c.origin, c.account, fresh, err, accepted)
		}
	}
	if s := l.Stats(); s.Repeats != 2 {
		t.Errorf("%d repeats", s.Repeats)
	}
}

// Retention removes whole segments, and what they told of origins stays.
func TestRetention(t *testing.T) {
	dir := t.TempDir()
	clock := qq.Time(1_800_000_000_000)
	var mu sync.Mutex
	now := func() qq.Time { mu.Lock(); defer mu.Unlock(); return clock }
	o := Options{Dir: dir, Durability: Strict, SegmentBytes: 4000, Retention: Retention{Bytes: 20_000, Age: time.Hour}, Now: now}
	l, _ := open(t, o)
	first := waitPut(t, l, entry(77, 5, 0))
	for i := range 1000 {
		waitPut(t, l, entry(1, uint64(i+1), 0))
	}
	if s := l.Stats(); s.Bytes > 26_000 || s.Segments < 3 {
		t.Errorf("held: %+v", s)
	}
	if l.First() <= first.SN {
		t.Errorf("first is still %d", l.First())
	}
	if _, err := l.Read(nil, first.SN-1, 1); !errors.Is(err, qq.ErrCursorGone) {
		t.Errorf("read of what is gone: %v", err)
	}
	if got := all(t, l); got[0].SN != l.First() || got[len(got)-1].SN != l.Last() {
		t.Errorf("read %d–%d, holds %d–%d", got[0].SN, got[len(got)-1].SN, l.First(), l.Last())
	}
	l.Close()
	mu.Lock()
	clock += qq.Time(2 * time.Hour / time.Millisecond)
	mu.Unlock()
	l, r := open(t, o)
	if r.Damaged() || !r.Clean {
		t.Errorf("recovery %+v", r)
	}
	for i := range 100 { // one more segment: the old ones go by age
		waitPut(t, l, entry(1, uint64(2000+i), 0))
	}
	if got := all(t, l); got[0].Origin < 2000 {
		t.Errorf("held after two hours: origin %d", got[0].Origin)
	}
	if l.LastOrigin(77) != 5 {
		t.Errorf("last origin of a removed account: %d", l.LastOrigin(77))
	}
	segments, _ := filepath.Glob(filepath.Join(dir, "*"+segmentSuffix))
	if s := l.Stats(); len(segments) != s.Segments {
		t.Errorf("%d files, %d segments", len(segments), s.Segments)
	}
}

// waitPut appends under Strict and waits for the sync.
func waitPut(t testing.TB, l *Log, e *qq.Entry) *qq.Entry {
	t.Helper()
	done := make(chan error, 1)
	if fresh, err := l.Append(e, func(err error) { done <- err }); err != nil || !fresh {
		t.Fatalf("append: %v, %v", fresh, err)
	}
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	return e
}

// A log that is gone with its folder goes on behind the numbers that were seen.
func TestDeletedFolderJumpsForward(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "log")
	var last qq.SN
	var epoch uint64
	for range 5 {
		l, r := open(t, Options{Dir: dir})
		if !r.New || l.Epoch() == epoch {
			t.Errorf("recovery %+v", r)
		}
		epoch = l.Epoch()
		for range 100 {
			e := put(t, l, entry(1, 0, 0))
			if e.SN <= last {
				t.Fatalf("number %d after %d", e.SN, last)
			}
			last = e.SN
		}
		l.Close()
		os.RemoveAll(dir)
		time.Sleep(2 * time.Millisecond)
	}
}

func TestTooMuchWaiting(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l, _ := open(t, Options{FS: newDisk(newRand(1)).mount(), Dir: "log", PendingBytes: 2000, Interval: 20 * time.Millisecond})
		put(t, l, entry(1, 0, 0))
		synctest.Wait() // the first is synced at once
		var err error
		n := 0
		for ; err == nil && n < 1000; n++ {
			_, err = l.Append(entry(1, 0, 0), nil)
		}
		// The writer takes what waits as early as it can: how many fit depends on it.
		if !errors.Is(err, ErrBusy) || n < 10 || n >= 1000 {
			t.Fatalf("%d entries, then %v", n, err)
		}
		time.Sleep(time.Second)
		put(t, l, entry(1, 0, 0))
		if s := l.Stats(); s.Refused != 1 {
			t.Errorf("%d refused", s.Refused)
		}
		l.Close()
		if _, err := l.Append(entry(1, 0, 0), nil); !errors.Is(err, ErrClosed) {
			t.Errorf("append to a closed log: %v", err)
		}
		if _, err := l.Read(nil, 0, 1); !errors.Is(err, ErrClosed) {
			t.Errorf("read of a closed log: %v", err)
		}
	})
}

func TestTooBig(t *testing.T) {
	l, _ := open(t, Options{})
	if _, err := l.append(entry(1, 0, 0), make([]byte, maxPayload+1), nil); !errors.Is(err, ErrTooBig) {
		t.Fatal(err)
	}
}

// Readers, an appender and retention side by side.
func TestReadersBesideTheAppender(t *testing.T) {
	l, _ := open(t, Options{SegmentBytes: 20_000, TailEntries: 50, CacheBytes: 40_000, Interval: time.Millisecond, Retention: Retention{Bytes: 150_000}})
	var readers sync.WaitGroup
	done := make(chan struct{})
	for i := range 4 {
		readers.Go(func() {
			after := l.Last()
			for n := 0; ; n++ {
				if n%50 == i {
					l.Seek(qq.Time(n))
					if got, err := l.ReadAccount(nil, 2, l.First()+5, 10); err == nil && slices.ContainsFunc(got, func(e *qq.Entry) bool { return e.Account != 2 }) {
						t.Error("another account's entry")
					}
					after = max(l.First(), 1) - 1
				}
				got, err := l.Read(nil, after, 1+i*30)
				if errors.Is(err, qq.ErrCursorGone) {
					after = l.First() - 1
					continue
				}
				if err != nil {
					t.Error(err)
					return
				}
				for _, e := range got {
					if e.SN <= after || fmt.Sprint(e.Time) != fmt.Sprint(e.Origin) {
						t.Errorf("entry %+v after %d", e, after)
					}
					after = e.SN
				}
				select {
				case <-done:
					return
				default:
				}
			}
		})
	}
	for i := range 8000 {
		put(t, l, entry(1+qq.UserID(i%3), uint64(i+1), qq.Time(i+1)))
		if i%100 == 0 {
			time.Sleep(time.Millisecond)
		}
	}
	close(done)
	readers.Wait()
	for l.Synced() < l.Last() { // the disk may be busy
		time.Sleep(time.Millisecond)
	}
	if lost := l.Lost(); len(lost) > 0 || l.Stats().Segments < 2 {
		t.Errorf("lost %v, %+v", lost, l.Stats())
	}
}
