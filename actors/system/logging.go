package system

import (
	"context"
	"log/slog"
)

// deadLetterMessage is the text under which the library reports dead letters.
const deadLetterMessage = "[DeadLetter]"

// quiet lowers the library's routine talk to debug and drops its dead-letter reports:
// panics are logged by the guard with their stack, dead letters are counted.
type quiet struct{ next slog.Handler }

// Enabled asks the wrapped handler about the level that Handle will use.
func (q quiet) Enabled(ctx context.Context, level slog.Level) bool {
	return q.next.Enabled(ctx, lowered(level))
}

// Handle passes the record on at its lowered level.
func (q quiet) Handle(ctx context.Context, r slog.Record) error {
	if r.Message == deadLetterMessage {
		return nil
	}
	r.Level = lowered(r.Level)
	return q.next.Handle(ctx, r)
}

// WithAttrs keeps the wrapping.
func (q quiet) WithAttrs(attrs []slog.Attr) slog.Handler { return quiet{q.next.WithAttrs(attrs)} }

// WithGroup keeps the wrapping.
func (q quiet) WithGroup(name string) slog.Handler { return quiet{q.next.WithGroup(name)} }

// lowered makes debug out of info and leaves warnings and errors as they are.
func lowered(level slog.Level) slog.Level {
	if level == slog.LevelInfo {
		return slog.LevelDebug
	}
	return level
}
