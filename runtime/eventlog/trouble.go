package eventlog

import (
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"time"
)

// suffer answers a failure to write or sync chunks and everything behind them.
func (l *Log) suffer(chunks []*chunk, cause error) {
	l.figures.failures.Add(1)
	strict := l.opt.Durability == Strict
	l.mu.Lock()
	l.setTrouble(cause)
	var refused []*chunk
	switch {
	case strict:
		refused = l.withdraw(chunks)
		if !l.failed {
			l.trouble = nil // the next Append tries anew
		}
	default:
		// Accepted already: readers go on seeing them, and they are written as
		// soon as that works.
		l.queue = append(slices.Clone(chunks), l.queue...)
	}
	err, failed := l.wrapped(cause), l.failed
	l.mu.Unlock()
	tell(refused, err)
	if failed {
		return
	}
	if !strict {
		l.tryLater()
	} else if l.active != nil {
		l.giveUp(l.seal()) // numbers were lost: a segment has no gap in its numbers
	}
}

// giveUp ends acceptance when err says so.
func (l *Log) giveUp(err error) {
	if errors.Is(err, ErrFailed) {
		l.mu.Lock()
		l.setTrouble(err)
		l.mu.Unlock()
	}
}

// setTrouble makes Append fail, and tells once that it does: when the trouble
// begins, and when it turns out to be for good. The lock is held.
func (l *Log) setTrouble(cause error) {
	final := errors.Is(cause, ErrFailed)
	text := "events cannot be written; none is accepted until they can"
	if final {
		text = "events cannot be written; none is accepted until the server is started again"
	}
	if l.ailing == nil || final && !l.failed {
		l.opt.Logger.Error(text, slog.String("durability", l.opt.Durability.String()), slog.Any("error", cause))
	}
	l.failed = l.failed || final
	l.trouble = l.wrapped(cause)
	l.ailing = l.trouble
}

// Trouble is why events are not accepted, or under Strict why the last ones
// were not; nil when all is well.
func (l *Log) Trouble() error {
	l.mu.RLock()
	defer l.mu.RUnlock()
	return l.ailing
}

// wrapped is a cause as callers are told it.
func (l *Log) wrapped(cause error) error {
	if errors.Is(cause, ErrFailed) {
		return cause
	}
	return fmt.Errorf("%w: %w", ErrFull, cause)
}

// tryLater wakes the writer after a while, longer each time.
func (l *Log) tryLater() {
	l.backoff = min(max(2*l.backoff, firstRetry), longestWait)
	if l.retry == nil {
		l.retry = time.AfterFunc(l.backoff, l.ring)
		return
	}
	l.retry.Reset(l.backoff)
}

// recover ends a trouble that has passed: something was written.
func (l *Log) recover() {
	l.backoff = 0
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.ailing != nil && !l.failed {
		l.opt.Logger.Info("events are written again")
		l.trouble, l.ailing = nil, nil
	}
}
