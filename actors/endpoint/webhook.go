package endpoint

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"maps"
	"slices"
	"strconv"

	"llbot/actors/conn"
	"llbot/actors/system"
	"llbot/protocols/face"
	"llbot/protocols/qq"

	"github.com/asynkron/protoactor-go/actor"
)

// Webhook is a target that was registered at a port: it gets the events of all
// the port's accounts.
type Webhook struct {
	ID   string // names its targets, see WebhookTarget; without a slash
	URL  string
	Hook face.Hook
}

// Webhooks are the registered targets of one port, which come and go while it
// serves. Whoever owns the port makes them, hands them to Open, and changes
// them from then on; what is registered beyond the process is his affair.
type Webhooks struct {
	asks system.Asks[struct{}]
	sys  *system.System
	pid  *actor.PID
	list []Webhook // those that are there from the beginning
}

// NewWebhooks are those that a port begins with.
func NewWebhooks(list ...Webhook) *Webhooks { return &Webhooks{list: list} }

// Put adds a webhook, or takes the place of the one of the same ID: it waits,
// until ctx ends, for the exchanges under way of that one, and so do the new one's.
func (h *Webhooks) Put(ctx context.Context, w Webhook) error {
	return h.ask(ctx, func(r system.Reply[struct{}]) any { return &putWebhook{r, ctx, w} })
}

// Remove ends a webhook and waits, until ctx ends, for its exchanges under way.
// None begins once it was asked for. An unknown ID, and a port that is gone, have
// ended already.
func (h *Webhooks) Remove(ctx context.Context, id string) error {
	err := h.ask(ctx, func(r system.Reply[struct{}]) any { return &removeWebhook{r, ctx, id} })
	if errors.Is(err, system.ErrStopped) {
		return nil
	}
	return err
}

func (h *Webhooks) ask(ctx context.Context, message func(system.Reply[struct{}]) any) error {
	if h.pid == nil { // the port could not be opened
		return system.ErrStopped
	}
	_, err := h.asks.Ask(ctx, func(r system.Reply[struct{}]) { h.sys.Root().Send(h.pid, message(r)) })
	return err
}

type putWebhook struct {
	system.Reply[struct{}]
	ctx context.Context
	Webhook
}

type removeWebhook struct {
	system.Reply[struct{}]
	ctx context.Context
	id  string
}

// begin tells a port that its webhooks may be posted to.
type begin struct{}

// posted is a registered webhook with its conns: one for each account, and those
// from before it was put anew that are still busy.
type posted struct {
	Webhook
	conns []*actor.PID
}

func (st *state) register(h *Webhooks) {
	st.posted = map[string]*posted{}
	for _, w := range h.list {
		st.posted[w.ID] = &posted{Webhook: w}
	}
}

// hooked is where the deliveries of a registered webhook have come to.
func (st *state) hooked(account qq.UserID, id string) *conn.Target {
	return st.Env.Targets.Open(WebhookTarget(st.Name, account, id), conn.TargetWebhook, account)
}

func (st *state) awaitHook(id string) {
	last := st.Env.Log.Last()
	for _, account := range st.Accounts {
		st.hooked(account.Account(), id).Await(last)
	}
}

// post starts the registered webhooks, once they may be.
func (s *serving) post(ctx actor.Context) {
	if !s.begun || s.draining {
		return
	}
	for _, id := range slices.Sorted(maps.Keys(s.posted)) {
		p := s.posted[id]
		p.conns = nil // those of a former life are gone
		if err := s.spawn(ctx, p); err != nil {
			s.Env.Sys.Logger().Error("webhook not started", slog.String("endpoint", s.Name), slog.String("webhook", id), slog.Any("error", err))
		}
	}
}

// spawn starts a conn for each account.
func (s *serving) spawn(ctx actor.Context, p *posted) error {
	var failed error
	for _, account := range s.Accounts {
		s.next++
		pid, err := conn.SpawnWebhook(ctx, strconv.FormatUint(s.next, 10), s.Env, conn.Webhook{
			Name: s.Name, URL: p.URL, Hook: p.Hook, Caller: account, ReportSelf: s.ReportSelf,
			Target: s.hooked(account.Account(), p.ID),
			Replay: s.Replay, Attempts: s.Attempts, Concurrency: s.Concurrency, Retry: s.Retry})
		if err != nil {
			failed = errors.Join(failed, err)
			continue
		}
		p.conns = append(p.conns, pid)
	}
	return failed
}

// put starts a webhook. The conns of the one before end; the new ones wait for
// them.
func (s *serving) put(ctx actor.Context, m *putWebhook) {
	if s.draining {
		m.Fail(system.ErrStopped)
		return
	}
	p := &posted{Webhook: m.Webhook}
	if old := s.posted[m.ID]; old != nil {
		p.conns = slices.DeleteFunc(old.conns, func(pid *actor.PID) bool { return !slices.ContainsFunc(ctx.Children(), pid.Equal) })
	}
	s.posted[m.ID] = p
	former, err := slices.Clone(p.conns), error(nil)
	if s.begun {
		err = s.spawn(ctx, p)
	} else {
		s.awaitHook(m.ID)
	}
	s.end(m.ctx, m.Reply, former, err)
}

// remove ends a webhook.
func (s *serving) remove(m *removeWebhook) {
	var conns []*actor.PID
	if p := s.posted[m.id]; p != nil {
		conns = p.conns
	}
	delete(s.posted, m.id)
	s.end(m.ctx, m.Reply, conns, nil)
}

// end asks conns to end and answers once they have, or fails when ctx ends
// before; err is what failed already.
func (s *serving) end(ctx context.Context, reply system.Reply[struct{}], conns []*actor.PID, err error) {
	s.Env.Sys.Go("end of a webhook of "+s.Name, func() {
		conn.Drain(ctx, s.Env.Sys, conns...)
		if err = cmp.Or(err, ctx.Err()); err != nil {
			reply.Fail(err)
			return
		}
		reply.Answer(struct{}{})
	}, reply.Fail)
}
