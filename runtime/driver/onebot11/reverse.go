package onebot11

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"

	"llbot/protocols/face"
	"llbot/runtime/driver/upstream"
	"llbot/runtime/transport"
)

// errAnew ends a link whose upstream dials anew: it has given the old one up.
var errAnew = errors.New("the upstream connects anew")

// reversed is the reverse WebSocket: the upstream dials us, with one connection
// for both events and actions. We listen as long as the link lives, and while
// one is waited for; who dials meanwhile ends the old link and is taken at the
// next try.
func (s *server) reversed(listen *url.URL) func(context.Context) (*session, error) {
	return func(ctx context.Context) (*session, error) {
		var taken atomic.Pointer[session]
		catcher, err := s.o.Dialer.Catch(listen.Host, func(c transport.Caught) (int, string) {
			if status, text := s.refuse(listen, c); status != 0 {
				return status, text
			}
			if old := taken.Load(); old != nil {
				old.lose(errAnew)
				return http.StatusServiceUnavailable, "there is another connection still; try again"
			}
			return 0, ""
		})
		if err != nil {
			return nil, err
		}
		s.door.wait("waiting for the OneBot 11 server to connect to " + shownAddress(listen))
		ws, err := catcher.Next(ctx)
		if err != nil {
			s.door.give()
			catcher.Close()
			return nil, err
		}
		s.door.admit()
		k := newSocket(s, ws)
		k.closing = catcher.Close
		l, err := s.begin(ctx, k, false)
		if err == nil {
			taken.Store(l)
		}
		return l, err
	}
}

// Awaits tells that the upstream dials us, or has to send something first:
// while nobody has come nothing has failed, and a pause in listening could miss
// who comes.
func (s *server) Awaits() bool { return s.o.URL == "" || s.silent.Load() != 0 }

// limited bounds one conversation that opens a link.
func (s *server) limited(ctx context.Context) (context.Context, context.CancelFunc) {
	limit := s.o.Timing.Connect
	if limit == 0 {
		limit = upstream.DefaultConnect
	}
	return context.WithTimeout(ctx, limit)
}

// Awaited says whom Connect waits for.
func (s *server) Awaited() string { return s.door.awaited() }

// refuse tells what is wrong with somebody who dials us, 0 for nothing.
func (s *server) refuse(listen *url.URL, c transport.Caught) (int, string) {
	const sameToken = "write the same one there and as token of this account"
	if path := strings.TrimSuffix(listen.Path, "/"); path != "" && strings.TrimSuffix(c.Path, "/") != path {
		s.door.turnAway(s.logger, "it came to another path", "the address to write there is "+shownAddress(listen))
		return http.StatusNotFound, "nobody is waited for at this path"
	}
	if role := c.Header("X-Client-Role"); role != "" && !strings.EqualFold(role, "Universal") {
		s.door.turnAway(s.logger, "it connects for calls and for events by themselves", "let it connect once, with the role Universal")
		return http.StatusBadRequest, "connect once, with the role Universal"
	}
	if id := c.Header("X-Self-ID"); id != "" && s.o.Account != 0 && id != s.o.Account.String() {
		s.door.turnAway(s.logger, "it holds another account than "+s.o.Account.String(), "let it connect to an address of its own, or write its number as uin")
		return http.StatusForbidden, "another account is waited for"
	}
	shown := face.Bearer(c.Header("Authorization"))
	if shown == "" {
		query, _ := url.ParseQuery(c.Query)
		shown = query.Get("access_token")
	}
	switch face.CheckToken(s.o.Token, shown) {
	case face.AuthMissing:
		s.door.turnAway(s.logger, "it showed no token", sameToken)
		return http.StatusUnauthorized, "the access token is missing"
	case face.AuthWrong:
		s.door.turnAway(s.logger, "it showed a wrong token", sameToken)
		return http.StatusForbidden, "the access token is wrong"
	}
	return 0, ""
}

// lose ends a link for a reason.
func (l *session) lose(err error) {
	l.failed.CompareAndSwap(nil, &err)
	go l.Close()
}
