package sim

import (
	"context"
	"fmt"
	"os"
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
// was done under a nonce.
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
	err      error  // the first failure; nothing is taken after it
	changed  chan struct{}

	wake   chan struct{}
	urgent chan struct{} // one token: a group must not be gathered any longer
	stop   chan struct{}
	done   chan struct{}

	file    *os.File // the writer's own, as are the next
	inFile  int      // records since the last snapshot was due
	bytes   int64
	written time.Time
}

// startJournal goes on behind the record last; behind is what lies in older
// files since the newest snapshot.
func startJournal(f *folder, last uint64, behind unsaved, interval time.Duration, perFile int, rotated func(uint64)) (*journal, error) {
	j := &journal{
		inFile: behind.records, bytes: behind.bytes,
		folder: f, interval: interval, perFile: perFile, rotated: rotated, appended: last, synced: last,
		changed: make(chan struct{}), wake: make(chan struct{}, 1), urgent: make(chan struct{}, 1), stop: make(chan struct{}), done: make(chan struct{}),
	}
	var err error
	if j.file, err = f.openJournal(last + 1); err != nil {
		return nil, err
	}
	go j.write()
	return j, nil
}

// append takes a record; it is on disk when wait(number) returns nil.
func (j *journal) append(r record) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.err != nil {
		return j.err
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
	if j.err != nil {
		return nil, j.err
	}
	if j.waiting < journalBacklog {
		return nil, nil
	}
	return j.changed, nil
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
			return ctx.Err()
		}
	}
}

// close writes what waits and ends the writer.
func (j *journal) close() error {
	close(j.stop)
	<-j.done
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.err
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

	_, err = j.file.Write(group)
	if err == nil {
		err = j.file.Sync()
	}
	j.written = time.Now()
	j.inFile += count
	j.bytes += int64(len(group))
	if err == nil && (j.inFile >= j.perFile || j.bytes >= journalBytes) {
		err = j.rotate(last)
	}
	j.publish(group, count, last, err)
}

func (j *journal) publish(group []byte, count int, last uint64, err error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if cap(group) <= 1<<20 {
		j.spare = group
	}
	if err != nil {
		j.err = fmt.Errorf("simulated QQ's journal: %w", err)
	} else {
		j.synced, j.waiting = last, j.waiting-count
	}
	close(j.changed)
	j.changed = make(chan struct{})
}

func (j *journal) rotate(last uint64) error {
	if err := j.file.Close(); err != nil {
		return err
	}
	f, err := j.folder.openJournal(last + 1)
	if err != nil {
		return err
	}
	j.file, j.inFile, j.bytes = f, 0, 0
	j.rotated(last)
	return nil
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
