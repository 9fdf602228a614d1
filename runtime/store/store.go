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
	db  *bbolt.DB
	ids *IDs
}

const fileName = "llbot.db"

// Open opens (or makes) the database in a data folder and locks it. It fails
// with ErrInUse when another process has it open.
func Open(dir string, logger *slog.Logger) (*Store, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("data folder: %w", err)
	}
	path := filepath.Join(dir, fileName)
	db, err := bbolt.Open(path, 0o600, &bbolt.Options{Timeout: 300 * time.Millisecond, FreelistType: bbolt.FreelistMapType})
	if errors.Is(err, bbolterrors.ErrTimeout) {
		return nil, fmt.Errorf("%s: %w", dir, ErrInUse)
	}
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", path, err)
	}
	return &Store{db: db, ids: newIDs(db, logger)}, nil
}

// IDs are the message ids of this data folder.
func (s *Store) IDs() *IDs { return s.ids }

// Close writes what is pending and releases the folder.
func (s *Store) Close() error {
	return errors.Join(s.ids.close(), s.db.Close())
}
