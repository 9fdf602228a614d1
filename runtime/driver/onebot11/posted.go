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
		w := newWeb(s, strings.TrimSuffix(at.String(), "/"))
		resuming := false
		var err error
		if listen.Host != "" {
			err = w.listen(listen)
		} else {
			limited, cancel := s.limited(ctx)
			resuming, err = w.subscribe(limited)
			cancel()
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
	pulse  *pulse
	begun  time.Time
	once   sync.Once

	posts  net.Listener  // where events are posted to, or
	stream io.ReadCloser // where they come from

	mu     sync.Mutex
	pump   *pump
	silent error // why the pulse ended the link
}

func newWeb(s *server, base string) *web {
	w := &web{server: s, base: base, http: upstream.NewHTTP(), begun: time.Now()}
	least := s.o.Timing.Silence
	if least == 0 {
		least = upstream.DefaultSilence
	}
	w.pulse = newPulse(least, w.fellSilent)
	return w
}

// fellSilent ends the link. The next one is none before something comes: calls
// that are answered tell nothing of the events.
func (w *web) fellSilent(why error) {
	w.mu.Lock()
	w.silent = why
	w.mu.Unlock()
	w.server.silent.Store(int64(w.pulse.promised()))
	w.close()
}

// await waits for a sign of the events' side where it had fallen silent. For
// posts that is as long as it takes; a stream is opened anew when nothing comes.
func (w *web) await(ctx context.Context) error {
	every := time.Duration(w.server.silent.Load())
	if every == 0 {
		return nil
	}
	if w.stream != nil {
		limited, cancel := context.WithTimeout(ctx, w.pulse.limit(every))
		defer cancel()
		ctx = limited
	}
	w.server.door.wait("waiting for the OneBot 11 server's events: it answers calls, but nothing comes any more")
	defer w.server.door.give()
	select {
	case <-w.pulse.began:
		w.server.silent.Store(0)
		return nil
	case <-ctx.Done():
		return qq.Errorf(qq.ErrOffline, "the upstream answers calls, but its events do not come: %w", ctx.Err())
	}
}

// beats notes how often the upstream sends heartbeats.
func (w *web) beats(every time.Duration) { w.pulse.promise(every) }

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
		return a, upstream.TokenRefused(fmt.Errorf("HTTP %d", reply.Status))
	}
	return a, &qq.Error{Kind: qq.ErrUpstream, Text: fmt.Sprintf("the upstream answered with HTTP %d", reply.Status), Code: reply.Status, Outcome: qq.Unknown}
}

// alive: who answers calls lives. Whether events come as well is the pulse's.
func (w *web) alive() {
	w.mu.Lock()
	p := w.pump
	w.mu.Unlock()
	if p != nil {
		p.put(nil)
	}
}

// heartless is how long an upstream may take to send its first heartbeat before
// it is told that it should.
const heartless = 2 * time.Minute

func (w *web) ping() error {
	if w.pulse.promised() == 0 && time.Since(w.begun) > heartless && w.server.heartless.CompareAndSwap(false, true) {
		w.server.logger.Warn("the OneBot 11 upstream sends no heartbeats: if its events stop while it answers calls, nobody can see that; switch heartbeats on there")
	}
	return nil
}

func (w *web) close() {
	w.once.Do(func() {
		w.pulse.stop()
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
	err := w.take(p)
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.silent != nil {
		return w.silent
	}
	return err
}

// take hands what comes to the pump until the link ends.
func (w *web) take(p *pump) error {
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
		w.server.door.turnAway(w.server.logger, "it posted to another path", "the address to write there is "+shownAddress(where))
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
		w.server.door.turnAway(w.server.logger, "what it posted was not signed with our secret", "write the same one there and as secret of this account")
		http.Error(rw, "the signature is wrong", http.StatusForbidden)
	default:
		w.mu.Lock()
		p := w.pump
		w.mu.Unlock()
		w.server.door.admit()
		if p != nil {
			w.pulse.take(func() { p.put(body) })
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
	err = qq.Errorf(qq.ErrOffline, "the upstream's events are refused (HTTP %d)", resp.StatusCode)
	if resp.StatusCode == http.StatusUnauthorized || resp.StatusCode == http.StatusForbidden {
		err = upstream.TokenRefused(err)
	}
	return err
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
		var frame []byte // nil, a sign of life, for what is no event
		if is {
			frame = bytes.Clone(bytes.TrimSpace(data))
		}
		w.pulse.take(func() { p.put(frame) })
	}
	if err := lines.Err(); err != nil {
		return err
	}
	return errors.New("the stream of events ended")
}
