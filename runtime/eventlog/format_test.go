package eventlog

import (
	"bytes"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"math"
	"slices"
	"testing"
	"time"

	"llbot/protocols/qq"

	"github.com/google/go-cmp/cmp"
)

func sampleRecords(n int) (text []byte, records []record) {
	for i := range n {
		r := record{sn: qq.SN(100 + i), account: 10001, origin: uint64(i), time: qq.Time(-i), payload: bytes.Repeat([]byte{'x'}, i*7)}
		text, records = appendRecord(text, r), append(records, r)
	}
	return text, records
}

func sampleIndex() *index {
	x := newIndex(100)
	x.before, x.written = 90, 12345
	off := int64(200)
	for i := range 300 {
		x.add(&qq.Entry{SN: qq.SN(100 + i + i/100), Account: qq.UserID(10001 + i%3), Origin: uint64(i), Time: qq.Time(i - 50)}, off, 600)
		off += 600
	}
	return x
}

func TestRecordRoundTrip(t *testing.T) {
	text, records := sampleRecords(20)
	var got []record
	end := walk(text, Range{100, maxSN}, func(_ int, r record) { got = append(got, r) })
	if end != len(text) || !slices.EqualFunc(got, records, func(a, b record) bool {
		return a.sn == b.sn && a.account == b.account && a.origin == b.origin && a.time == b.time && bytes.Equal(a.payload, b.payload)
	}) {
		t.Errorf("%d of %d bytes: %+v", end, len(text), got)
	}
}

// Each flipped bit costs one record, and none is served wrongly.
func TestFlippedBits(t *testing.T) {
	text, records := sampleRecords(5)
	for bit := range len(text) * 8 {
		harmed := slices.Clone(text)
		harmed[bit/8] ^= 1 << (bit % 8)
		n := 0
		walk(harmed, Range{100, maxSN}, func(_ int, r record) {
			n++
			if want := records[r.sn-100]; !bytes.Equal(r.payload, want.payload) || r.origin != want.origin || r.time != want.time {
				t.Fatalf("bit %d: served %+v", bit, r)
			}
		})
		if n != 4 {
			t.Fatalf("bit %d: %d records left", bit, n)
		}
	}
}

func TestWalkKeepsToItsBounds(t *testing.T) {
	text, _ := sampleRecords(10)
	text = append(text, text...) // numbers that fall are no records of this place
	var got []qq.SN
	walk(text, Range{103, 106}, func(_ int, r record) { got = append(got, r.sn) })
	if !slices.Equal(got, []qq.SN{103, 104, 105, 106}) {
		t.Errorf("visited %v", got)
	}
}

func TestHeaderRoundTrip(t *testing.T) {
	h := header{epoch: math.MaxUint64, first: 7, before: 3, made: -1, origins: map[qq.UserID]uint64{1: 2, 10001: math.MaxUint64}}
	text := h.encode()
	got, size, err := decodeHeader(append(text, "rest"...))
	if err != nil || size != len(text) || cmp.Diff(h, got, cmp.AllowUnexported(header{})) != "" {
		t.Errorf("%+v, %d, %v", got, size, err)
	}
	if _, size, err := decodeHeader(text[:60]); !errors.Is(err, errShort) || size != len(text) {
		t.Errorf("cut: %d, %v", size, err)
	}
}

func TestIndexRoundTrip(t *testing.T) {
	x := sampleIndex()
	got, err := decodeIndex(x.encode())
	if diff := cmp.Diff(x, got, cmp.AllowUnexported(index{}, block{}, accountIndex{})); err != nil || diff != "" {
		t.Errorf("%v\n%s", err, diff)
	}
	if !slices.Equal(x.lost, []Range{{200, 200}, {301, 301}}) {
		t.Errorf("holes %v", x.lost)
	}
}

func TestNumbersRoundTrip(t *testing.T) {
	n := numbers{epoch: math.MaxUint64, end: maxSN, gone: 3, last: 4, clean: true}
	if got, turn, err := decodeNumbers(encodeNumbers(n, 9)); got != n || turn != 9 || err != nil {
		t.Errorf("%+v, %d, %v", got, turn, err)
	}
}

func TestRanges(t *testing.T) {
	var list []Range
	for _, c := range []struct {
		add   Range
		fresh bool
		want  []Range
	}{
		{Range{10, 12}, true, []Range{{10, 12}}},
		{Range{11, 12}, false, []Range{{10, 12}}},
		{Range{20, 20}, true, []Range{{10, 12}, {20, 20}}},
		{Range{1, 2}, true, []Range{{1, 2}, {10, 12}, {20, 20}}},
		{Range{13, 14}, true, []Range{{1, 2}, {10, 14}, {20, 20}}},
		{Range{9, 9}, true, []Range{{1, 2}, {9, 14}, {20, 20}}},
		{Range{2, 19}, true, []Range{{1, 20}}},
	} {
		var fresh bool
		if list, fresh = addRange(list, c.add); fresh != c.fresh || !slices.Equal(list, c.want) {
			t.Fatalf("after %v: %v, fresh %v", c.add, list, fresh)
		}
	}
	if list[0].String() != "1–20" || (Range{3, 3}).String() != "3" {
		t.Error("text of ranges")
	}
}

func TestNames(t *testing.T) {
	for name, want := range map[string]qq.SN{
		segmentName(1): 1, segmentName(maxSN): maxSN, "0000000000000000.seg": 0, "9999999999999999.seg": 0,
		"1.seg": 0, "000000000000000a.seg": 0, "+000000000000001.seg": 0, indexName(1): 0, segmentName(3) + badSuffix: 0,
	} {
		if got, ok := parseName(name, segmentSuffix); ok != (want != 0) || ok && got != want {
			t.Errorf("%s: %d, %v", name, got, ok)
		}
	}
}

func TestLatencies(t *testing.T) {
	var h latencies
	for us := range 100_000 {
		h.note(time.Duration(us) * time.Microsecond)
	}
	for q, want := range map[float64]float64{0.5: 50_000, 0.99: 99_000, 0: 0} {
		got := float64(h.quantile(q).Microseconds())
		if got < want || got > want*1.125+1 {
			t.Errorf("quantile %v: %v µs, want about %v", q, got, want)
		}
	}
	h.note(time.Hour * 24 * 365)
	h.note(-1)
}

func FuzzRecords(f *testing.F) {
	text, _ := sampleRecords(3)
	f.Add(text)
	f.Add(append([]byte(markerText), text[3:]...))
	f.Fuzz(func(t *testing.T, text []byte) {
		next := 0
		last := qq.SN(0)
		end := walk(text, Range{1, maxSN}, func(off int, r record) {
			if off < next || r.sn <= last || off+r.size() > len(text) {
				t.Fatalf("record %d at %d after %d at %d", r.sn, off, last, next)
			}
			if again, err := parseRecord(appendRecord(nil, r)); err != nil || again.sn != r.sn {
				t.Fatalf("%+v: %v", r, err)
			}
			next, last = off+r.size(), r.sn
			_, _ = r.entry()
		})
		if end != next {
			t.Fatalf("end %d after %d", end, next)
		}
	})
}

// FuzzSegment opens a folder whose files anybody may have written.
func FuzzSegment(f *testing.F) {
	h := header{epoch: 5, first: 100, before: 90, origins: map[qq.UserID]uint64{10001: 3}}
	text, _ := sampleRecords(3)
	whole := sampleIndex().encode()
	f.Add(append(h.encode(), text...), whole[len(indexMagic):len(whole)-4], encodeNumbers(numbers{epoch: 5, end: 200, last: 101, gone: 90}, 1))
	f.Add([]byte{}, []byte{}, []byte{})
	f.Fuzz(func(t *testing.T, segment, idx, nums []byte) {
		disk := newDisk(newRand(1))
		disk.put("log/"+segmentName(100), segment)
		disk.put("log/"+indexName(100), sealedIndex(idx))
		disk.put("log/"+numbersName, nums)
		l, r, err := Open(Options{Dir: "log", FS: disk.mount(), Durability: Strict})
		if err != nil {
			t.Fatal(err)
		}
		defer l.Close()
		got := all(t, l)
		for _, e := range got {
			if e.SN < 100 {
				t.Fatalf("entry %d of segment 100", e.SN)
			}
		}
		l.Seek(0)
		if _, err := l.ReadAccount(nil, 10001, l.First()-1, 10); err != nil {
			t.Fatal(err)
		}
		if l.next >= maxSN {
			return // forged numbers
		}
		if e := waitPut(t, l, entry(1, 0, 0)); e.SN <= r.Last {
			t.Fatalf("number %d after %d", e.SN, r.Last)
		}
	})
}

// sealedIndex puts magic and checksum around a body, which a fuzzer would
// hardly guess.
func sealedIndex(body []byte) []byte {
	text := append([]byte(indexMagic), body...)
	return binary.LittleEndian.AppendUint32(text, crc32.Checksum(text, castagnoli))
}

func FuzzIndex(f *testing.F) {
	whole := sampleIndex().encode()
	f.Add(whole[len(indexMagic) : len(whole)-4])
	f.Fuzz(func(t *testing.T, body []byte) {
		x, err := decodeIndex(sealedIndex(body))
		if err != nil {
			return
		}
		for no := range x.blocks {
			if off, end, _ := x.span(no); off >= end {
				t.Fatalf("block %d spans %d–%d", no, off, end)
			}
		}
		if _, err := decodeIndex(x.encode()); err != nil {
			t.Fatal(err)
		}
	})
}
