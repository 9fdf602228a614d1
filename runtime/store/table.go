package store

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"fmt"
	"log/slog"
	"maps"
	"slices"

	"go.etcd.io/bbolt"
)

// form says how a table lies in the database.
type form[K comparable, V any] struct {
	name   string                             // for logs
	bucket func(K) []byte                     // the bucket of a key
	key    func(K) []byte                     // its key there, 1 to 32768 bytes: others would fail every transaction
	encode func(V) []byte                     // its value
	decode func(K, []byte) (V, bool)          // copies what it keeps
	parse  func(key []byte) (k K, valid bool) // of tables in one bucket: the inverse of key
}

// table is a part of the database with what is not yet written laid over it.
// Its methods are safe for concurrent use and do not wait for the disk.
type table[K comparable, V any] struct {
	form[K, V]
	w     *writer
	db    *bbolt.DB
	limit int // how much may be pending while the disk fails; 0: the owner bounds it

	// Guarded by w.mu.
	pending map[K]cell[V]
	writing map[K]cell[V] // nil while nothing is being written
	turn    uint32        // counts takes
}

// cell is a value to be written, or a deletion.
type cell[V any] struct {
	v    V
	gone bool
	turn uint32 // when it was put
}

// newTable makes a table that w, which is not yet running, writes.
func newTable[K comparable, V any](w *writer, db *bbolt.DB, f form[K, V]) *table[K, V] {
	t := &table[K, V]{form: f, w: w, db: db, pending: map[K]cell[V]{}}
	w.tables = append(w.tables, t)
	return t
}

func (t *table[K, V]) name() string { return t.form.name }

// put stores a value.
func (t *table[K, V]) put(k K, v V) {
	t.w.mu.Lock()
	t.pending[k] = cell[V]{v: v, turn: t.turn}
	t.w.mu.Unlock()
	t.w.touch()
}

// remove deletes a value that get would find. One that never reached the
// database leaves nothing behind, so that values that come and go while the
// disk fails do not pile up.
func (t *table[K, V]) remove(k K) {
	t.w.mu.Lock()
	if _, waits := t.pending[k]; waits && t.writing == nil && !t.holds(k) {
		delete(t.pending, k)
	} else {
		t.pending[k] = cell[V]{gone: true, turn: t.turn}
	}
	t.w.mu.Unlock()
	t.w.touch()
}

// get finds a value.
func (t *table[K, V]) get(k K) (V, bool) {
	t.w.mu.Lock()
	c, ok := t.pending[k]
	if !ok {
		c, ok = t.writing[k]
	}
	t.w.mu.Unlock()
	if ok {
		return c.v, !c.gone
	}
	return t.stored(k)
}

// stored looks a value up in the database: a read of mapped memory, which does
// not wait for a transaction.
func (t *table[K, V]) stored(k K) (v V, ok bool) {
	t.view(k, func(b []byte) { v, ok = t.decode(k, b) })
	return v, ok
}

// holds tells whether the database has something under a key.
func (t *table[K, V]) holds(k K) (ok bool) {
	t.view(k, func([]byte) { ok = true })
	return ok
}

func (t *table[K, V]) view(k K, found func([]byte)) {
	err := guarded(func() error {
		return t.db.View(func(tx *bbolt.Tx) error {
			if b := tx.Bucket(t.bucket(k)); b != nil {
				if value := b.Get(t.key(k)); value != nil {
					found(value)
				}
			}
			return nil
		})
	})
	if err != nil {
		t.w.logger.Error("the database cannot be read", slog.String("of", t.name()), slog.Any("error", err))
	}
}

// each hands over everything that the database holds of a table in one bucket.
// Rows that make no sense are left out and counted in the log.
func (t *table[K, V]) each(do func(K, V)) error {
	var bad int
	err := t.db.View(func(tx *bbolt.Tx) error {
		var none K
		b := tx.Bucket(t.bucket(none))
		if b == nil {
			return nil
		}
		return b.ForEach(func(key, value []byte) error {
			if k, ok := t.parse(key); ok {
				if v, ok := t.decode(k, value); ok {
					do(k, v)
					return nil
				}
			}
			bad++
			return nil
		})
	})
	if bad > 0 {
		t.w.logger.Error("the database holds rows that make no sense", slog.String("of", t.name()), slog.Int("rows", bad))
	}
	if err != nil {
		return fmt.Errorf("%s: %w", t.name(), err)
	}
	return nil
}

// waits tells whether something is not yet on disk.
func (t *table[K, V]) waits() bool {
	t.w.mu.Lock()
	defer t.w.mu.Unlock()
	return len(t.pending) > 0 || len(t.writing) > 0
}

func (t *table[K, V]) take() int {
	if len(t.pending) == 0 {
		return 0
	}
	t.turn++
	t.writing, t.pending = t.pending, map[K]cell[V]{}
	return len(t.writing)
}

// row is a cell as the database wants it.
type row struct{ bucket, key, value []byte }

// write puts rows in the order of their keys: neighbours share pages.
func (t *table[K, V]) write(tx *bbolt.Tx) error {
	rows := make([]row, 0, len(t.writing))
	for k, c := range t.writing {
		r := row{bucket: t.bucket(k), key: t.key(k)}
		if !c.gone {
			r.value = t.encode(c.v)
		}
		rows = append(rows, r)
	}
	return putRows(tx, rows)
}

// place is where a row stands, and the beginning of its key as a number. Rows
// are sorted through places since these hold no pointers: moving them costs the
// collector nothing.
type place struct {
	key uint64
	at  int
}

// sorted are the places of rows in the order of bucket and key.
func sorted(rows []row) []place {
	places := make([]place, len(rows))
	for i, r := range rows {
		var key [8]byte
		copy(key[:], r.key)
		places[i] = place{binary.BigEndian.Uint64(key[:]), i}
	}
	slices.SortFunc(places, func(a, b place) int {
		one, other := &rows[a.at], &rows[b.at]
		switch {
		case &one.bucket[0] != &other.bucket[0] && !bytes.Equal(one.bucket, other.bucket):
			return bytes.Compare(one.bucket, other.bucket)
		case a.key != b.key:
			return cmp.Compare(a.key, b.key)
		}
		return bytes.Compare(one.key, other.key)
	})
	return places
}

// putRows writes rows, each bucket's together; a nil value deletes.
func putRows(tx *bbolt.Tx, rows []row) (err error) {
	var name []byte
	var b *bbolt.Bucket
	for _, p := range sorted(rows) {
		r := &rows[p.at]
		if b == nil || !bytes.Equal(name, r.bucket) {
			name = r.bucket
			if b, err = tx.CreateBucketIfNotExists(name); err != nil {
				return err
			}
		}
		if r.value == nil {
			err = b.Delete(r.key)
		} else {
			err = b.Put(r.key, r.value)
		}
		if err != nil {
			return fmt.Errorf("key %x: %w", r.key, err)
		}
	}
	return nil
}

// settle ends what take began. After a failure what was being written is
// pending again, under what came since.
func (t *table[K, V]) settle(err error) int {
	older := t.writing
	t.writing = nil
	if err == nil || older == nil {
		return 0
	}
	for k, c := range t.pending {
		if c.gone && !t.holds(k) {
			delete(older, k)
		} else {
			older[k] = c
		}
	}
	t.pending = older
	if t.limit == 0 || len(older) <= t.limit {
		return 0
	}
	return t.forget(len(older) / 2)
}

// forget gives up the n oldest of what is pending.
func (t *table[K, V]) forget(n int) int {
	keys := slices.Collect(maps.Keys(t.pending))
	slices.SortFunc(keys, func(a, b K) int { return cmp.Compare(t.pending[a].turn, t.pending[b].turn) })
	for _, k := range keys[:n] {
		delete(t.pending, k)
	}
	return n
}
