package milky

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"

	"llbot/protocols/face"
	"llbot/protocols/milky"
	"llbot/protocols/qq"
	"llbot/runtime/driver/upstream"
	"llbot/runtime/transport"
)

// protocol is one configured Milky server.
type protocol struct {
	o       upstream.Options
	base    string // without a slash at its end
	current atomic.Pointer[link]
	client  *milky.Client
	plain   qq.Handlers // the client's alone
}

// New makes the driver. The URL must be http or https.
func New(o upstream.Options) (*upstream.Driver, error) {
	u, err := url.Parse(o.URL)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return nil, errors.New("milky: the url must be http://host:port or https://host:port")
	}
	p := &protocol{o: o, base: u.Scheme + "://" + u.Host + strings.TrimRight(u.EscapedPath(), "/")}
	p.client = &milky.Client{Call: p.call, Upload: o.Upload, Account: p.account}
	return upstream.New(p, p.table(), o), nil
}

// Variants tells what Milky servers cannot do. All are the same.
func Variants() []upstream.Variant {
	p := &protocol{client: &milky.Client{}}
	return []upstream.Variant{{Name: "Milky", Lacks: p.table().Unserved()}}
}

// Name is "milky".
func (p *protocol) Name() string { return "milky" }

// link is one connected server.
type link struct {
	p      *protocol
	login  qq.Login
	http   *upstream.HTTP
	events *transport.Client
	files  *shown
	keyed  bool // the server is a llbot: it takes idempotency keys
	ended  sync.Once
}

// ownName is how servers that take our keys call themselves.
const ownName = "llbot"

// Keyed tells whether the server takes idempotency keys.
func (p *protocol) Keyed() bool {
	l := p.current.Load()
	return l != nil && l.keyed
}

// Connect asks who is logged in and opens the event socket.
func (p *protocol) Connect(ctx context.Context) (upstream.Link, error) {
	l := &link{p: p, http: upstream.NewHTTP(), files: newShown()}
	asking := milky.Client{Call: l.call}
	login, err := asking.Login(ctx)
	if err != nil {
		l.http.Close()
		return nil, err
	}
	l.login, l.keyed = login, asking.TakesKeys(ctx, ownName)
	address := "ws" + strings.TrimPrefix(p.base, "http") + "/event"
	var headers []face.Header
	if p.o.Token != "" {
		headers = []face.Header{{Name: "Authorization", Value: "Bearer " + p.o.Token}}
		// Older Lagrange.Milky knows the token in the query only.
		address += "?access_token=" + url.QueryEscape(p.o.Token)
	}
	if l.events, err = p.o.Dialer.Open(ctx, address, headers); err != nil {
		l.http.Close()
		return nil, fmt.Errorf("events: %w", err)
	}
	p.current.Store(l)
	return l, nil
}

// Login is who the server is logged in as.
func (l *link) Login() qq.Login { return l.login }

// Ping asks the event socket for a pong: Milky has no heartbeat.
func (l *link) Ping() error { return l.events.Ping() }

// Probe makes a call that needs a login.
func (l *link) Probe(ctx context.Context) (bool, error) {
	asking := milky.Client{Call: l.call}
	return asking.Alive(ctx)
}

// Close ends the link.
func (l *link) Close() {
	l.ended.Do(func() {
		l.events.Close()
		l.http.Close()
	})
}

// call is a call over the newest link.
func (p *protocol) call(ctx context.Context, api string, params []byte) ([]byte, error) {
	l := p.current.Load()
	if l == nil {
		return nil, qq.Errorf(qq.ErrOffline, "there is no link")
	}
	return l.call(ctx, api, params)
}

func (l *link) call(ctx context.Context, api string, params []byte) ([]byte, error) {
	header := http.Header{}
	if l.p.o.Token != "" {
		header.Set("Authorization", "Bearer "+l.p.o.Token)
	}
	if nonce := upstream.Nonce(ctx); nonce != "" && l.keyed { // one nonce may stand for several calls
		header.Set("Idempotency-Key", nonce+" "+api)
	}
	r, err := l.http.Post(ctx, l.p.base+"/api/"+api, header, params)
	if err != nil {
		return nil, err
	}
	answer, err := milky.ReadReply(api, r.Status, r.Body)
	if errors.Is(err, milky.ErrToken) {
		err = upstream.TokenRefused(err)
	}
	return answer, err
}

func (p *protocol) account() qq.UserID {
	if l := p.current.Load(); l != nil {
		return l.login.ID
	}
	return p.o.Account
}
