package eventlog

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"path/filepath"
	"sync"
	"time"

	"llbot/protocols/qq"
)

// Log is the durable event log of one folder. It is safe for concurrent use;
// neither appending nor reading waits for the other, and appending never waits
// for the disk.
type Log struct {
	opt  Options
	lock io.Closer
	book *ledger // the writer's
	wake chan struct{}
	quit chan struct{}
	done chan struct{} // the writer has ended

	mu       sync.RWMutex
	segments []*segment // oldest first; replaced, never changed
	numbers  numbers
	next     qq.SN // the next number to give
	passed   qq.SN // numbers up to here are of earlier lives of the log
	last     qq.SN // the newest entry that was appended, or the base number
	synced   qq.SN // the newest that is on disk; up to here segments hold everything
	tail     tail
	queue    []*chunk // appended, not taken by the writer
	spare    []*chunk
	pending  int64                // bytes appended and not synced
	appended map[qq.UserID]uint64 // last origins, with those that wait
	stored   map[qq.UserID]uint64 // last origins that are on disk
	trouble  error                // why Append fails; nil when all is well
	ailing   error                // the trouble that is not over: under Strict, Append may try anew all the same
	failed   bool                 // for good
	closing  bool                 // Append fails
	closed   bool                 // reading fails

	// The writer's alone.
	active   *segment // nil: the next group begins one
	lastSync time.Time
	retry    *time.Timer
	backoff  time.Duration
	// spilled is how much of the queue the kernel has already; spills is room
	// for what it has not.
	spilled int64
	spills  [][]byte

	blocks  cache
	rooms   sync.Pool // of *[]byte, for the texts of events
	figures figures

	lostMu sync.Mutex
	lost   []Range

	close    sync.Once
	closeErr error
	endErr   error // the writer's, at its end
}

// Open opens the log of a folder, or makes one. It fails when the folder cannot
// be made, read or locked (ErrInUse); whatever else is wrong is told in the
// Recovery, and the log serves what is left.
func Open(o Options) (*Log, Recovery, error) {
	o = o.withDefaults()
	if err := o.FS.MkdirAll(o.Dir); err != nil {
		return nil, Recovery{}, fmt.Errorf("event log: %w", err)
	}
	lock, err := o.FS.Lock(filepath.Join(o.Dir, "lock"))
	if err != nil {
		return nil, Recovery{}, fmt.Errorf("event log %s: %w", o.Dir, err)
	}
	book := &ledger{fs: o.FS, dir: o.Dir}
	r, err := o.recover(book)
	if err != nil {
		return nil, Recovery{}, errors.Join(fmt.Errorf("event log %s: %w", o.Dir, err), book.close(), lock.Close())
	}
	l := &Log{
		opt: o, lock: lock, book: book,
		wake: make(chan struct{}, 1), quit: make(chan struct{}), done: make(chan struct{}),
		segments: r.segments, numbers: r.numbers, next: r.next, passed: r.next - 1, last: r.Last, synced: r.Last,
		appended: r.origins, stored: maps.Clone(r.origins), lost: r.lost,
	}
	l.tail.from = r.Last
	l.blocks.limit = o.CacheBytes
	l.numbers.end = r.next - 1 // nothing is reserved yet
	r.saveIndexes(o)
	if err := errors.Join(r.secure(), l.reserve()); err != nil {
		r.WriteTrouble = err
		l.failed, l.trouble, l.ailing = errors.Is(err, ErrFailed), l.wrapped(err), l.wrapped(err)
		l.ring() // the writer tries again
	}
	r.Recovery.log(o.Logger)
	go l.run()
	return l, r.Recovery, nil
}

// Epoch tells which log the numbers belong to: a random number, another one
// when the log was lost.
func (l *Log) Epoch() uint64 { return l.numbers.epoch } // never changes while open

// Strict tells that entries are shown to readers, and accepted, when they are
// synced.
func (l *Log) Strict() bool { return l.opt.Durability == Strict }

// First is the oldest number held, Last()+1 while the log is empty.
func (l *Log) First() qq.SN {
	l.mu.RLock()
	defer l.mu.RUnlock()
	if len(l.segments) > 0 {
		return l.segments[0].first
	}
	if first, ok := l.tail.first(); ok && first <= l.visible() {
		return first
	}
	return l.visible() + 1
}

// Last is the newest number that readers can have seen: of the newest entry
// held, or the one below the next number while nothing came since the log was
// opened: entries of an earlier life may have been seen and lost. Under Strict
// entries are held from their sync on.
func (l *Log) Last() qq.SN {
	l.mu.RLock()
	defer l.mu.RUnlock()
	return l.visible()
}

// Synced is the number up to which everything is on disk.
func (l *Log) Synced() qq.SN {
	l.mu.RLock()
	defer l.mu.RUnlock()
	return max(l.synced, l.passed)
}

// visible is the newest number that readers see. The lock is held.
func (l *Log) visible() qq.SN {
	if l.opt.Durability == Strict {
		return max(l.synced, l.passed)
	}
	return max(l.last, l.passed)
}

// LastOrigin is the greatest origin held for an account, 0 for none; it
// outlives the records. Under Strict an origin is held from its sync on.
func (l *Log) LastOrigin(account qq.UserID) uint64 {
	l.mu.RLock()
	defer l.mu.RUnlock()
	if l.opt.Durability == Strict {
		return l.stored[account]
	}
	return l.appended[account]
}

// Lost is what is known to be unreadable among the numbers held: ranges in
// order, which may reach over numbers that were never given. It grows when a
// reader meets damage.
func (l *Log) Lost() []Range {
	l.lostMu.Lock()
	defer l.lostMu.Unlock()
	return append([]Range(nil), l.lost...)
}

// reportLost notes damage, once.
func (l *Log) reportLost(r Range, cause error) {
	l.lostMu.Lock()
	defer l.lostMu.Unlock()
	list, fresh := addRange(l.lost, r)
	if !fresh {
		return
	}
	l.lost = list
	l.figures.lost.Add(int64(r.Last - r.First + 1))
	l.opt.Logger.Error("events cannot be read", slog.String("numbers", r.String()), slog.Any("error", cause))
}

// Close writes and syncs what waits, and releases the folder. Entries that
// could not be written are told as the error, and to those who wait for them.
func (l *Log) Close() error {
	l.close.Do(func() {
		l.mu.Lock()
		l.closing = true
		l.mu.Unlock()
		close(l.quit)
		<-l.done
		l.mu.Lock()
		l.closed = true
		segments := l.segments
		l.mu.Unlock()
		for _, s := range segments {
			l.closeErr = errors.Join(l.closeErr, s.file.Close())
		}
		l.closeErr = errors.Join(l.closeErr, l.endErr, l.book.close(), l.lock.Close())
	})
	return l.closeErr
}
