package eventlog

import (
	"errors"
	"fmt"
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
// this process takes nothing along: only a power cut does. What could not be
// written is tried again by the next write, which tells what goes wrong.
func (l *Log) spill() {
	s := l.active
	if s == nil || s.size >= l.opt.SegmentBytes {
		return
	}
	defer func() { clear(l.spills) }()
	for _, text := range l.unspilled(s) {
		if _, err := s.file.WriteAt(text, s.size+l.spilled); err != nil {
			return
		}
		l.spilled += int64(len(text))
	}
}

// unspilled is what the kernel has not of the records that go into a segment.
// They may be read without the lock: what a chunk holds is not changed, only
// more is put behind it.
func (l *Log) unspilled(s *segment) [][]byte {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.spilled == 0 && len(l.queue) > 0 {
		l.queue[0].lead()
	}
	all, before := l.spills[:0], int64(0)
	for i, c := range l.queue {
		if i > 0 && s.size+before >= l.opt.SegmentBytes { // it goes into the next segment
			break
		}
		if rest := c.behind(l.spilled - before); len(rest) > 0 {
			all = append(all, rest)
		}
		before += int64(len(c.text))
	}
	l.spills = all
	return all
}

// flush writes and syncs everything that waits.
func (l *Log) flush() {
	defer func() { l.spilled = 0 }()
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
		chunks, l.spilled = chunks[n:], 0
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
