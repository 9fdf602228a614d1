package eventlog

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"llbot/protocols/qq"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// model is a log as a list.
type model struct {
	entries []qq.Entry // Event left out
	passed  qq.SN      // numbers of an earlier life
	gone    qq.SN
}

func (m *model) read(after qq.SN, max int, want func(qq.Entry) bool) (list []qq.SN, err error) {
	if after < m.gone {
		return nil, qq.ErrCursorGone
	}
	for _, e := range m.entries {
		if e.SN > after && len(list) < max && want(e) {
			list = append(list, e.SN)
		}
	}
	return list, nil
}

func (m *model) seek(t qq.Time, last qq.SN) qq.SN {
	for _, e := range m.entries {
		if e.Time >= t {
			return e.SN - 1
		}
	}
	return last
}

func numbersOf(entries []*qq.Entry) (list []qq.SN) {
	for _, e := range entries {
		list = append(list, e.SN)
	}
	return list
}

// TestModel holds a log, through restarts and retention, against a list.
func TestModel(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		fault := ""
		o := Options{
			Dir: "log", Durability: Durability(rapid.IntRange(0, 1).Draw(rt, "durability")),
			SegmentBytes: rapid.Int64Range(200, 90_000).Draw(rt, "segment"), TailEntries: rapid.IntRange(1, 100).Draw(rt, "tail"),
			CacheBytes: rapid.Int64Range(1, 200_000).Draw(rt, "cache"), Retention: Retention{Bytes: rapid.Int64Range(20_000, 150_000).Draw(rt, "retention")},
		}
		seed := rapid.Uint64().Draw(rt, "seed")
		steps := rapid.IntRange(0, 25).Draw(rt, "steps")
		synctest.Test(t, func(*testing.T) { fault = playModel(o, seed, steps) })
		if fault != "" {
			rt.Fatal(fault)
		}
	})
}

func playModel(o Options, seed uint64, steps int) (fault string) {
	rng := newRand(seed)
	disk := newDisk(newRand(seed + 1))
	o.FS = disk.mount()
	l, _, err := Open(o)
	if err != nil {
		return err.Error()
	}
	defer func() { l.Close() }()
	m := &model{gone: l.Last()}
	for step := range steps {
		for range rng.IntN(30) {
			e := &qq.Entry{Account: qq.UserID(rng.IntN(5)), Time: qq.Time(step*10 + rng.IntN(40)), Event: randomEvent(rng)}
			if _, err := l.Append(e, nil); err != nil {
				return err.Error()
			}
			kept := *e
			kept.Event = nil
			m.entries = append(m.entries, kept)
		}
		if rng.IntN(10) == 0 {
			if err := l.Close(); err != nil {
				return err.Error()
			}
			var r Recovery
			if l, r, err = Open(o); err != nil || r.Damaged() {
				return fmt.Sprint(r, err)
			}
			m.passed = r.Jump.Last
		}
		time.Sleep(50 * time.Millisecond)
		synctest.Wait()
		if first := l.First(); first > m.gone+1 && l.numbers.gone > m.gone {
			m.gone = l.numbers.gone
			m.entries = slices.DeleteFunc(m.entries, func(e qq.Entry) bool { return e.SN <= m.gone })
		}
		if fault := m.compare(l, rng.Uint64(), step); fault != "" {
			return fault
		}
	}
	return ""
}

// compare asks both the same.
func (m *model) compare(l *Log, seed uint64, step int) string {
	rng := newRand(seed)
	after := l.Last()
	if n := len(m.entries); n > 0 {
		after = m.entries[rng.IntN(n)].SN + qq.SN(rng.IntN(3)) - 2
	}
	limit := 1 + rng.IntN(200)
	want, wantErr := m.read(after, limit, func(qq.Entry) bool { return true })
	got, err := l.Read(nil, after, limit)
	if !errors.Is(err, wantErr) || !slices.Equal(numbersOf(got), want) {
		return fmt.Sprintf("read %d behind %d: %v, %v", limit, after, cmp.Diff(want, numbersOf(got)), err)
	}
	account := qq.UserID(rng.IntN(6))
	want, _ = m.read(after, limit, func(e qq.Entry) bool { return e.Account == account })
	got, err = l.ReadAccount(nil, account, after, limit)
	if !errors.Is(err, wantErr) || !slices.Equal(numbersOf(got), want) {
		return fmt.Sprintf("read %d of %d behind %d: %v, %v", limit, account, after, cmp.Diff(want, numbersOf(got)), err)
	}
	t := qq.Time(rng.IntN(step*10 + 60))
	if got, want := l.Seek(t), m.seek(t, l.Last()); got != want {
		return fmt.Sprintf("seek %d: %d, want %d", t, got, want)
	}
	if n := len(m.entries); n > 0 && (l.Last() != max(m.entries[n-1].SN, m.passed) || l.First() != m.entries[0].SN) {
		return fmt.Sprintf("holds %d–%d, want %d–%d", l.First(), l.Last(), m.entries[0].SN, m.entries[n-1].SN)
	}
	return ""
}
