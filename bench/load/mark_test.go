package load

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func TestMarked(t *testing.T) {
	for text, want := range map[string]struct {
		n   uint64
		end int
	}{
		"":                                     {},
		"bench:":                               {},
		"bench:00000000001":                    {}, // a digit too few
		"bench:00000000001x":                   {}, // no number
		"bench:000000000017":                   {17, 18},
		`{"a":"bench:000000000300 words"}`:     {300, 24},
		"bench:000000000001 bench:00000000002": {1, 18},
	} {
		if n, end := Marked([]byte(text)); n != want.n || end != want.end {
			t.Errorf("%q: %d ending at %d, want %d at %d", text, n, end, want.n, want.end)
		}
	}
}

func TestMarksComeBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.Uint64Range(0, 999_999_999_999).Draw(t, "n")
		before := rapid.StringMatching(`[a-z{}" ]{0,20}`).Draw(t, "before")
		text := append(AppendMark([]byte(before), n), " and more"...)
		got, end := Marked(text)
		if got != n || end != len(before)+MarkSize {
			t.Fatalf("%q: %d ending at %d", text, got, end)
		}
		if places := Places(text); !slices.Equal(places, []int{len(before) + len(Mark)}) {
			t.Fatalf("%q: numbers at %v", text, places)
		}
	})
}

func TestFrames(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		size := rapid.SampledFrom([]int{0, 1, 125, 126, 127, 600, 65535, 65536, 70000}).Draw(t, "size")
		payload := make([]byte, size)
		text := Frame(payload)
		if op, got, used, err := nextFrame(text); err != nil || op != opText || len(got) != size || used != len(text) {
			t.Fatalf("%d bytes: op %d, %d bytes, %d used, %v", size, op, len(got), used, err)
		}
		cut := rapid.IntRange(0, len(text)-1).Draw(t, "cut")
		if _, _, used, err := nextFrame(text[:cut]); used != 0 || err != nil {
			t.Fatalf("%d of %d bytes: %d used, %v", cut, len(text), used, err)
		}
	})
	if _, _, _, err := nextFrame(appendFrame(nil, opText, []byte("x"))); err == nil {
		t.Error("a masked frame from a server was taken")
	}
}
