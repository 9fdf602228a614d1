package store

import (
	"log/slog"
	"strings"
)

// MaxTarget is the longest name of a target in bytes.
const MaxTarget = 1024

// nameable tells whether a target's name can be kept. One row that the database
// does not take would hold up all others, so it must not get there.
func nameable(target string) bool { return target != "" && len(target) <= MaxTarget }

// refuse logs a name that cannot be kept.
func (w *writer) refuse(of, target string) {
	w.logger.Error("nothing is kept for a target whose name is empty or too long", slog.String("of", of),
		slog.Int("length", len(target)), slog.String("begins", strings.ToValidUTF8(target[:min(len(target), 64)], "")))
}
