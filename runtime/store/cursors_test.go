package store

import (
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"llbot/protocols/qq"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestCursorsGoForward(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, _ := openDisk(t, t.TempDir(), Limits{})
		defer s.Close()
		c := s.Cursors()
		if sn, ok := c.Load("a"); ok || sn != 0 {
			t.Fatalf("a new target is at %d", sn)
		}
		start := qq.TimeOf(time.Now())
		c.Save("a", 10)
		c.Save("b", 0) // a cursor before everything is a cursor
		time.Sleep(time.Second)
		c.Save("a", 10)
		c.Save("a", 9)
		want := []Cursor{{"a", 10, start}, {"b", 0, start}}
		if diff := cmp.Diff(want, c.List()); diff != "" {
			t.Errorf("after going back: %s", diff)
		}
		c.Set("a", 3)
		c.Forget("b")
		if diff := cmp.Diff([]Cursor{{"a", 3, start + 1000}}, c.List()); diff != "" {
			t.Errorf("after Set and Forget: %s", diff)
		}
		if _, ok := c.Load("b"); ok {
			t.Error("b is not forgotten")
		}
	})
}

func TestBadNamesAreNotKept(t *testing.T) {
	s, d := openDisk(t, t.TempDir(), Limits{})
	defer s.Close()
	longest := strings.Repeat("x", MaxTarget)
	for _, target := range []string{"", longest + "x", longest} {
		s.Cursors().Save(target, 1)
		s.DeadLetters().Add(Letter{Target: target, SN: 1})
	}
	if err := s.writer.sync(); err != nil {
		t.Fatalf("bad names hold up the others: %v", err)
	}
	if list := s.Cursors().List(); len(list) != 1 || list[0].Target != longest {
		t.Errorf("cursors %v", list)
	}
	if n := len(s.DeadLetters().List("", 0, 0)); n != 1 {
		t.Errorf("%d letters", n)
	}
	if n := d.logs.count("nothing is kept"); n != 4 {
		t.Errorf("%d complaints", n)
	}
}

// TestCursorsAgainstAModel holds them against a map, over restarts.
func TestCursorsAgainstAModel(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		dir, err := os.MkdirTemp("", "cursors")
		if err != nil {
			t.Fatal(err)
		}
		defer os.RemoveAll(dir)
		s, _ := openDisk(t, dir, Limits{})
		defer func() { s.Close() }()
		model := map[string]qq.SN{}
		target := rapid.SampledFrom([]string{"a", "b", "目标", "a\x00"})
		sn := rapid.Uint64Range(0, 1<<53)
		t.Repeat(map[string]func(*rapid.T){
			"save": func(t *rapid.T) {
				k, n := target.Draw(t, "target"), qq.SN(sn.Draw(t, "sn"))
				s.Cursors().Save(k, n)
				model[k] = max(model[k], n)
			},
			"set": func(t *rapid.T) {
				k, n := target.Draw(t, "target"), qq.SN(sn.Draw(t, "sn"))
				s.Cursors().Set(k, n)
				model[k] = n
			},
			"forget": func(t *rapid.T) {
				k := target.Draw(t, "target")
				s.Cursors().Forget(k)
				delete(model, k)
			},
			"restart": func(t *rapid.T) {
				if err := s.Close(); err != nil {
					t.Fatal(err)
				}
				s, _ = openDisk(t, dir, Limits{})
			},
			"": func(t *rapid.T) {
				list := s.Cursors().List()
				got := map[string]qq.SN{}
				for i, c := range list {
					if got[c.Target] = c.SN; i > 0 && list[i-1].Target >= c.Target || c.Saved == 0 {
						t.Fatalf("%v", list)
					}
					if sn, ok := s.Cursors().Load(c.Target); !ok || sn != c.SN {
						t.Fatalf("%s is at %d and at %d", c.Target, sn, c.SN)
					}
				}
				if diff := cmp.Diff(model, got); diff != "" {
					t.Fatal(diff)
				}
			},
		})
	})
}

// TestCursorsAtOnce: many savers, and the greatest wins.
func TestCursorsAtOnce(t *testing.T) {
	s := open(t, t.TempDir())
	defer s.Close()
	var all sync.WaitGroup
	for i := range 8 {
		all.Go(func() {
			for sn := 1; sn <= 2000; sn++ {
				s.Cursors().Save(fmt.Sprint("target ", i%4), qq.SN(sn))
				if sn%500 == 0 {
					s.Cursors().List()
				}
			}
		})
	}
	all.Wait()
	for _, c := range s.Cursors().List() {
		if c.SN != 2000 {
			t.Errorf("%v", c)
		}
	}
}

// TestACursorIsNotAheadOfItsLetters: in every state that a kill can leave, what
// the cursor passed is in the list.
func TestACursorIsNotAheadOfItsLetters(t *testing.T) {
	s, d := openDisk(t, t.TempDir(), Limits{Letters: 1 << 20})
	defer s.Close()
	var all sync.WaitGroup
	stop := make(chan struct{})
	all.Go(func() {
		for sn := qq.SN(1); ; sn++ {
			select {
			case <-stop:
				return
			default:
			}
			s.DeadLetters().Add(Letter{Target: "a", SN: sn})
			s.Cursors().Save("a", sn)
			if sn%20 == 0 {
				time.Sleep(time.Millisecond)
			}
		}
	})
	for i := range 20 {
		d.fails.Store(i%3 == 1)
		s.writer.sync()
		dir := t.TempDir()
		snapshot(t, s, dir)
		left := open(t, dir)
		sn, _ := left.Cursors().Load("a")
		if n := left.DeadLetters().Count("a"); n < int(sn) {
			t.Errorf("cursor at %d, but %d letters", sn, n)
		}
		closed(t, left)
	}
	d.fails.Store(false)
	close(stop)
	all.Wait()
}
