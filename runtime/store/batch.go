package store

import (
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"go.etcd.io/bbolt"
)

// ErrClosed tells that the store was closed.
var ErrClosed = errors.New("the store is closed")

const (
	flushEvery   = 50 * time.Millisecond
	longestRetry = 2 * time.Second // between tries while the disk fails
)

// writer is the one flusher of a database: tables hand it what is to be
// written, it writes all of them in one transaction within flushEvery.
type writer struct {
	commit func(func(*bbolt.Tx) error) error // DB.Update
	logger *slog.Logger
	tables []writable // fixed before start

	mu   sync.Mutex // also guards what is pending in the tables: a flush is one cut
	next *round     // the flush that will hold what is put now

	armed  atomic.Bool   // a flush is due that will take what is put now
	dirty  chan struct{} // cap 1: something waits, and no flush is due
	urgent chan struct{} // cap 1: somebody waits for the next flush
	stop   chan struct{}
	done   chan struct{}
	close  func() error

	// Of the flusher only.
	failing time.Time // since when; zero: not
	pause   time.Duration
}

// writable is a table as the writer sees it. take and settle are called with
// writer.mu held, write without.
type writable interface {
	take() int             // what is pending is now being written: how much
	write(*bbolt.Tx) error // may be repeated
	settle(err error) int  // it was written, or is pending again: how much had to be forgotten
	name() string
}

// round is one flush to come; err is set before done is closed.
type round struct {
	done chan struct{}
	err  error
}

func newRound() *round { return &round{done: make(chan struct{})} }

func newWriter(commit func(func(*bbolt.Tx) error) error, logger *slog.Logger) *writer {
	w := &writer{
		commit: commit, logger: logger, next: newRound(), pause: flushEvery,
		dirty: make(chan struct{}, 1), urgent: make(chan struct{}, 1),
		stop: make(chan struct{}), done: make(chan struct{}),
	}
	w.close = sync.OnceValue(func() error {
		close(w.stop)
		<-w.done
		return w.last()
	})
	return w
}

// sync waits until everything that was put before is on disk. What could not
// be written stays pending.
func (w *writer) sync() error {
	w.mu.Lock()
	r := w.next
	w.mu.Unlock()
	ring(w.urgent)
	<-r.done
	return r.err
}

// touch sees to it that a flush comes for what was just put. Only the first of
// what a flush takes wakes the writer: waking a goroutine for each put was what
// a delivery to a webhook waited for.
func (w *writer) touch() {
	if w.armed.CompareAndSwap(false, true) {
		ring(w.dirty)
	}
}

func ring(bell chan struct{}) {
	select {
	case bell <- struct{}{}:
	default:
	}
}

// run flushes until stop.
func (w *writer) run() {
	defer close(w.done)
	var due <-chan time.Time // nil: nothing waits
	for {
		select {
		case <-w.stop:
			return
		case <-w.dirty:
			if due == nil {
				due = time.After(w.pause)
			}
			continue
		case <-due:
		case <-w.urgent:
		}
		due = nil
		if w.flush() != nil {
			due = time.After(w.pause)
		}
	}
}

// flush writes what is pending and tells those who wait for it.
func (w *writer) flush() error {
	w.mu.Lock()
	r := w.next
	w.next = newRound()
	w.mu.Unlock()
	r.err = w.transact()
	close(r.done)
	return r.err
}

// last is the flush of close: nobody can wait for another one.
func (w *writer) last() error {
	w.mu.Lock()
	r := w.next
	w.next = &round{done: make(chan struct{}), err: ErrClosed}
	close(w.next.done)
	w.mu.Unlock()
	r.err = w.transact()
	close(r.done)
	return r.err
}

func (w *writer) transact() error {
	w.armed.Store(false) // before it takes anything: what is put from here on asks for another flush
	w.mu.Lock()
	total := 0
	for _, t := range w.tables {
		total += t.take()
	}
	w.mu.Unlock()
	if total == 0 {
		return nil
	}
	err := w.attempt()
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, t := range w.tables {
		if n := t.settle(err); n > 0 {
			w.logger.Error("too much waits for the disk; the oldest half is forgotten",
				slog.String("of", t.name()), slog.Int("forgotten", n))
		}
	}
	w.report(err)
	return err
}

// attempt is one transaction.
func (w *writer) attempt() error {
	return guarded(func() error {
		return w.commit(func(tx *bbolt.Tx) error {
			for _, t := range w.tables {
				if err := t.write(tx); err != nil {
					return fmt.Errorf("%s: %w", t.name(), err)
				}
			}
			return nil
		})
	})
}

// report logs where a streak of failures begins and ends, and slows the tries
// down while it lasts.
func (w *writer) report(err error) {
	switch {
	case err != nil && w.failing.IsZero():
		w.failing = time.Now()
		w.logger.Error("the database cannot be written; what is new stays in memory and is tried again", slog.Any("error", err))
	case err != nil:
		w.pause = min(2*w.pause, longestRetry)
	case !w.failing.IsZero():
		w.logger.Info("the database is written again", slog.Duration("after", time.Since(w.failing)))
		w.failing, w.pause = time.Time{}, flushEvery
	}
}
