package system

import (
	"runtime"
	"sync/atomic"

	"github.com/asynkron/protoactor-go/actor"
)

// throughput is how many messages a mailbox handles before it lets others run; more buys
// nothing measurable.
const throughput = 300

// yielder is a dispatcher that says how a mailbox which has worked for throughput
// messages goes on.
type yielder interface {
	// yield lets others run. It returns true when it has arranged for run to be called
	// elsewhere and the caller must return.
	yield(run func()) (moved bool)
}

type goroutines struct{}

// Goroutines runs Receive on a goroutine that lives while the mailbox has messages. It
// is the right dispatcher for almost every actor.
func Goroutines() actor.Dispatcher { return goroutines{} }

func (goroutines) Schedule(run func()) { go run() }
func (goroutines) Throughput() int     { return throughput }

func (goroutines) yield(func()) bool {
	runtime.Gosched()
	return false
}

type synchronized struct{}

// Synchronized runs Receive in the sender's goroutine when the actor is idle, which
// saves a goroutine switch, and queues when it is busy. Only for actors whose Receive is
// short and never blocks. A sender works for others for one throughput at most, then a
// goroutine takes over.
func Synchronized() actor.Dispatcher { return synchronized{} }

func (synchronized) Schedule(run func()) { run() }
func (synchronized) Throughput() int     { return throughput }

func (synchronized) yield(run func()) bool {
	go run()
	return true
}

type adaptive struct{ inline *atomic.Bool }

// Adaptive is Synchronized while inline is true and Goroutines while it is false; the
// flag is read each time that the idle actor gets a message.
func Adaptive(inline *atomic.Bool) actor.Dispatcher { return adaptive{inline} }

func (a adaptive) Schedule(run func()) {
	if a.inline.Load() {
		run()
		return
	}
	go run()
}

func (adaptive) Throughput() int { return throughput }

// yield cannot know how the present run was started, so that a goroutine takes over.
func (adaptive) yield(run func()) bool {
	go run()
	return true
}
