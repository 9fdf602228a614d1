package transport

import (
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"net/url"
	"strings"
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
	Keep        int           // unused connections kept for one host, 128: as many as targets that are busy by turns
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
	free   map[string][]*lane // by origin, the one used last at the end
	closed bool
}

var _ conn.Poster = (*Poster)(nil)

// NewPoster makes a poster.
func NewPoster(o PostOptions) *Poster {
	preset(&o.Timeout, 10*time.Second)
	preset(&o.Keep, 128)
	preset(&o.IdleTime, 10*time.Second)
	if o.DialContext == nil {
		o.DialContext = (&net.Dialer{}).DialContext
	}
	return &Poster{opt: o, free: make(map[string][]*lane)}
}

// Within is the same poster, with the same connections, that gives deliveries
// so much time.
func (p *Poster) Within(limit time.Duration) conn.Poster { return within{p, limit} }

type within struct {
	*Poster
	limit time.Duration
}

// Post gives up when the time is over.
func (w within) Post(ctx context.Context, target string, headers []face.Header, body []byte) (conn.Answer, error) {
	return w.deliver(ctx, w.limit, target, headers, body)
}

// Post sends body to an http or https URL and waits for the answer, whatever
// its status. Once it failed the target may or may not have seen the body.
func (p *Poster) Post(ctx context.Context, target string, headers []face.Header, body []byte) (conn.Answer, error) {
	return p.deliver(ctx, p.opt.Timeout, target, headers, body)
}

// deliver is Post within a time. The connection keeps to it: a context of its
// own for each delivery costs as much as writing the request.
func (p *Poster) deliver(ctx context.Context, limit time.Duration, target string, headers []face.Header, body []byte) (conn.Answer, error) {
	until := time.Now().Add(limit)
	if at, bounded := ctx.Deadline(); bounded && at.Before(until) {
		until = at
	}
	l, err := p.take(target)
	if err == nil {
		defer p.give(target, l)
		var a conn.Answer
		if a, err = l.post(ctx, until, target, headers, body); err == nil {
			return a, nil
		}
	}
	return conn.Answer{}, fmt.Errorf("posting to %s: %w", shown(target), outOfTime(ctx, err))
}

// take gives a connection that nobody uses, or a new one.
func (p *Poster) take(target string) (*lane, error) {
	if l := p.unused(origin(target)); l != nil {
		return l, nil
	}
	u, err := url.Parse(target)
	if err != nil {
		return nil, err
	}
	if u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return nil, fmt.Errorf("%q is not an http or https address", shown(target))
	}
	return newLane(&p.opt, u), nil
}

// unused takes the connection to a host that was used last, nil for none.
func (p *Poster) unused(origin string) *lane {
	p.mu.Lock()
	defer p.mu.Unlock()
	free := p.free[origin]
	if len(free) == 0 {
		return nil
	}
	last := len(free) - 1
	p.free[origin] = free[:last]
	return free[last]
}

// give keeps a connection for the next delivery to its host.
func (p *Poster) give(target string, l *lane) {
	p.mu.Lock()
	defer p.mu.Unlock()
	from := origin(target)
	if p.closed || len(p.free[from]) >= p.opt.Keep {
		l.client.CloseIdleConnections()
		return
	}
	p.free[from] = append(p.free[from], l)
}

// origin is the scheme and the host of a URL as they are written there. Two
// spellings of one host have connections of their own.
func origin(target string) string {
	scheme, rest, _ := strings.Cut(target, "://")
	host := strings.IndexAny(rest, "/?#")
	if host < 0 {
		return target
	}
	return target[:len(scheme)+len("://")+host]
}

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
