package eventlog

import (
	"errors"
	"log/slog"
	"path/filepath"

	"llbot/protocols/qq"
)

// tidy is done once in a while: a segment that has been open for long is
// sealed, so that it can grow old, and old ones are removed.
func (l *Log) tidy() {
	l.mu.RLock()
	failed := l.failed
	l.mu.RUnlock()
	if failed {
		return
	}
	if s := l.active; s != nil && l.opt.Now()-s.made > l.keepFor()/8 {
		l.giveUp(l.seal()) // retains as well
		return
	}
	l.giveUp(l.retain())
}

func (l *Log) keepFor() qq.Time { return qq.Time(l.opt.Retention.Age.Milliseconds()) }

// retain removes the oldest sealed segments as retention asks.
func (l *Log) retain() error {
	l.mu.RLock()
	n, segments := l.expired()
	keep := l.numbers
	keep.last = l.synced
	l.mu.RUnlock()
	if n == 0 {
		return nil
	}
	keep.gone = max(keep.gone, segments[n-1].index.last)
	// First the mark, then the files: a crash between leaves files that the next
	// start removes, not a gap that nobody can explain. A mark that cannot be
	// written must not keep a full disk full.
	if err := l.keep(keep); errors.Is(err, ErrFailed) {
		return err
	} else if err != nil {
		l.opt.Logger.Warn("retention mark not written", slog.Any("error", err))
	}
	l.mu.Lock()
	l.numbers.gone = keep.gone
	l.segments = segments[n:]
	l.mu.Unlock()
	for _, s := range segments[:n] {
		l.blocks.forget(s)
		s.remove(l.opt.FS, l.opt.Dir, l.opt.Logger)
	}
	l.forgetLost(keep.gone)
	return nil
}

// expired is how many of the oldest segments retention gives up. The lock is
// held.
func (l *Log) expired() (n int, segments []*segment) {
	segments = l.segments
	total := int64(0)
	for _, s := range segments {
		total += s.size
	}
	oldest := l.opt.Now() - l.keepFor()
	for n < len(segments)-1 { // the newest one remembers the last origins
		s := segments[n]
		if total <= l.opt.Retention.Bytes && s.index.written >= oldest {
			break
		}
		total -= s.size
		n++
	}
	return n, segments
}

// forgetLost leaves out losses that are no longer held anyway.
func (l *Log) forgetLost(gone qq.SN) {
	l.lostMu.Lock()
	defer l.lostMu.Unlock()
	var kept []Range
	for _, r := range l.lost {
		if r.Last > gone {
			kept = append(kept, Range{max(r.First, gone+1), r.Last})
		}
	}
	l.lost = kept
}

// remove deletes a segment's files. Who reads it meanwhile is told so by the
// closed file.
func (s *segment) remove(fs FS, dir string, logger *slog.Logger) {
	s.removed.Store(true)
	s.file.Close()
	for _, name := range []string{segmentName(s.first), indexName(s.first)} {
		if err := ignoreMissing(fs.Remove(filepath.Join(dir, name))); err != nil {
			logger.Warn("old events not removed", slog.String("file", name), slog.Any("error", err))
		}
	}
}
