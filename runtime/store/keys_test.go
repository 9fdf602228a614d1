package store

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"llbot/protocols/qq"

	"pgregory.net/rapid"
)

const day = qq.Time(24 * time.Hour / time.Millisecond)

var print1, print2 = [32]byte{1}, [32]byte{2}

// begin claims a key of account 1 and wants a state.
func begin(t testing.TB, s *Store, key string, now qq.Time, want ClaimState) Claim {
	t.Helper()
	c, err := s.Keys().Begin(1, key, print1, now)
	if err != nil || c.State != want {
		t.Fatalf("key %q: state %d (%v), want %d", key, c.State, err, want)
	}
	return c
}

func TestKeysOverARestart(t *testing.T) {
	dir, now := t.TempDir(), qq.TimeOf(time.Now())
	s, _ := openDisk(t, dir, Limits{})
	for _, key := range []string{"done", "dropped", "lost", "open"} {
		begin(t, s, key, now, Fresh)
		begin(t, s, key, now, InProgress)
	}
	result := []byte("message 7")
	s.Keys().Finish(1, "done", result)
	result[0] = 'x' // what is stored is ours
	s.Keys().Abandon(1, "dropped")
	s.Keys().Lose(1, "lost")
	s.Keys().Finish(1, "unknown", nil) // nobody's
	begin(t, s, "lost", now, Orphan)
	for range 2 {
		if c := begin(t, s, "done", now, Finished); string(c.Result) != "message 7" {
			t.Errorf("result %q", c.Result)
		}
		begin(t, s, "dropped", now, Fresh)
		s.Keys().Abandon(1, "dropped")
		closed(t, s)
		s, _ = openDisk(t, dir, Limits{})
	}
	defer s.Close()
	begin(t, s, "lost", now, Orphan)
	begin(t, s, "open", now, Orphan)
	s.Keys().Finish(1, "open", []byte("found out"))
	begin(t, s, "open", now, Finished)
	s.Keys().Abandon(1, "lost")
	begin(t, s, "lost", now, Fresh)
	if c, err := s.Keys().Begin(2, "done", print2, now); err != nil || c.State != Fresh {
		t.Errorf("another account's key: state %d (%v)", c.State, err)
	}
}

func TestKeysAreRefused(t *testing.T) {
	s, _ := openDisk(t, t.TempDir(), Limits{})
	defer s.Close()
	begin(t, s, "running", day, Fresh)
	begin(t, s, strings.Repeat("k", MaxKey), day, Fresh)
	s.Keys().Finish(1, strings.Repeat("k", MaxKey), nil)
	for key, want := range map[string]error{
		"": qq.ErrInvalid, strings.Repeat("k", MaxKey+1): qq.ErrInvalid,
		"running": qq.ErrConflict, strings.Repeat("k", MaxKey): qq.ErrConflict,
	} {
		_, err := s.Keys().Begin(1, key, print2, day)
		var e *qq.Error
		if !errors.Is(err, want) || !errors.As(err, &e) || e.Outcome != qq.NotApplied {
			t.Errorf("key %q: %v, want %v", key, err, want)
		}
	}
}

func TestKeysExpire(t *testing.T) {
	dir, now := t.TempDir(), qq.TimeOf(time.Now())
	s, _ := openDisk(t, dir, Limits{})
	begin(t, s, "old", now, Fresh)
	s.Keys().Finish(1, "old", nil)
	begin(t, s, "slow", now, Fresh)
	begin(t, s, "old", now+day-1, Finished)
	begin(t, s, "old", now+day, Fresh)
	s.Keys().Finish(1, "old", nil)
	begin(t, s, "slow", now+day, InProgress) // is not taken from whoever runs it
	begin(t, s, "new", now+2*day, Fresh)     // prunes
	if n := s.Keys().Count(1); n != 2 {
		t.Errorf("%d keys held, want slow and new", n)
	}
	closed(t, s)
	s, _ = openDisk(t, dir, Limits{Retention: time.Nanosecond})
	defer s.Close()
	if n := s.Keys().Count(1); n != 1 { // new began in the future
		t.Errorf("%d keys held after a restart, want new", n)
	}
}

func TestExpiredKeysAreNotLoaded(t *testing.T) {
	dir, now := t.TempDir(), qq.TimeOf(time.Now())
	s, _ := openDisk(t, dir, Limits{})
	begin(t, s, "old", now-2*day, Fresh)
	begin(t, s, "new", now, Fresh)
	closed(t, s)
	s, _ = openDisk(t, dir, Limits{})
	defer s.Close()
	if n := s.Keys().Count(1); n != 1 {
		t.Errorf("%d keys held", n)
	}
	if err := s.writer.sync(); err != nil {
		t.Fatal(err)
	}
	if s.keys.table.holds(operation{1, "old"}) {
		t.Error("the expired key is still in the file")
	}
}

// TestKeysAreBounded: the oldest make room, those in progress do not.
func TestKeysAreBounded(t *testing.T) {
	s, d := openDisk(t, t.TempDir(), Limits{Keys: 32})
	defer s.Close()
	for i := range 200 {
		key := fmt.Sprint("key ", i)
		begin(t, s, key, qq.Time(i), Fresh)
		if i >= 8 {
			s.Keys().Finish(1, key, nil)
		}
		if n := s.Keys().Count(1); n > 32 {
			t.Fatalf("%d keys held", n)
		}
	}
	for i := range 8 {
		begin(t, s, fmt.Sprint("key ", i), 200, InProgress)
	}
	for i := 180; i < 200; i++ {
		begin(t, s, fmt.Sprint("key ", i), 200, Finished)
	}
	if d.logs.count("too many idempotency keys") == 0 {
		t.Error("nothing is logged")
	}
	for i := range 24 {
		begin(t, s, fmt.Sprint("more ", i), 300, Fresh)
	}
	if _, err := s.Keys().Begin(1, "one more", print1, 300); !errors.Is(err, qq.ErrRateLimited) {
		t.Errorf("32 in progress and one more: %v", err)
	}
}

// TestAFailedBeginClaimsNothing: the key is free, and what was not stored does
// not pile up.
func TestAFailedBeginClaimsNothing(t *testing.T) {
	s, d := openDisk(t, t.TempDir(), Limits{})
	d.fails.Store(true)
	for i := range 100 {
		_, err := s.Keys().Begin(1, fmt.Sprint("key ", i), print1, day)
		if !errors.Is(err, qq.ErrInternal) || !errors.Is(err, errDisk) {
			t.Fatalf("err %v", err)
		}
	}
	s.writer.sync()
	s.writer.mu.Lock()
	if n := len(s.keys.table.pending); n > 1 {
		t.Errorf("%d rows pending", n)
	}
	s.writer.mu.Unlock()
	d.fails.Store(false)
	begin(t, s, "key 1", day, Fresh)
	closed(t, s)
	if _, err := s.Keys().Begin(1, "late", print1, day); !errors.Is(err, ErrClosed) {
		t.Errorf("after Close: %v", err)
	}
}

// TestWaitersGetWhatFollows: the result, or one of them the work.
func TestWaitersGetWhatFollows(t *testing.T) {
	for name, test := range map[string]struct {
		end  func(*Keys)
		want ClaimState
	}{
		"finished":  {func(k *Keys) { k.Finish(1, "k", []byte("r")) }, Finished},
		"abandoned": {func(k *Keys) { k.Abandon(1, "k") }, Fresh},
		"lost":      {func(k *Keys) { k.Lose(1, "k") }, Orphan},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s, _ := openDisk(t, t.TempDir(), Limits{})
				defer s.Close()
				begin(t, s, "k", day, Fresh)
				var ran atomic.Int32
				var all sync.WaitGroup
				for range 5 {
					c := begin(t, s, "k", day, InProgress)
					all.Go(func() {
						for c.State == InProgress {
							var err error
							if c, err = c.Wait(t.Context()); err != nil {
								t.Error(err)
								return
							}
						}
						if c.State == Fresh {
							ran.Add(1)
							time.Sleep(time.Second)
							s.Keys().Finish(1, "k", []byte("r"))
						} else if orphan := test.want == Orphan; orphan != (c.State == Orphan) || !orphan && string(c.Result) != "r" {
							t.Errorf("state %d, result %q", c.State, c.Result)
						}
					})
				}
				synctest.Wait()
				test.end(s.Keys())
				all.Wait()
				if want := test.want == Fresh; (ran.Load() == 1) != want || ran.Load() > 1 {
					t.Errorf("%d ran it", ran.Load())
				}
			})
		})
	}
}

func TestWaitingEndsWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, _ := openDisk(t, t.TempDir(), Limits{})
		defer s.Close()
		fresh := begin(t, s, "k", day, Fresh)
		if c, err := fresh.Wait(t.Context()); err != nil || c.State != Fresh {
			t.Errorf("a fresh claim waits: %v", err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		_, err := begin(t, s, "k", day, InProgress).Wait(ctx)
		if !errors.Is(err, qq.ErrTimeout) || !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("err %v", err)
		}
	})
}

// TestOneOfManyRunsIt: whatever many callers do at once, one has the claim.
func TestOneOfManyRunsIt(t *testing.T) {
	s, _ := openDisk(t, t.TempDir(), Limits{})
	defer s.Close()
	var all sync.WaitGroup
	var holders, runs [20]atomic.Int32
	for range 8 {
		all.Go(func() {
			for i := range runs {
				key := fmt.Sprint("key ", i)
				c, err := s.Keys().Begin(1, key, print1, day)
				for err == nil && c.State == InProgress {
					c, err = c.Wait(t.Context())
				}
				if err != nil {
					t.Error(err)
					return
				}
				if c.State != Fresh {
					continue
				}
				if holders[i].Add(1) != 1 {
					t.Errorf("two hold %s", key)
				}
				n := runs[i].Add(1)
				holders[i].Add(-1)
				if n == 1 && i%2 == 0 {
					s.Keys().Abandon(1, key) // the first try of every other fails
				} else {
					s.Keys().Finish(1, key, []byte(key))
				}
			}
		})
	}
	all.Wait()
	for i := range runs {
		// An abandoned one is run again by whoever comes later, if anybody does.
		if n := runs[i].Load(); n < 1 || n > int32(2-i%2) {
			t.Errorf("key %d was run %d times", i, n)
		}
	}
}

// TestKeysAgainstAModel holds them against a map, over restarts and failures.
func TestKeysAgainstAModel(t *testing.T) {
	type known struct {
		state  ClaimState
		print  byte
		begun  qq.Time
		result string
	}
	rapid.Check(t, func(t *rapid.T) {
		dir, err := os.MkdirTemp("", "keys")
		if err != nil {
			t.Fatal(err)
		}
		defer os.RemoveAll(dir)
		s, d := openDisk(t, dir, Limits{})
		defer func() { s.Close() }()
		now := qq.TimeOf(time.Now())
		model := map[string]known{}
		keys := rapid.SampledFrom([]string{"a", "b", "c"})
		t.Repeat(map[string]func(*rapid.T){
			"begin": func(t *rapid.T) {
				k, print := keys.Draw(t, "key"), byte(rapid.IntRange(1, 2).Draw(t, "print"))
				d.fails.Store(rapid.IntRange(0, 3).Draw(t, "fails") == 0)
				c, err := s.Keys().Begin(1, k, [32]byte{print}, now)
				failed := d.fails.Swap(false)
				m, there := model[k]
				if there && m.state != InProgress && now-m.begun >= day {
					there = false
					delete(model, k)
				}
				switch {
				case there && m.print != print:
					if !errors.Is(err, qq.ErrConflict) {
						t.Fatalf("%q: %v, want a conflict", k, err)
					}
				case there:
					if err != nil || c.State != m.state || string(c.Result) != m.result {
						t.Fatalf("%q: %v %q (%v), want %+v", k, c.State, c.Result, err, m)
					}
				case failed:
					if !errors.Is(err, errDisk) {
						t.Fatalf("%q: %v, want the disk's error", k, err)
					}
				default:
					if err != nil || c.State != Fresh {
						t.Fatalf("%q: %v (%v), want a fresh claim", k, c.State, err)
					}
					model[k] = known{state: InProgress, print: print, begun: now}
				}
			},
			"finish": func(t *rapid.T) {
				k, result := keys.Draw(t, "key"), rapid.StringN(0, 5, -1).Draw(t, "result")
				s.Keys().Finish(1, k, []byte(result))
				if m, ok := model[k]; ok {
					m.state, m.result = Finished, result
					model[k] = m
				}
			},
			"abandon": func(t *rapid.T) {
				k := keys.Draw(t, "key")
				s.Keys().Abandon(1, k)
				delete(model, k)
			},
			"lose": func(t *rapid.T) {
				k := keys.Draw(t, "key")
				s.Keys().Lose(1, k)
				if m, ok := model[k]; ok && m.state == InProgress {
					m.state = Orphan
					model[k] = m
				}
			},
			"pass time": func(*rapid.T) { now += day / 3 },
			"restart": func(t *rapid.T) {
				if err := s.Close(); err != nil {
					t.Fatal(err)
				}
				s, d = openDisk(t, dir, Limits{})
				for k, m := range model {
					if m.state == InProgress {
						m.state = Orphan
						model[k] = m
					}
				}
			},
		})
	})
}

// TestOrphansAreAdopted: by one at a time, who then ends the claim like any other.
func TestOrphansAreAdopted(t *testing.T) {
	dir, now := t.TempDir(), qq.TimeOf(time.Now())
	s, _ := openDisk(t, dir, Limits{})
	keys := s.Keys()
	for _, key := range []string{"finish", "abandon", "lose", "running", "done"} {
		if c := begin(t, s, key, now, Fresh); c.Begun != now {
			t.Errorf("%s began at %d, not %d", key, c.Begun, now)
		}
	}
	if keys.Adopt(1, "running") || keys.Adopt(1, "unknown") || keys.Adopt(2, "lose") {
		t.Error("adopted what is no orphan")
	}
	keys.Finish(1, "done", nil)
	closed(t, s)
	s, _ = openDisk(t, dir, Limits{})
	defer s.Close()
	keys = s.Keys()
	if keys.Adopt(1, "done") {
		t.Error("adopted what is done")
	}
	for _, key := range []string{"finish", "abandon", "lose"} {
		if c := begin(t, s, key, now+5, Orphan); c.Begun != now {
			t.Errorf("%s began at %d, not %d", key, c.Begun, now)
		}
		if !keys.Adopt(1, key) || keys.Adopt(1, key) {
			t.Errorf("%s is not adopted once", key)
		}
		waiting := begin(t, s, key, now+5, InProgress)
		want := Orphan
		switch key {
		case "finish":
			keys.Finish(1, key, []byte("x"))
			want = Finished
		case "abandon":
			keys.Abandon(1, key)
			want = Fresh
		case "lose":
			keys.Lose(1, key)
		}
		if c, err := waiting.Wait(t.Context()); err != nil || c.State != want {
			t.Errorf("%s: then it is %d (%v), want %d", key, c.State, err, want)
		}
	}
}
