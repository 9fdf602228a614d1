package runtime

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"testing"

	"llbot/actors/supervisor"
	"llbot/runtime/config"
	"llbot/runtime/store"
)

// ailingLog is an event log whose disk is full.
type ailingLog struct {
	eventLog
	trouble error
}

func (l ailingLog) Trouble() error { return l.trouble }

// A server whose disk takes no events is not ready, and says why.
func TestNotReady(t *testing.T) {
	s := &Server{machine: &machine{log: ailingLog{}}}
	if got := s.notReady(); !slices.Equal(got, []string{"starting or ending"}) {
		t.Errorf("before the start: %q", got)
	}
	s.tree.Store(new(supervisor.Tree))
	if got := s.notReady(); len(got) != 0 {
		t.Errorf("all is well: %q", got)
	}
	s.machine.log = ailingLog{trouble: errors.New("no space left")}
	if got := s.notReady(); !slices.Equal(got, []string{"no space left"}) {
		t.Errorf("a full disk: %q", got)
	}
}

// An empty folder of events beside cursors is no new server.
func TestMissingLogIsTold(t *testing.T) {
	for _, known := range []bool{false, true} {
		cfg := config.Default()
		cfg.Data, cfg.Admin.Enable, cfg.Endpoints = t.TempDir(), false, nil
		if known {
			kept, err := store.Open(cfg.Data, slog.New(slog.DiscardHandler))
			if err != nil {
				t.Fatal(err)
			}
			kept.Cursors().Save(hookName, 1234)
			if err := kept.Close(); err != nil {
				t.Fatal(err)
			}
		}
		for n := range 2 { // the second start has a log
			var lines bytes.Buffer
			s, err := New(cfg, WithLogger(slog.New(slog.NewTextHandler(&lines, nil))))
			if err == nil {
				err = s.Start(context.Background())
			}
			if err != nil {
				t.Fatal(err)
			}
			if err := s.Stop(context.Background()); err != nil {
				t.Fatal(err)
			}
			text := lines.String()
			if told := strings.Contains(text, "the event log is gone") && strings.Contains(text, "newest_cursor=1234"); told != (known && n == 0) {
				t.Errorf("cursors %v, start %d:\n%s", known, n, text)
			}
		}
	}
}
