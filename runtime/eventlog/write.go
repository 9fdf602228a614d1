package eventlog

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"path/filepath"
	"time"

	"llbot/protocols/qq"
)

// write puts as many chunks as fit into the segment, syncs, and tells how many.
// On an error none of them counts, and the segment is as it was.
func (l *Log) write(chunks []*chunk) (n int, err error) {
	if l.active != nil && l.active.size >= l.opt.SegmentBytes {
		if err := l.seal(); err != nil {
			return 0, err
		}
	}
	made := l.active == nil
	if made {
		if err := l.begin(chunks[0].items[0].entry.SN); err != nil {
			return 0, err
		}
	}
	s := l.active
	end := s.size
	if l.spilled == 0 {
		chunks[0].lead()
	}
	for n < len(chunks) && (n == 0 || end < l.opt.SegmentBytes) {
		text := chunks[n].text
		rest := chunks[n].behind(s.size + l.spilled - end)
		end += int64(len(text))
		if len(rest) > 0 {
			if _, err := s.file.WriteAt(rest, end-int64(len(rest))); err != nil {
				return 0, l.undo(fmt.Errorf("write segment %d: %w", s.first, err))
			}
		}
		n++
	}
	if err := l.sync(s, made); err != nil {
		return 0, err
	}
	items := chunks[n-1].items
	return n, l.markUsed(items[len(items)-1].entry.SN)
}

// markUsed notes before the first records of all are acknowledged that there
// are some, so that their loss can be told from a log that was never used.
func (l *Log) markUsed(last qq.SN) error {
	l.mu.RLock()
	n, used := l.numbers, l.numbers.last > l.numbers.gone
	l.mu.RUnlock()
	if used {
		return nil
	}
	n.last = last
	if err := l.keep(n); err != nil {
		return l.undo(err)
	}
	return nil
}

// sync makes the segment durable, and its name when it is new.
func (l *Log) sync(s *segment, made bool) error {
	start := time.Now()
	err := s.file.Sync()
	if err == nil && made {
		err = l.opt.FS.SyncDir(l.opt.Dir)
	}
	l.lastSync = time.Now()
	l.figures.syncs.note(l.lastSync.Sub(start))
	if err != nil {
		return fmt.Errorf("%w: segment %d: %w", ErrFailed, s.first, err)
	}
	return nil
}

// begin makes the segment for records from first on.
func (l *Log) begin(first qq.SN) error {
	l.mu.RLock()
	h := header{epoch: l.numbers.epoch, first: first, before: l.synced, made: l.opt.Now(), origins: maps.Clone(l.stored)}
	l.mu.RUnlock()
	file, err := l.opt.FS.Create(filepath.Join(l.opt.Dir, segmentName(first)))
	if err != nil {
		return fmt.Errorf("make segment %d: %w", first, err)
	}
	s := &segment{first: first, before: h.before, made: h.made, file: file, index: newIndex(first)}
	l.active = s
	text := h.encode()
	if _, err := file.WriteAt(text, 0); err != nil {
		return l.undo(fmt.Errorf("write segment %d: %w", first, err))
	}
	s.size = int64(len(text))
	s.index.end, s.index.before = s.size, s.before
	return nil
}

// undo cuts off what was written and not synced, and answers cause. A segment
// that has nothing else goes away.
func (l *Log) undo(cause error) error {
	s := l.active
	if s.empty() {
		l.active = nil
		if err := errors.Join(s.file.Close(), l.opt.FS.Remove(filepath.Join(l.opt.Dir, segmentName(s.first)))); err != nil {
			l.opt.Logger.Warn("unfinished segment not removed", slog.Any("error", err))
		}
		return cause
	}
	if err := s.file.Truncate(s.size); err != nil {
		return fmt.Errorf("%w: %w, then: %w", ErrFailed, cause, err)
	}
	return cause
}

// store notes one record that is on disk. The lock is held.
func (l *Log) store(s *segment, it item) {
	e := it.entry
	s.index.add(e, s.size, it.size)
	s.size += int64(it.size)
	l.synced = e.SN
	if e.Origin > l.stored[e.Account] {
		l.stored[e.Account] = e.Origin
	}
}

// seal ends the active segment: its index goes to disk, the next group begins
// another one. A full disk was told of already.
func (l *Log) seal() error {
	s := l.active
	l.active = nil
	if err := saveIndex(l.opt.FS, l.opt.Dir, s.index); err != nil {
		level := slog.LevelWarn
		if l.Trouble() != nil {
			level = slog.LevelDebug
		}
		l.opt.Logger.Log(context.Background(), level, "index not written", slog.Uint64("segment", uint64(s.first)), slog.Any("error", err))
	}
	return l.retain()
}
