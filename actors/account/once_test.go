package account

import (
	"context"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"llbot/protocols/qq"
)

// speaker is a driver that sends messages and counts them.
func speaker(do func(ctx context.Context, nth int) error) *driver {
	d := &driver{}
	var mu sync.Mutex
	sent := 0
	qq.Serve(&d.Handlers, func(ctx context.Context, op qq.SendMessage) (*qq.Sent, error) {
		mu.Lock()
		sent++
		nth := sent
		mu.Unlock()
		if do != nil {
			if err := do(ctx, nth); err != nil {
				return nil, err
			}
		}
		return &qq.Sent{MessageRef: qq.MessageRef{Chat: op.Chat, Seq: int64(nth)}, Time: 9}, nil
	})
	return d
}

func hello(text string) qq.SendMessage {
	return qq.SendMessage{Chat: qq.GroupChat(7), Segments: qq.NewText(text)}
}

func keyed(key, text string) qq.Keyed { return qq.Keyed{Key: key, Op: hello(text)} }

// send does a keyed send that must succeed and answers its seq.
func (h *house) send(key, text string) int64 {
	h.t.Helper()
	v, err := h.ref.Do(context.Background(), keyed(key, text))
	if err != nil {
		h.t.Fatal(err)
	}
	return v.(*qq.Sent).Seq
}

func TestOnce(t *testing.T) {
	inside(t, speaker(nil), func(t *testing.T, h *house) {
		op := qq.Keyed{Key: "k", Op: qq.SendMessage{Chat: qq.GroupChat(7), Segments: qq.Segments{
			&qq.Reply{MessageRef: qq.MessageRef{ID: 1003}}, &qq.Image{Media: qq.Media{URI: "base64://x"}}}}}
		first, err := h.ref.Do(t.Context(), op)
		if err != nil {
			t.Fatal(err)
		}
		for range 3 {
			again, err := h.ref.Do(t.Context(), op)
			if err != nil {
				t.Fatal(err)
			}
			want(t, "the first result", *again.(*qq.Sent), *first.(*qq.Sent))
		}
		want(t, "with its id", first.(*qq.Sent).ID, 1001)
		want(t, "blobs taken", len(h.media.took), 1)
		want(t, "another key", h.send("other", "x"), 2)
		want(t, "no key", must(qq.Do(t.Context(), h.ref, hello("x"))).Seq, 3)
		want(t, "nor the second time", must(qq.Do(t.Context(), h.ref, hello("x"))).Seq, 4)
		byCaller, err := qq.Do(t.Context(), qq.UnderKey(h.ref, "other"), hello("x"))
		if err != nil {
			t.Fatal(err)
		}
		want(t, "through a caller", byCaller.Seq, 2)
	})
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// sendAtOnce has 64 callers send under one key: all are answered the first message.
func sendAtOnce(t *testing.T, h *house) {
	t.Helper()
	var all sync.WaitGroup
	for range 64 {
		all.Go(func() {
			if got := h.send("k", "x"); got != 1 {
				t.Errorf("message %d", got)
			}
		})
	}
	all.Wait()
}

func TestOneOfManyAtOnce(t *testing.T) {
	slow := func(context.Context, int) error { time.Sleep(time.Second); return nil }
	inside(t, speaker(slow), func(t *testing.T, h *house) {
		sendAtOnce(t, h)
	})
}

func TestSameKeyForAnotherRequest(t *testing.T) {
	inside(t, speaker(nil), func(t *testing.T, h *house) {
		h.send("k", "x")
		for _, op := range []qq.Operation{hello("y"), qq.SetAdmin{Group: 7, Member: 8}} {
			_, err := h.ref.Do(t.Context(), qq.Keyed{Key: "k", Op: op})
			e := wantKind(t, err, qq.ErrConflict)
			want(t, "outcome", e.Outcome, qq.NotApplied)
			want(t, "operation", e.Op, qq.OpName(op))
		}
		want(t, "still the first", h.send("k", "x"), 1)
	})
}

func TestFailuresLeaveTheKeyFree(t *testing.T) {
	muted := func(_ context.Context, nth int) error {
		if nth == 1 {
			return qq.Errorf(qq.ErrMuted, "until noon")
		}
		return nil
	}
	inside(t, speaker(muted), func(t *testing.T, h *house) {
		_, err := h.ref.Do(t.Context(), keyed("k", "x"))
		wantKind(t, err, qq.ErrMuted)
		want(t, "free", h.keys.state("k"), 0)
		want(t, "tried again", h.send("k", "x"), 2)
		bad := qq.SendMessage{Segments: qq.Segments{&qq.Image{Media: qq.Media{URI: "bad"}}}}
		_, err = h.ref.Do(t.Context(), qq.Keyed{Key: "media", Op: bad})
		wantKind(t, err, qq.ErrMedia)
		lost := qq.SendMessage{Segments: qq.Segments{&qq.Reply{MessageRef: qq.MessageRef{ID: 1}}}}
		_, err = h.ref.Do(t.Context(), qq.Keyed{Key: "reference", Op: lost})
		wantKind(t, err, qq.ErrNotFound)
		_, err = h.ref.Do(t.Context(), qq.Keyed{Key: "lacking", Op: qq.SetCard{}})
		wantKind(t, err, qq.ErrUnsupported)
		for _, key := range []string{"media", "reference", "lacking"} {
			want(t, key, h.keys.state(key), 0)
		}
	})
}

func TestOfflineLeavesTheKeyFree(t *testing.T) {
	d := speaker(nil)
	d.offline = true
	inside(t, d, func(t *testing.T, h *house) {
		_, err := h.ref.Do(t.Context(), keyed("k", "x"))
		wantKind(t, err, qq.ErrOffline)
		want(t, "free", h.keys.state("k"), 0)
	})
}

func TestKeysThatAreRefused(t *testing.T) {
	inside(t, speaker(nil), func(t *testing.T, h *house) {
		for _, key := range []string{"", "a\x00", strings.Repeat("x", qq.MaxKey+1)} {
			_, err := h.ref.Do(t.Context(), keyed(key, "x"))
			wantKind(t, err, qq.ErrInvalid)
		}
		h.keys.fail = qq.Errorf(qq.ErrInternal, "disk")
		_, err := h.ref.Do(t.Context(), keyed("k", "x"))
		wantKind(t, err, qq.ErrInternal)
		h.ref.state.Keys = nil
		_, err = h.ref.Do(t.Context(), keyed("k", "x"))
		wantKind(t, err, qq.ErrUnsupported)
		want(t, "nothing was sent", must(qq.Do(t.Context(), h.ref, hello("x"))).Seq, 1)
	})
}

func TestReadsTakeNoKey(t *testing.T) {
	inside(t, speaker(nil), func(t *testing.T, h *house) {
		v, err := h.ref.Do(t.Context(), qq.Keyed{Key: "k", Op: qq.GetLogin{}})
		if err != nil || v.(qq.Login).ID != self {
			t.Errorf("%v, %v", v, err)
		}
		if _, err := h.ref.Do(t.Context(), qq.Keyed{Key: "k", Op: qq.GetStatus{}}); err != nil {
			t.Error(err)
		}
		want(t, "free", h.keys.state("k"), 0)
	})
}

func TestAResultThatCannotBeReadIsToldSo(t *testing.T) {
	inside(t, speaker(nil), func(t *testing.T, h *house) {
		h.send("k", "x")
		h.keys.held["k"].result = []byte(`{"v":99}`)
		_, err := h.ref.Do(t.Context(), keyed("k", "x"))
		want(t, "outcome", wantKind(t, err, qq.ErrInternal).Outcome, qq.Applied)
	})
}

// TestPartsOfARequest interrupts a request of three messages behind each of them.
func TestPartsOfARequest(t *testing.T) {
	for broken := 1; broken <= 4; broken++ {
		t.Run(strconv.Itoa(broken), func(t *testing.T) {
			fails := func(_ context.Context, nth int) error {
				if nth == broken {
					return qq.Errorf(qq.ErrRateLimited, "later")
				}
				return nil
			}
			inside(t, speaker(fails), func(t *testing.T, h *house) {
				ops := []qq.SendMessage{hello("a"), hello("b"), hello("c")}
				request := func() (seqs []int64) {
					c := must(qq.Together(qq.UnderKey(h.ref, "k"), ops))
					for _, op := range ops {
						sent, err := qq.Do(t.Context(), c, op)
						if err != nil {
							return nil
						}
						seqs = append(seqs, sent.Seq)
					}
					return seqs
				}
				first := request()
				if (first == nil) != (broken <= 3) {
					t.Fatalf("first try: %v", first)
				}
				second := request()
				for i, seq := range second {
					expected := int64(i + 1)
					if i+1 >= broken {
						expected++ // the failed try has taken a number
					}
					want(t, "message", seq, expected)
				}
				want(t, "messages", len(second), 3)
				_, err := qq.Do(t.Context(), qq.UnderKey(h.ref, "k"), hello("a"))
				wantKind(t, err, qq.ErrConflict)
			})
		})
	}
}
