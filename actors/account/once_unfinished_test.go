package account

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"llbot/protocols/qq"
)

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
