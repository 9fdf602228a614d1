package main

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
)

// inbox is what one target got, and what was wrong with it.
type inbox struct {
	name string
	// strict: what a target was shown is in the log for ever. Else an event that
	// was not yet synced comes again under another number.
	strict bool

	mu        sync.Mutex
	life      int // of the program
	ended     bool
	got       []arrival
	first     map[saying]int // index of the first arrival
	newest    [len(speakers)]int
	inLife    [len(speakers)]int // newest since the program was started
	ids       map[string]saying
	sn        uint64
	known     map[saying]bool // that it arrived: the program saw the proof, and it may not come again
	inFlight  int             // repeats of what was in flight
	renumbers []saying        // that came again under another number

	faults map[string][]string
}

// arrival is one delivery. id is "" where deliveries have none.
type arrival struct {
	saying
	id   string
	life int
}

func newInbox(name string, strict bool) *inbox {
	return &inbox{name: name, strict: strict, first: map[saying]int{}, ids: map[string]saying{}, known: map[saying]bool{}, faults: map[string][]string{}}
}

func (b *inbox) fault(kind, format string, args ...any) {
	b.faults[kind] = append(b.faults[kind], fmt.Sprintf(format, args...))
}

// take notes a delivery.
func (b *inbox) take(event []byte, id string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	s, ok := sayingIn(event)
	if !ok {
		b.ended = b.ended || strings.Contains(string(event), "the end")
		return
	}
	a := arrival{s, id, b.life}
	if a.n <= b.inLife[a.speaker] {
		b.fault("out of order", "%v after %d of the same speaker", a, b.inLife[a.speaker])
	}
	b.inLife[a.speaker] = a.n
	if at, known := b.first[s]; known {
		b.again(at, a)
	} else {
		b.fresh(a)
	}
	b.got = append(b.got, a)
	b.number(a)
}

// fresh looks at a message that was not there before.
func (b *inbox) fresh(a arrival) {
	if a.n <= b.newest[a.speaker] {
		b.fault("out of order", "%v after %d of the same speaker", a, b.newest[a.speaker])
	}
	b.newest[a.speaker] = max(b.newest[a.speaker], a.n)
	b.first[a.saying] = len(b.got)
}

// again looks at a message that was there before.
func (b *inbox) again(at int, a arrival) {
	was := b.got[at]
	switch {
	case was.life == a.life:
		b.fault("twice in one life", "%v, before as %v", a, was)
	case !b.strict && was.id != a.id:
		b.renumbers = append(b.renumbers, a.saying)
	case b.known[a.saying]:
		b.fault("twice though proven", "%v at %d, before as %v at %d", a, len(b.got), was, at)
	default:
		b.inFlight++
	}
}

// number looks at the delivery id: it stands for one message, and its number
// rises but for what was in flight.
func (b *inbox) number(a arrival) {
	if a.id == "" {
		return
	}
	if other, known := b.ids[a.id]; known && other != a.saying {
		b.fault("id of two messages", "%v and %v", a, other)
	}
	b.ids[a.id] = a.saying
	was := b.got[b.first[a.saying]]
	if b.strict && was.id != a.id {
		b.fault("two ids", "%v and %v", a, was)
	}
	sn, err := strconv.ParseUint(a.id[strings.LastIndexByte(a.id, '-')+1:], 10, 64)
	if err != nil || sn < b.sn {
		b.fault("numbers", "%v after %d: %v", a, b.sn, err)
	}
	b.sn = sn
}

// report notes that a stream tells of something that is no event.
func (b *inbox) report(line string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.fault("told", "%s", line)
}

func (b *inbox) lastNumber() uint64 {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.sn
}

// reborn tells that the program has another life.
func (b *inbox) reborn() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.life++
	b.inLife = [len(speakers)]int{}
}

// proven tells that the program knows of deliveries: the one with index from
// and those up to the one before index to.
func (b *inbox) proven(from, to int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, a := range b.got[from:to] {
		b.known[a.saying] = true
	}
}

func (b *inbox) count() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return len(b.got)
}

// missing counts which of the messages have not come, and shows the first.
func (b *inbox) missing(accepted []saying) (n int, first saying) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, s := range accepted {
		if _, ok := b.first[s]; !ok {
			if n++; n == 1 {
				first = s
			}
		}
	}
	return n, first
}

// judge tells what was wrong, with figures.
func (b *inbox) judge(t *testing.T, accepted, kept []saying) {
	lost, first := b.missing(kept)
	b.mu.Lock()
	defer b.mu.Unlock()
	t.Logf("%s: %d deliveries of %d messages, %d lost, %d out of order, %d again from what was in flight, %d again under a new number",
		b.name, len(b.got), len(b.first), lost, len(b.faults["out of order"]), b.inFlight, len(b.renumbers))
	for _, s := range b.renumbers {
		if slices.Contains(accepted, s) {
			b.fault("numbered anew though accepted", "%v", s)
		}
	}
	if lost > 0 {
		t.Errorf("%s: lost %d messages that the log holds, the first is %v", b.name, lost, first)
	}
	for kind, list := range b.faults {
		t.Errorf("%s: %s: %d times, at first %q", b.name, kind, len(list), list[:min(3, len(list))])
	}
}
