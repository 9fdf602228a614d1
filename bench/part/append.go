package part

import "time"

// AppendSpec says how a log is measured.
type AppendSpec struct {
	Strict bool // each writer waits until its record is on the disk
	Size   int  // of a record of the floor, in bytes
	Join   int  // bytes that the floor writes at a time; 0: each record by itself
	Time   time.Duration
}

// AppendTally is what was appended. All of it was on the disk at the end.
type AppendTally struct {
	Count   uint64
	Seconds float64
	P99     time.Duration // of one append: until it is on the disk when strict
	Size    int           // of a record in the file, in bytes
}

// StrictWriters is how many wait for the disk at the same time.
const StrictWriters = 64

// PendingBytes is what may wait for the disk before an append waits.
const PendingBytes = 64 << 20

// SyncInterval is the time between two syncs when nobody waits for them.
const SyncInterval = 20 * time.Millisecond
