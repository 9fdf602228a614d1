package system

import (
	"context"
	"log/slog"
)

// quiet lowers the library's routine talk to debug: what it says of a panic the guard
// has logged already, with the stack.
type quiet struct{ next slog.Handler }

// Enabled asks the wrapped handler about the level that Handle will use.
func (q quiet) Enabled(ctx context.Context, level slog.Level) bool {
	return q.next.Enabled(ctx, lowered(level))
}

// Handle passes the record on at its lowered level.
func (q quiet) Handle(ctx context.Context, r slog.Record) error {
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

// logPanic logs a recovered panic with its stack, which is formatted only if somebody
// listens.
func (s *System) logPanic(text string, err *PanicError, more ...slog.Attr) {
	ctx := context.Background()
	if !s.log.Enabled(ctx, slog.LevelError) {
		return
	}
	attrs := append([]slog.Attr{
		slog.String("where", err.Where),
		slog.Any("panic", err.Value),
		slog.String("stack", err.Stack()),
	}, more...)
	s.log.LogAttrs(ctx, slog.LevelError, text, attrs...)
}
