package satori

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"llbot/protocols/qq"
	"llbot/protocols/satori"
	"llbot/runtime/driver/upstream"
	"llbot/runtime/transport"
)

// protocol connects to a server and keeps what outlives a link.
type protocol struct {
	o     upstream.Options
	base  *url.URL
	notes upstream.Notes
	now   func() time.Time

	current atomic.Pointer[session] // the newest link's

	mu      sync.Mutex
	account qq.UserID // whom we want; 0 until somebody was found
	last    position
}

// position is where the server's events were left.
type position struct {
	logged uint64 // the log holds all up to here; 0 for none
	handed uint64 // the last event that was handed on
	heard  uint64 // the last event at all: of other logins too
	gone   uint64 // a position that the server no longer holds
}

var (
	_ upstream.Positioned = (*protocol)(nil)
	_ upstream.Keyed      = (*protocol)(nil)
)

// Name is "satori".
func (*protocol) Name() string { return Name }

// Behind notes where the log ends.
func (p *protocol) Behind(logged uint64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.last.logged = logged
}

// Keyed tells whether the server takes idempotency keys.
func (p *protocol) Keyed() bool {
	s := p.current.Load()
	return s != nil && s.client.Dialect.Keyed
}

// from is the event to go on behind, 0 for the live ones alone. Events of other
// logins behind the last one of ours need not be told again.
func (p *protocol) from() uint64 {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch {
	case p.last.logged == 0 || p.last.logged == p.last.gone:
		return 0
	case p.last.logged == p.last.handed:
		return p.last.heard
	}
	return p.last.logged
}

// Connect opens the events socket and waits for READY.
func (p *protocol) Connect(ctx context.Context) (upstream.Link, error) {
	events := *p.base
	events.Scheme = "ws" + strings.TrimPrefix(events.Scheme, "http")
	events.Path += "/v1/events"
	ws, err := p.o.Dialer.Open(ctx, events.String(), nil)
	if err != nil {
		return nil, qq.Errorf(qq.ErrOffline, "satori: %w", err)
	}
	s := newSocket(ws)
	link, err := p.greet(ctx, s)
	if err != nil {
		s.close()
		return nil, err
	}
	p.current.Store(link.session)
	return link, nil
}

// greet shows the token and chooses the login.
func (p *protocol) greet(ctx context.Context, s *socket) (*link, error) {
	from := p.from()
	if err := s.ws.Send(satori.Identify(p.o.Token, from)); err != nil {
		return nil, qq.Errorf(qq.ErrOffline, "satori: IDENTIFY was not sent: %w", err)
	}
	body, err := s.ready(ctx)
	if err != nil {
		return nil, err
	}
	meta, err := satori.ReadReady(body)
	if err != nil {
		return nil, err
	}
	login, err := p.choose(meta.Logins)
	if err != nil {
		return nil, err
	}
	return p.newLink(s, login, from)
}

// choose finds the login that is meant: of the account and the platform that the
// configuration names, or the only one that is one of QQ's.
func (p *protocol) choose(logins []satori.Login) (satori.Login, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	var fit []satori.Login
	var there []string
	for _, l := range logins {
		there = append(there, l.Platform+" "+l.User.ID)
		n, ok := satori.QQNumber(l.User.ID)
		if ok = ok && qq.UserID(n).Valid(); ok && (p.o.Platform == "" || p.o.Platform == l.Platform) && (p.account == 0 || p.account == qq.UserID(n)) {
			fit = append(fit, l)
		}
	}
	switch {
	case len(fit) == 1:
		n, _ := satori.QQNumber(fit[0].User.ID)
		p.account = qq.UserID(n)
		return fit[0], nil
	case len(fit) > 1:
		return satori.Login{}, qq.Errorf(qq.ErrConflict, "satori: the server holds several logins that fit (%s): write uin or platform", strings.Join(there, ", "))
	case len(there) == 0:
		return satori.Login{}, qq.Errorf(qq.ErrOffline, "satori: the server holds no login yet")
	}
	return satori.Login{}, qq.Errorf(qq.ErrOffline, "satori: the login is not among those of the server (%s)", strings.Join(there, ", "))
}

// newLink makes the link of a login that READY told of.
func (p *protocol) newLink(s *socket, l satori.Login, from uint64) (*link, error) {
	login, err := satori.ReadLogin(l)
	if err != nil {
		return nil, err
	}
	dialect := satori.DialectOf(l.Adapter, l.Platform)
	if !dialect.Resumes {
		from = 0
	}
	ss := &session{
		http: upstream.NewHTTP(), base: p.base.String() + "/v1/", login: l, header: http.Header{"Accept": {"application/json"}},
		offers: map[string]bool{},
		client: &satori.Client{
			Account: login.ID, Dialect: dialect, Names: &names{notes: p.notes, account: login.ID, ids: dialect.IDs, now: p.now},
			Link: func(src string) string { return p.base.String() + "/v1/proxy/" + src },
		},
	}
	for _, h := range satori.LoginHeaders(l.Platform, login.ID) {
		ss.header.Set(h.Name, h.Value)
	}
	if p.o.Token != "" {
		ss.header.Set("Authorization", "Bearer "+p.o.Token)
	}
	for _, name := range l.Features {
		ss.offers[name] = true
	}
	k := &link{protocol: p, socket: s, session: ss, resumed: from != 0}
	k.shown.Store(&login)
	return k, nil
}

// refused turns the end of a socket before READY into what a person is told.
func refused(err error) error {
	if closed, ok := errors.AsType[*transport.ClosedError](err); ok && closed.Code == satori.CloseInvalidToken {
		return upstream.TokenRefused(errors.New("satori: the server refuses the token"))
	}
	return qq.Errorf(qq.ErrOffline, "satori: the server did not send READY: %w", err)
}
