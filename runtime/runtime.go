package runtime

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"llbot/actors/supervisor"
	"llbot/actors/system"
	"llbot/protocols/qq"
	"llbot/runtime/config"
)

// StopTimeout bounds an orderly end: close frames sent, webhooks in flight
// finished, the log closed.
const StopTimeout = 5 * time.Second

// Server is one llbot in this process. It is started once and stopped once.
type Server struct {
	cfg      *config.Config
	settings settings
	handlers []handler // of OnEvent

	mu      sync.Mutex // held while starting and stopping
	started bool
	sys     *system.System
	machine *machine
	began   qq.Time
	tree    atomic.Pointer[supervisor.Tree] // nil before Start and after Stop
}

// New prepares a server; nothing is opened or started. The configuration must
// not be changed afterwards.
func New(cfg *config.Config, options ...Option) (*Server, error) {
	s := &Server{cfg: cfg, settings: settings{logger: slog.New(slog.DiscardHandler), drivers: map[qq.UserID]qq.Driver{}}}
	for _, o := range options {
		o(&s.settings)
	}
	if len(cfg.Accounts) == 0 {
		return nil, errors.New("the configuration has no account")
	}
	for id := range s.settings.drivers {
		if !configured(cfg, id) {
			return nil, fmt.Errorf("a driver is given for account %d, which the configuration does not have", id)
		}
	}
	return s, nil
}

func configured(cfg *config.Config, id qq.UserID) bool {
	for _, a := range cfg.Accounts {
		if qq.UserID(a.UIN) == id {
			return true
		}
	}
	return false
}

// Start opens and starts everything: when it returns without error every
// endpoint listens. When anything fails, nothing is left running. ctx bounds
// the start only.
func (s *Server) Start(ctx context.Context) (err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.started {
		return errors.New("the server was started before")
	}
	s.started = true
	s.sys = system.New(system.Options{Logger: s.settings.logger, Existing: s.settings.actors})
	if s.machine, err = openMachine(ctx, s); err != nil {
		s.sys.Shutdown()
		return err
	}
	s.began = now()
	// The admin port is bound before anybody else's: who finds it taken must
	// not have greeted a single bot.
	if err = s.machine.serve(s); err != nil {
		s.sys.Shutdown()
		err = errors.Join(err, s.machine.close())
		s.machine = nil
		return err
	}
	tree, err := supervisor.Start(ctx, s.sys, s.plan())
	if err != nil {
		err = errors.Join(err, s.machine.rest(ctx), s.machine.close())
		s.machine = nil
		s.sys.Shutdown()
		return err
	}
	s.tree.Store(tree)
	s.awaitLinks(ctx)
	return nil
}

// linkWait is how long Start waits for the drivers' first word. An account
// whose driver takes longer comes online later.
const linkWait = 2 * time.Second

func (s *Server) awaitLinks(ctx context.Context) {
	limited, cancel := context.WithTimeout(ctx, linkWait)
	defer cancel()
	for _, a := range s.tree.Load().Accounts() {
		a.Settled(limited)
	}
}

// Stop ends everything in order, at the latest when ctx ends.
func (s *Server) Stop(ctx context.Context) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.tree.Load() == nil {
		return nil
	}
	return s.stop(ctx)
}

func (s *Server) stop(ctx context.Context) error {
	tree := s.tree.Swap(nil)
	err := s.machine.rest(ctx)
	s.machine.deliveries().warnOfUnfinished(s.settings.logger)
	err = errors.Join(err, tree.Stop(ctx), s.machine.close())
	s.sys.Shutdown()
	return err
}

// Run is Start, then waiting for ctx to end, then Stop within StopTimeout.
func (s *Server) Run(ctx context.Context) error {
	if err := s.Start(ctx); err != nil {
		return err
	}
	<-ctx.Done()
	limited, cancel := context.WithTimeout(context.WithoutCancel(ctx), StopTimeout)
	defer cancel()
	return s.Stop(limited)
}

// EndpointAddr is where an endpoint is reached.
type EndpointAddr struct {
	Name string
	Kind config.Kind
	// Addr is host:port of a server, with the real port; "" for targets that
	// we connect to.
	Addr string
}

// Endpoints lists the endpoints of a running server in configured order.
func (s *Server) Endpoints() []EndpointAddr {
	tree := s.tree.Load()
	if tree == nil {
		return nil
	}
	list := make([]EndpointAddr, len(s.cfg.Endpoints))
	for i, ref := range tree.Endpoints() {
		list[i] = EndpointAddr{Name: ref.Name, Kind: s.cfg.Endpoints[i].Kind(), Addr: ref.Addr}
	}
	return list
}
