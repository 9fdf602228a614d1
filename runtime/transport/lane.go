package transport

import (
	"bufio"
	"context"
	"errors"
	"net"
	"os"
	"sync"
	"time"

	"llbot/actors/conn"
	"llbot/protocols/face"

	"github.com/valyala/fasthttp"
)

// lane is a connection to the host of webhook targets, opened when a delivery
// needs it. One delivery has it at a time. The library reads the answers; its
// client would take twice the time for what is around them.
type lane struct {
	opt  *PostOptions
	used time.Time // when the last delivery was over
	resp fasthttp.Response

	conn      net.Conn   // nil: none; set under mu
	exchanger *exchanger // of plain TCP, or nil
	kept      bool       // the last delivery left it fit for another
	deadline  time.Time  // that is in force
	until     time.Time  // when the delivery under way has to be over
	out       []byte     // what of its request is still to be sent
	rest      []byte     // and what follows, as it is too long for one write
	unsent    error      // why that failed

	mu    sync.Mutex
	busy  bool
	done  <-chan struct{} // of the context that is watched, for as long as deliveries come from it
	leave func() bool     // ends the watch
}

// oneWrite is how long a body may be that is copied behind the request's head.
const oneWrite = 32 << 10

// post makes one exchange. buf is room for the request, which is given back.
func (l *lane) post(ctx context.Context, until time.Time, r *route, headers []face.Header, body []byte, in *bufio.Reader, buf []byte) (conn.Answer, []byte, error) {
	l.begin(ctx, until)
	defer l.end(in)
	buf = r.appendRequest(buf[:0], headers, len(body))
	if len(body) <= oneWrite {
		buf, body = append(buf, body...), nil
	}
	err := l.ask(ctx, r, in, buf, body)
	var a conn.Answer
	if err == nil {
		a, err = l.answer(in)
	}
	return a, buf, err
}

// ask sends a request and waits for the answer to begin. What the peer closed
// meanwhile is not used: nothing has gone out over it.
func (l *lane) ask(ctx context.Context, r *route, in *bufio.Reader, out, rest []byte) error {
	for {
		if err := l.ready(ctx, r); err != nil {
			return err
		}
		l.out, l.rest, l.unsent = out, rest, nil
		in.Reset(l)
		_, err := in.Peek(1)
		l.out, l.rest, l.kept = nil, nil, false
		switch slow := (interface{ Timeout() bool })(nil); {
		case err == nil:
			return nil
		case errors.Is(err, errStale):
			l.drop()
		case l.unsent != nil, errors.As(err, &slow) && slow.Timeout():
			return err
		default:
			return ownWords(fasthttp.ErrConnectionClosed)
		}
	}
}

// ready opens the connection, unless it is there.
func (l *lane) ready(ctx context.Context, r *route) error {
	if l.conn != nil && (time.Since(l.used) > l.opt.IdleTime || l.exchanger == nil && gone(l.conn)) {
		l.drop()
	}
	if l.conn == nil {
		if err := l.dial(ctx, r); err != nil {
			return err
		}
	}
	if l.exchanger != nil && !l.deadline.IsZero() && !l.deadline.After(l.until) {
		return nil // put off when it comes: most answers are in long before
	}
	l.deadline = l.until
	return l.conn.SetDeadline(l.until)
}

// dial opens the connection within the delivery's time.
func (l *lane) dial(ctx context.Context, r *route) error {
	within, cancel := context.WithDeadline(ctx, l.until)
	defer cancel()
	c, err := l.opt.DialContext(within, "tcp", r.addr)
	if err == nil && r.secure {
		c, err = secured(within, c, l.opt.TLS, r.addr)
	}
	if err != nil {
		return err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.conn, l.exchanger, l.kept, l.deadline = c, newExchanger(c), false, time.Time{}
	return ctx.Err() // from here on its end closes the connection
}

// Read sends what is to be sent and reads the answer.
func (l *lane) Read(p []byte) (n int, err error) {
	for n == 0 && err == nil {
		switch {
		case l.out == nil && l.rest == nil:
			n, err = l.conn.Read(p)
		case l.exchanger == nil:
			err = l.send()
		default:
			n, err = l.turn(p)
		}
		if err != nil && l.early(err) {
			err = nil
		}
	}
	return n, err
}

// turn sends the request and reads, or sends more than fits at once.
func (l *lane) turn(p []byte) (int, error) {
	sent, n, err := l.exchanger.ask(l.out, p, l.kept, l.rest != nil)
	if l.out = l.out[sent:]; len(l.out) == 0 {
		l.out = nil
	}
	switch {
	case err == nil && n == 0:
		return 0, l.send()
	case err != nil && l.out != nil:
		l.unsent = err
	}
	return n, err
}

// send writes in as many turns as it takes.
func (l *lane) send() error {
	if l.unsent = l.conn.SetWriteDeadline(l.until); l.unsent == nil {
		both := net.Buffers{l.out, l.rest}
		_, l.unsent = both.WriteTo(l.conn)
	}
	l.out, l.rest = nil, nil
	return l.unsent
}

// early tells that a deadline came that was a former delivery's, and puts it off.
func (l *lane) early(err error) bool {
	if !errors.Is(err, os.ErrDeadlineExceeded) || !time.Now().Before(l.until) {
		return false
	}
	l.deadline, l.unsent = l.until, nil
	return l.conn.SetDeadline(l.until) == nil
}

// answer reads an answer, once it has begun, and keeps the connection if it can
// be used again.
func (l *lane) answer(in *bufio.Reader) (conn.Answer, error) {
	l.resp.Reset()
	l.resp.StreamBody = true
	if err := l.resp.ReadLimitBody(in, 0); err != nil {
		return conn.Answer{}, ownWords(err)
	}
	a, all, err := answered(&l.resp, l.drop)
	l.kept = err == nil && all && !l.resp.ConnectionClose() && in.Buffered() == 0
	return a, err
}

// begin lends the lane to a delivery. The end of its context cuts it: the watch
// for that stays, since the next delivery mostly comes from the same target.
func (l *lane) begin(ctx context.Context, until time.Time) {
	l.until = until
	done := ctx.Done()
	l.mu.Lock()
	defer l.mu.Unlock()
	l.busy = true
	if done == l.done {
		return
	}
	if l.leave != nil {
		l.leave()
	}
	l.done, l.leave = done, nil
	if done != nil {
		l.leave = context.AfterFunc(ctx, func() { l.cut(done) })
	}
}

// end gives the lane back. Where an exchange did not come to its end, not even
// by an error, there is no connection any more.
func (l *lane) end(in *bufio.Reader) {
	in.Reset(nil)
	if !l.kept {
		l.drop()
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.busy, l.used = false, time.Now()
}

// cut ends the delivery under way, if its context is the one that ended.
func (l *lane) cut(done <-chan struct{}) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.busy && l.done == done && l.conn != nil {
		_ = l.conn.Close()
	}
}

// drop closes the connection; the next delivery opens another.
func (l *lane) drop() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.conn != nil {
		_ = l.conn.Close()
		l.conn, l.exchanger = nil, nil
	}
}

// close is drop for a lane that nobody will use again.
func (l *lane) close() {
	l.drop()
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.leave != nil {
		l.leave()
		l.done, l.leave = nil, nil
	}
}
