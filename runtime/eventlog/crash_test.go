package eventlog

import (
	"flag"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"llbot/protocols/qq"
)

var (
	seeds    = flag.Int("eventlog.seeds", defaultSeeds, "how many courses on the simulated disk are run")
	oneSeed  = flag.Uint64("eventlog.seed", 0, "run this course alone, with its log")
	accounts = []qq.UserID{10001, 10002, 10003, 10004, 10005, 10006, 10007}
)

// TestSimulatedDisk plays courses of several lives of a log on a disk that
// loses, tears and flips what it was given, fills up and fails to sync.
func TestSimulatedDisk(t *testing.T) {
	if *oneSeed != 0 {
		synctest.Test(t, func(t *testing.T) { newCourse(t, *oneSeed).run() })
		return
	}
	var sum tally
	for seed := uint64(1); seed <= uint64(*seeds); seed++ {
		synctest.Test(t, func(t *testing.T) {
			c := newCourse(t, seed)
			c.run()
			sum.add(c.tally)
		})
		if t.Failed() {
			t.Fatalf("seed %d failed: run it alone with -eventlog.seed=%d", seed, seed)
		}
	}
	t.Logf("%d seeds: %+v", *seeds, sum)
	if sum.cuts == 0 || sum.full == 0 || sum.badSyncs == 0 || sum.lostTold == 0 || sum.retained == 0 || sum.deleted == 0 {
		t.Errorf("a kind of fault never happened: %+v", sum)
	}
}

// tally counts what happened, so that a test that tests nothing is seen.
type tally struct {
	lives, appended, acked, repeats, cuts, full, badSyncs, damaged, lostTold, retained, deleted int
}

func (a *tally) add(b tally) {
	a.lives += b.lives
	a.appended += b.appended
	a.acked += b.acked
	a.repeats += b.repeats
	a.cuts += b.cuts
	a.full += b.full
	a.badSyncs += b.badSyncs
	a.damaged += b.damaged
	a.lostTold += b.lostTold
	a.retained += b.retained
	a.deleted += b.deleted
}

// course is one seed: a disk, what was given to the log, and what it promised.
type course struct {
	tally
	t       *testing.T
	seed    uint64
	rng     *rand.Rand
	disk    *disk
	opt     Options
	log     *Log
	given   map[qq.SN]truth
	acked   map[qq.SN]bool
	origin  map[qq.UserID]uint64 // acknowledged
	next    map[qq.UserID]uint64 // what the driver emits next
	top     qq.SN                // the greatest number given
	before  qq.SN                // it, when this life began
	epoch   uint64
	hurt    bool               // the disk was damaged beyond what a crash does
	broken  bool               // since the last start
	waiting map[qq.UserID]bool // for an answer
	slip    atomic.Bool        // an entry was refused: the driver starts over
}

type truth struct {
	entry qq.Entry
	text  []byte
}

func newCourse(t *testing.T, seed uint64) *course {
	rng := rand.New(rand.NewPCG(seed, 7))
	logger := slog.New(slog.DiscardHandler)
	if *oneSeed != 0 {
		logger = slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelDebug}))
	}
	c := &course{
		t: t, seed: seed, rng: rng, disk: newDisk(rand.New(rand.NewPCG(seed, 8))), given: map[qq.SN]truth{}, acked: map[qq.SN]bool{},
		origin: map[qq.UserID]uint64{}, waiting: map[qq.UserID]bool{}, next: map[qq.UserID]uint64{},
		opt: Options{
			Dir: "log", Durability: Durability(rng.IntN(2)), Interval: time.Duration(1+rng.IntN(20)) * time.Millisecond,
			SegmentBytes: int64(500 + rng.IntN(6000)), ReserveBlock: 8 + rng.IntN(100),
			TailEntries: 1 + rng.IntN(40), TailBytes: int64(200 + rng.IntN(8000)), CacheBytes: int64(1 + rng.IntN(9000)),
			Logger: logger,
		},
	}
	if rng.IntN(4) == 0 {
		c.opt.Retention.Bytes = int64(2000 + rng.IntN(10000))
	}
	return c
}

func (c *course) fatalf(format string, args ...any) {
	c.t.Helper()
	c.t.Fatalf("seed %d: "+format, append([]any{c.seed}, args...)...)
}

func (c *course) run() {
	defer func() { c.log.Close() }() // also when the test fails
	for range 2 + c.rng.IntN(4) {
		c.open()
		c.live()
		c.end()
		if c.rng.IntN(3) == 0 {
			c.damage()
		}
		time.Sleep(time.Second)
	}
	c.open()
	c.end()
}

// open starts a life and checks that everything promised is there.
func (c *course) open() {
	c.lives++
	if c.rng.IntN(6) == 0 { // first a start that the disk disturbs
		c.disk.opsLeft, c.disk.badSyncs = c.rng.IntN(20), c.rng.IntN(2)
		c.opt.FS = c.disk.mount()
		if l, _, err := Open(c.opt); err == nil {
			l.Close()
		}
		c.disk.crash()
	}
	c.opt.FS = c.disk.mount()
	l, r, err := Open(c.opt)
	if err != nil || r.WriteTrouble != nil {
		c.fatalf("open: %v, %v", err, r.WriteTrouble)
	}
	c.log, c.before = l, c.top
	if c.epoch != 0 && c.epoch != l.Epoch() && len(c.acked) > 0 && !r.Lost && !r.New && !c.broken {
		c.fatalf("the epoch changed: %+v", r)
	}
	c.epoch = l.Epoch()
	c.verify(r)
	for _, a := range accounts {
		if last := l.LastOrigin(a); last < c.origin[a] && !c.broken {
			c.fatalf("last origin %d of %d, acknowledged %d", last, a, c.origin[a])
		}
		c.origin[a] = l.LastOrigin(a)
	}
	c.startDriver()
	c.broken = false
	c.opt.Logger.Debug("opened", "recovery", fmt.Sprintf("%+v", r))
}

// end is the end of a life: in order, or by the power.
func (c *course) end() {
	if c.rng.IntN(3) == 0 {
		c.log.Close()
	}
	synctest.Wait()
	synced := c.log.Synced()
	if c.opt.Durability == Batch {
		for sn, g := range c.given {
			if sn <= synced && sn > c.before && sn > c.log.numbers.gone && !c.acked[sn] && !c.hurt {
				c.acknowledge(sn, g.entry.Account, g.entry.Origin)
			}
		}
	}
	if c.disk.off {
		c.cuts++
	}
	c.full += c.disk.refusedBy
	c.disk.refusedBy = 0
	c.disk.crash()
	c.log.Close()
}
