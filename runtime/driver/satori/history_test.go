package satori

import (
	"testing"

	"llbot/protocols/qq"
)

// A page ends before the first message of the newer one, whatever their seqs say
// of messages of the same time; without that one, seqs tell.
func TestUpTo(t *testing.T) {
	list := func(seqs ...int64) (out []*qq.Message) {
		for _, seq := range seqs {
			out = append(out, &qq.Message{MessageRef: qq.MessageRef{Chat: qq.GroupChat(7), Seq: seq}})
		}
		return out
	}
	for _, c := range []struct {
		seqs []int64
		upTo int64
		want int
		met  bool
	}{
		{[]int64{1, 2, 3}, 0, 3, true}, {[]int64{1, 2, 3}, 2, 2, true}, {[]int64{1, 2, 5}, 3, 2, false},
		{[]int64{10, 12, 11, 13}, 10, 2, true}, {[]int64{11, 12}, 10, 0, true}, {nil, 4, 0, false},
	} {
		if older, met := upTo(list(c.seqs...), c.upTo); len(older) != c.want || met != c.met {
			t.Errorf("%v up to %d: %d, %t", c.seqs, c.upTo, len(older), met)
		}
	}
}
