package account_test

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"llbot/actors/account"
	"llbot/actors/journal"
	"llbot/actors/router"
	"llbot/actors/system"
	"llbot/protocols/qq"
	"llbot/runtime/driver/sim"
	"llbot/runtime/eventlog"
	"llbot/runtime/store"

	"github.com/google/go-cmp/cmp"
)

// The moments of a keyed operation at which the process is killed.
const (
	beforeTheDriver = iota // the key is claimed, nothing is done
	applied                // it is on the world's disk; nobody was told
	finished               // the result has been stored, but did not reach the disk
	moments
)

var crashRuns = flag.Int("account.crashes", 20, "how many runs of kills and retries")

func between(rng *rand.Rand, low, high int) int { return low + rng.IntN(high-low+1) }

// folder is a data folder, with an event log that never loses anything.
type folder struct {
	dir   string
	world string // the world's part of it
	lives int
	log   *eventlog.Memory
}

// life is the account from one start of the process to its end.
type life struct {
	*folder
	sys   *system.System
	store *store.Store
	world *sim.World
	ref   account.Ref
	stop  []func() error

	kill chan int // the moment at which the next operation ends this life
	dead atomic.Bool
	left string // the world's folder as the kill left it
}

var errKilled = errors.New("killed")

func now() qq.Time { return qq.TimeOf(time.Now()) }

func (f *folder) live(t *testing.T) *life {
	t.Helper()
	l := &life{folder: f, sys: system.New(system.Options{}), kill: make(chan int, 1)}
	var err error
	check := func() {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	l.store, err = store.Open(f.dir, slog.New(slog.DiscardHandler))
	check()
	l.world, err = sim.Open(sim.Options{Dir: f.world, Sync: time.Millisecond})
	check()
	driver, err := l.world.Driver(sim.SeedAccount)
	check()
	routes, err := router.Spawn(l.sys, nil, router.Options{Last: f.log.Last()})
	check()
	journal, err := journal.Spawn(l.sys, nil, f.log, routes)
	check()
	l.ref, err = account.Spawn(l.sys, nil, account.Options{
		ID: sim.SeedAccount, Driver: mortalDriver{driver.(qq.Remembering), l}, Journal: journal, IDs: l.store.IDs(),
		Keys: mortalKeys{l.store.Keys(), l}, LastOrigin: f.log.LastOrigin, Now: now,
	})
	check()
	ctx := context.Background()
	l.stop = []func() error{
		func() error { return l.ref.Close(ctx) }, func() error { return l.sys.Stop(ctx, journal.PID()) },
		func() error { return routes.Stop(ctx) }, l.world.Close, l.store.Close,
		func() error { l.sys.Shutdown(); return nil },
	}
	l.ref.Settled(ctx)
	return l
}

// end takes the process away. After a kill the world is what its disk was.
func (l *life) end(t *testing.T) {
	t.Helper()
	for _, stop := range l.stop {
		if err := stop(); err != nil {
			t.Fatal(err)
		}
	}
	if l.left != "" {
		l.folder.world = l.left
	}
}

// die ends the life as far as the disk goes.
func (l *life) die() error {
	l.dead.Store(true)
	return errKilled
}

// copyWorld is the world's folder as it is on disk now.
func (l *life) copyWorld() error {
	l.lives++
	l.left = filepath.Join(l.dir, fmt.Sprint("world", l.lives))
	return os.CopyFS(l.left, os.DirFS(l.folder.world))
}

// mortalKeys writes nothing any more once the process is dead.
type mortalKeys struct {
	account.Keys
	life *life
}

func (k mortalKeys) Finish(id qq.UserID, key string, result []byte) {
	select {
	case <-k.life.kill: // finished
		_ = k.life.die()
	default:
	}
	if !k.life.dead.Load() {
		k.Keys.Finish(id, key, result)
	}
}

func (k mortalKeys) Abandon(id qq.UserID, key string) {
	if !k.life.dead.Load() {
		k.Keys.Abandon(id, key)
	}
}

func (k mortalKeys) Lose(id qq.UserID, key string) {
	if !k.life.dead.Load() {
		k.Keys.Lose(id, key)
	}
}

type mortalDriver struct {
	qq.Remembering
	life *life
}

// DoOnce kills the process at the moment that was asked for.
func (d mortalDriver) DoOnce(ctx context.Context, nonce string, op qq.Operation) (any, error) {
	moment := moments
	select {
	case moment = <-d.life.kill:
	default:
	}
	switch moment {
	case finished:
		d.life.kill <- moment
	case beforeTheDriver:
		if err := d.life.copyWorld(); err != nil {
			return nil, err
		}
		return nil, d.life.die()
	}
	v, err := d.Remembering.DoOnce(ctx, nonce, op)
	if moment == applied && err == nil {
		if err := d.life.copyWorld(); err != nil {
			return nil, err
		}
		return nil, d.life.die()
	}
	return v, err
}

// request is several messages under one key.
func request(ref account.Ref, key string, texts []string) (list []qq.Sent, err error) {
	var ops []qq.SendMessage
	for _, text := range texts {
		ops = append(ops, qq.SendMessage{Chat: qq.GroupChat(sim.SeedGroup), Segments: qq.NewText(text)})
	}
	c, err := qq.Together(qq.UnderKey(ref, key), ops)
	if err != nil {
		return nil, err
	}
	for _, op := range ops {
		sent, err := qq.Do(context.Background(), c, op)
		if err != nil {
			return nil, err
		}
		list = append(list, *sent)
	}
	return list, nil
}

// TestNothingIsSentTwiceWhereverItIsKilled kills the process at random moments
// of random requests, over the simulated QQ and the real store, and tries again
// as a client would.
func TestNothingIsSentTwiceWhereverItIsKilled(t *testing.T) {
	for seed := range uint64(*crashRuns) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) { killAndRetry(t, rand.New(rand.NewPCG(seed, 0))) })
	}
}

func killAndRetry(t *testing.T, rng *rand.Rand) {
	dir := t.TempDir()
	f := &folder{dir: dir, world: filepath.Join(dir, "world"), log: eventlog.NewMemory(now(), 0)}
	l := f.live(t)
	defer func() { l.end(t) }()
	// The log must know an origin: an account without any is told only what is new.
	want := []string{"hello"}
	if _, err := l.world.Say(context.Background(), sim.Say{As: sim.SeedAlice, Group: sim.SeedGroup, Text: want[0]}); err != nil {
		t.Fatal(err)
	}
	answers := map[string][]qq.Sent{}
	for i := range between(rng, 1, 3) {
		key := fmt.Sprint("key ", i)
		var texts []string
		for part := range between(rng, 1, 3) {
			texts = append(texts, fmt.Sprint(i, ".", part))
		}
		want = append(want, texts...)
		l = sendThroughKills(t, rng, l, key, texts, answers)
	}
	for i := 0; len(answers[fmt.Sprint("key ", i)]) > 0; i++ { // all keys once more
		first := answers[fmt.Sprint("key ", i)]
		again, err := request(l.ref, fmt.Sprint("key ", i), textsOf(i, len(first)))
		if d := cmp.Diff(first, again); err != nil || d != "" {
			t.Fatalf("%v: a later call is answered otherwise\n%s", err, d)
		}
	}
	checkWorld(t, l, want)
	checkLog(t, l, want)
}

func textsOf(i, n int) (texts []string) {
	for part := range n {
		texts = append(texts, fmt.Sprint(i, ".", part))
	}
	return texts
}

// sendThroughKills tries a request until it is answered, in as many lives as
// it takes.
func sendThroughKills(t *testing.T, rng *rand.Rand, l *life, key string, texts []string, answers map[string][]qq.Sent) *life {
	for kills := between(rng, 0, 3); ; kills-- {
		if kills > 0 {
			l.kill <- between(rng, 0, moments-1)
		}
		list, err := request(l.ref, key, texts)
		if l.dead.Load() {
			l.end(t)
			l = l.folder.live(t)
			continue
		}
		select {
		case <-l.kill: // everything was done already, so that nobody was there to be killed
		default:
		}
		if err != nil {
			t.Fatalf("%s: %v", key, err)
		}
		answers[key] = list
		return l
	}
}

func checkWorld(t *testing.T, l *life, want []string) {
	h, err := qq.Do(context.Background(), l.ref, qq.GetHistory{Chat: qq.GroupChat(sim.SeedGroup), Count: 100})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, m := range h.Messages {
		got = append(got, m.Segments.PlainText())
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Fatalf("in the group (-want +got)\n%s", d)
	}
}

// checkLog wants every message told once, in order.
func checkLog(t *testing.T, l *life, want []string) {
	var got []string
	for deadline := time.Now().Add(5 * time.Second); len(got) < len(want) && time.Now().Before(deadline); time.Sleep(time.Millisecond) {
		entries, err := l.log.Read(nil, l.log.First()-1, 1<<20)
		if err != nil {
			t.Fatal(err)
		}
		got = nil
		for _, e := range entries {
			if m, ok := e.Event.(*qq.MessageReceived); ok {
				got = append(got, m.Segments.PlainText())
			}
		}
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Fatalf("in the event log (-want +got)\n%s", d)
	}
}
