package sim

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"
)

// journalBacklog is how many records may wait for the disk. It bounds what a
// kill can lose, and therefore what recovered has to pass over.
const journalBacklog = 8192

// journalBytes ends a journal file, and so makes a snapshot due, before it has
// the number of records that it may have: it bounds what a start has to read.
const journalBytes = 128 << 20

// journal writes records in groups: one write and one fsync for all that came
// since the last one, at most once per interval unless somebody waits for what
// was done under a nonce. What cannot be written (a full disk) is tried again:
// meanwhile nothing is taken and nobody is told that anything is on disk.
type journal struct {
	folder   *folder
	interval time.Duration
	perFile  int
	rotated  func(last uint64) // a file ended with this record; must not wait

	mu       sync.Mutex
	buf      []byte
	spare    []byte
	waiting  int    // records in buf
	appended uint64 // last record in buf
	synced   uint64 // last record on disk
	trouble  error  // why a write fails for now; nothing is taken meanwhile
	err      error  // the first failure that does not heal, of a sync for one; nothing is taken after it
	changed  chan struct{}

	wake   chan struct{}
	urgent chan struct{} // one token: a group must not be gathered any longer
	stop   chan struct{}
	done   chan struct{}

	file    journalFile // the writer's own, as are the next
	inFile  int         // records since the last snapshot was due
	bytes   int64
	written time.Time
	backoff time.Duration
}

// journalFile is what the journal needs of an *os.File.
type journalFile interface {
	io.WriteSeeker
	io.Closer
	Sync() error
	Truncate(size int64) error
}

// The time between tries to write while the disk does not take anything.
const (
	firstRetry  = 20 * time.Millisecond
	longestWait = time.Second
)

// startJournal goes on behind the record last; behind is what lies in older
// files since the newest snapshot.
func startJournal(f *folder, last uint64, behind unsaved, interval time.Duration, perFile int, rotated func(uint64)) (*journal, error) {
	j := &journal{
		inFile: behind.records, bytes: behind.bytes,
		folder: f, interval: interval, perFile: perFile, rotated: rotated, appended: last, synced: last,
		changed: make(chan struct{}), wake: make(chan struct{}, 1), urgent: make(chan struct{}, 1), stop: make(chan struct{}), done: make(chan struct{}),
	}
	file, err := f.openJournal(last + 1)
	if err != nil {
		return nil, err
	}
	j.file = file
	go j.write()
	return j, nil
}

// append takes a record; it is on disk when wait(number) returns nil.
func (j *journal) append(r record) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	if err := j.refusal(); err != nil {
		return err
	}
	var err error
	if j.buf, err = appendRecord(j.buf, r); err != nil {
		return err
	}
	j.waiting++
	j.appended = r.number
	if r.nonce != "" {
		ring(j.urgent)
	}
	ring(j.wake)
	return nil
}

func ring(bell chan struct{}) {
	select {
	case bell <- struct{}{}:
	default:
	}
}

// room tells whether another record may be appended; if not, the channel is
// closed when it is worth asking again.
func (j *journal) room() (<-chan struct{}, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if err := j.refusal(); err != nil {
		return nil, err
	}
	if j.waiting < journalBacklog {
		return nil, nil
	}
	return j.changed, nil
}

// refusal is why nothing is taken. The lock is held.
func (j *journal) refusal() error {
	if j.err != nil {
		return j.err
	}
	return j.trouble
}

// wait returns when the record is on disk.
func (j *journal) wait(ctx context.Context, number uint64) error {
	for {
		j.mu.Lock()
		synced, err, changed := j.synced, j.err, j.changed
		j.mu.Unlock()
		if synced >= number {
			return nil
		}
		if err != nil {
			return err
		}
		select {
		case <-changed:
		case <-ctx.Done():
			j.mu.Lock()
			defer j.mu.Unlock()
			return errors.Join(ctx.Err(), j.trouble)
		}
	}
}

// close writes what waits and ends the writer.
func (j *journal) close() error {
	close(j.stop)
	<-j.done
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.refusal()
}

func (j *journal) write() {
	defer close(j.done)
	for {
		select {
		case <-j.stop:
			j.commit()
			j.fail(j.file.Close())
			return
		case <-j.wake:
		}
		j.pause()
		j.commit()
	}
}

// pause lets a group gather, unless the last one is long ago.
func (j *journal) pause() {
	rest := j.interval - time.Since(j.written)
	if rest <= 0 {
		return
	}
	t := time.NewTimer(rest)
	defer t.Stop()
	select {
	case <-t.C:
	case <-j.urgent:
	case <-j.stop:
	}
}

// commit brings one group to the disk.
func (j *journal) commit() {
	j.mu.Lock()
	group, count, last, err := j.buf, j.waiting, j.appended, j.err
	if count == 0 || err != nil {
		j.mu.Unlock()
		return
	}
	j.buf, j.spare = j.spare[:0], nil
	j.mu.Unlock()

	healing, err := j.put(group)
	if healing {
		j.hold(group, err)
		return
	}
	j.written = time.Now()
	j.inFile += count
	j.bytes += int64(len(group))
	if err == nil && (j.inFile >= j.perFile || j.bytes >= journalBytes) {
		err = j.rotate(last)
	}
	j.publish(group, count, last, err)
}

// put brings a group to the disk. A write that fails may heal: what reached the
// file is cut off again. After a failed sync nobody knows what is on disk.
func (j *journal) put(group []byte) (healing bool, err error) {
	end, err := j.file.Seek(0, io.SeekEnd)
	if err != nil {
		return false, err
	}
	if _, err := j.file.Write(group); err != nil {
		cut := j.file.Truncate(end)
		return cut == nil, errors.Join(err, cut)
	}
	return false, j.file.Sync()
}

// hold keeps a group that could not be written, and has it tried again.
func (j *journal) hold(group []byte, cause error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.buf = append(group, j.buf...)
	if j.trouble == nil {
		j.folder.log.Error("simulated QQ: the journal cannot be written; nothing is taken until it can", "error", cause)
	}
	j.trouble = fmt.Errorf("simulated QQ's journal: %w", cause)
	j.backoff = min(max(2*j.backoff, firstRetry), longestWait)
	time.AfterFunc(j.backoff, func() { ring(j.wake) })
}

func (j *journal) publish(group []byte, count int, last uint64, err error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if cap(group) <= 1<<20 {
		j.spare = group
	}
	if err != nil {
		j.err = fmt.Errorf("simulated QQ's journal: %w", err)
		j.folder.log.Error("simulated QQ: the journal failed; nothing is taken until the server is started again", "error", err)
	} else {
		j.synced, j.waiting = last, j.waiting-count
		if j.trouble != nil {
			j.folder.log.Info("simulated QQ: the journal is written again")
		}
		j.trouble, j.backoff = nil, 0
	}
	close(j.changed)
	j.changed = make(chan struct{})
}

func (j *journal) rotate(last uint64) error {
	f, err := j.folder.openJournal(last + 1)
	if err != nil {
		j.folder.log.Warn("simulated QQ: no new journal file can be made; the old one goes on", "error", err)
		j.inFile, j.bytes = 0, 0
		return nil
	}
	old := j.file
	j.file, j.inFile, j.bytes = f, 0, 0
	j.rotated(last)
	return old.Close()
}

// failing is why nothing is taken now, nil when all is well.
func (j *journal) failing() error {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.refusal()
}

func (j *journal) fail(err error) {
	if err == nil {
		return
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.err == nil {
		j.err = err
	}
}
