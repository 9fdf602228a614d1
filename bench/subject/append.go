package subject

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"time"

	"llbot/bench/part"
	"llbot/protocols/qq"
	"llbot/runtime/driver/sim"
	"llbot/runtime/eventlog"

	"github.com/HdrHistogram/hdrhistogram-go"
)

// Append appends messages to an event log of its own.
func (s *Service) Append(spec part.AppendSpec, t *part.AppendTally) error {
	dir, err := os.MkdirTemp("", "llbot-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	o := eventlog.Options{Dir: dir, PendingBytes: part.PendingBytes, Interval: part.SyncInterval}
	if spec.Strict {
		o.Durability = eventlog.Strict
	}
	log, _, err := eventlog.Open(o)
	if err != nil {
		return err
	}
	event := &qq.MessageReceived{Message: qq.Message{
		MessageRef: qq.MessageRef{Chat: qq.GroupChat(Group), Seq: 77}, Sender: sim.SeedAlice, Nickname: "somebody",
		Segments: qq.Segments{&qq.Text{Text: strings.Repeat("some words of a chat ", 16)}},
	}}
	entry := func() *qq.Entry { return &qq.Entry{Account: Account, Event: event} }
	if spec.Strict {
		err = part.Hammer(spec.Time, t, func(done chan error) error {
			if _, err := log.Append(entry(), func(err error) { done <- err }); err != nil {
				return err
			}
			return <-done
		})
	} else {
		err = appendBatch(log, entry, spec, t)
	}
	if err := errors.Join(err, log.Close()); err != nil {
		return err
	}
	t.Size, err = recordSize(dir, t.Count)
	return err
}

func appendBatch(log *eventlog.Log, entry func() *qq.Entry, spec part.AppendSpec, t *part.AppendTally) error {
	took := hdrhistogram.New(1, int64(time.Minute), 3)
	begun := time.Now()
	for now := begun; now.Sub(begun) < spec.Time; {
		_, err := log.Append(entry(), nil)
		for ; errors.Is(err, eventlog.ErrBusy); _, err = log.Append(entry(), nil) {
			time.Sleep(time.Millisecond)
		}
		if err != nil {
			return err
		}
		t.Count++
		next := time.Now()
		_ = took.RecordValue(int64(next.Sub(now))) // less than a minute
		now = next
	}
	for log.Synced() < log.Last() {
		time.Sleep(time.Millisecond)
	}
	t.Seconds, t.P99 = time.Since(begun).Seconds(), time.Duration(took.ValueAtQuantile(99))
	return nil
}

// recordSize is how many bytes of a folder's files each record takes.
func recordSize(dir string, records uint64) (int, error) {
	var total int64
	err := filepath.WalkDir(dir, func(_ string, e os.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		info, err := e.Info()
		if err == nil {
			total += info.Size()
		}
		return err
	})
	return int(total / int64(max(records, 1))), err
}
