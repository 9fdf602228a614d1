package endpoint

import (
	"context"
	"errors"
	"fmt"
	"time"

	"llbot/actors/conn"
	"llbot/actors/system"
	"llbot/protocols/face"
	"llbot/protocols/qq"

	"github.com/asynkron/protoactor-go/actor"
)

// Options describe one endpoint. Exactly one of Server, Hook and Dialed is set.
type Options struct {
	Name     string
	Accounts Accounts
	Env      conn.Env

	// Server is the protocol of a port; Listener binds Addr for it.
	Server   face.Server
	Listener Listener
	Addr     string
	// Webhooks are what was registered at the port; nil for none. They are
	// posted to as Hook is, from Ref.Begin on.
	Webhooks *Webhooks

	// Hook is the protocol of a webhook that posts to URL. Zero Attempts,
	// Concurrency and Retry are those of conn.Webhook.
	Hook        face.Hook
	ReportSelf  bool
	Attempts    int           // how often it may say no to an event
	Concurrency int           // events in flight at once
	Retry       time.Duration // longest wait between tries

	// Dialed is the protocol of a reverse WebSocket to URL.
	Dialed face.Dialed
	Redial conn.Redial

	URL string
	// Replay is what a webhook or a reverse WebSocket gets of what it missed.
	// How far each has come is kept in Env.Targets by the names of TargetName.
	Replay conn.Replay
}

// TargetName names the durable target of an endpoint's webhook or reverse
// WebSocket for one account.
func TargetName(endpoint string, account qq.UserID) string {
	return endpoint + "/" + account.String()
}

// WebhookTarget names the durable target of a webhook that was registered at a
// port, for one account.
func WebhookTarget(endpoint string, account qq.UserID, id string) string {
	return TargetName(endpoint, account) + "/" + id
}

// Ref addresses one endpoint.
type Ref struct {
	pid   *actor.PID
	sys   *system.System
	drain *system.Asks[struct{}]
	// webhooks tells that it may have registered ones.
	webhooks bool
	// Name is the configured name; Addr the bound address of a port, or "".
	Name, Addr string
}

// Open binds the port, if the endpoint has one, and starts the actor. An
// address in use is reported here, before anything runs.
func Open(sys *system.System, parent actor.SpawnerContext, o Options) (Ref, error) {
	ref := Ref{sys: sys, Name: o.Name, drain: &system.Asks[struct{}]{}, webhooks: o.Webhooks != nil}
	if o.Env.Targets == nil { // they outlive the actor's restarts at least
		o.Env.Targets = conn.NewTargets(nil)
	}
	st := &state{Options: o}
	if o.Webhooks != nil {
		st.register(o.Webhooks)
	}
	st.await()
	if o.Server != nil {
		h := &handler{server: o.Server, accounts: o.Accounts, last: o.Env.Log.Last, connect: func(r face.Route, s conn.Socket) {
			if st.pid == nil { // the actor could not be started
				s.Abort()
				return
			}
			sys.Root().Send(st.pid, &connected{r, s})
		}}
		// The listener is bound first but serves only once the actor is there.
		ready := make(chan struct{})
		defer close(ready)
		listening, err := o.Listener.Listen(o.Addr, gate{h, ready})
		if err != nil {
			return ref, fmt.Errorf("endpoint %s: %w", o.Name, err)
		}
		st.listening, ref.Addr = listening, listening.Addr()
	}
	pid, err := sys.Spawn(parent, "endpoint/"+o.Name, func() actor.Actor { return &serving{st} }, system.Spawning{Strategy: childStrategy()})
	if err != nil {
		st.cut()
		return ref, fmt.Errorf("endpoint %s: %w", o.Name, err)
	}
	st.pid, ref.pid = pid, pid
	if o.Webhooks != nil {
		o.Webhooks.sys, o.Webhooks.pid = sys, pid
	}
	return ref, nil
}

// Begin lets a port post to the webhooks that are registered at it. A port that
// posts while others are not bound yet may have done so in vain.
func (r Ref) Begin() {
	if r.webhooks {
		r.sys.Root().Send(r.pid, &begin{})
	}
}

// PID is the endpoint's actor.
func (r Ref) PID() *actor.PID { return r.pid }

// Drain ends the endpoint in order: no new connections, close frames sent,
// exchanges under way finished, all within ctx. Draining it again, or after it
// has stopped, does nothing.
func (r Ref) Drain(ctx context.Context) error {
	_, err := r.drain.Ask(ctx, func(reply system.Reply[struct{}]) { r.sys.Root().Send(r.pid, &drain{reply, ctx}) })
	if errors.Is(err, system.ErrStopped) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("drain endpoint %s: %w", r.Name, err)
	}
	return nil
}

// gate holds requests back until the endpoint's actor is there.
type gate struct {
	*handler
	ready <-chan struct{}
}

// Head waits for the actor, which is a matter of microseconds at start.
func (g gate) Head(h *face.Head) face.Route {
	<-g.ready
	return g.handler.Head(h)
}
