package sim

import (
	"context"
	"testing"
	"time"

	"llbot/protocols/qq"
)

// drain runs an account's driver into nothing.
func drain(b *testing.B, w *World) {
	ctx, cancel := context.WithCancel(context.Background())
	d := driverOf(b, w, bot)
	ended := make(chan error, 1)
	var sn qq.SN
	go func() {
		ended <- d.Run(ctx, func(context.Context, qq.Emission) (qq.SN, error) { sn++; return sn, nil }, 0)
	}()
	for d.(*driver).queue.run() == nil {
		time.Sleep(100 * time.Microsecond)
	}
	b.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			b.Error(err)
		}
	})
}

func benchmarkSay(b *testing.B, opt Options, text string) {
	w := openWorld(b, opt)
	drain(b, w)
	b.ReportAllocs()
	b.ResetTimer()
	res, err := w.Say(context.Background(), Say{As: alice, Group: home, Text: text, Count: b.N})
	if err != nil || res.Accepted != b.N || res.Accounts[0].Last == 0 {
		b.Fatalf("%+v, %v", res, err)
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "msg/s")
}

func BenchmarkSayMemory(b *testing.B) { benchmarkSay(b, Options{}, "hello, world") }

func BenchmarkSayMemoryMarked(b *testing.B) { benchmarkSay(b, Options{}, "message {{seq}} at {{ns}}") }

func BenchmarkSayDisk(b *testing.B) {
	benchmarkSay(b, Options{Dir: b.TempDir()}, "hello, world")
}

func BenchmarkAppendRecord(b *testing.B) {
	r := record{number: 1 << 50, time: 1 << 40, change: &said{Chat: groupKey(home), Seq: 12345, Sender: alice,
		Segments: qq.NewText("hello, 世界, this is a \"message\" of the usual length\n")}}
	var buf []byte
	b.ReportAllocs()
	for b.Loop() {
		var err error
		if buf, err = appendRecord(buf[:0], r); err != nil {
			b.Fatal(err)
		}
	}
	b.SetBytes(int64(len(buf)))
}

// BenchmarkDecodeRecord is what each record costs once more when a snapshot is
// made.
func BenchmarkDecodeRecord(b *testing.B) {
	for _, c := range []change{
		&cardSet{Group: home, User: bot, Operator: alice, Card: "a card"},
		&said{Chat: groupKey(home), Seq: 12345, Sender: alice, Segments: qq.NewText("some words of a chat")},
	} {
		b.Run(c.kind(), func(b *testing.B) {
			text, err := appendRecord(nil, record{number: 1_700_000_000_000_000, time: 1_700_000_000_000, change: c})
			if err != nil {
				b.Fatal(err)
			}
			body, err := openLine(text[:len(text)-1])
			if err != nil {
				b.Fatal(err)
			}
			b.ReportAllocs()
			for b.Loop() {
				if _, err := decodeRecord(body); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
