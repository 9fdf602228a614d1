package onebot11

import (
	"context"
	"log/slog"
	"net/url"
	"reflect"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"

	"llbot/protocols/onebot11"
	"llbot/protocols/qq"
	"llbot/runtime/driver/upstream"
)

// New makes the driver of an account at a OneBot 11 server. Options.URL is where
// that listens: ws or wss, with Options.Listen empty; or http or https, with
// Listen as http://host:port/path for what it posts. Without a URL, Listen is
// ws://host:port/path and the server dials us. The error names what does not fit.
func New(o upstream.Options) (*upstream.Driver, error) {
	s, err := newServer(o)
	if err != nil {
		return nil, err
	}
	return upstream.New(s, s.table(), o), nil
}

func newServer(o upstream.Options) (*server, error) {
	s := &server{o: o, names: newNames(), logger: o.Logger, needs: map[reflect.Type][]string{}}
	if s.logger == nil {
		s.logger = slog.New(slog.DiscardHandler)
	}
	return s, s.ways()
}

// server is a OneBot 11 server as the driver knows it from link to link. It
// implements upstream.Protocol.
type server struct {
	o      upstream.Options
	logger *slog.Logger
	client onebot11.Client
	names  *names
	dial   func(ctx context.Context) (*session, error)
	needs  map[reflect.Type][]string // operation → the actions that can do it

	current atomic.Pointer[session]
	place   place

	silent    atomic.Int64 // how often, in ns, heartbeats came that came no more; 0 when they do, or never did
	heartless atomic.Bool  // it was told that it sends no heartbeats
	door      door
	met       atomic.Value // acquaintance: who was there last
}

// acquaintance is who is logged in, and where.
type acquaintance struct {
	account qq.UserID
	at      onebot11.Version
}

var (
	_ upstream.Protocol   = (*server)(nil)
	_ upstream.Positioned = (*server)(nil)
	_ upstream.Keyed      = (*server)(nil)
	_ upstream.Awaited    = (*server)(nil)
)

// Name is "onebot11".
func (s *server) Name() string { return "onebot11" }

// ways decides how the server is reached.
func (s *server) ways() error {
	at, err := url.Parse(s.o.URL)
	if err != nil {
		return qq.Errorf(qq.ErrInvalid, "the upstream's url cannot be read")
	}
	listen, err := url.Parse(s.o.Listen)
	if err != nil {
		return qq.Errorf(qq.ErrInvalid, "the address to listen at cannot be read")
	}
	switch {
	case listen.Scheme == "ws" && s.o.URL == "":
		s.dial = s.reversed(listen)
	case (at.Scheme == "http" || at.Scheme == "https") && (s.o.Listen == "" || listen.Scheme == "http"):
		s.dial = s.posted(at, listen)
	case (at.Scheme == "ws" || at.Scheme == "wss") && s.o.Listen == "":
		s.dial = s.dialled(at)
	default:
		return qq.Errorf(qq.ErrInvalid, "a OneBot 11 upstream is reached by url ws://…, by listen ws://…, or by url http://… with listen http://…")
	}
	return nil
}

// Connect opens a link.
func (s *server) Connect(ctx context.Context) (upstream.Link, error) {
	l, err := s.dial(ctx)
	if err != nil {
		return nil, err
	}
	s.place.who(l.user.ID)
	if told := (acquaintance{l.user.ID, l.version}); s.met.Swap(told) != told { // once, not for each link
		s.logger.Info("OneBot 11 upstream", "account", l.user.ID, "app", l.version.Name, "version", l.version.Version, "dialect", l.dialect.name)
	}
	return l, nil
}

// open makes a link the one that operations use.
func (s *server) open(l *session) { s.current.Store(l) }

// ended takes it back.
func (s *server) ended(l *session) { s.current.CompareAndSwap(l, nil) }

// link is the newest link. ErrOffline while there is none.
func (s *server) link() (*session, error) {
	if l := s.current.Load(); l != nil {
		return l, nil
	}
	return nil, qq.Errorf(qq.ErrOffline, "there is no link to the OneBot 11 upstream")
}

// place is where the events of a server that numbers them go on.
type place struct {
	mu      sync.Mutex
	account qq.UserID
	behind  uint64 // what our log holds of them
	highest qq.SN  // that came
	lost    bool   // the server no longer knows the place
}

func (p *place) who(id qq.UserID) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.account = id
}

// Behind notes the greatest number that our log holds.
func (s *server) Behind(position uint64) {
	s.place.mu.Lock()
	defer s.place.mu.Unlock()
	s.place.behind = position
	s.place.highest = max(s.place.highest, qq.SN(position))
}

// position is an event's number as a key of our log; 0 for what has none, and
// for numbers that begin anew, since keys must rise.
func (s *server) position(sn qq.SN) uint64 {
	p := &s.place
	p.mu.Lock()
	defer p.mu.Unlock()
	if sn <= p.highest {
		return 0
	}
	p.highest = sn
	return uint64(sn)
}

func (s *server) forgetPlace() {
	s.place.mu.Lock()
	defer s.place.mu.Unlock()
	s.place.lost = true
}

// positions are the parameters by which a server of ours numbers its events and
// begins them where our log ends; others take no notice of them. resuming tells
// that they name a place.
func (s *server) positions(query url.Values) (resuming bool) {
	p := &s.place
	p.mu.Lock()
	defer p.mu.Unlock()
	account := p.account
	if account == 0 {
		account = s.o.Account
	}
	if account == 0 {
		return false
	}
	query.Set("durable", "llbot-"+account.String())
	if p.behind == 0 || p.lost {
		p.lost = false
		return false
	}
	query.Set("since", strconv.FormatUint(p.behind, 10))
	return true
}

// Keyed tells whether the upstream does a call with a key at most once.
func (s *server) Keyed() bool {
	l := s.current.Load()
	return l != nil && l.dialect.resumes
}

// bearer is the header that shows a token, "" for none.
func bearer(token string) string {
	if token == "" {
		return ""
	}
	return "Bearer " + strings.TrimSpace(token)
}
