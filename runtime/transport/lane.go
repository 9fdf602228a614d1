package transport

import (
	"context"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"llbot/actors/conn"
	"llbot/protocols/face"

	"github.com/valyala/fasthttp"
)

// lane is one connection to a webhook's target. One delivery has it at a time.
type lane struct {
	client *fasthttp.HostClient
	ctx    context.Context // of the delivery under way
	until  time.Time       // when that has to be over
	conn   atomic.Pointer[net.Conn]
}

func newLane(o *PostOptions, u *url.URL) *lane {
	l := &lane{}
	secure := u.Scheme == "https"
	l.client = &fasthttp.HostClient{
		Addr:                      fasthttp.AddMissingPort(u.Host, secure),
		IsTLS:                     secure,
		TLSConfig:                 o.TLS,
		Dial:                      func(addr string) (net.Conn, error) { return l.dial(o.DialContext, addr) },
		MaxConns:                  1,
		MaxIdleConnDuration:       o.IdleTime,
		MaxIdemponentCallAttempts: 1,
		ReadBufferSize:            maxAnswerHead,
		StreamResponseBody:        true,
		NoDefaultUserAgentHeader:  true,
		DisablePathNormalizing:    true,
		SecureErrorLogMessage:     true,
	}
	return l
}

// dial opens the lane's connection within the delivery's time.
func (l *lane) dial(open DialFunc, addr string) (net.Conn, error) {
	ctx, cancel := context.WithDeadline(l.ctx, l.until)
	defer cancel()
	c, err := open(ctx, "tcp", addr)
	if err == nil {
		_ = c.SetDeadline(l.until) // the library sets none for TLS to begin
		l.conn.Store(&c)
	}
	return c, err
}

// cut ends the delivery under way.
func (l *lane) cut() {
	if c := l.conn.Load(); c != nil {
		_ = (*c).Close()
	}
}

func (l *lane) post(ctx context.Context, until time.Time, target string, headers []face.Header, body []byte) (conn.Answer, error) {
	req, resp := fasthttp.AcquireRequest(), fasthttp.AcquireResponse()
	defer fasthttp.ReleaseRequest(req)
	defer fasthttp.ReleaseResponse(resp)
	req.Header.SetMethod(fasthttp.MethodPost)
	req.Header.DisableNormalizing()
	req.SetRequestURI(target)
	for _, h := range headers {
		req.Header.Set(h.Name, h.Value)
	}
	req.SetBodyRaw(body)

	if c := l.conn.Load(); c != nil && gone(*c) {
		l.client.CloseIdleConnections()
	}
	l.ctx, l.until = ctx, until
	defer context.AfterFunc(ctx, l.cut)()
	if err := l.client.DoDeadline(req, resp, until); err != nil {
		return conn.Answer{}, ownWords(err)
	}
	return answered(resp)
}

// answered reads an answer. A body that is longer than we want is not read to
// its end; the library then closes the connection.
func answered(resp *fasthttp.Response) (conn.Answer, error) {
	a := conn.Answer{Status: resp.StatusCode(), RetryAfter: retryAfter(string(resp.Header.Peek("Retry-After")), time.Now())}
	stream := resp.BodyStream()
	if stream == nil {
		return a, nil
	}
	defer func() { _ = resp.CloseBodyStream() }()
	body, err := readLimit(make([]byte, 0, min(max(resp.Header.ContentLength(), 0), maxAnswer)), stream, maxAnswer)
	if err != nil && err != errLimit {
		return conn.Answer{}, ownBodyWords(err)
	}
	a.Body = body
	return a, nil
}

// retryAfter reads a Retry-After header: seconds or a date (RFC 9110
// §10.2.3). What it does not understand, and what is past, is 0.
func retryAfter(value string, now time.Time) time.Duration {
	if value = strings.TrimSpace(value); value == "" { // as most have it; the parsers would make errors
		return 0
	}
	const longest = 365 * 24 * 3600
	if seconds, err := strconv.ParseInt(value, 10, 64); err == nil {
		return time.Duration(min(max(seconds, 0), longest)) * time.Second
	}
	if at, err := http.ParseTime(value); err == nil {
		return min(max(at.Sub(now), 0), longest*time.Second)
	}
	return 0
}
