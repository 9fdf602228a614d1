package store

import (
	"strings"
	"testing"

	"llbot/protocols/qq"
)

// TestNotesOverARestart: an account finds its own notes again, and no others.
func TestNotesOverARestart(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir)
	s.Notes().Put(1, "a", "old")
	s.Notes().Put(1, "a", "one")
	s.Notes().Put(2, "a", "two")
	s.Notes().Put(1, "", "empty key")
	s.Notes().Put(1, "none", "")
	s.Notes().Put(1, strings.Repeat("k", maxNote+1), "long")
	s.Notes().Put(1, "long", strings.Repeat("v", maxNote+1))
	for range 2 {
		for _, c := range []struct {
			account qq.UserID
			key     string
			want    string
			held    bool
		}{
			{1, "a", "one", true}, {2, "a", "two", true}, {3, "a", "", false}, {1, "b", "", false},
			{1, "", "empty key", true}, {1, "none", "", true}, {1, "long", "", false}, {1, strings.Repeat("k", maxNote+1), "", false},
		} {
			if got, held := s.Notes().Get(c.account, c.key); got != c.want || held != c.held {
				t.Errorf("note %q of %d: %q, %v", c.key, c.account, got, held)
			}
		}
		closed(t, s)
		s = open(t, dir)
	}
	closed(t, s)
}
