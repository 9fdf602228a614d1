package store

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"llbot/protocols/qq"

	"github.com/google/go-cmp/cmp"
)

func TestHooksOverARestart(t *testing.T) {
	dir := t.TempDir()
	s, _ := openDisk(t, dir, Limits{})
	for _, step := range []struct {
		hook Hook
		new  bool
	}{
		{Hook{"satori", "http://b", ""}, true},
		{Hook{"satori", "http://a", "one"}, true},
		{Hook{"satori", "http://a", "two"}, false},
		{Hook{"satori", "http://a", "two"}, false},
		{Hook{"other", "http://a", "three"}, true},
		{Hook{"", "satorihttp://a", "four"}, true},
	} {
		if added, err := s.Hooks().Add(step.hook.Endpoint, step.hook.URL, step.hook.Token); added != step.new || err != nil {
			t.Errorf("%v is new: %v (%v)", step.hook, added, err)
		}
	}
	want := []Hook{{"satori", "http://a", "two"}, {"satori", "http://b", ""}}
	for range 2 {
		if diff := cmp.Diff(want, s.Hooks().List("satori")); diff != "" {
			t.Fatal(diff)
		}
		closed(t, s)
		s, _ = openDisk(t, dir, Limits{})
	}
	defer s.Close()
	for _, found := range []bool{true, false} {
		if got, err := s.Hooks().Remove("satori", "http://a"); got != found || err != nil {
			t.Errorf("found: %v (%v)", got, err)
		}
	}
	if n := len(s.Hooks().List("satori")) + len(s.Hooks().List("other")) + len(s.Hooks().List("")); n != 3 {
		t.Errorf("%d hooks left", n)
	}
}

func TestHooksAreBounded(t *testing.T) {
	s, _ := openDisk(t, t.TempDir(), Limits{})
	defer s.Close()
	long := strings.Repeat("x", maxHookField+1)
	for _, bad := range []Hook{{"e", "", ""}, {"e", long, ""}, {"e", "u", long}, {long, "u", ""}} {
		if _, err := s.Hooks().Add(bad.Endpoint, bad.URL, bad.Token); !errors.Is(err, qq.ErrInvalid) {
			t.Errorf("err %v", err)
		}
	}
	for i := range maxHooks {
		if _, err := s.Hooks().Add("e", fmt.Sprint("http://", i), ""); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := s.Hooks().Add("e", "http://more", ""); !errors.Is(err, qq.ErrInvalid) {
		t.Errorf("err %v", err)
	}
	if added, err := s.Hooks().Add("e", "http://7", "token"); added || err != nil {
		t.Errorf("a known one cannot be changed: %v", err)
	}
}

// TestAFailedChangeChangesNothing, not even later.
func TestAFailedChangeChangesNothing(t *testing.T) {
	dir := t.TempDir()
	s, d := openDisk(t, dir, Limits{})
	if _, err := s.Hooks().Add("e", "http://a", "one"); err != nil {
		t.Fatal(err)
	}
	d.fails.Store(true)
	_, changed := s.Hooks().Add("e", "http://a", "two")
	_, added := s.Hooks().Add("e", "http://b", "")
	_, removed := s.Hooks().Remove("e", "http://a")
	for _, err := range []error{changed, added, removed} {
		if !errors.Is(err, qq.ErrInternal) || !errors.Is(err, errDisk) {
			t.Errorf("err %v", err)
		}
	}
	d.fails.Store(false)
	for range 2 {
		if diff := cmp.Diff([]Hook{{"e", "http://a", "one"}}, s.Hooks().List("e")); diff != "" {
			t.Error(diff)
		}
		closed(t, s)
		s, _ = openDisk(t, dir, Limits{})
	}
	closed(t, s)
}
