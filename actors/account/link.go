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

// link runs the driver, unless it is running: a restarted actor finds the run
// of its former life. running is taken back in down only, so that no new run
// begins between the end of one and the news of it.
func (a *account) link(self *actor.PID) {
	if a.Held && !a.begun.Load() || a.ctx.Err() != nil || !a.running.CompareAndSwap(false, true) {
		return
	}
	root := a.sys.Root()
	a.work.Add(1)
	a.sys.Go("driver of account "+a.ID.String(), func() {
		defer a.work.Done()
		if login, err := a.login(); err == nil {
			root.Send(self, &linked{login})
		} else {
			a.settle() // it will tell when it knows
		}
		root.Send(self, &unlinked{a.Driver.Run(a.ctx, a.emit(self), a.LastOrigin(a.ID))})
	}, func(err error) { root.Send(self, &unlinked{err}) })
}

// login asks the driver who it is. One that does not know before its Run tells
// by a StatusChanged.
func (a *account) login() (qq.Login, error) {
	ctx, cancel := context.WithTimeout(a.ctx, loginTimeout)
	defer cancel()
	return qq.Do(ctx, driverCaller{a.state}, qq.GetLogin{})
}

// up notes that the driver's link works; a login that is online is announced.
func (a *account) up(login qq.Login) {
	defer a.settle()
	a.works()
	if login.Online && !a.online.Load() {
		a.announce(&qq.StatusChanged{Online: true, Login: login})
	}
}

// works notes that the link does, from the first sign of it on.
func (a *account) works() {
	if !a.linked.Swap(true) {
		a.linkedAt.Store(int64(a.Now()))
	}
}

// steady is how long a link must have lived, in milliseconds, for the next
// loss to count as the first.
const steady = 30_000

// down notes that the link is lost and has it run again with back-off.
func (a *account) down(self *actor.PID, err error) {
	defer a.settle()
	a.running.Store(false)
	worked := a.linked.Swap(false)
	if a.ctx.Err() != nil {
		return
	}
	if err == nil {
		err = errors.New("the driver ended by itself")
	}
	if worked && a.Now()-qq.Time(a.linkedAt.Load()) > steady {
		a.losses.Store(0)
	}
	reason := err.Error()
	a.reason.Store(&reason)
	losses := a.losses.Add(1)
	level, text := slog.LevelWarn, "account link lost"
	if errors.Is(err, qq.ErrForbidden) { // it will not mend itself: told once, then tried now and then
		losses, level, text = steepest, slog.LevelError, "account link refused, which somebody has to mend; it is tried again now and then, quietly"
	}
	wait := backoff(losses)
	if told := a.told.Swap(&reason); level == slog.LevelError && !worked && told != nil && *told == reason {
		level = slog.LevelDebug
	}
	a.sys.Logger().Log(a.ctx, level, text, slog.Any("account", a.ID), slog.Any("error", err), slog.Duration("again_in", wait))
	if a.online.Load() {
		a.announce(&qq.StatusChanged{Reason: reason, Login: a.known()})
	}
	a.sys.Wheel().After(wait, self, &relink{})
}

// announce journals a change of state that the account itself saw.
func (a *account) announce(e *qq.StatusChanged) {
	a.changed(e)
	a.events.Add(1)
	a.cache.touch(e)
	a.Journal.Append(&qq.Entry{Account: a.ID, Time: a.Now(), Event: e}, system.Reply[qq.SN]{})
}

// changed keeps what a change of state says and marks the first coming online.
func (a *account) changed(e *qq.StatusChanged) {
	e.Added = e.Online && a.announced.CompareAndSwap(false, true)
	if e.Online {
		a.works()
		a.last.Store(&e.Login)
	} else if e.Reason != "" {
		a.reason.Store(&e.Reason)
	}
	a.online.Store(e.Online)
}

// known is the login as it last was, offline.
func (a *account) known() qq.Login {
	login := qq.Login{User: qq.User{ID: a.ID}}
	if last := a.last.Load(); last != nil {
		login = *last
	}
	login.Online = false
	return login
}

// steepest is the number of tries behind which delays grow no more.
const steepest = 7

// backoff is the jittered delay before the n-th try in a row.
func backoff(n int64) time.Duration {
	limit := min(time.Second<<min(n-1, steepest-1), time.Minute)
	return limit/4 + rand.N(limit*3/4)
}

// driverCaller asks the driver directly, for the account's own needs.
type driverCaller struct{ *state }

func (d driverCaller) Account() qq.UserID { return d.ID }

func (d driverCaller) Do(ctx context.Context, op qq.Operation) (any, error) {
	return d.Driver.Do(ctx, op)
}
