package onebot11

import (
	"bufio"
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha1"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"

	"llbot/protocols/onebot11"
	"llbot/protocols/qq"
	"llbot/runtime/driver/upstream"
)

// maxPost bounds what is posted to us, and one event of a stream.
const maxPost = 16 << 20

// posted is the HTTP API for actions, with events that the upstream posts to us
// or, when we listen nowhere, by its stream /_events.
func (s *server) posted(at, listen *url.URL) func(context.Context) (*session, error) {
	return func(ctx context.Context) (*session, error) {
		w := &web{server: s, base: strings.TrimSuffix(at.String(), "/"), http: upstream.NewHTTP(), done: make(chan struct{})}
		resuming := false
		var err error
		if listen.Host != "" {
			err = w.listen(listen)
		} else {
			resuming, err = w.subscribe(ctx)
		}
		if err != nil {
			w.http.Close()
			return nil, err
		}
		return s.begin(ctx, w, resuming)
	}
}

// web is a link of HTTP both ways.
type web struct {
	server *server
	base   string
	http   *upstream.HTTP
	done   chan struct{}
	once   sync.Once

	posts  net.Listener  // where events are posted to, or
	stream io.ReadCloser // where they come from

	mu   sync.Mutex
	pump *pump
}

func (w *web) call(ctx context.Context, c onebot11.Call) (onebot11.Answer, error) {
	body, err := c.Body()
	if err != nil {
		return onebot11.Answer{}, err
	}
	header := http.Header{}
	if show := bearer(w.server.o.Token); show != "" {
		header.Set("Authorization", show)
	}
	reply, err := w.http.Post(ctx, w.base+"/"+c.Action, header, body)
	if err != nil {
		return onebot11.Answer{}, err
	}
	a, err := w.server.client.Answer(reply.Body)
	switch {
	case err == nil:
		w.alive()
		return a, nil
	case reply.Status == http.StatusNotFound:
		return a, qq.Errorf(qq.ErrUnsupported, "the upstream has no action %s", c.Action)
	case reply.Status == http.StatusUnauthorized || reply.Status == http.StatusForbidden:
		return a, qq.Errorf(qq.ErrOffline, "the upstream refuses the token (HTTP %d)", reply.Status)
	}
	return a, &qq.Error{Kind: qq.ErrUpstream, Text: fmt.Sprintf("the upstream answered with HTTP %d", reply.Status), Code: reply.Status, Outcome: qq.Unknown}
}

// alive: where events are posted, only calls tell that the upstream lives.
func (w *web) alive() {
	w.mu.Lock()
	p := w.pump
	w.mu.Unlock()
	if p != nil && w.posts != nil {
		p.put(nil)
	}
}

func (w *web) ping() error { return nil }

func (w *web) close() {
	w.once.Do(func() {
		close(w.done)
		if w.posts != nil {
			_ = w.posts.Close()
		}
		if w.stream != nil {
			_ = w.stream.Close()
		}
		w.http.Close()
	})
}

func (w *web) run(p *pump) error {
	w.mu.Lock()
	w.pump = p
	w.mu.Unlock()
	if w.posts == nil {
		return w.read(p)
	}
	const slow = 30 * time.Second
	receiver := &http.Server{Handler: w, ReadHeaderTimeout: slow, ReadTimeout: slow, ErrorLog: nil}
	err := receiver.Serve(w.posts)
	_ = receiver.Close()
	return err
}

func (w *web) listen(listen *url.URL) (err error) {
	w.posts, err = net.Listen("tcp", listen.Host)
	if err != nil {
		return fmt.Errorf("listening for what the upstream posts: %w", err)
	}
	return nil
}

// ServeHTTP takes one event that was posted.
func (w *web) ServeHTTP(rw http.ResponseWriter, r *http.Request) {
	where, _ := url.Parse(w.server.o.Listen)
	if path := strings.TrimSuffix(where.Path, "/"); path != "" && strings.TrimSuffix(r.URL.Path, "/") != path {
		http.Error(rw, "nothing is taken at this path", http.StatusNotFound)
		return
	}
	if r.Method != http.MethodPost || r.Header.Get("Origin") != "" {
		http.Error(rw, "events are posted here", http.StatusMethodNotAllowed)
		return
	}
	body, err := io.ReadAll(http.MaxBytesReader(rw, r.Body, maxPost))
	switch {
	case err != nil:
		http.Error(rw, "the event cannot be read", http.StatusBadRequest)
	case !w.genuine(r.Header.Get("X-Signature"), body):
		http.Error(rw, "the signature is wrong", http.StatusForbidden)
	default:
		w.mu.Lock()
		p := w.pump
		w.mu.Unlock()
		if p != nil {
			p.put(body)
		}
		rw.WriteHeader(http.StatusNoContent)
	}
}

// genuine checks the signature, when there is a secret.
func (w *web) genuine(signature string, body []byte) bool {
	secret := w.server.o.Secret
	if secret == "" {
		return true
	}
	mac := hmac.New(sha1.New, []byte(secret))
	mac.Write(body)
	return hmac.Equal([]byte(signature), []byte("sha1="+hex.EncodeToString(mac.Sum(nil))))
}

// subscribe opens the stream of events, behind what our log holds where the
// upstream can go on there.
func (w *web) subscribe(ctx context.Context) (resuming bool, err error) {
	stop, cancel := context.WithCancel(context.WithoutCancel(ctx))
	req, err := http.NewRequestWithContext(stop, http.MethodGet, w.base+"/_events", nil)
	if err != nil {
		cancel()
		return false, qq.Errorf(qq.ErrInvalid, "the upstream's address cannot be used")
	}
	query := url.Values{}
	resuming = w.server.positions(query)
	query.Del("durable") // a stream goes on by its position alone
	if !resuming {
		query.Set("since", strconv.FormatInt(w.server.now().UnixMilli(), 10))
	}
	req.URL.RawQuery = query.Encode()
	if show := bearer(w.server.o.Token); show != "" {
		req.Header.Set("Authorization", show)
	}
	cut := context.AfterFunc(ctx, cancel)
	transport := &http.Transport{DialContext: (&net.Dialer{Timeout: upstream.DefaultConnect}).DialContext}
	resp, err := transport.RoundTrip(req)
	if !cut() || err != nil || resp.StatusCode != http.StatusOK {
		cancel()
		return false, w.noStream(ctx, resp, err)
	}
	w.stream = &streamBody{resp.Body, cancel, transport}
	return resuming, nil
}

func (w *web) noStream(ctx context.Context, resp *http.Response, err error) error {
	if resp != nil {
		_ = resp.Body.Close()
	}
	switch {
	case err != nil:
		return qq.Errorf(qq.ErrOffline, "the upstream's events are not reached: %w", err)
	case ctx.Err() != nil:
		return ctx.Err()
	case resp.StatusCode == http.StatusNotFound:
		return qq.Errorf(qq.ErrInvalid, "the upstream has no /_events; write listen, and have it post its events there")
	}
	return qq.Errorf(qq.ErrOffline, "the upstream's events are refused (HTTP %d)", resp.StatusCode)
}

// streamBody ends its request when it is closed.
type streamBody struct {
	io.ReadCloser
	cancel    context.CancelFunc
	transport *http.Transport
}

// Close ends the request.
func (b *streamBody) Close() error {
	b.cancel()
	err := b.ReadCloser.Close()
	b.transport.CloseIdleConnections()
	return err
}

// read takes the events of a stream.
func (w *web) read(p *pump) error {
	lines := bufio.NewScanner(w.stream)
	lines.Buffer(nil, maxPost)
	for lines.Scan() {
		data, is := bytes.CutPrefix(lines.Bytes(), []byte("data:"))
		if !is {
			p.put(nil)
			continue
		}
		p.put(bytes.Clone(bytes.TrimSpace(data)))
	}
	if err := lines.Err(); err != nil {
		return err
	}
	return errors.New("the stream of events ended")
}
