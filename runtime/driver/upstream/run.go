package upstream

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"llbot/protocols/qq"
)

// queueLength is how many events may wait while history is filled in; behind
// it the upstream is held up.
const queueLength = 8192

// live is one link while it lives.
type live struct {
	*Driver
	link    Link
	ctx     context.Context // ends with the link; its cause tells why
	fail    context.CancelCauseFunc
	events  chan Inbound
	online  atomic.Bool
	renamed atomic.Pointer[string] // the account's nickname since it was changed over this link
	heard   atomic.Int64           // Unix ms of the last sign of life
	held    atomic.Bool            // nothing is read because we are behind

	outer  context.Context // of the run: what came over a lost link is still emitted
	emit   qq.Emit
	roster *roster
	trail  *trail
	told   bool // whether the account is online
	parked []parked
}

// errEnded is why a link ends in order.
var errEnded = errors.New("the account ends")

// Run keeps one link: it returns when that is lost, and is run again by the
// account, which waits longer from time to time.
func (d *Driver) Run(ctx context.Context, emit qq.Emit, last uint64) error {
	if !d.running.CompareAndSwap(false, true) {
		return qq.Errorf(qq.ErrConflict, "the link to %s is kept already", d.Name())
	}
	defer d.running.Store(false)
	err := d.run(ctx, emit, last)
	if err = d.explained(err); ctx.Err() != nil {
		err = nil
	}
	d.mu.Lock()
	d.reason = qq.Errorf(qq.ErrOffline, "there is no link to %s: %w", d.Name(), cmpErr(err))
	d.mu.Unlock()
	return err
}

func cmpErr(err error) error {
	if err == nil {
		return errEnded
	}
	return err
}

func (d *Driver) run(ctx context.Context, emit qq.Emit, last uint64) error {
	if p, ok := d.protocol.(Positioned); ok {
		p.Behind(positionOf(max(last, d.origin)))
	}
	link, err := d.connect(ctx)
	if err != nil {
		return err
	}
	linked, fail := context.WithCancelCause(ctx)
	l := &live{Driver: d, link: link, ctx: linked, fail: fail, outer: ctx, emit: emit, events: make(chan Inbound, queueLength)}
	l.roster = newRoster(d.table.Do, d.o.Timing.Lookup, d.o.Now)
	l.alive()
	l.own.link()
	if err := l.remember(last); err != nil {
		link.Close()
		fail(err)
		return err
	}
	var ended sync.WaitGroup
	ended.Go(func() { fail(lost("events", link.Receive(l.receive))) })
	ended.Go(l.watch)
	context.AfterFunc(linked, link.Close)
	d.current.Store(l)
	login := link.Login()
	d.o.Logger.Info("upstream linked", slog.String("driver", d.Name()), slog.Any("account", login.ID), slog.String("nickname", login.Nickname))
	err = l.loop()
	d.current.CompareAndSwap(l, nil)
	fail(err)
	ended.Wait()
	d.past = l.trail
	return context.Cause(linked)
}

func lost(what string, err error) error {
	if err == nil {
		err = errors.New("it ended")
	}
	return fmt.Errorf("%s: %w", what, err)
}

// connect opens a link to whom it must be.
func (d *Driver) connect(ctx context.Context) (Link, error) {
	if a, ok := d.protocol.(Awaited); !ok || !a.Awaits() {
		limited, cancel := context.WithTimeout(ctx, d.o.Timing.Connect)
		defer cancel()
		ctx = limited
	}
	link, err := d.protocol.Connect(ctx)
	if err != nil {
		return nil, err
	}
	if id := link.Login().ID; d.o.Account != 0 && id != d.o.Account {
		link.Close()
		return nil, qq.Errorf(qq.ErrForbidden, "%s is logged in as %d, and the configuration says %d", d.Name(), id, d.o.Account)
	}
	return link, nil
}

// receive takes in what the link reads.
func (l *live) receive(in Inbound) {
	l.alive()
	if in.Event == nil {
		return
	}
	select {
	case l.events <- in:
		return
	default:
	}
	l.held.Store(true)
	select {
	case l.events <- in:
	case <-l.ctx.Done():
	}
	l.held.Store(false)
	l.alive()
}

// login is who the upstream is logged in as, now.
func (l *live) login() qq.Login {
	login := l.link.Login()
	login.Online = l.online.Load()
	if name := l.renamed.Load(); name != nil {
		login.Nickname = *name
	}
	return login
}

// answered looks at an answer of the upstream: it may tell how the account is
// called now, or want to be told.
func (l *live) answered(ctx context.Context, op qq.Operation, v any) {
	if edit, ok := op.(qq.EditProfile); ok && edit.Nickname != nil {
		l.renamed.Store(edit.Nickname)
	}
	switch v := v.(type) {
	case *qq.Sent, *qq.Upload:
		l.spoke(op, v)
	case *qq.Message:
		l.signed(v)
	case *qq.History:
		for _, m := range v.Messages {
			l.signed(m)
		}
	case *qq.GroupNotices, []*qq.FriendRequest:
		l.named(ctx, v)
	}
}

// signed puts the account's own name under what it said.
func (l *live) signed(m *qq.Message) {
	if login := l.login(); m != nil && m.Sender == login.ID {
		m.Self = true
		if m.Nickname == "" {
			m.Nickname = login.Nickname
		}
	}
}

// loop emits: first that the account is there, then what was missed, then
// what comes.
func (l *live) loop() error {
	ctx, cancel := context.WithTimeout(l.ctx, l.o.Timing.Silence)
	online, err := l.link.Probe(ctx)
	cancel()
	if err != nil {
		return lost("calls", err)
	}
	if again := l.unsure; again != nil {
		if err := l.deliver(*again); err != nil {
			return err
		}
	}
	resumed := false
	if r, ok := l.link.(Resuming); ok {
		resumed = r.Resumed()
	}
	if err := l.status(online, "", resumed); err != nil {
		return err
	}
	return l.follow()
}

// follow emits what comes, and what the account said itself, until the link ends.
func (l *live) follow() error {
	due := time.NewTimer(0)
	defer due.Stop()
	for {
		if err := l.speak(); err != nil {
			return err
		}
		if wait, some := l.nextDue(); some {
			due.Reset(wait)
		}
		select {
		case <-l.ctx.Done():
			return l.drain()
		case in := <-l.events:
			if err := l.happened(in); err != nil {
				return err
			}
		case <-due.C:
		case <-l.own.wake:
		}
	}
}

// drain emits what came before the link was lost, and tells why it was.
func (l *live) drain() error {
	for l.outer.Err() == nil {
		select {
		case in := <-l.events:
			if err := l.happened(in); err != nil {
				return err
			}
		default:
			if err := l.unpark(true); err != nil {
				return err
			}
			return context.Cause(l.ctx)
		}
	}
	return context.Cause(l.ctx)
}

// happened emits one event that came over the link.
func (l *live) happened(in Inbound) error {
	if in.Own != nil {
		return l.park(in)
	}
	if s, ok := in.Event.(*qq.StatusChanged); ok {
		return l.status(s.Online, s.Reason, false)
	}
	if m, ok := in.Event.(*qq.MessageReceived); ok && in.Time == 0 {
		in.Time = m.Time
	}
	if err := l.precede(in.Event); err != nil {
		return err
	}
	if l.trail.repeated(in.Time, in.Event) {
		return nil
	}
	return l.tell(in.Time, in.Event, in.Position)
}

// tell completes an event and emits it.
func (l *live) tell(at qq.Time, e qq.Event, position uint64) error {
	l.roster.complete(l.ctx, l.login(), e)
	if m, ok := e.(*qq.MessageReceived); ok {
		l.received(&m.Message)
	}
	if at == 0 {
		at = qq.TimeOf(l.o.Now())
	}
	return l.put(at, e, position)
}

// put gives an event its key. Where keys are positions, what has none goes
// without: a number made up could be that of an event to come.
func (l *live) put(at qq.Time, e qq.Event, position uint64) error {
	switch {
	case position != 0:
		l.origin = positioned + position
	case positionOf(l.origin) != 0 && l.positions():
		return l.deliver(qq.Emission{Time: at, Event: e})
	default:
		l.origin = originAfter(l.origin, at, qq.TimeOf(l.o.Now()))
	}
	return l.deliver(qq.Emission{Origin: l.origin, Time: at, Event: e})
}

// positions tells whether the upstream may number its events.
func (l *live) positions() bool {
	_, ok := l.protocol.(Positioned)
	return ok
}

// deliver emits. When that fails nobody knows whether the log took the event:
// the next link emits it again under the same key, and the log drops a repeat.
func (l *live) deliver(e qq.Emission) error {
	l.unsure = &e
	sn, err := l.emit(l.outer, e)
	if err != nil {
		return err
	}
	l.unsure = nil
	l.lastSN = max(l.lastSN, sn)
	if e.Origin != 0 {
		l.trail.reached(min(e.Time, qq.TimeOf(l.o.Now())+mostAhead))
	}
	return nil
}

// received notes what a message tells of sends, and takes its blobs in.
func (l *live) received(m *qq.Message) {
	if m.Self {
		l.sends.echo(m)
	}
	if l.o.Media.Keep {
		l.keepAll(m)
	}
}
