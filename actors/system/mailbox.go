package system

import (
	"runtime"
	"sync"

	"github.com/asynkron/protoactor-go/actor"
)

// Slots that an idle mailbox keeps. A plain actor keeps little since there may be one for
// each connection; batching mailboxes are few and busy.
const (
	keepSystem   = 0
	keepUser     = 32
	keepBatching = 1024
)

// MailboxOptions says how NewMailbox makes a mailbox. The zero value hands messages over
// one by one.
type MailboxOptions struct {
	// Batch, when set, lets Batchable messages arrive in a *Batch.
	Batch *BatchLimits
	// Refused is told each user message that will not be delivered: posted after Close,
	// or queued when Close came. Nil fails those that are asks with ErrStopped.
	Refused func(message any)
}

// Mailbox is an unbounded actor.Mailbox: system messages first, user messages in order,
// none lost. It gives the memory of a burst back when it has run empty.
//
// One mutex guards everything that posting and processing share, the decision to run
// included, so that there is no gap between "empty" and "idle" to be closed again.
type Mailbox struct {
	invoker    actor.MessageInvoker
	dispatcher actor.Dispatcher
	run        func() // process as a value, made once: making it on each schedule allocates
	refused    func(any)

	// Touched by the running goroutine only:
	batching *batching      // nil: messages are handed over one by one
	watchers []*actor.Watch // came since Stop was handled

	mu     sync.Mutex
	user   ring
	system ring

	running, suspended, closed bool // mu is held

	ending bool // Stop was handled; of the running goroutine, here since there is room
}

// batching is what a mailbox has that hands over batches. Most do not, and there may be
// one for each connection.
type batching struct {
	limits BatchLimits
	batch  *Batch // the one that is handed over and reused
}

var _ actor.Mailbox = (*Mailbox)(nil)

// NewMailbox makes a mailbox for one actor.
func NewMailbox(o MailboxOptions) *Mailbox {
	m := &Mailbox{refused: o.Refused}
	if m.refused == nil {
		m.refused = func(message any) { fail(message, ErrStopped) }
	}
	if o.Batch != nil {
		m.batching = &batching{limits: o.Batch.orDefaults()}
		m.run = func() { deepen(0); m.process() }
		return m
	}
	m.run = m.process
	return m
}

// deepen gives a new goroutine the stack that a batch needs while there is next
// to nothing on it to move. Growing it step by step under the frames of a
// delivery was a twentieth of the time of an event to a hundred connections.
//
//go:noinline
func deepen(at int) byte {
	var room [5 << 10]byte
	return room[at] // a constant place would leave nothing of the array
}

// RegisterHandlers implements actor.Mailbox.
func (m *Mailbox) RegisterHandlers(invoker actor.MessageInvoker, dispatcher actor.Dispatcher) {
	m.invoker, m.dispatcher = invoker, dispatcher
}

// Start implements actor.Mailbox; there is nothing to start.
func (m *Mailbox) Start() {}

// UserMessageCount is the number of user messages that wait.
func (m *Mailbox) UserMessageCount() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return int(m.user.count)
}

// PostUserMessage queues a message, or refuses it when the mailbox is closed or the
// message is nil.
func (m *Mailbox) PostUserMessage(message any) {
	m.mu.Lock()
	if m.closed || message == nil {
		m.mu.Unlock()
		m.refused(message)
		return
	}
	m.user.push(message)
	m.scheduleAndUnlock()
}

// PostSystemMessage queues a message ahead of the user messages. A closed mailbox takes
// it too: the library answers late watchers from there.
func (m *Mailbox) PostSystemMessage(message any) {
	m.mu.Lock()
	m.system.push(message)
	m.scheduleAndUnlock()
}

// Close refuses later user messages and those that wait. The guard calls it when the
// actor has stopped.
func (m *Mailbox) Close() {
	m.mu.Lock()
	m.closed = true
	left := m.user.take()
	m.mu.Unlock()
	for _, message := range left {
		m.refused(message)
	}
}

// scheduleAndUnlock starts a run if none is on and there is something to do.
func (m *Mailbox) scheduleAndUnlock() {
	start := !m.running && m.pending()
	if start {
		m.running = true
	}
	m.mu.Unlock()
	if start {
		m.dispatcher.Schedule(m.run)
	}
}

// pending reports whether a run would find something; mu is held.
func (m *Mailbox) pending() bool {
	return m.system.count > 0 || !m.suspended && m.user.count > 0
}

// process runs until the mailbox is idle or the work has moved to another goroutine.
func (m *Mailbox) process() {
	for !m.drain() {
	}
}

// drain handles messages until there are none (true) or one panicked (false).
func (m *Mailbox) drain() (finished bool) {
	var message any
	defer func() {
		if r := recover(); r != nil {
			m.batching.forget()
			m.invoker.EscalateFailure(r, message)
		}
	}()
	for handled := 0; ; handled++ {
		if handled >= m.dispatcher.Throughput() {
			handled = 0
			if m.yield() {
				return true
			}
		}
		var system, ok bool
		message, system, ok = m.next()
		switch {
		case !ok:
			return true
		case system:
			m.invokeSystem(message)
		default:
			m.invoker.InvokeUserMessage(message)
		}
	}
}

// yield lets other goroutines run and reports whether one of them has taken over.
func (m *Mailbox) yield() bool {
	if y, ok := m.dispatcher.(yielder); ok {
		return y.yield(m.run)
	}
	runtime.Gosched()
	return false
}

// next takes the next message; without one it ends the run, in the same critical section.
func (m *Mailbox) next() (message any, system, ok bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.batching.reset()
	for m.system.count > 0 {
		message = m.system.pop()
		switch message.(type) {
		case *actor.SuspendMailbox:
			m.suspended = true
		case *actor.ResumeMailbox:
			m.suspended = false
		default:
			return message, true, true
		}
	}
	if m.suspended || m.user.count == 0 {
		m.running = false
		m.system.shrink(keepSystem)
		m.user.shrink(m.keep())
		return nil, false, false
	}
	return m.nextUser(), false, true
}

// keep is how many slots for user messages stay when there are none.
func (m *Mailbox) keep() int {
	if m.batching != nil {
		return keepBatching
	}
	return keepUser
}

// nextUser takes a user message, or as many Batchables as wait in a row and fit.
func (m *Mailbox) nextUser() any {
	if m.batching != nil {
		if batch := m.batching.fill(&m.user); batch != nil {
			return batch
		}
	}
	return m.user.pop()
}

// fill moves Batchables from a queue into the batch; nil when none comes first.
func (b *batching) fill(user *ring) *Batch {
	for user.count > 0 {
		item, ok := user.peek().(Batchable)
		if !ok {
			break
		}
		if b.batch == nil {
			b.batch = &Batch{}
		}
		size := item.BatchBytes()
		if !b.batch.accepts(size, b.limits) {
			break
		}
		b.batch.add(item, size)
		user.pop()
	}
	if b.batch == nil || len(b.batch.Items) == 0 {
		return nil
	}
	return b.batch
}

// reset empties the batch, which was handled.
func (b *batching) reset() {
	if b != nil && b.batch != nil {
		b.batch.reset()
	}
}

// forget leaves the batch alone: the failure that goes to the supervisor may hold it.
func (b *batching) forget() {
	if b != nil {
		b.batch = nil
	}
}
