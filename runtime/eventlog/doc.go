// Package eventlog keeps what happened: every event of every account under
// one rising number, so that whoever was away or is slow reads on where he
// was. Memory keeps it while the process lives; Log keeps it on disk.
//
// # On disk
//
// A log is a folder of segments, each a header and records that follow each
// other without a gap in their numbers. A segment is written by appending only,
// is synced in groups (group commit), and gets an index beside it when it is
// sealed; the index is rebuilt from the records when it is missing or damaged.
// Every start begins a new segment: recovery never writes into an old one.
//
//	lock                       flock against a second process
//	numbers                    epoch, reserved end of numbers, retention mark: twice
//	<first number>.seg         header, records
//	<first number>.idx         places of numbers, times and accounts
//	<first number>.seg.bad     a segment in which no record could be read
//
// # Numbers
//
// Numbers are given out of blocks that were reserved and synced before, and a
// start goes on at the end of the reservation or at the clock's milliseconds
// times 1000, whatever is greater. So a number that anybody has seen is never
// given twice, also when unsynced records were lost, and also when the whole
// folder was, as long as fewer than a million events a second pass on average.
//
// # What a reader is told
//
// Each record carries a checksum; a record that fails it is never served. What
// is lost is told as ranges of numbers: by Open in its Recovery, later by
// Log.Lost and the logger. Reading goes on behind it.
//
// # When the disk fails
//
// A failed write (a full disk) may heal: what was not synced is cut off and,
// under Batch, written again until it succeeds while Append fails with ErrFull;
// under Strict, everybody who waits is told the error and the next Append tries
// anew. After a failed sync nobody knows what the disk holds: nothing is
// acknowledged any more (ErrFailed) until the log is opened again. Reading goes
// on in both cases.
package eventlog
