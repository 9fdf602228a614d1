package eventlog

import (
	"errors"
	"sync"
	"testing"

	"llbot/protocols/qq"

	"pgregory.net/rapid"
)

func entry(account qq.UserID, origin uint64, t qq.Time) *qq.Entry {
	return &qq.Entry{Account: account, Origin: origin, Time: t, Event: &qq.FriendDeleted{User: 10001}}
}

func TestNumbersRiseOverRestarts(t *testing.T) {
	first := NewMemory(1_800_000_000_000, 8)
	for range 500 {
		if _, err := first.Append(entry(1, 0, 0), nil); err != nil {
			t.Fatal(err)
		}
	}
	second := NewMemory(1_800_000_000_001, 8) // restarted a millisecond later
	e := entry(1, 0, 0)
	if _, err := second.Append(e, nil); err != nil || e.SN <= first.Last() {
		t.Fatalf("number %d after %d (%v)", e.SN, first.Last(), err)
	}
	if e.SN >= 1<<53 {
		t.Fatalf("number %d is not exact in JSON", e.SN)
	}
}

func TestRepeatedOriginIsDroppedPerAccount(t *testing.T) {
	m := NewMemory(1, 8)
	for _, c := range []struct {
		account qq.UserID
		origin  uint64
		fresh   bool
	}{{1, 16, true}, {1, 16, false}, {1, 15, false}, {2, 15, true}, {1, 17, true}, {1, 0, true}, {1, 0, true}} {
		fresh, err := m.Append(entry(c.account, c.origin, 0), nil)
		if err != nil || fresh != c.fresh {
			t.Errorf("origin %d of %d: fresh %v, %v; want %v", c.origin, c.account, fresh, err, c.fresh)
		}
	}
	if m.LastOrigin(1) != 17 || m.LastOrigin(2) != 15 || m.LastOrigin(3) != 0 {
		t.Errorf("last origins %d %d %d", m.LastOrigin(1), m.LastOrigin(2), m.LastOrigin(3))
	}
}

func TestReadTellsAFallenOffPosition(t *testing.T) {
	m := NewMemory(1, 4)
	start := m.Last()
	for range 6 {
		_, _ = m.Append(entry(1, 0, 0), nil)
	}
	if _, err := m.Read(nil, start, 10); !errors.Is(err, qq.ErrCursorGone) {
		t.Fatalf("err %v, want ErrCursorGone", err)
	}
	got, err := m.Read(nil, m.First()-1, 10)
	if err != nil || len(got) != 4 || got[0].SN != m.First() || got[3].SN != m.Last() {
		t.Fatalf("%d entries, %v", len(got), err)
	}
	if got, err := m.Read(nil, m.Last()+1000, 10); err != nil || len(got) != 0 {
		t.Fatalf("beyond the end: %d, %v", len(got), err)
	}
}

func TestSeekByTime(t *testing.T) {
	m := NewMemory(1, 16)
	for i := range 10 {
		_, _ = m.Append(entry(1, 0, qq.Time(1000+10*i)), nil)
	}
	for _, c := range []struct {
		at    qq.Time
		first qq.Time
		n     int
	}{{0, 1000, 10}, {1000, 1000, 10}, {1001, 1010, 9}, {1090, 1090, 1}, {1091, 0, 0}} {
		got, err := m.Read(nil, m.Seek(c.at), 100)
		if err != nil || len(got) != c.n || c.n > 0 && got[0].Time != c.first {
			t.Errorf("seek %d: %d entries, %v", c.at, len(got), err)
		}
	}
}

// Whatever is appended is read back once, in order, up to the capacity.
func TestReadBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := NewMemory(7, rapid.IntRange(1, 20).Draw(t, "capacity"))
		n := rapid.IntRange(0, 60).Draw(t, "entries")
		for range n {
			_, _ = m.Append(entry(1, 0, 0), nil)
		}
		var got []*qq.Entry
		for after := m.First() - 1; ; {
			page, err := m.Read(nil, after, rapid.IntRange(1, 7).Draw(t, "page"))
			if err != nil {
				t.Fatal(err)
			}
			if len(page) == 0 {
				break
			}
			got, after = append(got, page...), page[len(page)-1].SN
		}
		if len(got) != min(n, len(m.entries)) {
			t.Fatalf("%d entries, appended %d, capacity %d", len(got), n, len(m.entries))
		}
		for i, e := range got {
			if e.SN != m.First()+qq.SN(i) {
				t.Fatalf("entry %d has number %d", i, e.SN)
			}
		}
	})
}

func TestReadersBesideTheWriter(t *testing.T) {
	m := NewMemory(1, 64)
	var readers sync.WaitGroup
	done := make(chan struct{})
	for range 4 {
		readers.Go(func() {
			after := m.Last()
			for {
				got, err := m.Read(nil, after, 8)
				if errors.Is(err, qq.ErrCursorGone) {
					after = m.First() - 1
					continue
				}
				for _, e := range got {
					if e.SN <= after {
						t.Errorf("number %d after %d", e.SN, after)
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
	for range 5000 {
		_, _ = m.Append(entry(1, 0, 0), nil)
	}
	close(done)
	readers.Wait()
}

// reader is what both logs offer.
type reader interface {
	Read(dst []*qq.Entry, after qq.SN, max int) ([]*qq.Entry, error)
	ReadAccount(dst []*qq.Entry, account qq.UserID, after qq.SN, max int) ([]*qq.Entry, error)
	Seek(t qq.Time) qq.SN
	First() qq.SN
	Last() qq.SN
	Synced() qq.SN
	LastOrigin(account qq.UserID) uint64
	Epoch() uint64
	Lost() []Range
	Stats() Stats
	Close() error
}

var _, _ reader = (*Memory)(nil), (*Log)(nil)

func TestMemoryReadsByAccount(t *testing.T) {
	m := NewMemory(1, 8)
	start := m.Last()
	for i := range 12 {
		_, _ = m.Append(entry(1+qq.UserID(i%2), uint64(i+1), 0), nil)
	}
	_, _ = m.Append(entry(1, 1, 0), nil)
	if _, err := m.ReadAccount(nil, 1, start, 10); !errors.Is(err, qq.ErrCursorGone) {
		t.Errorf("fallen off: %v", err)
	}
	for max, want := range map[int]int{10: 4, 3: 3, 0: 0} {
		got, err := m.ReadAccount(nil, 1, m.First()-1, max)
		if err != nil || len(got) != want || want > 0 && got[0].Account != 1 {
			t.Errorf("max %d: %d entries, %v", max, len(got), err)
		}
	}
	if s := m.Stats(); s.Appended != 12 || s.Repeats != 1 || m.Synced() != m.Last() || m.Epoch() == NewMemory(1, 1).Epoch() {
		t.Errorf("%+v", s)
	}
}
