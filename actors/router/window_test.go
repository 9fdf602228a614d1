package router

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"llbot/actors/system"
	"llbot/protocols/face"
	"llbot/protocols/qq"
)

// slowEncoder holds its shard up until it is released.
type slowEncoder struct{ release chan struct{} }

func (e slowEncoder) Encode(dst []byte, _ *qq.Entry) ([]byte, bool) {
	<-e.release
	return append(dst, 'x'), true
}

// TestWhoBringsEventsWaitsForSlowShards: publishing itself never waits, so the
// window is what keeps the mailboxes from growing.
func TestWhoBringsEventsWaitsForSlowShards(t *testing.T) {
	sys := system.New(system.Options{})
	defer sys.Shutdown()
	ref, err := Spawn(sys, nil, Options{Shards: 2, Inline: -1, Window: 10})
	if err != nil {
		t.Fatal(err)
	}
	release := make(chan struct{})
	sink := &countingSink{}
	seated := make(chan Seat, 1)
	ref.Join(Subscription{
		Outbox: ref.Outbox(sink, sink, Limits{}), Tail: true, Reply: func(s Seat) { seated <- s },
		Selection: face.Selection{Accounts: face.AccountsOf(1)}, Variant: face.Variant{Encoder: slowEncoder{release}},
	})
	<-seated
	if err := ref.WaitRoom(t.Context()); err != nil {
		t.Fatal(err)
	}
	for sn := qq.SN(1); sn <= 200; sn++ {
		ref.Publish(NewEvent(&qq.Entry{SN: sn, Account: 1, Event: &qq.FriendDeleted{}}))
	}
	short, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	if err := ref.WaitRoom(short); !errors.Is(err, context.DeadlineExceeded) {
		t.Fatalf("a full window answered %v", err)
	}
	var waiting sync.WaitGroup
	for range 3 {
		waiting.Go(func() {
			if err := ref.WaitRoom(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
	close(release)
	waiting.Wait()
	if err := ref.Stop(context.Background()); err != nil {
		t.Fatal(err)
	}
	if got := sink.bytes(); got != 200 {
		t.Errorf("%d events written, want 200", got)
	}
}

// countingSink takes everything, and owns its outbox.
type countingSink struct {
	mu sync.Mutex
	n  int
}

func (s *countingSink) TryWrite(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.n += len(p)
	return len(p), nil
}

func (s *countingSink) bytes() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.n
}

func (*countingSink) WriteAll([]byte, time.Duration) error { return nil }
func (*countingSink) Abort()                               {}
func (*countingSink) Close()                               {}
func (*countingSink) Lagging(qq.SN)                        {}
func (*countingSink) Dead(error)                           {}
