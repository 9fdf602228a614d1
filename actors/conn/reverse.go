package conn

import (
	"context"
	"log/slog"
	"math/rand/v2"
	"strconv"
	"time"

	"llbot/protocols/face"
	"llbot/protocols/qq"

	"github.com/asynkron/protoactor-go/actor"
)

// Redial says how a reverse link is dialed again. Zero fields take defaults.
type Redial struct {
	Initial   time.Duration // first wait; 0: one second
	Max       time.Duration // longest wait; 0: one minute
	Handshake time.Duration // for dialing; 0: ten seconds
}

// Reverse describes a reverse WebSocket target of one account.
type Reverse struct {
	Name   string // the endpoint's, for logs
	URL    string
	Dialed face.Dialed
	Caller qq.Caller
	Redial Redial
	// Target keeps how far the peer proved to have come; nil: it lives as long
	// as the actor. Replay is what the peer gets of what it missed.
	Target *Target
	Replay Replay
}

// steadyLink is how long a link must have lived for the back-off to begin anew.
const steadyLink = 30 * time.Second

// SpawnReverse starts the link to a target: it dials, and dials again with
// back-off and jitter whenever the connection is lost. There is never more
// than one connection to the target: the next dial waits for the end of the
// former one.
func SpawnReverse(parent actor.SpawnerContext, name string, env Env, r Reverse) (*actor.PID, error) {
	st := &reverse{Reverse: r, env: env}
	if st.Target == nil {
		st.Target = newTarget(name, TargetReverse, r.Caller.Account(), nil)
	}
	st.Target.Await(env.Log.Last()) // what happens before the first link counts
	st.ctx, st.cancel = context.WithCancel(context.Background())
	return env.Sys.Spawn(parent, name, func() actor.Actor { return &reverseActor{st} }, spawning())
}

type reverse struct {
	Reverse
	env     Env
	ctx     context.Context
	cancel  context.CancelFunc
	dialing bool
	up      qq.Time // when the connection came up, 0 while there is none
	tries   int     // in a row without a steady connection
	links   uint64
}

type reverseActor struct{ *reverse }

type (
	dial   struct{}
	dialed struct {
		socket Socket
		err    error
	}
)

// Fail cuts a connection that came when the target was already gone.
func (d *dialed) Fail(error) {
	if d.socket != nil {
		d.socket.Abort()
	}
}

func (r *reverseActor) Receive(ctx actor.Context) {
	switch m := ctx.Message().(type) {
	case *actor.Started, *dial:
		r.dial(ctx)
	case *dialed:
		r.dialing = false
		r.connected(ctx, m)
	case *actor.Terminated:
		r.lost(ctx.Self())
	case *drain:
		r.drain(ctx, m)
	case *actor.Stopping:
		r.cancel()
	}
}

func (r *reverseActor) dial(ctx actor.Context) {
	if r.dialing || r.ctx.Err() != nil || len(ctx.Children()) > 0 {
		return
	}
	r.dialing = true
	root, self := r.env.Sys.Root(), ctx.Self()
	r.env.Sys.Go("dial "+r.Name, func() {
		wait := r.Redial.Handshake
		if wait <= 0 {
			wait = 10 * time.Second
		}
		limited, cancel := context.WithTimeout(r.ctx, wait)
		defer cancel()
		socket, err := r.env.Dialer.Dial(limited, r.URL, r.Dialed.Headers(r.Caller.Account()))
		root.Send(self, &dialed{socket, err})
	}, func(err error) { root.Send(self, &dialed{nil, err}) })
}

func (r *reverseActor) connected(ctx actor.Context, m *dialed) {
	wanted := r.ctx.Err() == nil && len(ctx.Children()) == 0
	if m.err == nil && wanted {
		r.links++
		_, m.err = SpawnLive(ctx, strconv.FormatUint(r.links, 10), &r.env,
			Live{Name: r.Name, Socket: m.socket, Link: r.Dialed.Link(r.Caller), Target: r.Target, Replay: r.Replay})
	}
	if m.err == nil && wanted {
		r.up = r.env.Now()
		r.Target.note(func(s *TargetStatus) { s.Tries, s.NextTry = 0, 0 })
		r.env.Sys.Logger().Info("reverse link up", slog.String("endpoint", r.Name), slog.Any("account", r.Caller.Account()))
		return
	}
	m.Fail(nil)
	r.again(ctx.Self(), m.err)
}

// lost is told by the library when the connection's actor has ended.
func (r *reverseActor) lost(self *actor.PID) {
	if r.env.Now()-r.up > qq.Time(steadyLink.Milliseconds()) {
		r.tries = 0
	}
	r.up = 0
	r.again(self, nil)
}

func (r *reverseActor) again(self *actor.PID, err error) {
	if r.ctx.Err() != nil {
		return
	}
	r.tries++
	wait := r.wait()
	r.Target.note(func(s *TargetStatus) {
		now := r.env.Now()
		s.Tries, s.NextTry = r.tries, now+qq.Time(wait.Milliseconds())
		if err != nil {
			s.Retries++
			s.LastError, s.LastErrorAt = harmless(err), now
		}
	})
	r.env.Sys.Logger().Warn("reverse link down", slog.String("endpoint", r.Name), slog.Any("account", r.Caller.Account()), cause(err), slog.Duration("again_in", wait))
	r.env.Sys.Wheel().After(wait, self, &dial{})
}

// wait doubles from Initial to Max; half of it is jitter, so that links that
// were lost together do not come back together.
func (r *reverse) wait() time.Duration {
	limit, longest := r.Redial.Initial, r.Redial.Max
	if limit <= 0 {
		limit = time.Second
	}
	if longest <= 0 {
		longest = time.Minute
	}
	limit = min(limit<<min(r.tries-1, 16), longest)
	return limit/2 + rand.N(limit/2+1)
}

func (r *reverseActor) drain(ctx actor.Context, m *drain) {
	r.cancel()
	children := append([]*actor.PID(nil), ctx.Children()...)
	sys, self := r.env.Sys, ctx.Self()
	sys.Go("end of "+r.Name, func() {
		limited, cancel := context.WithTimeout(context.Background(), closeWait+time.Second)
		defer cancel()
		Drain(limited, sys, children...)
		_ = sys.Stop(context.Background(), self) // only its context could fail
		m.done()
	}, m.Fail)
}
