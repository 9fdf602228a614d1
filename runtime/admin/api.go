package admin

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"llbot/protocols/face"
)

// Limits of bodies, in bytes. A message may carry pictures.
const (
	maxMessageBody = 64 << 20
	maxBody        = 64 << 10
)

// call is one row of the control API.
type call struct {
	method, path string
	limit        int64 // of the body; 0 = none is read
	serve        func(ctx context.Context, body []byte) (any, error)
}

func (s *Server) calls() []call {
	return []call{
		{http.MethodGet, "/api/status", 0, func(context.Context, []byte) (any, error) { return s.status(), nil }},
		{http.MethodPost, "/api/sim/messages", maxMessageBody, s.say},
		{http.MethodPost, "/api/sim/friend_requests", maxBody, s.requestFriend},
		{http.MethodPost, "/api/sim/group_requests", maxBody, s.requestJoin},
		{http.MethodPost, "/api/sim/invitations", maxBody, s.invite},
	}
}

func (s *Server) status() Status {
	st := s.Status()
	if st.Accounts == nil {
		st.Accounts = []AccountStatus{}
	}
	if st.Endpoints == nil {
		st.Endpoints = []EndpointStatus{}
	}
	return st
}

// api serves the control API to those who passed the token.
func (s *Server) api(w http.ResponseWriter, r *http.Request) {
	for _, c := range s.calls() {
		if c.path != r.URL.Path {
			continue
		}
		if c.method != r.Method {
			w.Header().Set("Allow", c.method)
			s.refuse(w, http.StatusMethodNotAllowed, c.path+" is asked with "+c.method)
			return
		}
		s.serve(w, r, c)
		return
	}
	s.refuse(w, http.StatusNotFound, "there is no "+r.URL.Path+" in this version of llbot")
}

func (s *Server) serve(w http.ResponseWriter, r *http.Request, c call) {
	body, err := readBody(w, r, c.limit)
	var v any
	if err == nil {
		v, err = c.serve(r.Context(), body)
	}
	if errors.Is(err, context.Canceled) && r.Context().Err() != nil { // a caller that left reads nothing of this
		s.refuse(w, http.StatusServiceUnavailable, "llbot is stopping")
		return
	}
	if err != nil {
		status := statusOf(err)
		if status == http.StatusInternalServerError {
			s.Logger.Warn("admin: a call failed", "path", c.path, "err", err)
		}
		s.refuse(w, status, err.Error())
		return
	}
	s.write(w, http.StatusOK, v)
}

// readBody reads all of a body within its limit and takes the read deadline
// off, since what follows may last.
func readBody(w http.ResponseWriter, r *http.Request, limit int64) ([]byte, error) {
	if limit == 0 {
		return nil, nil
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, limit))
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		return nil, fmt.Errorf("the body is larger than %d bytes, the limit of this call: %w", limit, err)
	case err != nil:
		return nil, brokenBody(err)
	}
	setReadDeadline(w, time.Time{})
	return body, nil
}

// authorised checks the token in constant time, before any body is read. A
// server without a token lets nobody in.
func (s *Server) authorised(next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		result := face.CheckToken(s.Token, face.Bearer(r.Header.Get("Authorization")))
		switch {
		case s.Token != "" && result == face.AuthOK:
			next(w, r)
		case result == face.AuthMissing:
			w.Header().Set("WWW-Authenticate", "Bearer")
			s.refuse(w, http.StatusUnauthorized, "a token is needed: Authorization: Bearer <content of "+TokenFile+" in the data folder>")
		default:
			w.Header().Set("WWW-Authenticate", wrongToken)
			s.refuse(w, http.StatusForbidden, "the token is wrong; it is the content of "+TokenFile+" in the data folder")
		}
	}
}

// wrongToken tells a client a wrong token from what the world forbids, which
// is 403 too.
const wrongToken = `Bearer error="invalid_token"`
