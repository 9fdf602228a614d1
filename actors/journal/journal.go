// Package journal is the actor that gives each event its sequence number: it
// appends the event to the log and hands it to the router, in one order for
// all accounts.
package journal

import (
	"context"
	"log/slog"

	"llbot/actors/router"
	"llbot/actors/system"
	"llbot/protocols/qq"

	"github.com/asynkron/protoactor-go/actor"
)

// Log is where events are kept. Append is called by one goroutine at a time
// and does not wait for the disk.
type Log interface {
	// Append gives e its number and keeps it. An entry whose origin the log
	// already holds for its account is dropped: fresh is false. A strict log
	// calls accepted, once, when a fresh entry is safe or will never be, in the
	// order of numbers; another may be given nil.
	Append(e *qq.Entry, accepted func(error)) (fresh bool, err error)
	// Strict tells that nobody may see an entry before it is safe.
	Strict() bool
	// LastOrigin is the greatest origin held for an account, 0 for none.
	LastOrigin(account qq.UserID) uint64
}

// Ref addresses the journal.
type Ref struct {
	pid    *actor.PID
	sys    *system.System
	routes router.Ref
}

// Spawn starts the journal. With a strict log it runs on goroutines of its own:
// its messages come from the log's writer, which must not fan events out.
func Spawn(sys *system.System, parent actor.SpawnerContext, log Log, routes router.Ref) (Ref, error) {
	j := &journal{sys: sys, log: log, routes: routes}
	spawning := system.Spawning{}
	if !log.Strict() {
		spawning.Dispatcher = system.Synchronized()
	}
	pid, err := sys.Spawn(parent, "journal", func() actor.Actor { return j }, spawning)
	return Ref{pid, sys, routes}, err
}

// PID is the journal's actor, for stopping it.
func (r Ref) PID() *actor.PID { return r.pid }

// Append journals an entry, which it copies; its event belongs to the journal
// from here on. reply is answered with its number, 0 for a repeat.
func (r Ref) Append(e *qq.Entry, reply system.Reply[qq.SN]) {
	r.sys.Root().Send(r.pid, &appended{reply, *e})
}

// WaitRoom blocks while events wait for too long a way to the connections; see
// router.Ref.WaitRoom.
func (r Ref) WaitRoom(ctx context.Context) error { return r.routes.WaitRoom(ctx) }

// appended asks for an entry to be journalled. The entry lives on in the log and
// at the connections, and the message with it: one object for each event.
type appended struct {
	system.Reply[qq.SN]
	entry qq.Entry
}

// stored tells that a strict log has an entry, or why it never will.
type stored struct {
	*appended
	err error
}

// journal outlives restarts of its actor.
type journal struct {
	sys    *system.System
	log    Log
	routes router.Ref
	// logged is in the log, or about to be, and not yet with the router. The
	// driver would not be heard if it gave such an event again: the log would
	// drop the repeat.
	logged *qq.Entry
	// refused counts the events in a row that the log did not take.
	refused int
}

func (j *journal) Receive(ctx actor.Context) {
	switch m := ctx.Message().(type) {
	case *actor.Started:
		if e := j.logged; e != nil {
			j.logged = nil // once more, not for ever
			if e.SN != 0 { // it has its number: the log holds it
				j.routes.Publish(router.NewEvent(e))
			}
		}
	case *appended:
		j.append(ctx.Self(), m)
	case *stored:
		j.settle(m.appended, m.err)
	}
}

func (j *journal) append(self *actor.PID, m *appended) {
	var accepted func(error)
	if j.log.Strict() {
		root := j.sys.Root()
		accepted = func(err error) { root.Send(self, &stored{m, err}) }
	} else {
		j.logged = &m.entry
	}
	fresh, err := j.log.Append(&m.entry, accepted)
	if err != nil || !fresh {
		j.logged = nil
	}
	switch {
	case err == nil && !fresh:
		m.Answer(0)
	case err != nil || accepted == nil:
		j.settle(m, err)
	}
}

// settle hands an entry that is in the log to the router.
func (j *journal) settle(m *appended, err error) {
	if err != nil {
		j.refuse(m, err)
		return
	}
	if j.refused > 0 {
		j.sys.Logger().Info("events are accepted again", slog.Int("refused", j.refused))
		j.refused = 0
	}
	j.logged = &m.entry
	j.routes.Publish(router.NewEvent(&m.entry)) // shards take a number only once
	j.logged = nil
	m.Answer(m.entry.SN)
}

// refuse answers what the log did not take: once aloud, for the drivers try on.
func (j *journal) refuse(m *appended, err error) {
	level := slog.LevelDebug
	if j.refused++; j.refused == 1 {
		level = slog.LevelError
	}
	j.sys.Logger().Log(context.Background(), level, "event not accepted", slog.Any("account", m.entry.Account), slog.Any("error", err))
	m.Fail(err)
}
