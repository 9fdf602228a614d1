package admin

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"time"

	"llbot/protocols/face"
)

// Limits of bodies, in bytes. A message may carry pictures.
const (
	maxMessageBody = 64 << 20
	maxBody        = 64 << 10
	maxNumbersBody = 256 << 10 // lists of event numbers
)

// call is one row of the control API: a call reads a body (serve), reads the
// parameters of its address (ask), or writes its answer itself (raw).
type call struct {
	method, path string

	limit int64 // of the body
	serve func(ctx context.Context, body []byte) (any, error)

	known []string // parameters of the address; others are refused
	ask   func(ctx context.Context, q *query) (any, error)

	raw http.HandlerFunc
}

func (s *Server) calls() []call {
	answers := func(method, path string, ask func(context.Context, *query) (any, error), known ...string) call {
		return call{method: method, path: path, ask: ask, known: known}
	}
	takes := func(method, path string, limit int64, serve func(context.Context, []byte) (any, error)) call {
		return call{method: method, path: path, limit: limit, serve: serve}
	}
	return append(s.simCalls(), []call{
		{method: http.MethodGet, path: "/api/status", serve: func(context.Context, []byte) (any, error) { return s.status(), nil }},
		takes(http.MethodPost, "/api/sim/messages", maxMessageBody, s.say),
		takes(http.MethodPost, "/api/sim/friend_requests", maxBody, s.requestFriend),
		takes(http.MethodPost, "/api/sim/group_requests", maxBody, s.requestJoin),
		takes(http.MethodPost, "/api/sim/invitations", maxBody, s.invite),

		answers(http.MethodGet, "/api/log", s.logStatus),
		{method: http.MethodGet, path: "/api/events", raw: s.events},
		answers(http.MethodGet, "/api/targets", s.listTargets, "target"),
		answers(http.MethodDelete, "/api/targets", s.forgetTarget, "target"),
		answers(http.MethodGet, "/api/targets/letters", s.listLetters, "target", "kind", "after", "limit"),
		takes(http.MethodDelete, "/api/targets/letters", maxNumbersBody, s.dropLetters),
		takes(http.MethodPost, "/api/targets/redeliver", maxNumbersBody, s.redeliver),
	}...)
}

func (s *Server) logStatus(_ context.Context, q *query) (any, error) {
	if err := q.err(); err != nil {
		return nil, err
	}
	st := s.LogStatus()
	if st.Lost == nil {
		st.Lost = []LostRange{}
	}
	return st, nil
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
	var methods []string
	for _, c := range s.calls() {
		switch {
		case c.path != r.URL.Path:
		case c.method != r.Method:
			methods = append(methods, c.method)
		case c.raw != nil:
			c.raw(w, r)
			return
		default:
			s.serve(w, r, c)
			return
		}
	}
	if len(methods) > 0 {
		slices.Sort(methods)
		w.Header().Set("Allow", strings.Join(methods, ", "))
		s.refuse(w, http.StatusMethodNotAllowed, r.URL.Path+" is asked with "+strings.Join(methods, " or "))
		return
	}
	text := "there is no " + r.URL.Path + " in this version of llbot"
	if strings.HasPrefix(r.URL.Path, "/api/targets/") {
		text += "; targets are named by a parameter, /api/targets?target=NAME"
	}
	s.refuse(w, http.StatusNotFound, text)
}

func (s *Server) serve(w http.ResponseWriter, r *http.Request, c call) {
	v, err := s.answer(w, r, c)
	if errors.Is(err, context.Canceled) && r.Context().Err() != nil { // a caller that left reads nothing of this
		s.refuse(w, http.StatusServiceUnavailable, "llbot is stopping")
		return
	}
	if err != nil {
		s.fail(w, r.URL.Path, err)
		return
	}
	s.write(w, http.StatusOK, v)
}

func (s *Server) answer(w http.ResponseWriter, r *http.Request, c call) (any, error) {
	if c.ask != nil {
		return c.ask(r.Context(), parseQuery(r.URL.Query(), c.known...))
	}
	body, err := readBody(w, r, c.limit)
	if err != nil {
		return nil, err
	}
	return c.serve(r.Context(), body)
}

// fail tells an error and, when it is a fault of ours, the log too.
func (s *Server) fail(w http.ResponseWriter, path string, err error) {
	status := statusOf(err)
	if status == http.StatusInternalServerError {
		s.Logger.Warn("admin: a call failed", "path", path, "err", err)
	}
	s.refuse(w, status, err.Error())
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
