package store

import (
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"llbot/protocols/qq"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestLettersOverARestart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dir := t.TempDir()
		s, _ := openDisk(t, dir, Limits{})
		want := []Letter{
			{Kind: Skipped, Target: "b", SN: 2, At: qq.TimeOf(time.Now()), Reason: "older than max_age"},
			{Target: "a", SN: 3, At: 1700000000000, Tries: 4, Status: 410, Reason: "Gone"},
			{Target: "b", SN: 3, At: 1700000000001, Tries: 1, Status: -1},
		}
		s.DeadLetters().Add(want[2])
		s.DeadLetters().Add(want[1])
		s.DeadLetters().Skip("b", 2, "older than max_age")
		for range 2 {
			if diff := cmp.Diff(want, s.DeadLetters().List("", 0, 0)); diff != "" {
				t.Fatal(diff)
			}
			if n := s.DeadLetters().Count("b"); n != 2 {
				t.Fatalf("%d of b", n)
			}
			if got := s.DeadLetters().Tally("b"); got != (Tally{Refused: 1, Skipped: 1}) {
				t.Fatalf("%+v", got)
			}
			closed(t, s)
			s, _ = openDisk(t, dir, Limits{})
		}
		s.DeadLetters().Forget("b")
		closed(t, s)
		s, _ = openDisk(t, dir, Limits{})
		defer s.Close()
		if diff := cmp.Diff(want[1:2], s.DeadLetters().List("", 0, 0)); diff != "" {
			t.Error(diff)
		}
		if got := s.DeadLetters().Tally("b"); got != (Tally{}) {
			t.Errorf("%+v of a forgotten target", got)
		}
	})
}

func TestLongReasonsAreCut(t *testing.T) {
	s, _ := openDisk(t, t.TempDir(), Limits{})
	defer s.Close()
	s.DeadLetters().Add(Letter{Target: "a", SN: 1, Reason: strings.Repeat("错", 400)})
	if got := s.DeadLetters().List("a", 0, 0)[0].Reason; got != strings.Repeat("错", maxReason/3) {
		t.Errorf("%d bytes: %q", len(got), got)
	}
}

// TestLettersArePaged: pages put together are the whole, also where targets
// share numbers.
func TestLettersArePaged(t *testing.T) {
	s, _ := openDisk(t, t.TempDir(), Limits{})
	defer s.Close()
	d := s.DeadLetters()
	for sn := qq.SN(1); sn <= 20; sn++ {
		for _, target := range []string{"a", "b", "c"} {
			d.Add(Letter{Kind: LetterKind(sn % 2), Target: target, SN: sn})
		}
	}
	for _, target := range []string{"", "b"} {
		all := d.List(target, 0, 0)
		for _, limit := range []int{1, 2, 3, 4, 7, 100} {
			var pages []Letter
			for after := qq.SN(0); ; after = pages[len(pages)-1].SN {
				page := d.List(target, after, limit)
				if len(page) > limit+2 {
					t.Fatalf("%d letters in a page of %d", len(page), limit)
				}
				if pages = append(pages, page...); len(page) == 0 {
					break
				}
			}
			if diff := cmp.Diff(all, pages); diff != "" {
				t.Fatalf("target %q in pages of %d: %s", target, limit, diff)
			}
		}
	}
}

// TestALowerLimitHoldsAfterARestart: what is over it goes, and is counted.
func TestALowerLimitHoldsAfterARestart(t *testing.T) {
	dir := t.TempDir()
	s, _ := openDisk(t, dir, Limits{})
	for sn := qq.SN(1); sn <= 10; sn++ {
		s.DeadLetters().Add(Letter{Target: "a", SN: sn})
	}
	closed(t, s)
	for range 2 {
		s, _ = openDisk(t, dir, Limits{Letters: 3})
		if list := s.DeadLetters().List("a", 0, 0); len(list) != 3 || list[0].SN != 8 {
			t.Errorf("%v", list)
		}
		if got := s.DeadLetters().Tally("a"); got != (Tally{Refused: 10, Dropped: 7}) {
			t.Errorf("%+v", got)
		}
		closed(t, s)
	}
}

// shelves is the plain model of DeadLetters.
type shelves struct {
	limit   int
	letters []Letter
	tally   map[string]Tally
}

func (m *shelves) add(l Letter) {
	tally := m.tally[l.Target]
	if i := m.find(l.Target, l.SN); i < 0 || m.letters[i].Kind != l.Kind {
		tally.count(l.Kind)
	}
	m.remove(l.Target, l.SN)
	m.letters = append(m.letters, l)
	slices.SortFunc(m.letters, func(a, b Letter) int {
		if a.SN != b.SN {
			return int(a.SN) - int(b.SN)
		}
		return strings.Compare(a.Target, b.Target)
	})
	same, oldest := 0, -1
	for i, o := range m.letters {
		if o.Target == l.Target && o.Kind == l.Kind {
			if same++; oldest < 0 {
				oldest = i
			}
		}
	}
	if same > m.limit {
		m.letters = slices.Delete(m.letters, oldest, oldest+1)
		tally.Dropped++
	}
	m.tally[l.Target] = tally
}

func (m *shelves) find(target string, sn qq.SN) int {
	return slices.IndexFunc(m.letters, func(l Letter) bool { return l.Target == target && l.SN == sn })
}

func (m *shelves) remove(target string, sn qq.SN) bool {
	i := m.find(target, sn)
	if i >= 0 {
		m.letters = slices.Delete(m.letters, i, i+1)
	}
	return i >= 0
}

func TestDeadLettersAgainstAModel(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		dir, err := os.MkdirTemp("", "letters")
		if err != nil {
			t.Fatal(err)
		}
		defer os.RemoveAll(dir)
		limits := Limits{Letters: 3}
		s, d := openDisk(t, dir, limits)
		defer func() { s.Close() }()
		m := &shelves{limit: limits.Letters, tally: map[string]Tally{}}
		target := rapid.SampledFrom([]string{"a", "ab", "a\x00\x00"})
		sn := rapid.Uint64Range(1, 12)
		t.Repeat(map[string]func(*rapid.T){
			"add": func(t *rapid.T) {
				l := Letter{
					Kind: LetterKind(rapid.IntRange(0, 1).Draw(t, "kind")), Target: target.Draw(t, "target"),
					SN: qq.SN(sn.Draw(t, "sn")), Tries: rapid.IntRange(0, 9).Draw(t, "tries"),
				}
				s.DeadLetters().Add(l)
				m.add(l)
			},
			"remove": func(t *rapid.T) {
				k, n := target.Draw(t, "target"), qq.SN(sn.Draw(t, "sn"))
				if got, want := s.DeadLetters().Remove(k, n), m.remove(k, n); got != want {
					t.Fatalf("removed: %v, want %v", got, want)
				}
			},
			"fail": func(t *rapid.T) {
				d.fails.Store(true)
				s.writer.sync()
				d.fails.Store(false)
			},
			"restart": func(t *rapid.T) {
				if err := s.Close(); err != nil {
					t.Fatal(err)
				}
				s, d = openDisk(t, dir, limits)
			},
			"": func(t *rapid.T) {
				if got := s.DeadLetters().List("", 0, 0); !slices.Equal(got, m.letters) {
					t.Fatalf("%v, want %v", got, m.letters)
				}
				for target, want := range m.tally {
					if got := s.DeadLetters().Tally(target); got != want {
						t.Fatalf("%s: %+v, want %+v", target, got, want)
					}
				}
			},
		})
	})
}

func TestLettersAtOnce(t *testing.T) {
	s, _ := openDisk(t, t.TempDir(), Limits{Letters: 500})
	defer s.Close()
	d := s.DeadLetters()
	var all sync.WaitGroup
	for i := range 4 {
		all.Go(func() {
			for n := range 1000 {
				d.Skip("a", qq.SN(1+n*4+i), "old")
			}
		})
		all.Go(func() {
			for n := range 200 {
				for _, l := range d.List("a", qq.SN(n), 20) {
					d.Remove(l.Target, l.SN)
				}
			}
		})
	}
	all.Wait()
	if got := d.Tally("a"); got.Skipped != 4000 || d.Count("a") != len(d.List("", 0, 0)) || d.Count("a") > 500 {
		t.Errorf("%+v, %d held", got, d.Count("a"))
	}
}
