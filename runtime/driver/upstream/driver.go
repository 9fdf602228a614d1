package upstream

import (
	"context"
	"log/slog"
	"sync"
	"sync/atomic"

	"llbot/protocols/qq"
)

// Driver is the QQ side of an account that somebody else's server holds. It
// implements qq.Driver and qq.Remembering for every protocol.
type Driver struct {
	o        Options
	protocol Protocol
	table    *Table
	sends    *sends
	own      *owns

	running atomic.Bool
	current atomic.Pointer[live]
	mu      sync.Mutex
	reason  error  // why there is no link
	past    *trail // what was emitted; between two runs
	origin  uint64 // the last one
	lastSN  qq.SN
	unsure  *qq.Emission // the log may or may not have it
}

var (
	_ qq.Remembering = (*Driver)(nil)
	_ qq.Expectant   = (*Driver)(nil)
)

// New makes a driver of a protocol and what it can do. The table must come
// from NewTable and belongs to the driver.
func New(p Protocol, t *Table, o Options) *Driver {
	o = o.withDefaults()
	d := &Driver{o: o, protocol: p, table: t, sends: newSends(o.Now), own: newOwns(o.Timing.Own, o.Now)}
	d.reason = qq.Errorf(qq.ErrOffline, "the link to %s is not up yet", p.Name())
	t.driver = d
	return d
}

// Name is the protocol's.
func (d *Driver) Name() string { return d.protocol.Name() }

// Lacks names what the protocol cannot do.
func (d *Driver) Lacks() []string { return d.table.Lacks() }

// Unserved is Lacks with the reasons.
func (d *Driver) Unserved() []Lack { return d.table.Unserved() }

// Identify connects once to learn who the upstream is logged in as. With
// patience one that dials us is given longer: it comes when its own wait between
// two tries is over.
func (d *Driver) Identify(ctx context.Context, patience bool) (qq.Login, error) {
	limit := d.o.Timing.Connect
	if a, ok := d.protocol.(Awaited); ok && patience && a.Awaits() {
		limit = d.o.Timing.Await
		d.o.Logger.Info("waiting for an upstream to connect to us, since it has to tell whose account it holds; with uin written down nothing waits for it",
			slog.String("driver", d.Name()), slog.Duration("at_most", limit))
	}
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	link, err := d.protocol.Connect(ctx)
	if err != nil {
		return qq.Login{}, d.explained(err)
	}
	defer link.Close()
	return link.Login(), nil
}

// Awaits says for whom or what the driver waits before there can be a link, ""
// for nobody.
func (d *Driver) Awaits() string {
	if a, ok := d.protocol.(Awaited); ok && d.current.Load() == nil {
		return a.Awaited()
	}
	return ""
}

// SetAccount says who the upstream must be logged in as; before Run only.
func (d *Driver) SetAccount(id qq.UserID) { d.o.Account = id }

// Do serves one operation over the link; without one it is refused at once.
// When the link is lost before the answer came, the outcome is unknown.
func (d *Driver) Do(ctx context.Context, op qq.Operation) (any, error) {
	send, tracked := op.(qq.SendMessage)
	if !tracked {
		return d.do(ctx, op)
	}
	a := d.sends.begin("", send, !d.keyed())
	v, err := d.do(ctx, op)
	d.sends.end(a, v, err)
	return v, err
}

func (d *Driver) do(ctx context.Context, op qq.Operation) (any, error) {
	l := d.current.Load()
	if l == nil {
		return nil, d.down()
	}
	bound, cancel := d.patience(ctx, op)
	defer cancel()
	defer context.AfterFunc(l.ctx, cancel)()
	v, err := d.table.Do(bound, op)
	if err == nil {
		l.answered(bound, op, v)
	}
	if err != nil && l.ctx.Err() != nil && ctx.Err() == nil && qq.AsError(err).Outcome == qq.Unknown {
		return nil, &qq.Error{Kind: qq.ErrTimeout, Text: "the link to " + d.Name() + " was lost before the answer came", Outcome: qq.Unknown, Cause: err}
	}
	return v, err
}

// patience bounds an operation: an answer that is lost on a link that lives is
// not waited for as long as the caller would.
func (d *Driver) patience(ctx context.Context, op qq.Operation) (context.Context, context.CancelFunc) {
	files := false
	if c, ok := op.(qq.Carrying); ok {
		_ = c.EachMedia(func(*qq.Media) error { files = true; return nil })
	}
	if files {
		return context.WithCancel(ctx)
	}
	return context.WithTimeout(ctx, d.o.Timing.Answer)
}

// down is why there is no link.
func (d *Driver) down() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	e := *qq.AsError(d.reason)
	e.Kind, e.Outcome = qq.ErrOffline, qq.NotApplied
	return &e
}

// login answers who the upstream is logged in as, while there is a link.
func (d *Driver) login(context.Context, qq.GetLogin) (qq.Login, error) {
	l := d.current.Load()
	if l == nil {
		return qq.Login{}, d.down()
	}
	return l.login(), nil
}

// keep answers what our store took in before the operation came here: the
// upstream hears nothing of it.
func (d *Driver) keep(_ context.Context, op qq.KeepMedia) (*qq.Media, error) {
	if op.Blob == nil {
		return nil, qq.Errorf(qq.ErrInvalid, "there is nothing to keep")
	}
	m, ok := d.o.Blobs.Stat(op.Blob.ID)
	if !ok {
		return nil, qq.Errorf(qq.ErrMedia, "there is no blob %q", op.Blob.ID)
	}
	m.ID, m.URL = op.Blob.ID, d.o.Blobs.Link(op.Blob.ID)
	if op.Blob.Name != "" {
		m.Name = op.Blob.Name
	}
	return &m, nil
}
