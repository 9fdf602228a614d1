package store

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"hash/fnv"
	"math"
	"strconv"
	"sync"
	"sync/atomic"

	"llbot/protocols/qq"

	"go.etcd.io/bbolt"
)

// IDs gives messages their 32-bit ids and remembers them for ever.
//
// An id is a hash of account, chat and seq with the sign bit cleared; when it
// already names another message the next free number is taken. Nothing is ever
// overwritten or deleted, so following the same steps finds the same id again:
// only id → message has to be stored. An id lost in a crash before it was
// written is made again from the same hash.
//
// A new message's id is taken without asking the database when known tells that
// it is free, which is so but for about one of a hundred.
type IDs struct {
	mu    sync.Mutex
	table *table[key, value]
	slots []slot // a message's is found by its hash; made by the first
	known sieve  // every id of the database and of what waits for it
}

type key struct {
	account qq.UserID
	id      qq.MessageID
}

type value struct {
	account qq.UserID
	chat    qq.Chat
	seq     int64
}

// slot remembers the id of the last message that fell to it.
type slot struct {
	of value
	id qq.MessageID // 0: nothing yet
}

const (
	// slotCount is how many messages' ids are remembered without asking the
	// database: 1.6 MB.
	slotCount = 1 << 15
	// idsWaiting is how many ids may wait for a disk that fails, about 30 MB.
	// Past it the oldest half can no longer be resolved.
	idsWaiting = 1 << 18
)

func newIDs(w *writer, db *bbolt.DB) *IDs {
	var names buckets
	t := newTable(w, db, form[key, value]{
		name:   "message ids",
		bucket: func(k key) []byte { return names.of(k.account) },
		key:    func(k key) []byte { return idKey(k.id) },
		encode: encode,
		decode: func(k key, b []byte) (value, bool) { return decode(k.account, b) },
	})
	t.limit = idsWaiting
	return &IDs{table: t}
}

// load lets known see every id that the database holds.
func (s *IDs) load() error {
	err := s.table.db.View(func(tx *bbolt.Tx) error {
		return tx.ForEach(func(name []byte, b *bbolt.Bucket) error {
			digits, ours := bytes.CutPrefix(name, []byte(idBuckets))
			account, err := strconv.ParseInt(string(digits), 10, 64)
			if !ours || err != nil {
				return nil
			}
			return b.ForEach(func(k, _ []byte) error {
				if len(k) == 4 {
					s.known.add(key{qq.UserID(account), qq.MessageID(binary.BigEndian.Uint32(k))}.mark())
				}
				return nil
			})
		})
	})
	if err != nil {
		return fmt.Errorf("message ids: %w", err)
	}
	return nil
}

// Stamp answers the id of a message, making one when it has none.
func (s *IDs) Stamp(account qq.UserID, ref qq.MessageRef) qq.MessageID {
	v := value{account, ref.Chat, ref.Seq}
	s.mu.Lock()
	defer s.mu.Unlock()
	id := hash(v)
	last := s.slot(id)
	if last.id != 0 && last.of == v {
		return last.id
	}
	for ; ; id = next(id) {
		held, ok := s.held(key{account, id})
		if !ok {
			s.put(key{account, id}, v)
			break
		}
		if held == v {
			break
		}
	}
	*last = slot{v, id}
	return id
}

// held is the message that has an id.
func (s *IDs) held(k key) (value, bool) {
	if !s.known.maybe(k.mark()) {
		return value{}, false
	}
	return s.table.get(k)
}

func (s *IDs) put(k key, v value) {
	s.known.add(k.mark())
	s.table.put(k, v)
}

// mark is a key as the sieve knows it.
func (k key) mark() uint64 { return mixed(uint64(k.account)) ^ uint64(k.id) }

// Resolve finds the message of an id.
func (s *IDs) Resolve(account qq.UserID, id qq.MessageID) (qq.MessageRef, bool) {
	v, ok := s.table.get(key{account, id})
	return qq.MessageRef{Chat: v.chat, Seq: v.seq, ID: id}, ok
}

// slot is where the messages with a hash are remembered.
func (s *IDs) slot(hash qq.MessageID) *slot {
	if s.slots == nil {
		s.slots = make([]slot, slotCount)
	}
	return &s.slots[hash%slotCount]
}

func hash(v value) qq.MessageID {
	h := fnv.New64a()
	var b [25]byte
	binary.BigEndian.PutUint64(b[0:], uint64(v.account))
	b[8] = byte(v.chat.Scene)
	binary.BigEndian.PutUint64(b[9:], uint64(v.chat.Peer))
	binary.BigEndian.PutUint64(b[17:], uint64(v.seq))
	h.Write(b[:])
	sum := h.Sum64()
	return positive(uint32(sum ^ sum>>32))
}

func next(id qq.MessageID) qq.MessageID { return positive(uint32(id) + 1) }

// positive clears the sign bit and keeps off 0, which means "no id".
func positive(n uint32) qq.MessageID {
	if n &= math.MaxInt32; n == 0 {
		n = 1
	}
	return qq.MessageID(n)
}

// idBuckets begins the name of an account's bucket; its number follows.
const idBuckets = "ids/"

// buckets remembers the name of the bucket that was asked for last: ids of one
// account follow each other.
type buckets struct{ last atomic.Pointer[named] }

type named struct {
	account qq.UserID
	bucket  []byte
}

func (b *buckets) of(account qq.UserID) []byte {
	if last := b.last.Load(); last != nil && last.account == account {
		return last.bucket
	}
	name := bucket(account)
	b.last.Store(&named{account, name})
	return name
}

func bucket(account qq.UserID) []byte {
	return strconv.AppendInt([]byte(idBuckets), int64(account), 10)
}

func idKey(id qq.MessageID) []byte { return binary.BigEndian.AppendUint32(nil, uint32(id)) }

func encode(v value) []byte {
	b := append(make([]byte, 0, 17), byte(v.chat.Scene))
	b = binary.BigEndian.AppendUint64(b, uint64(v.chat.Peer))
	return binary.BigEndian.AppendUint64(b, uint64(v.seq))
}

func decode(account qq.UserID, b []byte) (value, bool) {
	if len(b) != 17 {
		return value{}, false
	}
	return value{account, qq.Chat{Scene: qq.Scene(b[0]), Peer: int64(binary.BigEndian.Uint64(b[1:]))},
		int64(binary.BigEndian.Uint64(b[9:]))}, true
}
