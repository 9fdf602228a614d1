package runtime

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"llbot/actors/conn"
	"llbot/protocols/qq"
	"llbot/runtime/admin"
	"llbot/runtime/config"
	"llbot/runtime/driver/sim"
	"llbot/runtime/logging"
	"llbot/runtime/media"
	"llbot/runtime/store"
	"llbot/runtime/transport"
)

// machine is everything of a server that touches the machine: what the actors
// are given, and what lives beside them. Parts are closed in reverse order.
type machine struct {
	store    *store.Store
	log      eventLog
	targets  *conn.Targets
	media    *media.Store
	proxy    *proxy
	worlds   map[string]*sim.World
	drivers  map[qq.UserID]qq.Driver
	listener *transport.Server
	dialer   *transport.Dialer
	poster   *transport.Poster
	admin    *admin.Server

	closers []func() error
}

// now is the clock of the whole server.
func now() qq.Time { return qq.TimeOf(time.Now()) }

// NewLogger makes the logger that a configuration asks for: text or JSON, with
// the configured tokens hidden wherever they would appear.
func NewLogger(cfg *config.Config, out io.Writer) *slog.Logger {
	redactor := logging.NewRedactor(cfg.Secrets()...)
	return logging.New(logging.Options{Level: cfg.Log.Level, Format: logging.Format(cfg.Log.Format), Out: out, Redactor: redactor})
}

// openMachine opens the data folder and prepares the transports. Whatever was
// opened when something fails is closed again.
func openMachine(ctx context.Context, s *Server) (m *machine, err error) {
	m = &machine{worlds: map[string]*sim.World{}, drivers: map[qq.UserID]qq.Driver{}}
	defer func() {
		if err != nil {
			err = errors.Join(err, m.close())
			m = nil
		}
	}()
	logger := s.settings.logger
	if m.store, err = store.Open(s.cfg.Data, logger); err != nil {
		return m, err
	}
	m.onClose(m.store.Close)
	m.targets = conn.NewTargets(ledger{m.store.Cursors(), m.store.DeadLetters()})
	m.remember(s)
	if err = m.openLog(s); err != nil {
		return m, err
	}
	if err := m.network(s); err != nil {
		return m, err
	}
	if err = m.upstreams(ctx, s); err != nil {
		return m, err
	}
	for _, a := range s.cfg.Accounts {
		if err := m.driver(s, a); err != nil {
			return m, fmt.Errorf("account %d: %w", a.UIN, err)
		}
	}
	return m, nil
}

// network makes the transports and the media store.
func (m *machine) network(s *Server) error {
	limits, logger := s.cfg.Limits, s.settings.logger
	m.listener = transport.NewServer(transport.Options{
		MaxBody: limits.Body, MaxFrame: limits.Frame, MaxConns: limits.Conns, MaxConnsPerIP: limits.ConnsPerIP,
		HeaderTime: limits.HeaderTimeout, Log: logger,
	})
	m.dialer = transport.NewDialer(transport.DialOptions{Options: transport.Options{MaxFrame: limits.Frame}})
	m.poster = transport.NewPoster(transport.PostOptions{})
	m.onClose(func() error { m.poster.Close(); return nil })
	var allow []string
	for _, cidr := range s.cfg.Media.AllowCIDRs {
		allow = append(allow, cidr.String())
	}
	guard, err := transport.NewGuard(allow...)
	if err != nil {
		return err
	}
	fetcher, err := transport.NewFetcher(transport.FetchOptions{Guard: guard})
	if err != nil {
		return err
	}
	m.proxy = newProxy(fetcher, s.cfg.Media.MaxBytes)
	m.media, err = media.Open(media.Options{
		Dir: filepath.Join(s.cfg.Data, "media"), Fetch: downloads(fetcher), Roots: s.cfg.Media.Roots,
		MaxBytes: s.cfg.Media.MaxBytes, BaseURL: m.mediaBase(s.cfg), TTL: s.cfg.Media.TTL, Now: time.Now, Logger: logger,
	})
	m.proxy.media = m.media
	return err
}

// mediaBase answers how links to our files begin: as configured, or at the
// admin server, which serves them and may have been given any free port.
func (m *machine) mediaBase(cfg *config.Config) func() string {
	return func() string {
		switch {
		case cfg.Media.BaseURL != "":
			return cfg.Media.BaseURL
		case m.admin != nil && m.admin.Addr() != "":
			return "http://" + m.admin.Addr()
		}
		return "http://" + cfg.Admin.Address()
	}
}

// driver gives an account its driver: the embedding program's, or a place in
// the simulated world that it names.
func (m *machine) driver(s *Server, a config.Account) error {
	id := qq.UserID(a.UIN)
	if d := s.settings.drivers[id]; d != nil {
		m.drivers[id] = d
		return nil
	}
	if m.drivers[id] != nil { // an upstream's
		return nil
	}
	world := m.worlds[a.World]
	if world == nil {
		dir := filepath.Join(s.cfg.Data, "sim", a.World)
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return err
		}
		options := sim.Options{Dir: dir, Blobs: m.media, Logger: s.settings.logger}
		opened, err := s.settings.scene.open(options, s.cfg.Accounts[0].World == a.World)
		if err != nil {
			return err
		}
		world, m.worlds[a.World] = opened, opened
		m.onClose(world.Close)
	}
	if err := world.EnsureAccount(context.Background(), id, a.Nickname); err != nil {
		return err
	}
	var err error
	m.drivers[id], err = world.Driver(id)
	return err
}

func (m *machine) onClose(fn func() error) { m.closers = append(m.closers, fn) }

// close closes what was opened, newest first.
func (m *machine) close() error {
	var err error
	for i := len(m.closers) - 1; i >= 0; i-- {
		err = errors.Join(err, m.closers[i]())
	}
	m.closers = nil
	return err
}

// downloads fits the transport's fetcher to what the media store needs.
func downloads(f *transport.Fetcher) media.Fetch {
	return func(ctx context.Context, url string, limit int64) (io.ReadCloser, error) {
		body, _, err := f.Fetch(ctx, url, limit)
		if errors.Is(err, transport.ErrTooLarge) {
			err = media.ErrTooLarge
		}
		return body, err
	}
}
