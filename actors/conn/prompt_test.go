package conn

import (
	"strings"
	"testing"

	"llbot/protocols/face"
)

// promptLink answers what begins with "ask" and panics at "panic".
type promptLink struct{ face.Link }

func (promptLink) Prompt(dst, data []byte) ([]byte, bool) {
	switch {
	case string(data) == "panic":
		panic("asked for it")
	case strings.HasPrefix(string(data), "ask"):
		return append(dst, data...), true
	}
	return append(dst, "half an answer"...)[:len(dst)], false
}

func TestPrompterFramesAnswers(t *testing.T) {
	for _, client := range []bool{false, true} {
		answer := (&live{socket: &socket{client: client}}).prompter(promptLink{})
		var frames []byte
		var want []string
		for _, n := range []int{0, 1, 125, 126, 1 << 12, 1 << 16} {
			text := "ask" + strings.Repeat("x", n)
			var ok bool
			if frames, ok = answer(frames, []byte(text)); !ok {
				t.Fatalf("%d bytes were left", n)
			}
			want = append(want, text)
			for _, other := range []string{"panic", "tell"} {
				before := len(frames)
				if frames, ok = answer(frames, []byte(other)); ok || len(frames) != before {
					t.Fatalf("%s: %v, %d bytes more", other, ok, len(frames)-before)
				}
			}
		}
		for i, got := range payloads(t, frames, client) {
			if got != want[i] {
				t.Errorf("client %v, answer %d: %.20q, want %.20q", client, i, got, want[i])
			}
		}
	}
}

// payloads takes whole text frames apart.
func payloads(t *testing.T, frames []byte, masked bool) (list []string) {
	t.Helper()
	for len(frames) > 0 {
		n, head := int(frames[1]&127), 2
		switch n {
		case 126:
			n, head = int(frames[2])<<8|int(frames[3]), 4
		case 127:
			n, head = int(frames[6])<<24|int(frames[7])<<16|int(frames[8])<<8|int(frames[9]), 10
		}
		if frames[0] != 0x81 || (frames[1]&0x80 != 0) != masked {
			t.Fatalf("a frame that begins with %x", frames[:2])
		}
		text := frames[head : head+n]
		if masked {
			mask := [4]byte(frames[head:])
			head += 4
			text = append([]byte(nil), frames[head:head+n]...)
			for i := range text {
				text[i] ^= mask[i&3]
			}
		}
		list = append(list, string(text))
		frames = frames[head+n:]
	}
	return list
}
