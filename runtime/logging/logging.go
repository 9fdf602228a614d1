package logging

import (
	"io"
	"log/slog"
	"os"
	"runtime"

	"github.com/lmittmann/tint"
)

// Format is the look of log lines.
type Format string

// The formats.
const (
	Text Format = "text" // one readable line each
	JSON Format = "json" // one JSON object a line
)

// Color says whether text lines are coloured.
type Color int

// The choices of colour.
const (
	ColorAuto   Color = iota // on a terminal that can show it, unless NO_COLOR is set
	ColorAlways              // whatever Out is
	ColorNever
)

// Options of a logger. The zero value logs text at Info and above to standard error.
type Options struct {
	// Level is the least level logged; nil is Info. A *slog.LevelVar can change while the logger is in use.
	Level slog.Leveler
	// Format is Text when empty.
	Format Format
	// Out is standard error when nil. Each record is one Write.
	Out   io.Writer
	Color Color
	// Redactor knows the secrets; nil makes one that knows none, so that keys and patterns alone are redacted.
	Redactor *Redactor
}

// New builds a logger.
func New(o Options) *slog.Logger {
	if o.Out == nil {
		o.Out = os.Stderr
	}
	if o.Level == nil {
		o.Level = slog.LevelInfo
	}
	if o.Redactor == nil {
		o.Redactor = NewRedactor()
	}
	if o.Format == JSON {
		next := slog.NewJSONHandler(o.Out, &slog.HandlerOptions{Level: o.Level})
		return slog.New(&handler{next: next, redactor: o.Redactor, any: jsonAny})
	}
	terminal := isTerminal(o.Out)
	options := &tint.Options{Level: o.Level, TimeFormat: "2006-01-02T15:04:05.000Z07:00"}
	if terminal {
		options.TimeFormat = "15:04:05.000"
	}
	options.NoColor = o.Color == ColorNever || o.Color == ColorAuto && !(terminal && colorful())
	return slog.New(&handler{next: tint.NewTextHandler(o.Out, options), redactor: o.Redactor, any: textAny, plain: true})
}

// isTerminal tells whether out is a device that somebody looks at.
func isTerminal(out io.Writer) bool {
	file, ok := out.(*os.File)
	if !ok {
		return false
	}
	info, err := file.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

// colorful asks the environment whether the terminal shows colours. The old console of Windows prints the codes.
func colorful() bool {
	if os.Getenv("NO_COLOR") != "" || os.Getenv("TERM") == "dumb" {
		return false
	}
	return runtime.GOOS != "windows" || os.Getenv("WT_SESSION") != "" || os.Getenv("TERM") != ""
}
