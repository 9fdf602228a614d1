package sim

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"llbot/protocols/qq"
)

// After a stop without a close, skippedRecords record numbers and skippedSeqs
// message numbers are passed over: more than the journal lets wait.
const (
	skippedRecords = 1 << 15
	skippedSeqs    = 1 << 14
)

// Open brings a world to life: from its folder when there is one, as the seed
// world when that is empty or Dir is "". One process may have a folder open;
// the caller sees to that.
func Open(opt Options) (*World, error) {
	w := &World{opt: opt.withDefaults(), st: newState(), queues: map[qq.UserID]*queue{}, actors: map[qq.UserID]*actor{}, able: newAbilities()}
	w.out.link = w.opt.Blobs.Link
	w.clock.machine, w.opt.Now = w.opt.Now, w.clock.now
	if opt.Dir != "" {
		if err := w.openFolder(); err != nil {
			return nil, fmt.Errorf("simulated QQ in %s: %w", opt.Dir, err)
		}
	} else if err := w.stage(); err != nil {
		return nil, err
	}
	w.clock.follow(w.st)
	if err := w.begin(); err != nil {
		return nil, errors.Join(err, w.Close())
	}
	w.faults.seed = w.st.Seed
	for _, f := range opt.Faults {
		if _, err := w.AddFault(f); err != nil {
			return nil, errors.Join(fmt.Errorf("faults of the simulated QQ: %w", err), w.Close())
		}
	}
	return w, nil
}

func (w *World) openFolder() error {
	if err := os.MkdirAll(w.opt.Dir, 0o700); err != nil {
		return err
	}
	w.folder = &folder{path: w.opt.Dir, log: w.opt.Logger}
	behind := unsaved{}
	st, err := w.folder.rebuild(everything, everything, func(st *state, r record) error {
		behind.count(r)
		return follow(st, r)
	})
	if t, ok := errors.AsType[*torn](err); ok {
		err = w.cut(t, st)
	}
	if err != nil {
		return err
	}
	w.st = st
	if err := w.stage(); err != nil {
		return err
	}
	if err := w.folder.measure(&behind); err != nil {
		return err
	}
	w.snapshots = make(chan uint64, 1)
	w.journal, err = startJournal(w.folder, st.Record, behind, w.opt.Sync, w.opt.SnapshotEvery, w.snapshotDue)
	if err != nil {
		return err
	}
	w.background.Go(w.keepSnapshots)
	return nil
}

// follow is the step of rebuild that only makes the state.
func follow(st *state, r record) error {
	apply(st, r, nobody())
	return nil
}

// cut takes the damaged end off the last journal; none of it was acknowledged.
func (w *World) cut(t *torn, st *state) error {
	info, err := os.Stat(t.file)
	if err != nil {
		return err
	}
	w.opt.Logger.Warn("simulated QQ: the journal's end is damaged, most likely by a kill; cut off",
		"file", t.file, "bytes_cut", info.Size()-t.offset, "last_record", st.Record)
	return os.Truncate(t.file, t.offset)
}

// begin writes the first records of this run: the seed of a new world, or the
// mark of a recovery.
func (w *World) begin() error {
	first := []change{}
	switch {
	case w.st.Record == 0:
		// A new world numbers its records from the machine's clock, so that its
		// origins lie above those of any world that was here before and is gone.
		real := w.clock.machine()
		w.st.Record = uint64(max(real.UnixMicro(), 0))
		birth, err := w.opt.birth(real)
		if err != nil {
			return err
		}
		first = append(birth, seed()...)
	case !w.st.Clean:
		w.st.Record += skippedRecords
		first = append(first, &recovered{Skip: skippedSeqs})
	}
	now := qq.TimeOf(w.opt.Now())
	for _, c := range first {
		if set, ok := c.(*clockSet); ok {
			now = set.At // from the first record on
		}
	}
	for _, c := range first {
		if err := w.admit(record{number: w.st.Record + 1, time: now, change: c}, nil); err != nil {
			return err
		}
	}
	ctx, cancel := context.WithTimeout(context.Background(), firstSync)
	defer cancel()
	return w.synced(ctx, w.st.Record)
}

// firstSync is how long the disk may take for the first records of a run.
const firstSync = 10 * time.Second

// snapshotDue is called by the journal's writer and does not wait: when a
// snapshot is being made, the next one covers this record too.
func (w *World) snapshotDue(last uint64) {
	select {
	case w.snapshots <- last:
	default:
	}
}

// keepSnapshots makes snapshots from the files alone, so that the world does
// not stand still meanwhile.
func (w *World) keepSnapshots() {
	for last := range w.snapshots {
		st, err := w.folder.rebuild(last, last, func(st *state, r record) error {
			apply(st, r, nobody())
			if r.number >= last {
				return io.EOF
			}
			return nil
		})
		if err == nil || errors.Is(err, io.EOF) {
			err = w.folder.save(st)
		}
		if err != nil {
			w.opt.Logger.Error("simulated QQ: no snapshot was made; the journal still holds everything", "error", err)
		}
	}
}

// Close ends the world in order: everything is on disk when it returns. Runs
// of its drivers end; later operations answer ErrOffline.
func (w *World) Close() error {
	w.mu.Lock()
	if w.closed {
		w.mu.Unlock()
		return nil
	}
	var err error
	changed := !w.st.Clean
	if w.journal != nil && changed {
		err = w.admit(record{number: w.st.Record + 1, time: qq.TimeOf(w.opt.Now()), change: &closed{}}, nil)
	}
	w.closed = true
	for _, q := range w.queues {
		q.close()
	}
	w.mu.Unlock()
	if w.journal == nil {
		return err
	}
	err = errors.Join(err, w.journal.close())
	close(w.snapshots)
	w.background.Wait()
	if changed && err == nil {
		err = w.folder.save(w.st)
	}
	return err
}
