package onebot11

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"llbot/protocols/onebot11"
	"llbot/protocols/qq"
	"llbot/runtime/driver/upstream"
)

// wireside is how a session's frames travel.
type wireside interface {
	caller
	// run reads until the connection ends: answers it keeps, the frames of
	// events and signs of life (nil) go to the pump.
	run(p *pump) error
	// ping asks for a sign of life.
	ping() error
	// await waits for a sign of the events' side where a link was lost for want
	// of one and calls alone prove nothing.
	await(ctx context.Context) error
	// beats notes that the upstream sends a heartbeat that often.
	beats(every time.Duration)
	// close ends the connection.
	close()
}

// session is one life of the link: it implements upstream.Link.
type session struct {
	*server
	wire    wireside
	frames  *pump
	dialect dialect
	version onebot11.Version
	user    qq.Login
	resumed bool
	people  *people

	end    sync.Once
	failed atomic.Pointer[error] // of run, once it has ended
	done   chan struct{}         // run has ended
}

var _ upstream.Resuming = (*session)(nil)

// begin starts reading and finds out who is there. resuming tells that the
// connection asked for what came since the last one.
func (s *server) begin(ctx context.Context, w wireside, resuming bool) (*session, error) {
	l := &session{server: s, wire: w, frames: newPump(), done: make(chan struct{})}
	l.people = &people{session: l}
	go func() {
		defer close(l.done)
		err := w.run(l.frames)
		if err == nil {
			err = errors.New("it ended")
		}
		l.failed.CompareAndSwap(nil, &err)
		l.frames.end()
	}()
	err := w.await(ctx)
	if err == nil {
		limited, cancel := s.limited(ctx)
		err = l.meet(limited)
		cancel()
	}
	if err != nil {
		l.Close()
		if why := l.failed.Load(); why != nil && qq.AsError(err).Kind != qq.ErrOffline {
			err = fmt.Errorf("%w (%w)", err, *why)
		}
		return nil, err
	}
	l.resumed = resuming && l.dialect.resumes
	return l, nil
}

// meet asks which implementation it is and who is logged in.
func (l *session) meet(ctx context.Context) error {
	l.dialect = plainDialect()
	a, err := l.wire.call(ctx, onebot11.Call{Action: "get_version_info"})
	if err != nil {
		return err
	}
	if err := a.Err(); err == nil {
		if l.version, err = l.client.Version(a); err == nil {
			l.dialect = recognise(l.version)
		}
	} else if qq.AsError(err).Kind == qq.ErrOffline {
		return err
	}
	login, err := ask(ctx, l, onebot11.AskLogin(), qq.GetLogin{})
	if err != nil {
		return fmt.Errorf("asking who is logged in: %w", err)
	}
	if !login.ID.Valid() {
		return qq.Errorf(qq.ErrOffline, "the upstream says that nobody is logged in")
	}
	l.user = login
	if u, err := l.profile(ctx, login.ID); err == nil { // more than the number and the name is a courtesy
		u.ID, u.Nickname = login.ID, login.Nickname
		l.user.User = *u
	}
	return nil
}

// Login is who the upstream is logged in as.
func (l *session) Login() qq.Login { return l.user }

// Resumed tells that the upstream sends by itself what was missed.
func (l *session) Resumed() bool { return l.resumed }

// Ping asks for a sign of life on the side where events come.
func (l *session) Ping() error { return l.wire.ping() }

// Probe asks how the account is: what is answered while nobody is logged in, and
// tells so.
func (l *session) Probe(ctx context.Context) (bool, error) {
	a, err := l.wire.call(ctx, onebot11.Call{Action: "get_status"})
	if err != nil {
		return false, err
	}
	if err := a.Err(); err != nil {
		return false, err
	}
	beat, err := l.client.Status(a)
	return beat.Online, err
}

// Close ends everything at once.
func (l *session) Close() {
	l.end.Do(func() {
		l.frames.close()
		l.wire.close()
		<-l.done
		l.server.ended(l)
	})
}

// Receive decodes what comes until the link ends.
func (l *session) Receive(on func(upstream.Inbound)) error {
	l.server.open(l)
	for {
		frame, ok := l.frames.next()
		if !ok {
			break
		}
		if frame == nil {
			on(upstream.Inbound{})
			continue
		}
		if err := l.frame(frame, on); err != nil {
			l.Close()
			return err
		}
	}
	if why := l.failed.Load(); why != nil {
		return *why
	}
	return errors.New("it was closed")
}

// errGap ends a link whose upstream no longer has what it was asked to go on
// from: the next one begins anew and reads history.
var errGap = errors.New("the upstream's log has not got the place where the last link ended")

// frame decodes one event and hands it on.
func (l *session) frame(frame []byte, on func(upstream.Inbound)) error {
	told, err := l.client.Event(frame, l.dialect.seq)
	if err != nil {
		return fmt.Errorf("a frame that is no event: %w", err)
	}
	if told.Self != 0 && told.Self != l.user.ID {
		on(upstream.Inbound{}) // another account of the same server
		return nil
	}
	if gap, is := told.Event.(*qq.EventsLost); is && l.dialect.resumes {
		return l.gap(gap)
	}
	e, at := told.Event, told.Time
	switch {
	case told.Beat != nil:
		l.wire.beats(time.Duration(told.Beat.Interval) * time.Millisecond)
		on(upstream.Inbound{Event: l.beat(told.Beat)})
		return nil
	case e == nil:
		on(upstream.Inbound{})
		return nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), upstream.DefaultLookup)
	defer cancel()
	in := upstream.Inbound{Time: at, Event: l.made(ctx, told, frame), Position: l.position(told.SN)}
	if m, ok := e.(*qq.MessageReceived); ok && m.Peer == 0 && m.Seq != 0 {
		in.Own = &m.Message
	}
	on(in)
	return nil
}

// beat: a heartbeat tells whether the account is online.
func (l *session) beat(b *onebot11.Beat) qq.Event {
	return &qq.StatusChanged{Online: b.Online}
}

func (l *session) gap(g *qq.EventsLost) error {
	l.logger.Warn("OneBot upstream lost events", "reason", g.Reason)
	l.forgetPlace()
	return fmt.Errorf("%w: %s", errGap, g.Reason)
}
