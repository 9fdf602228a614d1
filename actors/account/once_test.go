package account

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
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

func TestOneOfManyAtOnce(t *testing.T) {
	slow := func(context.Context, int) error { time.Sleep(time.Second); return nil }
	inside(t, speaker(slow), func(t *testing.T, h *house) {
		var all sync.WaitGroup
		for range 64 {
			all.Go(func() {
				if got := h.send("k", "x"); got != 1 {
					t.Errorf("message %d", got)
				}
			})
		}
		all.Wait()
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

func TestTheOperationOutlivesItsCaller(t *testing.T) {
	slow := func(context.Context, int) error { time.Sleep(10 * time.Second); return nil }
	inside(t, speaker(slow), func(t *testing.T, h *house) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		for range 2 { // the second one waits for the first one's operation
			_, err := h.ref.Do(ctx, keyed("k", "x"))
			want(t, "outcome", wantKind(t, err, qq.ErrTimeout).Outcome, qq.Unknown)
			ctx, cancel = context.WithTimeout(t.Context(), time.Second)
			defer cancel()
		}
		want(t, "in progress", h.keys.state("k"), InProgress)
		want(t, "the first one's", h.send("k", "x"), 1)
	})
}

// TestAHungDriver: nobody waits for ever, and what the driver says in the end
// counts.
func TestAHungDriver(t *testing.T) {
	hung := func(context.Context, int) error { time.Sleep(time.Hour); return nil }
	inside(t, speaker(hung), func(t *testing.T, h *house) {
		for range 2 {
			began := time.Now()
			_, err := h.ref.Do(t.Context(), keyed("k", "x"))
			wantKind(t, err, qq.ErrTimeout)
			want(t, "waited", time.Since(began), opTimeout)
		}
		time.Sleep(time.Hour)
		want(t, "the late answer", h.send("k", "x"), 1)
	})
}

func TestNobodyKnows(t *testing.T) {
	for name, fail := range map[string]func() error{
		"timeout": func() error { return context.DeadlineExceeded },
		"unknown": func() error { return &qq.Error{Kind: qq.ErrUpstream, Outcome: qq.Unknown} },
		"applied": func() error { return &qq.Error{Kind: qq.ErrUpstream, Outcome: qq.Applied} },
		"panic":   func() error { panic("bad luck") },
	} {
		t.Run(name, func(t *testing.T) {
			inside(t, speaker(func(context.Context, int) error { return fail() }), func(t *testing.T, h *house) {
				if _, err := h.ref.Do(t.Context(), keyed("k", "x")); err == nil {
					t.Fatal("no error")
				}
				for range 2 {
					_, err := h.ref.Do(t.Context(), keyed("k", "x"))
					want(t, "outcome", wantKind(t, err, qq.ErrConflict).Outcome, qq.Unknown)
				}
				want(t, "kept", h.keys.state("k"), Orphan)
			})
		})
	}
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

// TestTheEndOfTheAccountEndsEveryClaim closes an account with keyed operations
// in every stage.
func TestTheEndOfTheAccountEndsEveryClaim(t *testing.T) {
	waits := func(ctx context.Context, _ int) error { <-ctx.Done(); return ctx.Err() }
	inside(t, speaker(waits), func(t *testing.T, h *house) {
		var callers sync.WaitGroup
		for range 2 {
			callers.Go(func() {
				_, err := h.ref.Do(context.Background(), keyed("under way", "x"))
				if !errors.Is(err, qq.ErrOffline) && !errors.Is(err, qq.ErrConflict) {
					t.Errorf("under way: %v", err)
				}
			})
		}
		synctest.Wait()
		if err := h.ref.Close(context.Background()); err != nil {
			t.Error(err)
		}
		callers.Wait()
		want(t, "under way", h.keys.state("under way"), Orphan)
		_, err := h.ref.Do(context.Background(), keyed("late", "x"))
		wantKind(t, err, qq.ErrOffline)
		want(t, "late", h.keys.state("late"), 0)
	})
}

// memory is a driver that remembers.
type memory struct {
	*driver
	mu      sync.Mutex
	done    map[string]any
	silent  int   // so many answers get lost on their way
	asleep  error // Recall answers it
	recalls int
}

func (m *memory) DoOnce(ctx context.Context, nonce string, op qq.Operation) (any, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	v, known := m.done[nonce]
	if !known {
		var err error
		if v, err = m.Do(ctx, op); err != nil {
			return nil, err
		}
		m.done[nonce] = v
	}
	if m.silent > 0 {
		m.silent--
		return nil, context.DeadlineExceeded
	}
	return v, nil
}

func (m *memory) Recall(_ context.Context, nonce string) (any, bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.recalls++
	v, known := m.done[nonce]
	return v, known, m.asleep
}

func remembering(t *testing.T, do func(context.Context, int) error, fn func(t *testing.T, h *house, m *memory)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		m := &memory{driver: speaker(do), done: map[string]any{}}
		h := newHouseOf(t, m.driver, m)
		defer h.end()
		fn(t, h, m)
	})
}

func TestTheDriverIsAskedWhatItDid(t *testing.T) {
	remembering(t, nil, func(t *testing.T, h *house, m *memory) {
		m.silent = 1
		_, err := h.ref.Do(t.Context(), keyed("k", "x"))
		wantKind(t, err, qq.ErrTimeout)
		want(t, "lost", h.keys.state("k"), Orphan)
		v, err := h.ref.Do(t.Context(), keyed("k", "x"))
		if err != nil {
			t.Fatal(err)
		}
		want(t, "the first result", v.(*qq.Sent).MessageRef, qq.MessageRef{Chat: qq.GroupChat(7), Seq: 1, ID: 1001})
		want(t, "the first result", h.send("k", "x"), 1)
		want(t, "asked once", m.recalls, 1)
		want(t, "settled", h.keys.state("k"), Finished)
	})
}

func TestWhatTheDriverDidNotDoIsDone(t *testing.T) {
	unknown := func(_ context.Context, nth int) error {
		if nth == 1 {
			return context.DeadlineExceeded
		}
		return nil
	}
	remembering(t, unknown, func(t *testing.T, h *house, _ *memory) {
		_, err := h.ref.Do(t.Context(), keyed("k", "x"))
		wantKind(t, err, qq.ErrTimeout)
		want(t, "done now", h.send("k", "x"), 2)
		want(t, "and not again", h.send("k", "x"), 2)
	})
}

func TestADriverThatCannotBeAsked(t *testing.T) {
	remembering(t, nil, func(t *testing.T, h *house, m *memory) {
		m.silent, m.asleep = 1, qq.Errorf(qq.ErrOffline, "asleep")
		_, err := h.ref.Do(t.Context(), keyed("k", "x"))
		wantKind(t, err, qq.ErrTimeout)
		_, err = h.ref.Do(t.Context(), keyed("k", "x"))
		wantKind(t, err, qq.ErrOffline)
		want(t, "nobody knows yet", h.keys.state("k"), Orphan)
		m.asleep = nil
		want(t, "the first result", h.send("k", "x"), 1)
	})
}

// TestAKeyThatWasFreedIsANewAttempt: the driver does not take it for the old one.
func TestAKeyThatWasFreedIsANewAttempt(t *testing.T) {
	remembering(t, nil, func(t *testing.T, h *house, _ *memory) {
		want(t, "first", h.send("k", "x"), 1)
		h.keys.held = map[string]*held{} // a day goes by
		time.Sleep(24 * time.Hour)
		want(t, "second", h.send("k", "x"), 2)
	})
}

func TestOrphansAreAdoptedByOne(t *testing.T) {
	remembering(t, nil, func(t *testing.T, h *house, m *memory) {
		m.silent = 1
		_, err := h.ref.Do(t.Context(), keyed("k", "x"))
		wantKind(t, err, qq.ErrTimeout)
		var all sync.WaitGroup
		for range 64 {
			all.Go(func() {
				if got := h.send("k", "x"); got != 1 {
					t.Errorf("message %d", got)
				}
			})
		}
		all.Wait()
		want(t, "asked once", m.recalls, 1)
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
