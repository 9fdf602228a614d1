package transport

import (
	"testing"

	"llbot/protocols/face"

	"pgregory.net/rapid"
)

// Frames of every length, in pieces of any size, end where they end.
func TestFramesEnd(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var text []byte
		ends := map[int]bool{0: true}
		for range rapid.IntRange(1, 5).Draw(t, "frames") {
			size := rapid.SampledFrom([]int{0, 1, 125, 126, 127, 1 << 16, 1<<16 + 1}).Draw(t, "size")
			kind := rapid.SampledFrom([]face.Framing{face.FrameServer, face.FrameClient}).Draw(t, "kind")
			text = face.AppendFrame(text, kind, make([]byte, size), 0, [4]byte{1, 2, 3, 4})
			ends[len(text)] = true
		}
		var f framing
		for at := 0; at < len(text); {
			if f.ended() != ends[at] {
				t.Fatalf("ended at %d: %v", at, f.ended())
			}
			piece := text[at:min(at+rapid.IntRange(1, 70_000).Draw(t, "piece"), len(text))]
			n := f.take(piece)
			if n == 0 {
				t.Fatalf("nothing of %d bytes is taken at %d", len(piece), at)
			}
			for inner := at + 1; inner < at+n; inner++ {
				if ends[inner] {
					t.Fatalf("%d bytes taken at %d, beyond an end at %d", n, at, inner)
				}
			}
			at += n
		}
		if !f.ended() {
			t.Fatal("the last frame does not end")
		}
	})
}
