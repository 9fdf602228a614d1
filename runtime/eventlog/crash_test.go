package eventlog

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"maps"
	"math/rand/v2"
	"slices"
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

// cautious tells that nothing is said to be lost and a file without records was
// set aside all the same: when two crashes in a row left segments without a
// header, nobody knows whether the older one ever had an accepted record, and
// keeping it is better than not telling.
func cautious(r Recovery) bool {
	return len(r.Unreadable) > 0 && !r.Lost && !r.NumbersLost && len(r.Corrupt)+len(r.Missing) == 0
}

// verify reads everything and holds it against what was given.
func (c *course) verify(r Recovery) {
	if r.Damaged() && !c.hurt && !cautious(r) {
		c.fatalf("undamaged, and yet %+v", r)
	}
	first, last := c.log.First(), c.log.Last()
	held := c.readAll(first-1, 1+c.rng.IntN(50))
	lost := c.log.Lost()
	if len(lost) > 0 {
		c.lostTold++
		if !c.hurt {
			c.fatalf("undamaged, and yet lost %v", lost)
		}
	}
	told := func(sn qq.SN) bool {
		for _, r := range lost {
			if r.Holds(sn) {
				return true
			}
		}
		return false
	}
	for sn := range c.acked {
		if held[sn] {
			continue
		}
		_, err := c.log.Read(nil, sn-1, 1)
		gone := errors.Is(err, qq.ErrCursorGone)
		switch {
		case !c.hurt && c.opt.Retention.Bytes == 0:
			c.fatalf("acknowledged %d is not held (%d–%d)", sn, first, last)
		case gone, c.hurt && (told(sn) || sn > r.Last):
			delete(c.acked, sn) // told
			c.retained++
		default:
			c.fatalf("acknowledged %d is missing untold: holds %d–%d, lost %v, %+v", sn, first, last, lost, r)
		}
	}
	if !c.hurt && c.opt.Retention.Bytes == 0 {
		c.checkOrigins(held)
	}
}

// readAll reads to the end, and checks each entry.
func (c *course) readAll(after qq.SN, page int) map[qq.SN]bool {
	held := map[qq.SN]bool{}
	for {
		got, err := c.log.Read(nil, after, page)
		if err != nil {
			c.fatalf("read after %d: %v", after, err)
		}
		if len(got) == 0 {
			return held
		}
		for _, e := range got {
			c.check(e, after)
			held[e.SN], after = true, e.SN
		}
	}
}

func (c *course) check(e *qq.Entry, after qq.SN) {
	want, ok := c.given[e.SN]
	same := *e
	same.Event = want.entry.Event
	if !ok || e.SN <= after || same != want.entry || !want.told(e.Event) {
		c.fatalf("after %d: %+v %+v, want %+v %s", after, e, e.Event, want.entry, want.text)
	}
}

// told compares what an event says.
func (w truth) told(e qq.Event) bool {
	if was, raw := w.entry.Event.(*qq.UnknownEvent); raw { // without encoding, for speed
		is, ok := e.(*qq.UnknownEvent)
		return ok && is.Kind == was.Kind && bytes.Equal(is.Data, was.Data)
	}
	text, err := qq.EncodeEvent(e)
	return err == nil && bytes.Equal(text, w.text)
}

// checkOrigins finds lost and doubled emissions: each account's driver emitted
// 1, 2, 3, … and started again after the last that the log held.
func (c *course) checkOrigins(held map[qq.SN]bool) {
	seen := map[qq.UserID]map[uint64]bool{}
	most := map[qq.UserID]uint64{}
	for sn := range held {
		e := c.given[sn].entry
		if e.Origin == 0 {
			continue
		}
		if seen[e.Account] == nil {
			seen[e.Account] = map[uint64]bool{}
		}
		if seen[e.Account][e.Origin] {
			c.fatalf("origin %d of %d is held twice", e.Origin, e.Account)
		}
		seen[e.Account][e.Origin] = true
		most[e.Account] = max(most[e.Account], e.Origin)
	}
	for a, n := range most {
		if uint64(len(seen[a])) != n {
			c.fatalf("account %d: %d of %d emissions are held: %v", a, len(seen[a]), n, c.emissions(a, held))
		}
	}
}

// emissions tells of an account's entries for a failure: number, origin, held.
func (c *course) emissions(account qq.UserID, held map[qq.SN]bool) (list []string) {
	for _, sn := range slices.Sorted(maps.Keys(c.given)) {
		if e := c.given[sn].entry; e.Account == account && e.Origin > 0 {
			list = append(list, fmt.Sprintf("%d: origin %d held %v acked %v", sn, e.Origin, held[sn], c.acked[sn]))
		}
	}
	return list
}

// startDriver starts emitting again after what the log holds.
func (c *course) startDriver() {
	for _, a := range accounts {
		c.next[a] = c.log.LastOrigin(a) + 1
	}
	c.slip.Store(false)
}

// live is one life: appending, reading, and faults.
func (c *course) live() {
	switch c.rng.IntN(6) {
	case 0, 1:
		c.disk.opsLeft = c.rng.IntN(60)
	case 2:
		c.disk.capacity = c.disk.used() + c.rng.IntN(6000)
	}
	badSyncAt := -1
	if c.rng.IntN(6) == 0 {
		badSyncAt = c.rng.IntN(70)
	}
	for i := range c.rng.IntN(100) {
		if i == badSyncAt {
			c.disk.set(func() { c.disk.badSyncs = 1 })
			c.badSyncs++
		}
		switch c.rng.IntN(12) {
		case 0:
			time.Sleep(time.Duration(c.rng.IntN(60)) * time.Millisecond)
		case 1:
			c.settle()
		case 2:
			c.readSome()
		case 3:
			if c.rng.IntN(8) == 0 {
				c.disk.set(func() { c.disk.capacity = 0 })
			}
		default:
			c.emit()
		}
	}
}

// settle waits until the writer has nothing to do, and starts the driver over
// when something was refused.
func (c *course) settle() {
	synctest.Wait()
	clear(c.waiting)
	if c.slip.Load() {
		c.startDriver()
	}
}

func (c *course) emit() {
	account := accounts[c.rng.IntN(len(accounts))]
	repeat := c.rng.IntN(10) == 0
	if c.slip.Load() || repeat || c.waiting[account] { // under Strict a driver waits for each answer
		c.settle()
	}
	e := &qq.Entry{Account: account, Time: qq.Time(c.rng.IntN(1000)), Event: randomEvent(c.rng)}
	switch {
	case repeat:
		if e.Origin = c.next[account] - 1; e.Origin > 0 {
			c.repeats++
			if fresh, err := c.log.Append(e, func(error) { c.fatalf("a repeat was accepted") }); fresh {
				c.fatalf("repeated origin %d of %d taken as new (%v)", e.Origin, account, err)
			}
		}
		return
	case c.rng.IntN(10) > 0:
		e.Origin = c.next[account]
	}
	// accepted may come late, from the writer; the bubble makes that safe to read
	// after it is idle.
	fresh, err := c.log.Append(e, func(err error) { c.answered(e, err) })
	if err != nil {
		c.slip.Store(true)
		return
	}
	if !fresh {
		c.fatalf("origin %d of %d dropped", e.Origin, account)
	}
	text, _ := qq.EncodeEvent(e.Event)
	c.disk.mu.Lock() // orders this with answered
	defer c.disk.mu.Unlock()
	if e.SN <= c.top || e.SN >= 1<<53 {
		c.fatalf("number %d after %d", e.SN, c.top)
	}
	c.top, c.given[e.SN] = e.SN, truth{*e, text}
	c.appended++
	c.waiting[account] = c.opt.Durability == Strict
	if e.Origin > 0 {
		c.next[account] = e.Origin + 1
	}
}

// answered is called when an entry counts as accepted.
func (c *course) answered(e *qq.Entry, err error) {
	if c.opt.Durability == Batch {
		return // Synced tells
	}
	c.disk.mu.Lock()
	defer c.disk.mu.Unlock()
	if err != nil {
		c.slip.Store(true)
		return
	}
	c.acknowledge(e.SN, e.Account, e.Origin)
}

func (c *course) acknowledge(sn qq.SN, account qq.UserID, origin uint64) {
	if !c.acked[sn] {
		c.tally.acked++
	}
	c.acked[sn] = true
	c.origin[account] = max(c.origin[account], origin)
}

// readSome reads from anywhere.
func (c *course) readSome() {
	after := c.log.First() - 1 + qq.SN(c.rng.IntN(60))
	got, err := c.log.Read(nil, after, c.rng.IntN(20))
	if err != nil && !errors.Is(err, qq.ErrCursorGone) {
		c.fatalf("read after %d: %v", after, err)
	}
	for _, e := range got {
		c.check(e, after)
		after = e.SN
	}
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
