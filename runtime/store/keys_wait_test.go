package store

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"llbot/protocols/qq"
)

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
