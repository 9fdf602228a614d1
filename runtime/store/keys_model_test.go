package store

import (
	"errors"
	"os"
	"testing"
	"time"

	"llbot/protocols/qq"

	"pgregory.net/rapid"
)

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
