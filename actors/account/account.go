package account

import (
	"context"
	"errors"
	"log/slog"
	"math/rand/v2"
	"time"

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
	if !a.online.Load() && !answersOffline(m.op) {
		m.Fail(qq.Errorf(qq.ErrOffline, "account %d is not logged in", a.ID))
		return
	}
	a.sys.Go("operation "+qq.OpName(m.op), func() {
		ctx, cancel := context.WithTimeout(m.ctx, opTimeout)
		defer cancel()
		v, err := a.Driver.Do(ctx, m.op)
		if err != nil {
			m.Fail(err)
			return
		}
		a.stamp(v)
		a.cache.touch(m.op)
		m.Answer(v)
	}, m.Fail)
}

// answersOffline lists what a driver can tell without being logged in.
func answersOffline(op qq.Operation) bool {
	switch op.(type) {
	case qq.GetLogin, qq.GetBackend:
		return true
	}
	return false
}

// note takes an event of the driver into account and passes it to the journal.
func (a *account) note(m *happened) {
	e := m.emission.Event
	switch e := e.(type) {
	case *qq.MessageReceived:
		a.count(&e.Message)
	case *qq.StatusChanged:
		a.online.Store(e.Online)
	}
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

// link runs the driver, unless it is running: a restarted actor finds the run
// of its former life.
func (a *account) link(self *actor.PID) {
	if a.ctx.Err() != nil || !a.running.CompareAndSwap(false, true) {
		return
	}
	root := a.sys.Root()
	a.run.Add(1)
	a.sys.Go("driver of account "+a.ID.String(), func() {
		defer a.run.Done()
		login, lerr := qq.Do(a.ctx, driverCaller{a.state}, qq.GetLogin{})
		if lerr == nil {
			root.Send(self, &linked{login})
		}
		err := a.Driver.Run(a.ctx, a.emit(self), a.LastOrigin(a.ID))
		a.running.Store(false)
		root.Send(self, &unlinked{err})
	}, func(err error) {
		a.running.Store(false)
		root.Send(self, &unlinked{err})
	})
}

// emit is the driver's way in. Ids are stamped on the driver's goroutine.
func (a *account) emit(self *actor.PID) qq.Emit {
	return func(ctx context.Context, e qq.Emission) (qq.SN, error) {
		if err := ctx.Err(); err != nil {
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

// up notes that the driver's link works; a login that is online is announced.
func (a *account) up(login qq.Login) {
	a.linked.Store(true)
	a.linkedAt.Store(int64(a.Now()))
	if login.Online && !a.online.Load() {
		a.announce(&qq.StatusChanged{Online: true, Added: a.announced.CompareAndSwap(false, true), Login: login})
	}
}

// steady is how long a link must have lived, in milliseconds, for the next
// loss to count as the first.
const steady = 30_000

// down notes that the link is lost and has it run again with back-off.
func (a *account) down(self *actor.PID, err error) {
	a.linked.Store(false)
	if a.ctx.Err() != nil {
		return
	}
	if err == nil {
		err = errors.New("the driver ended by itself")
	}
	if a.Now()-qq.Time(a.linkedAt.Load()) > steady {
		a.losses.Store(0)
	}
	wait := backoff(a.losses.Add(1))
	a.sys.Logger().Warn("account link lost", slog.Any("account", a.ID), slog.Any("error", err), slog.Duration("again_in", wait))
	if a.online.Load() {
		a.announce(&qq.StatusChanged{Reason: err.Error(), Login: qq.Login{User: qq.User{ID: a.ID}}})
	}
	a.sys.Wheel().After(wait, self, &relink{})
}

// announce journals a change of state that the account itself saw.
func (a *account) announce(e *qq.StatusChanged) {
	a.online.Store(e.Online)
	a.cache.touch(e)
	a.Journal.Append(&qq.Entry{Account: a.ID, Time: a.Now(), Event: e}, system.Reply[qq.SN]{})
}

// backoff is the full-jitter delay before the n-th try in a row.
func backoff(n int64) time.Duration {
	limit := min(time.Second<<min(n-1, 6), time.Minute)
	return limit/4 + rand.N(limit*3/4)
}

// driverCaller asks the driver directly, for the account's own needs.
type driverCaller struct{ *state }

func (d driverCaller) Account() qq.UserID { return d.ID }

func (d driverCaller) Do(ctx context.Context, op qq.Operation) (any, error) {
	return d.Driver.Do(ctx, op)
}
