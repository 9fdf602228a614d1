package system

import (
	"fmt"
	"log/slog"
	"reflect"
	"runtime"
	"testing"

	"github.com/asynkron/protoactor-go/actor"
)

// TestRegistry: what the library registered before its buckets were gathered is
// found, and so are actors that come and go afterwards.
func TestRegistry(t *testing.T) {
	whole := actor.NewActorSystem(actor.WithLoggerFactory(func(*actor.ActorSystem) *slog.Logger { return slog.New(slog.DiscardHandler) }),
		actor.WithMetricProviders(nil))
	defer whole.Shutdown()
	var ids []string
	note := func(id string, _ any) { ids = append(ids, id) }
	for i := range 50 {
		whole.ProcessRegistry.Add(actor.NewActorProcess(NewMailbox(MailboxOptions{})), fmt.Sprint("early-", i))
	}
	for _, bucket := range whole.ProcessRegistry.LocalPIDs.LocalPIDs {
		bucket.IterCb(note)
	}
	gatherRegistry(whole.ProcessRegistry)
	if n := len(whole.ProcessRegistry.LocalPIDs.LocalPIDs); n != registryBuckets || len(ids) <= 50 {
		t.Errorf("%d buckets; %d processes before", n, len(ids))
	}
	for _, id := range ids {
		if _, found := whole.ProcessRegistry.GetLocal(id); !found {
			t.Errorf("%s is lost", id)
		}
	}

	s := newSystem(t, Options{})
	var pids []*actor.PID
	for range 300 {
		pids = append(pids, spawn(t, s, Spawning{}, double))
	}
	for _, pid := range pids {
		if _, found := s.Actors().ProcessRegistry.Get(pid); !found {
			t.Errorf("%s is not found", pid.Id)
		}
	}
	stop(t, s, pids...)
	for _, pid := range pids {
		if _, found := s.Actors().ProcessRegistry.Get(pid); found {
			t.Errorf("%s is still there", pid.Id)
		}
	}
}

// TestSizes holds what each connection has one of, in bytes on 64-bit machines, to the size
// classes of Go's memory.
func TestSizes(t *testing.T) {
	for _, c := range []struct {
		of   any
		most uintptr
	}{{Mailbox{}, 160}, {Timer{}, 64}, {guard{}, 32}} {
		if size := reflect.TypeOf(c.of).Size(); size > c.most {
			t.Errorf("a %T takes %d bytes, more than %d", c.of, size, c.most)
		}
	}
}

// TestSpawnMemory: an actor that waits costs 1 KB at most, its name and the library's part
// included.
func TestSpawnMemory(t *testing.T) {
	const n = 2000
	s := newSystem(t, Options{})
	held := func() int64 {
		for range 2 {
			runtime.GC()
		}
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return int64(m.HeapAlloc)
	}
	before, pids := held(), make([]*actor.PID, n)
	for i := range pids {
		pids[i] = spawn(t, s, Spawning{}, double)
	}
	if each := (held() - before) / n; each > 1000 && raceAllocs == 0 {
		t.Errorf("an actor costs %d bytes", each)
	}
	stop(t, s, pids...)
}
