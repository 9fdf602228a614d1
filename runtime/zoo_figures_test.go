package runtime_test

import (
	"flag"
	"fmt"
	"testing"

	"llbot/runtime/admin"
	"llbot/runtime/config"
)

var zooRounds = flag.Int("runtime.zoo", 0, "measure in so many rounds how webhooks that misbehave move the latency of others")

// The sides of the comparison: nobody but the good ones; with them those who
// take nothing; everybody, as they are; and everybody, tame.
const (
	alone = iota
	stuckOnly
	wild
	tame
	sides
)

// Figures: rounds of each side by turns, each with a server of its own. The
// others' p99 should not move by a tenth. Whoever takes events gives the machine
// something to do for each of them, beast or not: the whole zoo is held against
// as many targets that are well.
func TestZooFigures(t *testing.T) {
	if *zooRounds == 0 {
		t.Log("long form: -runtime.zoo=10")
		return
	}
	var hooks, sockets [sides][]*latencies
	for round := range *zooRounds {
		for i := range sides {
			side := (i + round) % sides
			hook, socket := newClock(), newClock()
			t.Run(fmt.Sprint(round, side), func(t *testing.T) { measureZoo(t, side, hook, socket) })
			hooks[side], sockets[side] = append(hooks[side], hook.Load()), append(sockets[side], socket.Load())
		}
	}
	versus(t, "webhooks, with those who take nothing", hooks[alone], hooks[stuckOnly])
	versus(t, "sockets, with those who take nothing", sockets[alone], sockets[stuckOnly])
	versus(t, "webhooks, wild against tame", hooks[tame], hooks[wild])
	versus(t, "sockets, wild against tame", sockets[tame], sockets[wild])
}

func measureZoo(t *testing.T, side int, hooks, sockets *clock) {
	const count, rate = 500, 50
	z := newZoo(t, hooks)
	names := z.names
	switch side {
	case alone:
		names = []string{good}
	case stuckOnly:
		names = []string{good, refuse}
		for name, b := range z.beasts {
			if len(b.takes)+len(b.refuses) == 0 {
				names = append(names, name)
			}
		}
	case tame:
		z.tame()
		listenAt(t, z.closed, z)
	}
	r := start(t, z.hooks(func(string, config.Endpoint) {}, names...)...) // with default settings
	audience, join := r.audience(sockets)
	before := heap()
	r.sayAll(admin.SayRequest{Group: group, User: alice, Message: admin.Text(numbered(500)), Count: count, Rate: rate})
	z.await(count, paths(good)...)
	for _, s := range audience {
		eventually(t, "all on "+s.name, func() bool { return s.got.Load() == count })
	}
	t.Logf("webhooks %v; sockets %v; heap %d → %d KB", hooks.Load(), sockets.Load(), before>>10, heap()>>10)
	z.tame()
	r.stop()
	join()
}
