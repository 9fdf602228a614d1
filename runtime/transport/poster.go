package transport

import (
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"net/url"
	"sync"
	"time"

	"llbot/actors/conn"
	"llbot/protocols/face"
)

// Bounds of a webhook's answer.
const (
	maxAnswer     = 64 << 10
	maxAnswerHead = 16 << 10
)

// PostOptions bounds webhook deliveries. The zero value of a field stands for
// its default.
type PostOptions struct {
	Timeout     time.Duration // from dialing to the answer's last byte, 10 s
	Keep        int           // unused connections kept for one host, 16
	IdleTime    time.Duration // a kept connection unused for longer is not used again, 10 s
	TLS         *tls.Config   // for https; nil checks certificates as usual
	DialContext DialFunc      // nil dials TCP
}

// Poster posts webhook bodies. It keeps connections for the next ones, follows
// no redirects and reads no proxy settings from the environment. Safe for
// concurrent use: a slow URL holds up no other, not even on the same host.
// Whoever wants deliveries in order posts one at a time.
type Poster struct {
	opt PostOptions

	mu     sync.Mutex
	free   map[string][]*lane // by scheme and host, the one used last at the end
	closed bool
}

var _ conn.Poster = (*Poster)(nil)

// NewPoster makes a poster.
func NewPoster(o PostOptions) *Poster {
	preset(&o.Timeout, 10*time.Second)
	preset(&o.Keep, 16)
	preset(&o.IdleTime, 10*time.Second)
	if o.DialContext == nil {
		o.DialContext = (&net.Dialer{}).DialContext
	}
	return &Poster{opt: o, free: make(map[string][]*lane)}
}

// Post sends body to an http or https URL and waits for the answer, whatever
// its status. Once it failed the target may or may not have seen the body.
func (p *Poster) Post(ctx context.Context, target string, headers []face.Header, body []byte) (conn.Answer, error) {
	ctx, cancel := context.WithTimeout(ctx, p.opt.Timeout)
	defer cancel()
	a, err := p.post(ctx, target, headers, body)
	if err != nil {
		err = outOfTime(ctx, err)
		return conn.Answer{}, fmt.Errorf("posting to %s: %w", shown(target), err)
	}
	return a, nil
}

func (p *Poster) post(ctx context.Context, target string, headers []face.Header, body []byte) (conn.Answer, error) {
	u, err := url.Parse(target)
	if err != nil {
		return conn.Answer{}, err
	}
	if u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return conn.Answer{}, fmt.Errorf("%q is not an http or https address", shown(target))
	}
	l := p.take(u)
	defer p.give(u, l)
	return l.post(ctx, target, headers, body)
}

// take gives a connection that nobody uses, or a new one.
func (p *Poster) take(u *url.URL) *lane {
	p.mu.Lock()
	defer p.mu.Unlock()
	free := p.free[host(u)]
	if len(free) == 0 {
		return newLane(&p.opt, u)
	}
	last := len(free) - 1
	p.free[host(u)] = free[:last]
	return free[last]
}

// give keeps a connection for the next delivery to its host.
func (p *Poster) give(u *url.URL, l *lane) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed || len(p.free[host(u)]) >= p.opt.Keep {
		l.client.CloseIdleConnections()
		return
	}
	p.free[host(u)] = append(p.free[host(u)], l)
}

func host(u *url.URL) string { return u.Scheme + "://" + u.Host }

// Close drops the connections that are kept. Deliveries under way go on; their
// connections are dropped behind them.
func (p *Poster) Close() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.closed = true
	for _, free := range p.free {
		for _, l := range free {
			l.client.CloseIdleConnections()
		}
	}
	clear(p.free)
}
