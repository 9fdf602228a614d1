package system

import "github.com/asynkron/protoactor-go/actor"

// invokeSystem hands a system message to the actor, with two exceptions once it stops, to
// spare it two faults of the library.
//
// A restart that was decided or scheduled before is dropped: the library would bring the
// actor back to life, unregistered and with a parent that waits for its end.
//
// A watch is held until the actor has stopped: the library would answer at once that it
// is gone, while its children still are there.
func (m *Mailbox) invokeSystem(message any) {
	switch message := message.(type) {
	case *actor.Stop:
		m.ending = true
	case *actor.Restart:
		if m.ending {
			return
		}
	case *actor.Watch:
		if m.ending && !m.isClosed() {
			m.watchers = append(m.watchers, message)
			return
		}
	}
	m.invoker.InvokeSystemMessage(message)
	m.tellWatchers()
}

// tellWatchers lets the actor answer the held watches when it has stopped.
func (m *Mailbox) tellWatchers() {
	if len(m.watchers) == 0 || !m.isClosed() {
		return
	}
	held := m.watchers
	m.watchers = nil
	for _, watch := range held {
		m.invoker.InvokeSystemMessage(watch)
	}
}

func (m *Mailbox) isClosed() bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.closed
}
