package store

import (
	"encoding/binary"

	"llbot/protocols/qq"

	"go.etcd.io/bbolt"
)

// maxNote is the longest note and the longest key of one, in bytes. Longer ones
// are not kept.
const maxNote = 1 << 10

// notesWaiting is how many notes may wait for a disk that fails.
const notesWaiting = 1 << 17

// Notes are small texts that a driver must find again after a restart, such as
// the names that an upstream has for messages. They are kept for ever, and
// written without waiting for the disk.
type Notes struct{ table *table[noteKey, string] }

type noteKey struct {
	account qq.UserID
	text    string
}

func newNotes(w *writer, db *bbolt.DB) *Notes {
	t := newTable(w, db, form[noteKey, string]{
		name:   "notes of drivers",
		bucket: func(k noteKey) []byte { return []byte("notes") },
		key: func(k noteKey) []byte {
			return append(binary.BigEndian.AppendUint64(nil, uint64(k.account)), k.text...)
		},
		encode: func(text string) []byte { return []byte(text) },
		decode: func(_ noteKey, b []byte) (string, bool) { return string(b), true },
	})
	t.limit = notesWaiting
	return &Notes{t}
}

// Get is the note under a key of an account; false when there is none.
func (n *Notes) Get(account qq.UserID, key string) (string, bool) {
	return n.table.get(noteKey{account, key})
}

// Put writes a note, over the one that was there.
func (n *Notes) Put(account qq.UserID, key, text string) {
	if len(key) <= maxNote && len(text) <= maxNote {
		n.table.put(noteKey{account, key}, text)
	}
}
