package onebot11

import (
	"context"
	"log/slog"
	"net/url"
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
	s := &server{o: o, names: newNames(), logger: o.Logger}
	if s.logger == nil {
		s.logger = slog.New(slog.DiscardHandler)
	}
	if err := s.ways(); err != nil {
		return nil, err
	}
	return upstream.New(s, s.table(), o), nil
}

// server is a OneBot 11 server as the driver knows it from link to link. It
// implements upstream.Protocol.
type server struct {
	o      upstream.Options
	logger *slog.Logger
	client onebot11.Client
	names  *names
	flags  flags
	dial   func(ctx context.Context) (*session, error)

	current atomic.Pointer[session]
	place   place
}

var _ upstream.Protocol = (*server)(nil)

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
	s.logger.Info("OneBot 11 upstream", "account", l.user.ID, "app", l.version.Name, "version", l.version.Version, "dialect", l.dialect.name)
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

// place is how far the events of a server that numbers them were taken in.
type place struct {
	mu      sync.Mutex
	account qq.UserID
	recent  []qq.SN // the last ones, rising
}

// placeSlack is how many events are asked for once more after a reconnect: what
// was handed on while the link ended may have been dropped. Repeats are known.
const placeSlack = 256

func (p *place) who(id qq.UserID) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.account = id
}

func (p *place) reached(sn qq.SN) {
	if sn == 0 {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.recent) >= 2*placeSlack {
		p.recent = append(p.recent[:0], p.recent[len(p.recent)-placeSlack:]...)
	}
	p.recent = append(p.recent, sn)
}

func (p *place) forget() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.recent = nil
}

// last is whose events were taken in and the number to go on behind, 0 when
// none is known.
func (p *place) last() (qq.UserID, qq.SN) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.recent) == 0 {
		return p.account, 0
	}
	return p.account, p.recent[max(0, len(p.recent)-placeSlack)]
}

func (s *server) reached(sn qq.SN) { s.place.reached(sn) }

func (s *server) forgetPlace() { s.place.forget() }

// positions are the parameters by which a server of ours numbers its events and
// begins them where the last link ended; others take no notice of them. resuming
// tells that they name a place.
func (s *server) positions(query url.Values) (resuming bool) {
	account, after := s.place.last()
	if account == 0 {
		account = s.o.Account
	}
	if account == 0 {
		return false
	}
	query.Set("durable", "llbot-"+account.String())
	if after != 0 {
		query.Set("since", strconv.FormatUint(uint64(after), 10))
		return true
	}
	at := s.heldUntil(account)
	if at == 0 {
		return false
	}
	query.Set("since", strconv.FormatInt(int64(at), 10))
	return true
}

// heldUntil is the whole second of the last event of the upstream's that our log
// holds, 0 when there is none that is young enough to be filled in.
func (s *server) heldUntil(account qq.UserID) qq.Time {
	if s.o.Past == nil || s.o.Timing.Backfill < 0 {
		return 0
	}
	back := s.o.Timing.Backfill
	if back == 0 {
		back = upstream.DefaultBackfill
	}
	var at qq.Time
	err := s.o.Past(account, qq.TimeOf(s.now().Add(-back)), func(e *qq.Entry) {
		switch e.Event.(type) {
		case *qq.StatusChanged, *qq.EventsLost: // by our clock
		default:
			at = max(at, e.Time/1000*1000)
		}
	})
	if err != nil {
		return 0
	}
	return at
}

// bearer is the header that shows a token, "" for none.
func bearer(token string) string {
	if token == "" {
		return ""
	}
	return "Bearer " + strings.TrimSpace(token)
}
