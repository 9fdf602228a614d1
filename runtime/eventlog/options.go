package eventlog

import (
	"log/slog"
	"time"

	"llbot/protocols/qq"
)

// Durability tells when an event counts as accepted.
type Durability uint8

// The kinds of durability of a Log.
const (
	// Batch accepts at once and syncs in groups: a power cut or kill -9 loses
	// at most what came since the last sync, see Options.Interval.
	Batch Durability = iota
	// Strict accepts when the event is synced, and shows it to readers only then.
	Strict
)

// String is the name that the configuration uses.
func (d Durability) String() string {
	if d == Strict {
		return "strict"
	}
	return "batch"
}

// Retention tells what is kept. Whole segments are deleted, oldest first,
// never the one that is being written.
type Retention struct {
	Age   time.Duration // since a segment was last written; 0: 7 days
	Bytes int64         // of all segments together; 0: 1 GiB
}

// Options are the settings of a Log. All but Dir may be left out.
type Options struct {
	Dir          string // made when missing; belongs to the log alone
	Durability   Durability
	Interval     time.Duration // between syncs under Batch; 0 or more than 20 ms: 20 ms
	Retention    Retention
	SegmentBytes int64 // size at which a segment is sealed; 0: 32 MiB
	ReserveBlock int   // numbers reserved at once; 0: 262144
	PendingBytes int64 // what may wait for the disk before Append fails with ErrBusy; 0: 64 MiB
	TailEntries  int   // recent entries kept in memory; 0: 16384
	TailBytes    int64 // and their size on disk; 0: 16 MiB
	CacheBytes   int64 // blocks of older entries kept decoded, by their size on disk; 0: 8 MiB

	Now    func() qq.Time // nil: the machine's clock
	FS     FS             // nil: the machine's file system
	Logger *slog.Logger   // nil: silent
}

const (
	maxInterval     = 20 * time.Millisecond
	maxSegmentBytes = 256 << 20
	maxSN           = 1<<53 - 1
)

func (o Options) withDefaults() Options {
	o.Interval = preset(o.Interval, maxInterval)
	o.Interval = min(o.Interval, maxInterval)
	o.Retention.Age = preset(o.Retention.Age, 7*24*time.Hour)
	o.Retention.Bytes = preset(o.Retention.Bytes, 1<<30)
	o.SegmentBytes = min(preset(o.SegmentBytes, 32<<20), maxSegmentBytes)
	o.ReserveBlock = preset(o.ReserveBlock, 1<<18)
	o.PendingBytes = preset(o.PendingBytes, 64<<20)
	o.TailEntries = preset(o.TailEntries, 1<<14)
	o.TailBytes = preset(o.TailBytes, 16<<20)
	o.CacheBytes = preset(o.CacheBytes, 8<<20)
	if o.Now == nil {
		o.Now = func() qq.Time { return qq.TimeOf(time.Now()) }
	}
	if o.FS == nil {
		o.FS = machine{}
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	return o
}

// preset is value, or fallback when value is not set.
func preset[T int | int64 | time.Duration](value, fallback T) T {
	if value <= 0 {
		return fallback
	}
	return value
}
