package store

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"llbot/protocols/qq"
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
