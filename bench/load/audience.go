//go:build linux

package load

import (
	"bytes"
	"fmt"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"
)

// audience are the listeners of a rig, and what they got.
type audience struct {
	loop    *loop
	members []*listener
	missing []int // by number modulo its length: who has not got the event yet
	due     []time.Time
	done    uint64 // everybody has got everything up to it
	granted uint64 // the source may make events up to it

	deliveries uint64
	took       *hdrhistogram.Histogram // nanoseconds
	sample     [][]byte                // the first delivery of each group, as it came
}

// listener is one of them.
type listener struct {
	all    *audience
	group  int
	stream bool
	order  Order
	newest uint64 // the latest number that came, wanted or not
}

// expect makes room for so many events on their way.
func (a *audience) expect(events int) {
	if len(a.missing) < events {
		a.missing, a.due = make([]int, events), make([]time.Time, events)
	}
}

// grant opens events up to a number, due at a time.
func (a *audience) grant(upto uint64, due time.Time) {
	for n := a.granted + 1; n <= upto; n++ {
		a.open(n, due)
	}
}

func (a *audience) open(n uint64, due time.Time) {
	slot := n % uint64(len(a.missing))
	a.missing[slot], a.due[slot] = len(a.members), due
	a.granted = n
}

// came notes that a listener got event n.
func (a *audience) came(l *listener, n uint64) {
	if n > a.granted || !l.order.Came(n) {
		return
	}
	a.deliveries++
	slot := n % uint64(len(a.missing))
	a.missing[slot]--
	if a.took != nil {
		_ = a.took.RecordValue(int64(a.loop.now.Sub(a.due[slot]))) // out of range: longer than any run
	}
	for a.done < a.granted && a.missing[(a.done+1)%uint64(len(a.missing))] == 0 {
		a.done++
	}
}

func (l *listener) take(c *conn, data []byte) (used int, err error) {
	if l.stream {
		return l.events(data), nil
	}
	for {
		op, payload, size, err := nextFrame(data[used:])
		if err != nil || size == 0 {
			return used, err
		}
		switch op {
		case opText:
			l.delivered(data[used:used+size], payload)
		case opPing:
			if err := c.write(appendFrame(nil, opPong, payload)); err != nil {
				return used, err
			}
		case opClose:
			return used, fmt.Errorf("the server closed: %q", payload)
		}
		used += size
	}
}

var endOfEvent = []byte("\n\n")

// events takes server-sent events; each ends with an empty line.
func (l *listener) events(data []byte) (used int) {
	for {
		end := bytes.Index(data[used:], endOfEvent)
		if end < 0 {
			return used
		}
		whole := data[used : used+end+len(endOfEvent)]
		l.delivered(whole, whole)
		used += len(whole)
	}
}

// delivered notes a delivery; whatever carries no mark is conversation.
func (l *listener) delivered(whole, text []byte) {
	n, end := Marked(text)
	if end == 0 {
		return
	}
	if l.all.sample[l.group] == nil {
		l.all.sample[l.group] = bytes.Clone(whole)
	}
	l.newest = n
	l.all.came(l, n)
}

// faults adds up what came wrong.
func (a *audience) faults(t *Tally) {
	for _, l := range a.members {
		t.Missing += l.order.Missing() + (a.granted - l.order.Last())
		t.Doubled += l.order.Doubled
		t.Reordered += l.order.Reordered
	}
}

// restart has everybody begin behind n.
func (a *audience) restart(n uint64) {
	a.done, a.granted = n, n
	for _, l := range a.members {
		l.order.Start(n)
	}
}
