package runtime

import (
	"context"
	"errors"

	"llbot/actors/account"
	"llbot/actors/conn"
	"llbot/protocols/face"
	"llbot/protocols/qq"

	"github.com/asynkron/protoactor-go/actor"
)

// ErrNotRunning tells that a server was asked before Start or after Stop.
var ErrNotRunning = errors.New("the server is not running")

// Account is one account of a running server. It is a qq.Caller: typed
// operations go through qq.Do.
type Account struct{ account.Ref }

// Account finds an account by its number.
func (s *Server) Account(id qq.UserID) (Account, bool) {
	tree := s.tree.Load()
	if tree == nil {
		return Account{}, false
	}
	ref, ok := tree.Account(id)
	return Account{ref}, ok
}

// Accounts lists the accounts in configured order.
func (s *Server) Accounts() []Account {
	tree := s.tree.Load()
	if tree == nil {
		return nil
	}
	var list []Account
	for _, ref := range tree.Accounts() {
		list = append(list, Account{ref})
	}
	return list
}

// Subscription says which events a subscriber wants. The zero value is every
// event of every account but what the accounts themselves say.
type Subscription struct {
	// Name is for logs.
	Name string
	// Accounts whose events are wanted; empty means all.
	Accounts []qq.UserID
	// ReportSelf adds what the accounts themselves say.
	ReportSelf bool
	// After is the number behind which to begin; 0 begins with the next event.
	After qq.SN
}

// OnEvent has fn called with each event from the very first one on. It is
// called before Start; otherwise it is like Subscribe, and lasts until Stop.
func (s *Server) OnEvent(want Subscription, fn func(ctx context.Context, e *qq.Entry)) {
	s.handlers = append(s.handlers, handler{want, fn})
}

// handler is a subscription that waits for the accounts to be known.
type handler struct {
	want Subscription
	fn   func(context.Context, *qq.Entry)
}

// Subscribe calls fn with each event in order, one at a time, until the
// function that it answers is called, which waits for the last call. A slow fn
// holds up nobody: what it has not seen yet waits in the log.
func (s *Server) Subscribe(ctx context.Context, want Subscription, fn func(ctx context.Context, e *qq.Entry)) (end func(), err error) {
	tree := s.tree.Load()
	if tree == nil {
		return nil, ErrNotRunning
	}
	return tree.Subscribe(ctx, s.subscriber(want, fn))
}

// SubscribePID sends each event as a *qq.Entry to an actor of the embedding
// program. The actor's mailbox is the only bound.
func (s *Server) SubscribePID(ctx context.Context, want Subscription, pid *actor.PID) (end func(), err error) {
	return s.Subscribe(ctx, want, func(_ context.Context, e *qq.Entry) { s.sys.Root().Send(pid, e) })
}

func (s *Server) subscriber(want Subscription, fn func(context.Context, *qq.Entry)) conn.Subscriber {
	ids := want.Accounts
	if len(ids) == 0 {
		for _, a := range s.cfg.Accounts {
			ids = append(ids, qq.UserID(a.UIN))
		}
	}
	return conn.Subscriber{
		Name: want.Name, After: want.After, Do: fn,
		Want: face.Selection{Accounts: face.AccountsOf(ids...), ReportSelf: want.ReportSelf},
	}
}
