package store

import (
	"fmt"
	"sync/atomic"
	"testing"

	"llbot/protocols/qq"
)

func BenchmarkStampNew(b *testing.B) {
	s := open(b, b.TempDir())
	defer s.Close()
	for seq := int64(1); b.Loop(); seq++ {
		s.IDs().Stamp(1, ref(seq))
	}
}

func BenchmarkSave(b *testing.B) {
	s := open(b, b.TempDir())
	defer s.Close()
	for sn := qq.SN(1); b.Loop(); sn++ {
		s.Cursors().Save("target", sn)
	}
}

func BenchmarkSkip(b *testing.B) {
	s := open(b, b.TempDir())
	defer s.Close()
	for sn := qq.SN(1); b.Loop(); sn++ {
		s.DeadLetters().Skip("target", sn, "older than max_age")
	}
}

// BenchmarkBegin is the price of a key that is on disk, for one caller alone
// and for many at once, who share transactions.
func BenchmarkBegin(b *testing.B) {
	for _, callers := range []int{1, 64, 512} {
		b.Run(fmt.Sprint(callers), func(b *testing.B) {
			s := open(b, b.TempDir())
			defer s.Close()
			var n atomic.Int64
			b.SetParallelism(callers / 2)
			if callers == 1 {
				for b.Loop() {
					one(b, s, n.Add(1))
				}
				return
			}
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					one(b, s, n.Add(1))
				}
			})
		})
	}
}

func one(b *testing.B, s *Store, n int64) {
	key := fmt.Sprint(n)
	if _, err := s.Keys().Begin(1, key, print1, day); err != nil {
		b.Fatal(err)
	}
	s.Keys().Finish(1, key, nil)
}

// BenchmarkStampAgain is the price of an id that was stamped just before, as
// that of an event whose message was the answer of a call.
func BenchmarkStampAgain(b *testing.B) {
	s := open(b, b.TempDir())
	defer s.Close()
	for seq := int64(1); seq <= 10_000; seq++ {
		s.IDs().Stamp(1, ref(seq))
	}
	for seq := int64(1); b.Loop(); seq++ {
		s.IDs().Stamp(1, ref(1+seq*7919%10_000))
	}
}
