package satori

import (
	"context"
	"sync/atomic"

	"llbot/protocols/qq"
	"llbot/protocols/satori"
	"llbot/runtime/driver/upstream"
)

// link is one life of the connection.
type link struct {
	*protocol
	*session
	socket  *socket
	resumed bool
	shown   atomic.Pointer[qq.Login] // the login as it was told last
}

var _ upstream.Resuming = (*link)(nil)

// Login is who the server says the account is.
func (l *link) Login() qq.Login { return *l.shown.Load() }

// Resumed tells that the server sends what was missed.
func (l *link) Resumed() bool { return l.resumed }

// Ping asks for a PONG.
func (l *link) Ping() error { return l.socket.ws.Send(satori.Ping()) }

// Probe asks for the login.
func (l *link) Probe(ctx context.Context) (online bool, err error) {
	var login satori.Login
	if err := l.session.call(ctx, "login.get", struct{}{}, &login); err != nil {
		return false, err
	}
	return login.Status == satori.StatusOnline, nil
}

// Close ends the link.
func (l *link) Close() {
	l.socket.close()
	l.session.http.Close()
}

// Receive reads events until the link ends.
func (l *link) Receive(on func(upstream.Inbound)) error {
	return l.socket.each(func(text []byte) error { return l.frame(text, on) })
}

func (l *link) frame(text []byte, on func(upstream.Inbound)) error {
	if text == nil {
		on(upstream.Inbound{})
		return nil
	}
	f, err := satori.ReadFrame(text)
	if err != nil {
		return err
	}
	if f.Op != satori.OpEvent {
		on(upstream.Inbound{})
		return nil
	}
	h, err := l.client.ReadEvent(f.Body)
	if err != nil {
		return err
	}
	return l.heard(h, on)
}

// heard hands an event on. One that tells of a gap ends the link: what is missing
// is had from history by the next one.
func (l *link) heard(h satori.Heard, on func(upstream.Inbound)) error {
	if lost, gap := h.Event.(*qq.EventsLost); gap && l.resumed {
		l.mu.Lock()
		l.last.gone = l.last.logged
		l.mu.Unlock()
		return qq.Errorf(qq.ErrCursorGone, "the server no longer holds the events behind %d: %s", lost.After, lost.Reason)
	}
	in := upstream.Inbound{Time: h.Time, Event: l.changed(h.Event)}
	if l.client.Dialect.Resumes {
		in.Position = h.SN
	}
	l.left(in.Event != nil, in.Position)
	if m, ok := in.Event.(*qq.MessageReceived); ok {
		l.session.received(l.protocol, &m.Message)
		if m.Self { // little is told of the friend then: better he is looked up
			m.Friend = nil
		}
	}
	on(in)
	return nil
}

// left notes where the server's events are left.
func (l *link) left(handed bool, sn uint64) {
	if sn == 0 {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.last.heard = sn
	if handed {
		l.last.handed = sn
	}
}

// changed tells from the login before whether it came online or changed its
// profile.
func (l *link) changed(e qq.Event) qq.Event {
	s, ok := e.(*qq.StatusChanged)
	if !ok {
		return e
	}
	before := l.Login()
	login := s.Login
	l.shown.Store(&login)
	if s.Online && before.Online && !login.User.Equal(&before.User) {
		return &qq.ProfileChanged{Login: login}
	}
	return e
}
