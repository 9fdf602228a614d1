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

const (
	tidyEvery   = time.Minute
	firstRetry  = 20 * time.Millisecond
	longestWait = time.Second
)

// run is the writer: the one goroutine that writes, syncs, seals, reserves
// numbers and removes old segments.
func (l *Log) run() {
	defer close(l.done)
	tick := time.NewTicker(tidyEvery)
	defer tick.Stop()
	for {
		select {
		case <-l.wake:
			l.pace()
			l.flush()
		case <-tick.C:
			l.tidy()
		case <-l.quit:
			l.finish()
			return
		}
	}
}

// pace waits under Batch until the next sync is due, unless much waits. What
// comes meanwhile goes to the kernel at once.
func (l *Log) pace() {
	if l.opt.Durability == Strict {
		return
	}
	wait := l.opt.Interval - time.Since(l.lastSync)
	if wait <= 0 {
		return
	}
	due := time.NewTimer(wait)
	defer due.Stop()
	for {
		l.spill()
		l.mu.RLock()
		much := l.pending > l.opt.PendingBytes/4
		l.mu.RUnlock()
		if much {
			return
		}
		select {
		case <-due.C:
			return
		case <-l.wake:
		case <-l.quit:
			return
		}
	}
}

// spill hands what waits for the next sync to the kernel, so that the end of
// this process takes nothing along: only a power cut does. The next write puts
// the same bytes in the same place, and tells what goes wrong.
func (l *Log) spill() {
	s := l.active
	if s == nil || s.size >= l.opt.SegmentBytes {
		return
	}
	text, before, end := l.spillRoom[:0], int64(0), s.size
	l.mu.RLock()
	for i, c := range l.queue {
		if i > 0 && end >= l.opt.SegmentBytes { // it goes into the next segment
			break
		}
		if size := int64(len(c.text)); before+size > l.spilled {
			text = append(text, c.text[max(l.spilled-before, 0):]...)
		}
		before += int64(len(c.text))
		end += int64(len(c.text))
	}
	lead := 0
	if l.spilled == 0 && len(text) > 0 {
		lead = l.queue[0].items[0].size
	}
	l.mu.RUnlock()
	if lead > 0 {
		markLead(text, lead)
	}
	if len(text) > 0 {
		if _, err := s.file.WriteAt(text, s.size+l.spilled); err == nil {
			l.spilled += int64(len(text))
		}
	}
	if l.spillRoom = text; cap(text) > 2*chunkBytes {
		l.spillRoom = nil
	}
}

// flush writes and syncs everything that waits.
func (l *Log) flush() {
	l.spilled = 0
	l.mu.Lock()
	chunks, failed := l.queue, l.failed
	scarce := l.next+qq.SN(l.opt.ReserveBlock/2) > l.numbers.end
	if !failed {
		l.queue = nil
	}
	idle := len(chunks) == 0 && !scarce
	l.mu.Unlock()
	if failed || idle {
		return
	}
	if scarce {
		if err := l.reserve(); err != nil {
			l.suffer(chunks, err)
			return
		}
	}
	for len(chunks) > 0 {
		n, err := l.write(chunks)
		if err != nil {
			l.suffer(chunks, err)
			return
		}
		l.commit(chunks[:n])
		chunks = chunks[n:]
	}
	l.recover()
}

// reserve makes sure that numbers can be given for a while.
func (l *Log) reserve() error {
	l.mu.RLock()
	n := l.numbers
	n.end, n.last = min(l.next-1+qq.SN(l.opt.ReserveBlock), maxSN), l.synced
	l.mu.RUnlock()
	return l.keep(n)
}

// keep stores the numbers and then goes by them.
func (l *Log) keep(n numbers) error {
	if err := l.book.store(n); err != nil {
		return err
	}
	l.mu.Lock()
	l.numbers = n
	l.mu.Unlock()
	return nil
}

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
	markLead(chunks[0].text, chunks[0].items[0].size)
	for n < len(chunks) && (n == 0 || end < l.opt.SegmentBytes) {
		if _, err := s.file.WriteAt(chunks[n].text, end); err != nil {
			return 0, l.undo(fmt.Errorf("write segment %d: %w", s.first, err))
		}
		end += int64(len(chunks[n].text))
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

// commit makes synced chunks part of the segment, and tells who waits.
func (l *Log) commit(chunks []*chunk) {
	now := l.opt.Now()
	s := l.active
	l.mu.Lock()
	if s.empty() {
		l.segments = append(l.segments[:len(l.segments):len(l.segments)], s)
	}
	for _, c := range chunks {
		for _, it := range c.items {
			l.store(s, it)
		}
		l.pending -= int64(len(c.text))
	}
	s.index.written = now
	l.tail.trim(l.synced, l.opt.TailEntries, l.opt.TailBytes)
	l.mu.Unlock()
	tell(chunks, nil)
	l.reuse(chunks)
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

// finish is the writer's end: everything that waits is written or refused.
func (l *Log) finish() {
	l.flush()
	if l.retry != nil {
		l.retry.Stop()
	}
	l.mu.Lock()
	left := l.queue
	l.queue = nil
	failed, trouble := l.failed, l.trouble
	l.mu.Unlock()
	if len(left) > 0 || failed {
		l.endErr = trouble
		tell(left, fmt.Errorf("%w: %w", ErrClosed, trouble))
	}
	if l.active != nil && l.active.empty() {
		l.endErr = errors.Join(l.endErr, l.active.file.Close())
		l.active = nil
	}
	if failed {
		return
	}
	if l.active != nil {
		l.endErr = errors.Join(l.endErr, l.seal())
	}
	n := l.numbers // nobody else writes it
	n.last, n.end, n.clean = l.synced, l.next-1, len(left) == 0
	if err := l.keep(n); err != nil {
		l.endErr = errors.Join(l.endErr, err)
	}
}
