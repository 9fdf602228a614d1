package store

import (
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"runtime/debug"
	"syscall"
	"time"

	"go.etcd.io/bbolt"
)

// errDamaged tells that the file is not the database that it was.
var errDamaged = errors.New("the database is damaged")

// guarded runs a use of the database. A panic of it (a damaged page) is an
// error like others, and so is a fault of its mapped memory (a file that was
// cut short): nothing else of the server depends on it.
func guarded(use func() error) (err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("%w: it panicked: %v", errDamaged, p)
		}
	}()
	return use()
}

// damaged tells whether an error of opening is the file's fault: neither the
// machine's, which may heal, nor that of another process.
func damaged(err error) bool {
	var path *fs.PathError
	var number syscall.Errno
	return err != nil && !errors.Is(err, ErrInUse) && !errors.As(err, &path) && !errors.As(err, &number)
}

// whole tells what is wrong with the pages of a database that was just opened:
// it walks all of them, once.
func whole(db *bbolt.DB) error {
	info, err := os.Stat(db.Path())
	if err != nil {
		return err
	}
	return db.View(func(tx *bbolt.Tx) error {
		if tx.Size() > info.Size() {
			return fmt.Errorf("%w: it has %d bytes of %d", errDamaged, info.Size(), tx.Size())
		}
		return tx.ForEach(func(_ []byte, b *bbolt.Bucket) error {
			return b.ForEach(func(_, _ []byte) error { return nil })
		})
	})
}

// setAside gets a damaged file out of the way, for people to look at, and says
// what is lost with it.
func setAside(dir string, cause error, logger *slog.Logger) error {
	path := filepath.Join(dir, fileName)
	aside := path + ".bad-" + time.Now().UTC().Format("20060102T150405.000")
	if err := os.Rename(path, aside); err != nil {
		return fmt.Errorf("%w; it cannot be set aside: %w", cause, err)
	}
	logger.Error("the database cannot be read and a new one begins; lost are the ids of messages, idempotency keys, dead letters and "+
		"webhooks registered over Satori. The positions of targets come back from "+markFile+" as they are opened",
		slog.String("set_aside", aside), slog.Any("error", cause))
	return nil
}
