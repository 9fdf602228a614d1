package store

import (
	"log/slog"
	"maps"
	"os"
	"testing"

	"go.etcd.io/bbolt"
	"pgregory.net/rapid"
)

func textForm() form[string, string] {
	return form[string, string]{
		name:   "texts",
		bucket: func(string) []byte { return []byte("texts") },
		key:    func(k string) []byte { return []byte(k) },
		parse:  func(k []byte) (string, bool) { return string(k), true },
		encode: func(v string) []byte { return []byte(v) },
		decode: func(_ string, b []byte) (string, bool) { return string(b), true },
	}
}

// hand drives a table whose flushes are made by hand.
type hand struct {
	table  *table[string, string]
	w      *writer
	fails  bool
	during func() // what happens while a transaction runs
}

func newHand(t fataler, dir string) *hand {
	db, err := openFile(dir)
	if err != nil {
		t.Fatal(err)
	}
	db.NoSync = true
	h := &hand{during: func() {}}
	h.w = newWriter(func(fn func(*bbolt.Tx) error) error {
		return db.Update(func(tx *bbolt.Tx) error {
			if err := fn(tx); err != nil {
				return err
			}
			h.during()
			if h.fails {
				return errDisk
			}
			return nil
		})
	}, slog.New(slog.DiscardHandler))
	h.table = newTable(h.w, db, textForm())
	return h
}

// flush is one transaction, with change made while it runs.
func (h *hand) flush(fails bool, during func()) error {
	h.fails, h.during = fails, during
	return h.w.flush()
}

func (h *hand) rows(t fataler) map[string]string {
	rows := map[string]string{}
	if err := h.table.each(func(k, v string) { rows[k] = v }); err != nil {
		t.Fatal(err)
	}
	return rows
}

// TestTableAgainstAModel: whatever fails whenever, what was put is found, and
// the file holds exactly what was there when the last good flush began.
func TestTableAgainstAModel(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		dir, err := os.MkdirTemp("", "table")
		if err != nil {
			t.Fatal(err)
		}
		defer os.RemoveAll(dir)
		h := newHand(t, dir)
		defer h.table.db.Close()
		model, synced := map[string]string{}, map[string]string{}
		change := func() {
			k := rapid.StringMatching("[a-e]").Draw(t, "key")
			if _, ok := model[k]; ok && rapid.Bool().Draw(t, "remove") {
				delete(model, k)
				h.table.remove(k)
				return
			}
			v := rapid.StringN(0, 3, -1).Draw(t, "value")
			model[k] = v
			h.table.put(k, v)
		}
		t.Repeat(map[string]func(*rapid.T){
			"change": func(*rapid.T) { change() },
			"flush": func(t *rapid.T) {
				fails, then := rapid.Bool().Draw(t, "fails"), maps.Clone(model)
				n := rapid.IntRange(0, 3).Draw(t, "changes meanwhile")
				err := h.flush(fails, func() {
					for range n {
						change()
					}
				})
				if err == nil {
					synced = then
				}
			},
			"": func(t *rapid.T) {
				for _, k := range []string{"a", "b", "c", "d", "e"} {
					want, there := model[k]
					if got, ok := h.table.get(k); ok != there || got != want {
						t.Fatalf("%s is %q (%v), want %q (%v)", k, got, ok, want, there)
					}
				}
				if rows := h.rows(t); !maps.Equal(rows, synced) {
					t.Fatalf("the file holds %v, want %v", rows, synced)
				}
			},
		})
		if len(h.table.pending) > 5 {
			t.Fatalf("%d pending of 5 keys", len(h.table.pending))
		}
	})
}

// TestComeAndGoLeavesNothing: keys that are put and removed while the disk
// fails do not pile up.
func TestComeAndGoLeavesNothing(t *testing.T) {
	h := newHand(t, t.TempDir())
	defer h.table.db.Close()
	for i := range 1000 {
		k := string(rune('a' + i))
		h.table.put(k, "x")
		switch i % 3 {
		case 0:
			h.table.remove(k)
			h.flush(true, func() {})
		case 1:
			h.flush(true, func() {})
			h.table.remove(k)
		case 2:
			h.flush(true, func() { h.table.remove(k) })
		}
	}
	if n := len(h.table.pending); n != 0 {
		t.Fatalf("%d rows pending, all were removed", n)
	}
}

// TestTheOldestAreForgotten: a table with a limit gives up its oldest half.
func TestTheOldestAreForgotten(t *testing.T) {
	h := newHand(t, t.TempDir())
	defer h.table.db.Close()
	h.table.limit = 10
	for k := 'a'; k < 'a'+11; k++ {
		h.table.put(string(k), "x")
		h.flush(true, func() {})
	}
	for k := 'a'; k < 'a'+11; k++ {
		if _, ok := h.table.get(string(k)); ok != (k >= 'a'+5) {
			t.Errorf("%c is there: %v", k, ok)
		}
	}
	if err := h.flush(false, func() {}); err != nil || len(h.rows(t)) != 6 {
		t.Errorf("%v: %d rows", err, len(h.rows(t)))
	}
}
