package store

import (
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"go.etcd.io/bbolt"
	bbolterrors "go.etcd.io/bbolt/errors"
)

// ErrInUse tells that another process holds the data folder.
var ErrInUse = errors.New("the data folder is in use by another llbot")

// Store is the open database of one data folder.
type Store struct {
	db      *bbolt.DB
	writer  *writer
	marks   *marks
	ids     *IDs
	cursors *Cursors
	letters *DeadLetters
	keys    *Keys
	hooks   *Hooks
	notes   *Notes
}

// Limits bound what the database keeps. A zero field means its default.
type Limits struct {
	Letters   int           // dead letters of a target, and as many skipped events: 10 000
	Keys      int           // idempotency keys of an account: 100 000
	Retention time.Duration // of idempotency keys: 24 hours
}

func (l Limits) filled() Limits {
	if l.Letters <= 0 {
		l.Letters = 10_000
	}
	if l.Keys <= 0 {
		l.Keys = 100_000
	}
	if l.Retention <= 0 {
		l.Retention = 24 * time.Hour
	}
	return l
}

const (
	fileName = "llbot.db"
	fileMode = 0o600 // it holds tokens
)

// Open opens (or makes) the database in a data folder and locks it, with the
// default limits. It fails with ErrInUse when another process has it open. A
// damaged database is set aside, which is logged with what is lost.
func Open(dir string, logger *slog.Logger) (*Store, error) { return OpenWith(dir, logger, Limits{}) }

// OpenWith is Open with limits of one's own.
func OpenWith(dir string, logger *slog.Logger, limits Limits) (*Store, error) {
	s, err := openStore(dir, logger, limits)
	if damaged(err) {
		if err := setAside(dir, err, logger); err != nil {
			return nil, err
		}
		return openStore(dir, logger, limits)
	}
	return s, err
}

// openStore opens a database that is sound.
func openStore(dir string, logger *slog.Logger, limits Limits) (s *Store, err error) {
	var db *bbolt.DB
	err = guarded(func() error {
		if db, err = openFile(dir); err != nil {
			return err
		}
		if err = whole(db); err != nil {
			return err
		}
		s, err = assemble(db, newWriter(db.Update, logger), limits.filled())
		return err
	})
	if err != nil && db != nil {
		closing := guarded(db.Close)
		return nil, errors.Join(fmt.Errorf("read %s: %w", db.Path(), err), closing)
	}
	return s, err
}

func openFile(dir string) (*bbolt.DB, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("data folder: %w", err)
	}
	path := filepath.Join(dir, fileName)
	db, err := bbolt.Open(path, fileMode, &bbolt.Options{Timeout: 300 * time.Millisecond, FreelistType: bbolt.FreelistMapType})
	if errors.Is(err, bbolterrors.ErrTimeout) {
		return nil, fmt.Errorf("%s: %w", dir, ErrInUse)
	}
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", path, err)
	}
	if err := os.Chmod(path, fileMode); err != nil { // it may be a copy with a wider mode
		return nil, errors.Join(fmt.Errorf("keep %s to its owner: %w", path, err), db.Close())
	}
	return db, nil
}

// assemble reads what is held in memory and starts the writer.
func assemble(db *bbolt.DB, w *writer, limits Limits) (*Store, error) {
	m := openMarks(filepath.Dir(db.Path()), w.logger)
	letters := newDeadLetters(w, db, limits.Letters)
	s := &Store{
		db: db, writer: w, marks: m, ids: newIDs(w, db), cursors: newCursors(w, db, m, letters.letters),
		letters: letters, keys: newKeys(w, db, limits), hooks: newHooks(w, db), notes: newNotes(w, db),
	}
	for _, load := range []func() error{s.ids.load, s.cursors.load, s.letters.load, s.keys.load, s.hooks.load} {
		if err := load(); err != nil {
			return nil, errors.Join(err, m.close())
		}
	}
	go w.run()
	return s, nil
}

// IDs are the message ids of this data folder.
func (s *Store) IDs() *IDs { return s.ids }

// Cursors are the positions of the durable targets.
func (s *Store) Cursors() *Cursors { return s.cursors }

// DeadLetters are the events that targets did not get.
func (s *Store) DeadLetters() *DeadLetters { return s.letters }

// Keys are the idempotency keys of sending operations.
func (s *Store) Keys() *Keys { return s.keys }

// Hooks are the webhooks that were registered over an API.
func (s *Store) Hooks() *Hooks { return s.hooks }

// Notes are what drivers must find again.
func (s *Store) Notes() *Notes { return s.notes }

// Close writes what is pending and releases the folder. It may be called
// again.
func (s *Store) Close() error {
	return errors.Join(s.writer.close(), s.marks.close(), s.db.Close())
}
