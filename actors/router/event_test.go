package router

import (
	"bytes"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"llbot/protocols/face"
)

func TestFramings(t *testing.T) {
	e := NewEvent(entry(7))
	by := numbers{size: 200}
	payload, _ := by.Encode(nil, e.Entry())
	for _, f := range []face.Framing{face.FrameRaw, face.FrameServer, face.FrameClient, face.FrameSSE, face.FrameSSEMilky, 99} {
		v := face.Variant{Encoder: by, Framing: f}
		got := e.Frame(v)
		if want := face.AppendFrame(nil, f, payload, 7, e.mask); !bytes.Equal(got, want) {
			t.Errorf("framing %d: got %q, want %q", f, got, want)
		}
		if again := e.Frame(v); &again[0] != &got[0] {
			t.Errorf("framing %d is made twice", f)
		}
	}
	if got, want := e.BatchBytes(), 200+4; got != want {
		t.Errorf("size %d, want %d", got, want)
	}
}

func TestSilence(t *testing.T) {
	e := NewEvent(entry(6))
	for _, f := range []face.Framing{face.FrameRaw, face.FrameServer, face.FrameSSE} {
		if got := e.Frame(face.Variant{Encoder: numbers{mute: 3}, Framing: f}); got != nil {
			t.Errorf("got %q", got)
		}
	}
	if got := e.Frame(face.Variant{}); got != nil {
		t.Errorf("no encoder: got %q", got)
	}
}

func TestEncodedOnceByMany(t *testing.T) {
	var a, b atomic.Int64
	e := NewEvent(entry(1))
	variants := []face.Variant{
		{Encoder: counting{&a, numbers{}}}, {Encoder: counting{&a, numbers{}}, Framing: face.FrameServer},
		{Encoder: counting{&b, numbers{}}}, {Encoder: counting{&b, numbers{}}, Framing: face.FrameClient},
	}
	var readers sync.WaitGroup
	for i := range 32 {
		readers.Go(func() {
			for n := range variants {
				if e.Frame(variants[(i+n)%len(variants)]) == nil {
					t.Error("nothing said")
				}
			}
		})
	}
	readers.Wait()
	if a.Load() != 1 || b.Load() != 1 {
		t.Errorf("encoded %d and %d times", a.Load(), b.Load())
	}
}

func TestPanickingEncoderIsSilentAndLoggedOnce(t *testing.T) {
	var log bytes.Buffer
	f := newDesk(slog.New(slog.NewTextHandler(&log, nil)))
	for _, sn := range span(1, 3) {
		e := newEvent(entry(sn), f)
		if got := e.Frame(raw(panicking{})); got != nil {
			t.Errorf("got %q", got)
		}
		if e.Frame(raw(numbers{})) == nil {
			t.Error("other encoders must go on")
		}
	}
	if got := f.panics.Load(); got != 3 {
		t.Errorf("%d panics counted", got)
	}
	if got := strings.Count(log.String(), "encoder panicked"); got != 1 {
		t.Errorf("logged %d times:\n%s", got, &log)
	}
	if NewEvent(entry(1)).Frame(raw(panicking{})) != nil {
		t.Error("an event without a router said something")
	}
}

func TestRecentSharesEvents(t *testing.T) {
	r := newRecent(6, newDesk(slog.New(slog.DiscardHandler)))
	if len(r.slots) != 8 {
		t.Fatalf("%d slots", len(r.slots))
	}
	live := NewEvent(entry(3))
	r.put(live)
	if r.Of(entry(3)) != live {
		t.Error("the live event is not shared")
	}
	old := r.Of(entry(11)) // falls to the same slot
	if old == live || old.SN() != 11 || r.Of(entry(11)) != old {
		t.Error("two readers of an old entry do not share it")
	}
	if again := r.Of(entry(3)); again == live || again.SN() != 3 {
		t.Error("a slot holds two events")
	}
}

func TestRecentConcurrently(t *testing.T) {
	var calls atomic.Int64
	r := newRecent(64, newDesk(slog.New(slog.DiscardHandler)))
	by := counting{&calls, numbers{}}
	var readers sync.WaitGroup
	for range 16 {
		readers.Go(func() {
			for _, sn := range span(1, 64) {
				if got := string(r.Of(entry(sn)).Frame(raw(by))); got != sequence(0, sn) {
					t.Errorf("got %q", got)
				}
			}
		})
	}
	readers.Wait()
	if calls.Load() != 64 {
		t.Errorf("%d encodings of 64 events", calls.Load())
	}
}
