package store

import (
	"encoding/binary"
	"fmt"
	"hash/fnv"
	"log/slog"
	"math"
	"sync"
	"time"

	"llbot/protocols/qq"

	"go.etcd.io/bbolt"
)

// IDs gives messages their 32-bit ids and remembers them for ever.
//
// An id is a hash of account, chat and seq with the sign bit cleared; when it
// already names another message the next free number is taken. Nothing is ever
// overwritten or deleted, so following the same steps finds the same id again:
// only id → message has to be stored. Writes are gathered and reach the disk
// within flushEvery; an id lost in a crash before that is made again from the
// same hash.
type IDs struct {
	db     *bbolt.DB
	logger *slog.Logger

	mu      sync.Mutex
	pending map[key]value // not yet written
	writing map[key]value // being written
	hot     map[value]qq.MessageID
	warm    map[value]qq.MessageID // the former hot

	stop chan struct{}
	done chan struct{}
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

const (
	flushEvery = 50 * time.Millisecond
	hotLimit   = 1 << 15 // remembered without asking the database, twice
)

func newIDs(db *bbolt.DB, logger *slog.Logger) *IDs {
	s := &IDs{db: db, logger: logger, pending: map[key]value{}, hot: map[value]qq.MessageID{},
		stop: make(chan struct{}), done: make(chan struct{})}
	go s.flusher()
	return s
}

// Stamp answers the id of a message, making one when it has none.
func (s *IDs) Stamp(account qq.UserID, ref qq.MessageRef) qq.MessageID {
	v := value{account, ref.Chat, ref.Seq}
	s.mu.Lock()
	defer s.mu.Unlock()
	if id, ok := s.remembered(v); ok {
		return id
	}
	id := hash(v)
	for ; ; id = next(id) {
		held, ok := s.find(key{account, id})
		if !ok {
			s.pending[key{account, id}] = v
			break
		}
		if held == v {
			break
		}
	}
	s.remember(v, id)
	return id
}

// Resolve finds the message of an id.
func (s *IDs) Resolve(account qq.UserID, id qq.MessageID) (qq.MessageRef, bool) {
	s.mu.Lock()
	v, ok := s.find(key{account, id})
	s.mu.Unlock()
	return qq.MessageRef{Chat: v.chat, Seq: v.seq, ID: id}, ok
}

func (s *IDs) remembered(v value) (qq.MessageID, bool) {
	if id, ok := s.hot[v]; ok {
		return id, true
	}
	id, ok := s.warm[v]
	if ok {
		s.remember(v, id)
	}
	return id, ok
}

func (s *IDs) remember(v value, id qq.MessageID) {
	if len(s.hot) >= hotLimit {
		s.warm, s.hot = s.hot, make(map[value]qq.MessageID, hotLimit)
	}
	s.hot[v] = id
}

// find looks an id up in what is pending and in the database (a read of mapped
// memory, which does not wait for the writer).
func (s *IDs) find(k key) (value, bool) {
	if v, ok := s.pending[k]; ok {
		return v, true
	}
	if v, ok := s.writing[k]; ok {
		return v, true
	}
	var v value
	var ok bool
	err := s.db.View(func(tx *bbolt.Tx) error {
		if b := tx.Bucket(bucket(k.account)); b != nil {
			v, ok = decode(k.account, b.Get(idKey(k.id)))
		}
		return nil
	})
	if err != nil {
		s.logger.Error("message ids cannot be read", slog.Any("error", err))
	}
	return v, ok
}

func (s *IDs) flusher() {
	defer close(s.done)
	tick := time.NewTicker(flushEvery)
	defer tick.Stop()
	for {
		select {
		case <-s.stop:
			return
		case <-tick.C:
			if err := s.flush(); err != nil {
				s.logger.Error("message ids cannot be written; trying again", slog.Any("error", err))
			}
		}
	}
}

// flush writes what is pending; what could not be written stays pending.
func (s *IDs) flush() error {
	s.mu.Lock()
	if len(s.pending) == 0 {
		s.mu.Unlock()
		return nil
	}
	s.writing, s.pending = s.pending, map[key]value{}
	batch := s.writing
	s.mu.Unlock()

	err := s.db.Update(func(tx *bbolt.Tx) error { return put(tx, batch) })

	s.mu.Lock()
	defer s.mu.Unlock()
	s.writing = nil
	if err != nil {
		for k, v := range batch {
			s.pending[k] = v
		}
	}
	return err
}

func put(tx *bbolt.Tx, batch map[key]value) error {
	for k, v := range batch {
		b, err := tx.CreateBucketIfNotExists(bucket(k.account))
		if err != nil {
			return fmt.Errorf("message ids of %d: %w", k.account, err)
		}
		if err := b.Put(idKey(k.id), encode(v)); err != nil {
			return fmt.Errorf("message id %d: %w", k.id, err)
		}
	}
	return nil
}

func (s *IDs) close() error {
	close(s.stop)
	<-s.done
	return s.flush()
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

func bucket(account qq.UserID) []byte { return []byte("ids/" + account.String()) }

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
