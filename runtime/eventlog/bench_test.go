package eventlog

import (
	"encoding/binary"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"llbot/protocols/qq"

	"go.etcd.io/bbolt"
)

// benchEvent makes a record of about 600 bytes.
func benchEvent() qq.Event {
	return &qq.MessageReceived{Message: qq.Message{
		MessageRef: qq.MessageRef{Chat: qq.GroupChat(123456), Seq: 77}, Sender: 10002, Nickname: "somebody",
		Segments: qq.Segments{&qq.Text{Text: strings.Repeat("some words of a chat ", 16)}},
	}}
}

// BenchmarkSynced is the rate at which entries of 600 bytes become durable
// while so many writers wait each for their own, beside bbolt's batches. The
// text of the event is made before: that costs both the same.
func BenchmarkSynced(b *testing.B) {
	text, err := qq.EncodeEvent(benchEvent())
	if err != nil {
		b.Fatal(err)
	}
	for _, writers := range []int{1, 16, 128, 1024} {
		b.Run(fmt.Sprintf("segments/writers=%d", writers), func(b *testing.B) {
			l, _, err := Open(Options{Dir: b.TempDir(), Durability: Strict})
			if err != nil {
				b.Fatal(err)
			}
			defer l.Close()
			hammer(b, writers, func(e *qq.Entry, done chan error) error {
				if _, err := l.append(e, text, func(err error) { done <- err }); err != nil {
					return err
				}
				return <-done
			})
		})
		b.Run(fmt.Sprintf("bbolt/writers=%d", writers), func(b *testing.B) {
			db, err := bbolt.Open(filepath.Join(b.TempDir(), "db"), 0o600, &bbolt.Options{FreelistType: bbolt.FreelistMapType})
			if err != nil {
				b.Fatal(err)
			}
			defer db.Close()
			db.MaxBatchSize, db.MaxBatchDelay = max(writers, 1), time.Millisecond
			bucket := []byte("events")
			if err := db.Update(func(tx *bbolt.Tx) error { _, err := tx.CreateBucket(bucket); return err }); err != nil {
				b.Fatal(err)
			}
			var next atomic.Uint64
			hammer(b, writers, func(e *qq.Entry, _ chan error) error {
				sn := next.Add(1)
				value := appendRecord(nil, record{sn: qq.SN(sn), account: e.Account, time: e.Time, payload: text})
				key := binary.BigEndian.AppendUint64(nil, sn)
				return db.Batch(func(tx *bbolt.Tx) error { return tx.Bucket(bucket).Put(key, value) })
			})
		})
	}
}

// hammer shares b.N entries among writers, and reports rate and p99.
func hammer(b *testing.B, writers int, write func(*qq.Entry, chan error) error) {
	var left atomic.Int64
	left.Store(int64(b.N))
	took := make([][]time.Duration, writers)
	event := benchEvent()
	var all sync.WaitGroup
	b.ResetTimer()
	for w := range writers {
		all.Go(func() {
			done := make(chan error, 1)
			for left.Add(-1) >= 0 {
				start := time.Now()
				if err := write(&qq.Entry{Account: 10001, Event: event}, done); err != nil {
					b.Error(err)
					return
				}
				took[w] = append(took[w], time.Since(start))
			}
		})
	}
	all.Wait()
	b.StopTimer()
	list := slices.Concat(took...)
	slices.Sort(list)
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "events/s")
	b.ReportMetric(float64(list[len(list)*99/100].Microseconds()), "p99-µs")
	b.ReportMetric(0, "ns/op")
}

// BenchmarkAppend is what an append costs the journal under Batch.
func BenchmarkAppend(b *testing.B) {
	event := benchEvent()
	text, err := qq.EncodeEvent(event)
	if err != nil {
		b.Fatal(err)
	}
	for _, c := range []struct {
		name   string
		append func(l *Log, e *qq.Entry) error
	}{
		{"whole", func(l *Log, e *qq.Entry) error { _, err := l.Append(e, nil); return err }},
		{"encoded", func(l *Log, e *qq.Entry) error { _, err := l.append(e, text, nil); return err }},
	} {
		b.Run(c.name, func(b *testing.B) {
			l, _, err := Open(Options{Dir: b.TempDir(), PendingBytes: 1 << 30, ReserveBlock: 1 << 24})
			if err != nil {
				b.Fatal(err)
			}
			defer l.Close()
			b.SetBytes(int64(recordHead + len(text)))
			b.ReportAllocs()
			for b.Loop() {
				if err := c.append(l, &qq.Entry{Account: 10001, Event: event}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkRead is what a laggard costs, from memory and from disk.
func BenchmarkRead(b *testing.B) {
	for _, c := range []struct {
		name string
		tail int
	}{{"memory", 1 << 20}, {"disk", 1}} {
		b.Run(c.name, func(b *testing.B) {
			l, _, err := Open(Options{Dir: b.TempDir(), TailEntries: c.tail, TailBytes: 1 << 30, CacheBytes: 1, Interval: time.Millisecond})
			if err != nil {
				b.Fatal(err)
			}
			defer l.Close()
			event := benchEvent()
			for range 20_000 {
				if _, err := l.Append(&qq.Entry{Account: 10001, Event: event}, nil); err != nil {
					b.Fatal(err)
				}
			}
			for l.Synced() < l.Last() {
				time.Sleep(time.Millisecond)
			}
			var dst []*qq.Entry
			after := l.First() - 1
			n := 0
			for b.Loop() {
				if dst, err = l.Read(dst[:0], after, 64); err != nil {
					b.Fatal(err)
				}
				n += len(dst)
				if after = dst[len(dst)-1].SN; after >= l.Last()-64 {
					after = l.First() - 1
				}
			}
			b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "events/s")
		})
	}
}
