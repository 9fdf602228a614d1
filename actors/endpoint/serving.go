package endpoint

import (
	"context"
	"log/slog"
	"slices"
	"strconv"
	"sync"
	"time"

	"llbot/actors/conn"
	"llbot/actors/system"
	"llbot/protocols/face"
	"llbot/protocols/qq"

	"github.com/asynkron/protoactor-go/actor"
)

// state survives restarts: the open port, its registered webhooks and the
// numbering of connections.
type state struct {
	Options
	listening Listening
	closed    sync.Once // the port
	pid       *actor.PID
	next      uint64
	draining  bool
	begun     bool               // the registered webhooks may be posted to
	posted    map[string]*posted // by ID
}

// close closes the port in order until ctx ends.
func (st *state) close(ctx context.Context) {
	if st.listening == nil {
		return
	}
	st.closed.Do(func() {
		if err := st.listening.Stop(ctx); err != nil {
			st.Env.Sys.Logger().Warn("port not closed in order", slog.String("endpoint", st.Name), slog.Any("error", err))
		}
	})
}

// cut closes the port at once, off the caller's goroutine: requests may wait
// for what the caller is about to do.
func (st *state) cut() {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	st.Env.Sys.Go("closing of "+st.Name, func() { st.close(ctx) }, nil)
}

// drain asks for an orderly end.
type drain struct {
	system.Reply[struct{}]
	ctx context.Context
}

// serving is the endpoint's actor. It only spawns and watches its connections.
type serving struct{ *state }

func childStrategy() actor.SupervisorStrategy {
	return system.Backoff{Initial: 100 * time.Millisecond, Max: 30 * time.Second}.Strategy()
}

// Receive spawns connections while serving and waits for them while draining.
func (s *serving) Receive(ctx actor.Context) {
	switch m := ctx.Message().(type) {
	case *actor.Started:
		if !s.draining { // what ends is not begun again
			s.targets(ctx)
			s.post(ctx)
		}
	case *connected:
		s.accept(ctx, m)
	case *begin:
		if !s.begun {
			s.begun = true
			s.post(ctx)
		}
	case *putWebhook:
		s.put(ctx, m)
	case *removeWebhook:
		s.remove(m)
	case *drain:
		s.drain(ctx, m)
	case *actor.Stopping:
		s.cut()
	}
}

// targets starts one conn per account of a webhook or reverse link.
func (s *serving) targets(ctx actor.Context) {
	for _, account := range s.Accounts {
		name, err := account.Account().String(), error(nil)
		switch {
		case s.Hook != nil:
			_, err = conn.SpawnWebhook(ctx, name, s.Env, conn.Webhook{
				Name: s.Name, URL: s.URL, Hook: s.Hook, Caller: account, ReportSelf: s.ReportSelf,
				Target: s.durable(conn.TargetWebhook, account.Account()), Replay: s.Replay,
				Attempts: s.Attempts, Concurrency: s.Concurrency, Retry: s.Retry})
		case s.Dialed != nil:
			_, err = conn.SpawnReverse(ctx, name, s.Env, conn.Reverse{
				Name: s.Name, URL: s.URL, Dialed: s.Dialed, Caller: account, Redial: s.Redial,
				Target: s.durable(conn.TargetReverse, account.Account()), Replay: s.Replay})
		}
		if err != nil {
			s.Env.Sys.Logger().Error("target not started", slog.String("endpoint", s.Name), slog.Any("error", err))
		}
	}
}

// await opens the targets before their actors are there: what is accepted from
// now on is theirs.
func (st *state) await() {
	last := st.Env.Log.Last()
	for _, account := range st.Accounts {
		id := account.Account()
		switch {
		case st.Hook != nil:
			st.durable(conn.TargetWebhook, id).Await(last)
		case st.Dialed != nil:
			st.durable(conn.TargetReverse, id).Await(last)
		}
	}
	for id := range st.posted {
		st.awaitHook(id)
	}
}

// durable is where an account's deliveries have come to, also in former lives of
// this actor and of the server.
func (st *state) durable(kind conn.TargetKind, account qq.UserID) *conn.Target {
	return st.Env.Targets.Open(TargetName(st.Name, account), kind, account)
}

// accept gives a new connection an actor of its own. A fault of the face ends
// this connection: a restart of ours would end all.
func (s *serving) accept(ctx actor.Context, m *connected) {
	if s.draining {
		m.socket.Abort()
		return
	}
	target := s.named(m.route.Talk)
	if target == nil && m.route.Talk.Durable != "" {
		s.refuse(m.socket, "too many durable names; forget those that are not used any more")
		return
	}
	s.next++
	var link face.Link
	err := s.Env.Sys.Guard("link of "+s.Name, func() { link = s.Server.Link(m.route.Talk, s.Accounts) })
	if err == nil {
		_, err = conn.SpawnLive(ctx, strconv.FormatUint(s.next, 10), &s.Env, conn.Live{
			Name: s.Name, Socket: m.socket, Link: link, Stream: m.route.Talk.Stream,
			Target: target, Replay: s.Replay})
	}
	if err != nil {
		s.Env.Sys.Logger().Error("connection not started", slog.String("endpoint", s.Name), slog.Any("error", err))
		m.socket.Abort()
	}
}

// named is the target of a client that keeps its place under a name, or nil.
func (st *state) named(talk face.Talk) *conn.Target {
	if talk.Durable == "" {
		return nil
	}
	return st.Env.Targets.OpenNamed(TargetName(st.Name, talk.Account)+"/"+talk.Durable, talk.Account)
}

// refuse ends a connection that cannot be served now.
func (st *state) refuse(s conn.Socket, reason string) {
	const tryAgainLater = 1013
	st.Env.Sys.Logger().Warn("connection refused", slog.String("endpoint", st.Name), slog.String("peer", s.Remote()), slog.String("reason", reason))
	// It is a fresh socket, which takes a few bytes or is gone.
	if _, err := s.TryWrite(face.AppendClose(nil, tryAgainLater, reason, s.Masked(), [4]byte{})); err != nil {
		s.Abort()
		return
	}
	s.Close()
}

// drain lets every connection and target end in order while the port closes,
// which takes as long as requests are under way, and then stops.
func (s *serving) drain(ctx actor.Context, m *drain) {
	s.draining = true
	children := slices.Clone(ctx.Children())
	sys, self := s.Env.Sys, ctx.Self()
	sys.Go("drain of "+s.Name, func() {
		closed := make(chan struct{})
		go func() {
			defer close(closed)
			// What goes wrong is logged; the drain goes on without the port.
			_ = sys.Guard("closing of "+s.Name, func() { s.close(m.ctx) })
		}()
		conn.Drain(m.ctx, sys, children...)
		<-closed
		if err := sys.Stop(m.ctx, self); err != nil {
			m.Fail(err)
			return
		}
		m.Answer(struct{}{})
	}, m.Fail)
}
