package endpoint

import (
	"context"
	"log/slog"
	"slices"
	"strconv"
	"time"

	"llbot/actors/conn"
	"llbot/actors/system"

	"github.com/asynkron/protoactor-go/actor"
)

// state survives restarts: the open port and the numbering of connections.
type state struct {
	Options
	listening Listening
	pid       *actor.PID
	next      uint64
}

func (st *state) close(ctx context.Context) {
	if st.listening == nil {
		return
	}
	if err := st.listening.Stop(ctx); err != nil {
		st.Env.Sys.Logger().Warn("port not closed in order", slog.String("endpoint", st.Name), slog.Any("error", err))
	}
}

// drain asks for an orderly end.
type drain struct {
	system.Reply[struct{}]
	ctx context.Context
}

// portClosed tells that no further connection will come.
type portClosed struct{ *drain }

// serving is the endpoint's actor. It only spawns and watches its connections.
type serving struct{ *state }

func childStrategy() actor.SupervisorStrategy {
	return system.Backoff{Initial: 100 * time.Millisecond, Max: 30 * time.Second}.Strategy()
}

// Receive spawns connections while serving and waits for them while draining.
func (s *serving) Receive(ctx actor.Context) {
	switch m := ctx.Message().(type) {
	case *actor.Started:
		s.targets(ctx)
	case *connected:
		s.accept(ctx, m)
	case *drain:
		s.finish(ctx, m)
	case *portClosed:
		s.drainChildren(ctx, m.drain)
	}
}

// targets starts one conn per account of a webhook or reverse link.
func (s *serving) targets(ctx actor.Context) {
	for _, account := range s.Accounts {
		name, err := account.Account().String(), error(nil)
		switch {
		case s.Hook != nil:
			_, err = conn.SpawnWebhook(ctx, name, s.Env, conn.Webhook{
				Name: s.Name, URL: s.URL, Hook: s.Hook, Caller: account, ReportSelf: s.ReportSelf})
		case s.Dialed != nil:
			_, err = conn.SpawnReverse(ctx, name, s.Env, conn.Reverse{
				Name: s.Name, URL: s.URL, Dialed: s.Dialed, Caller: account, Redial: s.Redial})
		}
		if err != nil {
			s.Env.Sys.Logger().Error("target not started", slog.String("endpoint", s.Name), slog.Any("error", err))
		}
	}
}

// accept gives a new connection an actor of its own.
func (s *serving) accept(ctx actor.Context, m *connected) {
	s.next++
	link := s.Server.Link(m.route.Talk, s.Accounts)
	_, err := conn.SpawnLive(ctx, strconv.FormatUint(s.next, 10), s.Env, conn.Live{
		Name: s.Name, Socket: m.socket, Link: link, Stream: m.route.Talk.Stream})
	if err != nil {
		s.Env.Sys.Logger().Error("connection not started", slog.String("endpoint", s.Name), slog.Any("error", err))
		m.socket.Abort()
	}
}

// finish closes the port; what it let in before is drained after that.
func (s *serving) finish(ctx actor.Context, m *drain) {
	sys, self := s.Env.Sys, ctx.Self()
	sys.Go("closing of "+s.Name, func() {
		s.close(m.ctx)
		sys.Root().Send(self, &portClosed{m})
	}, m.Fail)
}

// drainChildren lets every connection end in order and then stops.
func (s *serving) drainChildren(ctx actor.Context, m *drain) {
	children := slices.Clone(ctx.Children())
	sys, self := s.Env.Sys, ctx.Self()
	sys.Go("drain of "+s.Name, func() {
		conn.Drain(m.ctx, sys, children...)
		if err := sys.Stop(m.ctx, self); err != nil {
			m.Fail(err)
			return
		}
		m.Answer(struct{}{})
	}, m.Fail)
}
