package transport

import (
	"bufio"
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"slices"
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
	opt   PostOptions
	desks sync.Pool // of *desk

	mu     sync.Mutex
	routes map[string]*route  // by URL
	free   map[string][]*lane // by origin, the one used last at the end
	sweep  *time.Timer        // looks after those that nobody uses; nil when there are none
	closed bool
}

// desk is what a delivery needs while it is under way.
type desk struct {
	in  *bufio.Reader
	out []byte
}

// mostRoutes is how many URLs are remembered.
const mostRoutes = 4096

var _ conn.Poster = (*Poster)(nil)

// NewPoster makes a poster.
func NewPoster(o PostOptions) *Poster {
	preset(&o.Timeout, 10*time.Second)
	preset(&o.Keep, 128)
	preset(&o.IdleTime, 10*time.Second)
	if o.DialContext == nil {
		o.DialContext = (&net.Dialer{}).DialContext
	}
	return &Poster{
		opt: o, routes: make(map[string]*route), free: make(map[string][]*lane),
		desks: sync.Pool{New: func() any { return &desk{in: bufio.NewReaderSize(nil, maxAnswerHead)} }},
	}
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
	r, l, err := p.take(target)
	if err == nil {
		var a conn.Answer
		if a, err = p.over(ctx, until, l, r, headers, body); err == nil {
			return a, nil
		}
	}
	return conn.Answer{}, fmt.Errorf("posting to %s: %w", shown(target), outOfTime(ctx, err))
}

// over makes an exchange and gives the connection back.
func (p *Poster) over(ctx context.Context, until time.Time, l *lane, r *route, headers []face.Header, body []byte) (a conn.Answer, err error) {
	defer p.give(r, l)
	if ctx.Err() != nil {
		return a, ctx.Err()
	}
	d, _ := p.desks.Get().(*desk)
	a, d.out, err = l.post(ctx, until, r, headers, body, d.in, d.out)
	p.desks.Put(d)
	return a, err
}

// take finds the way to a target and a connection that nobody uses, or a new
// one. Each target gets the one it had, if it can.
func (p *Poster) take(target string) (*route, *lane, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	r := p.routes[target]
	if r == nil {
		var err error
		if r, err = newRoute(target); err != nil {
			return nil, nil, err
		}
		if len(p.routes) >= mostRoutes {
			clear(p.routes)
		}
		p.routes[target] = r
	}
	free := p.free[r.origin]
	if len(free) == 0 {
		return r, &lane{opt: &p.opt}, nil
	}
	i := slices.Index(free, r.last)
	if i < 0 {
		i = len(free) - 1
	}
	l := free[i]
	p.free[r.origin] = slices.Delete(free, i, i+1)
	return r, l, nil
}

// give keeps a connection for the next delivery to its host.
func (p *Poster) give(r *route, l *lane) {
	p.mu.Lock()
	defer p.mu.Unlock()
	free := p.free[r.origin]
	if p.closed || len(free) >= p.opt.Keep {
		l.close()
		return
	}
	p.free[r.origin], r.last = append(free, l), l
	if p.sweep == nil {
		p.sweep = time.AfterFunc(p.opt.IdleTime, p.tidy)
	}
}

// tidy closes what was not used for the time that unused connections are kept.
func (p *Poster) tidy() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return
	}
	old := time.Now().Add(-p.opt.IdleTime)
	for origin, free := range p.free {
		free = slices.DeleteFunc(free, func(l *lane) bool {
			idle := l.used.Before(old)
			if idle {
				l.close()
			}
			return idle
		})
		if p.free[origin] = free; len(free) == 0 {
			delete(p.free, origin)
		}
	}
	if p.sweep = nil; len(p.free) > 0 {
		p.sweep = time.AfterFunc(p.opt.IdleTime/2, p.tidy)
	}
}

// Close drops the connections that are kept. Deliveries under way go on; their
// connections are dropped behind them.
func (p *Poster) Close() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.closed = true
	if p.sweep != nil {
		p.sweep.Stop()
	}
	for _, free := range p.free {
		for _, l := range free {
			l.close()
		}
	}
	clear(p.free)
}
