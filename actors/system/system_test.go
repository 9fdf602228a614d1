package system

import (
	"bytes"
	"errors"
	"io"
	"log/slog"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/asynkron/protoactor-go/actor"
)

func TestShutdownTwice(t *testing.T) {
	s := New(Options{})
	s.Shutdown()
	s.Shutdown()
	if !s.Actors().IsStopped() {
		t.Error("our own system runs on")
	}
	s = New(Options{})
	s.Actors().Shutdown() // by somebody else
	s.Shutdown()
}

func TestExistingSystemIsLeftAlone(t *testing.T) {
	host := actor.NewActorSystem(actor.WithLoggerFactory(func(*actor.ActorSystem) *slog.Logger {
		return slog.New(slog.DiscardHandler)
	}), actor.WithDeadLetterThrottleInterval(time.Millisecond))
	subscribers := host.EventStream.Length()
	s := New(Options{Existing: host})
	pid := spawn(t, s, Spawning{}, double)
	var asks Asks[int]
	if got, err := ask(t.Context(), s, &asks, pid, 2); got != 4 || err != nil {
		t.Errorf("got %d, %v", got, err)
	}
	stop(t, s, pid)
	if _, err := ask(t.Context(), s, &asks, pid, 2); !errors.Is(err, ErrStopped) {
		t.Errorf("err = %v", err)
	}
	s.Shutdown()
	if host.IsStopped() || host.EventStream.Length() != subscribers {
		t.Error("the embedding program's system was changed")
	}
	host.Shutdown()
}

// The library writes to stderr by default, and reports dead letters in its log.
func TestLibraryKeepsQuiet(t *testing.T) {
	read, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	stderr := os.Stderr
	os.Stderr = write
	var log bytes.Buffer
	s := New(Options{Logger: slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))})
	pid := spawn(t, s, Spawning{}, double)
	stop(t, s, pid)
	for range 5 {
		s.Root().Send(pid, "nobody")
	}
	time.Sleep(5 * time.Millisecond)
	s.Shutdown()
	os.Stderr = stderr
	write.Close()
	if out, _ := io.ReadAll(read); len(out) > 0 {
		t.Errorf("stderr got %q", out)
	}
	if s.DeadLetters() != 5 {
		t.Errorf("dead letters = %d", s.DeadLetters())
	}
	if text := log.String(); strings.Contains(text, "DeadLetter") || strings.Contains(text, "level=INFO") {
		t.Errorf("log:\n%s", text)
	}
	slog.New(quiet{slog.NewTextHandler(&log, nil)}).With("a", 1).WithGroup("g").Warn("kept", "b", 2)
	if !strings.Contains(log.String(), `msg=kept a=1 g.b=2`) {
		t.Errorf("log:\n%s", log.String())
	}
}

// A watcher of an actor that is gone, and a library future that asks it, hear so.
func TestDeadLetterRepliesOfTheLibrary(t *testing.T) {
	s := newSystem(t, Options{})
	gone := spawn(t, s, Spawning{}, double)
	stop(t, s, gone)
	told := make(chan *actor.Terminated, 1)
	watcher := spawn(t, s, Spawning{}, func(ctx actor.Context) {
		switch m := ctx.Message().(type) {
		case *actor.Started:
			ctx.Watch(gone)
		case *actor.Terminated:
			told <- m
		}
	})
	if m := <-told; !m.Who.Equal(gone) || m.Why != actor.TerminatedReason_NotFound {
		t.Errorf("told %v", m)
	}
	if _, err := s.Root().RequestFuture(gone, "anybody?", time.Minute).Result(); !errors.Is(err, actor.ErrDeadLetter) {
		t.Errorf("err = %v", err)
	}
	stop(t, s, watcher)
}

func TestNilLoggerDiscards(t *testing.T) {
	s := newSystem(t, Options{})
	if s.Logger() == nil {
		t.Fatal("no logger")
	}
	s.Logger().Error("nowhere")
}
