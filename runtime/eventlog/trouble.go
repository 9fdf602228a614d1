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
	l.opt.Logger.Error("events cannot be written", slog.String("durability", l.opt.Durability.String()), slog.Any("error", cause))
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

// setTrouble makes Append fail. The lock is held.
func (l *Log) setTrouble(cause error) {
	l.failed = l.failed || errors.Is(cause, ErrFailed)
	l.trouble = l.wrapped(cause)
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

// recover ends a trouble that has passed.
func (l *Log) recover() {
	l.backoff = 0
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.trouble != nil && !l.failed {
		l.opt.Logger.Info("events are written again")
		l.trouble = nil
	}
}
