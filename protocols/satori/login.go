package satori

import (
	"bytes"
	"context"
	"slices"

	"llbot/protocols/face"
	"llbot/protocols/qq"
	"llbot/protocols/wire"
)

// loginOf presents an account. It never fails: a login that cannot be asked
// is shown offline under its number, since clients need every login.
func (s *Server) loginOf(ctx context.Context, c qq.Caller) Login {
	login, err := qq.Do(ctx, c, qq.GetLogin{})
	if err != nil {
		login = qq.Login{}
	}
	status, err := qq.Do(ctx, c, qq.GetStatus{})
	return s.presented(c, login, err == nil && status.Online, status.MissingFeatures)
}

func (s *Server) presented(c qq.Caller, login qq.Login, online bool, missing []string) Login {
	login.ID, login.Online = c.Account(), online
	l := s.codec.encodeLogin(login)
	l.Features = s.features(missing)
	return l
}

// writtenLogin is a login as JSON, which is mostly the list of its features, and
// what it was made of. It is not changed once made.
type writtenLogin struct {
	from    qq.Made // of the answer that says who it is
	online  bool
	missing []string
	text    []byte
}

// heldLogin answers login.get when nobody has to be asked, nil when it has to be
// called. Bots ask for their login again and again; it is written only when
// something about it is new.
func (s *Server) heldLogin(dir face.Directory, req face.Request) []byte {
	if req.Route.Idempotency != "" || !saysNothing(req.Body) {
		return nil
	}
	caller, _ := dir.Account(req.Route.Account)
	holder, holds := caller.(qq.Holder)
	standing, knows := caller.(qq.Standing)
	if !holds || !knows {
		return nil
	}
	answer, made, held := holder.Held(qq.GetLogin{})
	if !held {
		return nil
	}
	online, missing := standing.Standing()
	s.writing.Lock()
	last := s.logins[req.Route.Account]
	s.writing.Unlock()
	if last != nil && last.from == made && last.online == online && slices.Equal(last.missing, missing) {
		return last.text
	}
	login, ok := answer.(qq.Login)
	if !ok {
		return nil
	}
	text, err := wire.Marshal(s.presented(caller, login, online, missing))
	if err != nil {
		return nil
	}
	s.writing.Lock()
	s.logins[req.Route.Account] = &writtenLogin{made, online, missing, text}
	s.writing.Unlock()
	return text
}

// saysNothing tells whether a body names no parameters, as most do of methods
// that have none.
func saysNothing(body []byte) bool {
	switch string(bytes.TrimSpace(body)) {
	case "", "{}", "null":
		return true
	}
	return false
}
