package floor

import (
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"llbot/bench/part"

	"github.com/HdrHistogram/hdrhistogram-go"
)

// Append writes records one after the other and syncs them: each group that
// waits when strict, else every 20 ms.
func (s *Service) Append(spec part.AppendSpec, t *part.AppendTally) error {
	dir, err := os.MkdirTemp("", "llbot-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	f, err := os.Create(filepath.Join(dir, "log"))
	if err != nil {
		return err
	}
	defer f.Close()
	t.Size = spec.Size
	if spec.Strict {
		return appendStrict(f, spec, t)
	}
	return appendBatch(f, spec, t)
}

func appendBatch(f *os.File, spec part.AppendSpec, t *part.AppendTally) error {
	record, buffer := make([]byte, spec.Size), make([]byte, 0, spec.Join+spec.Size)
	took := hdrhistogram.New(1, int64(time.Minute), 3)
	var written, synced atomic.Int64
	ending := make(chan struct{})
	var syncing sync.WaitGroup
	var failed error
	syncing.Go(func() {
		for {
			upto := written.Load()
			if failed = f.Sync(); failed != nil {
				return
			}
			synced.Store(upto)
			select {
			case <-ending:
				return
			case <-time.After(part.SyncInterval):
			}
		}
	})
	begun := time.Now()
	for now := begun; now.Sub(begun) < spec.Time; {
		buffer = append(buffer, record...)
		t.Count++
		if len(buffer) >= spec.Join {
			if _, err := f.Write(buffer); err != nil {
				return err
			}
			written.Add(int64(len(buffer)))
			buffer = buffer[:0]
			for written.Load()-synced.Load() > part.PendingBytes {
				time.Sleep(time.Millisecond)
			}
		}
		next := time.Now()
		_ = took.RecordValue(int64(next.Sub(now))) // less than a minute
		now = next
	}
	close(ending)
	syncing.Wait()
	if failed != nil {
		return failed
	}
	if _, err := f.Write(buffer); err != nil {
		return err
	}
	err := f.Sync()
	t.Seconds, t.P99 = time.Since(begun).Seconds(), time.Duration(took.ValueAtQuantile(99))
	return err
}

// appendStrict has one goroutine write and sync whatever waits.
func appendStrict(f *os.File, spec part.AppendSpec, t *part.AppendTally) error {
	asks := make(chan chan error, part.StrictWriters)
	go func() {
		var waiting []chan error
		record := make([]byte, spec.Size)
		for first := range asks {
			waiting = append(waiting[:0], first)
			for len(asks) > 0 {
				waiting = append(waiting, <-asks)
			}
			buffer := make([]byte, 0, len(waiting)*spec.Size)
			for range waiting {
				buffer = append(buffer, record...)
			}
			_, err := f.Write(buffer)
			if err == nil {
				err = f.Sync()
			}
			for _, w := range waiting {
				w <- err
			}
		}
	}()
	defer close(asks)
	return part.Hammer(spec.Time, t, func(done chan error) error {
		asks <- done
		return <-done
	})
}
