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
	Lanes       int           // connections to one target, 1
	IdleTime    time.Duration // a kept connection unused for longer is not used again, 10 s
	TLS         *tls.Config   // for https; nil checks certificates as usual
	DialContext DialFunc      // nil dials TCP
}

// Poster posts webhook bodies. It keeps a connection per target, follows no
// redirects and reads no proxy settings from the environment. Safe for
// concurrent use: deliveries to one target wait for its connections.
type Poster struct {
	opt PostOptions

	mu      sync.Mutex
	targets map[string]chan *lane
}

var _ conn.Poster = (*Poster)(nil)

// NewPoster makes a poster.
func NewPoster(o PostOptions) *Poster {
	preset(&o.Timeout, 10*time.Second)
	preset(&o.Lanes, 1)
	preset(&o.IdleTime, 10*time.Second)
	if o.DialContext == nil {
		o.DialContext = (&net.Dialer{}).DialContext
	}
	return &Poster{opt: o, targets: make(map[string]chan *lane)}
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
	lanes := p.lanes(u)
	select {
	case l := <-lanes:
		defer func() { lanes <- l }()
		return l.post(ctx, target, headers, body)
	case <-ctx.Done():
		return conn.Answer{}, ctx.Err()
	}
}

// lanes are the connections to one target, each in the hands of one delivery.
func (p *Poster) lanes(u *url.URL) chan *lane {
	key := u.Scheme + "://" + u.Host
	p.mu.Lock()
	defer p.mu.Unlock()
	lanes := p.targets[key]
	if lanes == nil {
		lanes = make(chan *lane, p.opt.Lanes)
		for range p.opt.Lanes {
			lanes <- newLane(&p.opt, u)
		}
		p.targets[key] = lanes
	}
	return lanes
}

// Close drops the connections that are kept. Deliveries under way go on.
func (p *Poster) Close() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for key, lanes := range p.targets {
		delete(p.targets, key)
		for range len(lanes) {
			select {
			case l := <-lanes:
				l.client.CloseIdleConnections()
				lanes <- l
			default:
			}
		}
	}
}
