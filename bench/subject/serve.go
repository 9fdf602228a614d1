package subject

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"time"

	"llbot/actors/system"
	"llbot/bench/part"
	"llbot/protocols/qq"
	"llbot/runtime"
	"llbot/runtime/config"
	"llbot/runtime/driver/sim"

	"github.com/asynkron/protoactor-go/actor"
)

// The accounts of a measured server.
const (
	Account = sim.SeedAccount // whose clients are measured
	Second  = qq.UserID(2222222222)
	Group   = sim.SeedGroup // both are in it
)

// Spec says what kind of server is measured.
type Spec struct {
	Plain      bool // the default configuration as it is, but for its ports
	Feed       bool // the account's events come from a trigger, not from the simulated QQ
	Members    int  // of Group; 0 leaves the world as it is by default
	Crowd      int  // so many accounts more, each in Groups of the groups
	Groups     int
	Durability config.Durability // "" is the default
	Admin      bool
	Hooks      []Hook
	Upstream   *Upstream // holds the account; nil is the simulated QQ
	ReportSelf bool      // clients are told of the account's own messages
}

// Hook is a target of webhooks.
type Hook struct {
	Kind config.Kind
	URL  string
}

// Addresses are where a server is reached.
type Addresses struct {
	Ports   map[string]string // host:port by the endpoint's name
	Trigger string            // of a fed account
	Admin   string            // host:port of the control server
	Took    time.Duration     // from nothing to all accounts online
}

// The names of endpoints that not every server has.
const (
	StringHTTP = "http-string" // OneBot with CQ codes
	StringWS   = "ws-string"
)

// Service is the server as a part of a measurement: one server at a time.
type Service struct {
	part.Measured

	server *runtime.Server
	actors *actor.ActorSystem
	data   string
	open   []io.Closer

	panicking *panicking
}

// Serve starts a server in a folder of its own.
func (s *Service) Serve(spec Spec, at *Addresses) (err error) {
	if s.server != nil {
		return errors.New("a server runs already")
	}
	if s.data, err = os.MkdirTemp("", "llbot-bench-"); err != nil {
		return err
	}
	cfg := configured(spec, s.data)
	options := []runtime.Option{runtime.WithLogger(runtime.NewLogger(cfg, os.Stderr))}
	if spec.Feed {
		driver, trigger, err := newFeed(s)
		if err != nil {
			return err
		}
		at.Trigger = trigger
		options = append(options, runtime.WithDriver(Account, driver))
	}
	if spec.Members > 0 || spec.Crowd > 0 {
		file, err := writeScene(spec, s.data)
		if err != nil {
			return err
		}
		options = append(options, runtime.WithScene(file, false))
	}
	s.actors = system.NewActors(slog.New(slog.DiscardHandler)) // as the server makes its own
	begun := time.Now()
	if s.server, err = runtime.New(cfg, append(options, runtime.WithActorSystem(s.actors))...); err != nil {
		return err
	}
	if err := s.server.Start(context.Background()); err != nil {
		return err
	}
	at.Took = time.Since(begun)
	at.Ports, at.Admin = map[string]string{}, s.server.AdminAddr()
	for _, e := range s.server.Endpoints() {
		at.Ports[e.Name] = e.Addr
	}
	return nil
}

// configured is the default configuration on free ports, with room for crowds.
func configured(spec Spec, data string) *config.Config {
	cfg := config.Default()
	cfg.Data, cfg.Admin.Enable, cfg.Admin.Port = data, spec.Admin, 0
	cfg.Log.Level = slog.LevelError
	cfg.Limits.Conns = 100_000
	if spec.Durability != "" {
		cfg.Durability = spec.Durability
	}
	if spec.Plain {
		return free(cfg)
	}
	add := func(kind config.Kind, name string) config.Endpoint {
		e := config.NewEndpoint(kind)
		e.Common().Name = name
		cfg.Endpoints = append(cfg.Endpoints, e)
		return e
	}
	for kind, name := range map[config.Kind]string{config.KindOneBotHTTP: StringHTTP, config.KindOneBotWS: StringWS} {
		config.OneBotOf(add(kind, name)).MessageFormat = config.FormatString
	}
	for i, hook := range spec.Hooks {
		e := add(hook.Kind, fmt.Sprintf("hook-%d", i))
		config.TargetOf(e).URL = config.URL(hook.URL)
	}
	if spec.ReportSelf {
		reportSelf(cfg)
	}
	if spec.Upstream != nil {
		held(cfg, spec.Upstream)
		return free(cfg)
	}
	first := cfg.Accounts[0]
	first.UIN = int64(Second)
	if !spec.Feed {
		cfg.Accounts = append(cfg.Accounts, first)
	}
	for i := range spec.Crowd {
		first.UIN = int64(crowd(i))
		cfg.Accounts = append(cfg.Accounts, first)
	}
	return free(cfg)
}

// free lets every server of a configuration take any port.
func free(cfg *config.Config) *config.Config {
	for _, e := range cfg.Endpoints {
		if l := config.ListenOf(e); l != nil {
			l.Port = 0
		}
	}
	return cfg
}

// Close ends the server and deletes its folder.
func (s *Service) Close() error {
	if s.server == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), runtime.StopTimeout)
	defer cancel()
	err := s.server.Stop(ctx)
	for _, c := range s.open {
		if closed := c.Close(); !errors.Is(closed, net.ErrClosed) {
			err = errors.Join(err, closed)
		}
	}
	return errors.Join(err, os.RemoveAll(s.data))
}
