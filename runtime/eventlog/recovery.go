package eventlog

import (
	"context"
	"fmt"
	"log/slog"
	"strings"

	"llbot/protocols/qq"
)

// Recovery tells what Open found. Ranges are of numbers that may have been
// records; a range may reach over numbers that were never given.
type Recovery struct {
	New   bool   // the folder held no log
	Lost  bool   // it held one whose records are gone: the epoch is new
	Clean bool   // the log was closed in order
	Epoch uint64 // which log the numbers belong to

	First, Last qq.SN // what is held; Last is First-1 when nothing is
	Next        qq.SN // the first number that will be given
	Jump        Range // numbers left out so that none is given twice, zero when none

	Segments     int
	Rebuilt      int      // indexes that were made anew
	TornBytes    int64    // behind the last good record of their segment
	Unsynced     []Range  // records that were being written and reached the disk in part
	Corrupt      []Range  // records that cannot be read, found at this start
	Missing      []Range  // records whose segment, or whose end of it, is gone
	NumbersLost  bool     // the file of numbers was missing or damaged
	Unreadable   []string // files that were left alone or set aside
	WriteTrouble error    // why nothing can be accepted for now
}

// Damaged tells whether anything but an unsynced end was lost.
func (r Recovery) Damaged() bool {
	return r.Lost || r.NumbersLost || len(r.Corrupt)+len(r.Missing)+len(r.Unreadable) > 0
}

// String is a sentence or two for people.
func (r Recovery) String() string {
	var b strings.Builder
	switch {
	case r.New:
		b.WriteString("new event log")
	case r.Lost:
		b.WriteString("the event log was lost, a new one begins")
	default:
		fmt.Fprintf(&b, "event log holds %s", Range{r.First, r.Last})
	}
	if !r.Clean && !r.New {
		b.WriteString("; it was not closed in order")
	}
	if r.TornBytes > 0 {
		fmt.Fprintf(&b, "; %d bytes of unfinished records", r.TornBytes)
	}
	if len(r.Unsynced) > 0 {
		fmt.Fprintf(&b, "; unfinished %v", r.Unsynced)
	}
	if len(r.Corrupt) > 0 {
		fmt.Fprintf(&b, "; damaged records %v", r.Corrupt)
	}
	if len(r.Missing) > 0 {
		fmt.Fprintf(&b, "; missing records %v", r.Missing)
	}
	if r.NumbersLost {
		b.WriteString("; the file of numbers was lost")
	}
	if len(r.Unreadable) > 0 {
		fmt.Fprintf(&b, "; unreadable files %v", r.Unreadable)
	}
	if r.WriteTrouble != nil {
		fmt.Fprintf(&b, "; nothing can be written: %v", r.WriteTrouble)
	}
	return b.String()
}

func (r Recovery) log(logger *slog.Logger) {
	level := slog.LevelInfo
	switch {
	case r.Damaged() || r.WriteTrouble != nil:
		level = slog.LevelError
	case r.New || r.Clean: // as it should be
		level = slog.LevelDebug
	}
	logger.Log(context.Background(), level, r.String(), slog.Uint64("next", uint64(r.Next)), slog.Int("segments", r.Segments))
}
