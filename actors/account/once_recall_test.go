package account

import (
	"context"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"llbot/protocols/qq"
)

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
		sendAtOnce(t, h)
		want(t, "asked once", m.recalls, 1)
	})
}
