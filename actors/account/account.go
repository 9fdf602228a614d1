package account

import (
	"context"

	"llbot/actors/system"
	"llbot/protocols/qq"

	"github.com/asynkron/protoactor-go/actor"
)

type account struct{ *state }

// Receive never blocks: operations and the driver's link run on goroutines of
// their own and come back as messages.
func (a *account) Receive(ctx actor.Context) {
	switch m := ctx.Message().(type) {
	case *actor.Started:
		a.link(ctx.Self())
	case *call:
		a.serve(m)
	case *happened:
		a.note(m)
	case *linked:
		a.up(m.login)
	case *unlinked:
		a.down(ctx.Self(), m.err)
	case *relink:
		a.link(ctx.Self())
	case *actor.Stopping:
		a.cancel()
	}
}

// serve starts an operation; the answer goes straight to the asker.
func (a *account) serve(m *call) {
	if !m.Waiting() { // it was told that the outcome is unknown: better nothing happens
		m.Fail(errNobodyWaits())
		return
	}
	if !a.online.Load() && !qq.AnswersOffline(m.plain()) {
		m.Fail(a.offline())
		return
	}
	a.work.Add(1)
	if m.direct {
		if !m.Reply.Answer(admitted{}) { // its caller has just left
			a.work.Done()
		}
		return
	}
	a.sys.Go("operation "+qq.OpName(m.plain()), func() {
		defer a.work.Done()
		ctx, cancel := a.limit(m.ctx)
		defer cancel()
		v, err := m.do(ctx, a.Driver)
		a.cache.touch(m.plain()) // a failure may have been applied all the same
		switch {
		case err != nil && a.ctx.Err() != nil:
			m.Fail(&qq.Error{Kind: qq.ErrOffline, Text: "the account is shutting down", Outcome: qq.Unknown, Cause: err})
		case err != nil:
			m.Fail(err)
		default:
			a.stamp(v)
			m.Answer(v)
		}
	}, func(err error) {
		a.cache.touch(m.plain())
		m.Fail(err)
	})
}

// errNobodyWaits is told to nobody, but ends what was promised under a key.
func errNobodyWaits() error { return qq.Errorf(qq.ErrTimeout, "nobody waits for it") }

// limit ends an operation with its caller, with the account, and after
// opTimeout when the caller set no deadline.
func (a *account) limit(ctx context.Context) (context.Context, context.CancelFunc) {
	var cancel context.CancelFunc
	if _, bounded := ctx.Deadline(); bounded {
		ctx, cancel = context.WithCancel(ctx)
	} else {
		ctx, cancel = context.WithTimeout(ctx, opTimeout)
	}
	stop := context.AfterFunc(a.ctx, cancel)
	return ctx, func() { stop(); cancel() }
}

// note takes an event of the driver into account and passes it to the journal.
func (a *account) note(m *happened) {
	e := m.emission.Event
	switch e := e.(type) {
	case *qq.MessageReceived:
		a.count(&e.Message)
	case *qq.StatusChanged:
		a.works() // who can tell has a link, be the account online or not
		a.changed(e)
	}
	a.events.Add(1)
	a.cache.touch(e)
	a.Journal.Append(&qq.Entry{Account: a.ID, Origin: m.emission.Origin, Time: m.emission.Time, Event: e}, m.Reply)
}

func (a *account) count(m *qq.Message) {
	if m.Self {
		a.sent.Add(1)
	} else {
		a.received.Add(1)
	}
	a.lastMessage.Store(int64(m.Time))
}

// emit is the driver's way in. Ids are stamped on the driver's goroutine.
func (a *account) emit(self *actor.PID) qq.Emit {
	return func(ctx context.Context, e qq.Emission) (qq.SN, error) {
		if err := ctx.Err(); err != nil {
			return 0, err
		}
		if err := a.Journal.WaitRoom(ctx); err != nil {
			return 0, err
		}
		a.stamp(e.Event)
		if e.Time == 0 {
			e.Time = a.Now()
		}
		return a.emits.Ask(ctx, func(reply system.Reply[qq.SN]) {
			a.sys.Root().Send(self, &happened{Reply: reply, emission: e})
		})
	}
}
