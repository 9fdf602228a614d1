package milky

import (
	"bytes"
	"context"
	"strconv"
	"strings"

	"llbot/protocols/action"
	"llbot/protocols/face"
	"llbot/protocols/qq"
	"llbot/protocols/wire"
)

// target is what a path names.
type target struct {
	account qq.UserID // 0 = the endpoint's first one
	api     string    // the name behind /api/
	event   bool      // the path is /event
}

// Route decides on a request: browser guard, preflight, token, path, name,
// verb, content type, in this order.
func (s *Server) Route(h *face.Head, dir face.Directory) face.Route {
	if reason := s.options.Guard.Check(h); reason != "" {
		return face.Route{Kind: face.RouteAnswer, Response: s.Refuse(face.RefuseBrowser, reason)}
	}
	cors := s.cors(h)
	if preflight(h) && cors != nil {
		return face.Route{Kind: face.RouteAnswer, Response: face.Response{Status: 204, Headers: cors}}
	}
	r := s.route(h, dir)
	if r.Kind == face.RouteAnswer {
		r.Response.Headers = append(r.Response.Headers, cors...)
	} else {
		r.Headers = cors
	}
	return r
}

func (s *Server) route(h *face.Head, dir face.Directory) face.Route {
	t, ok := s.target(h.Path)
	if reason := s.authorise(h, t.event); reason != "" {
		return answer(401, reason, face.Header{Name: "WWW-Authenticate", Value: "Bearer"})
	}
	if !ok {
		return answer(404, "no such path; APIs are at "+s.options.Prefix+"/api/{name}, events at "+s.options.Prefix+"/event")
	}
	if t.account != 0 {
		if _, served := dir.Account(t.account); !served {
			return answer(404, "account "+t.account.String()+" is not served here")
		}
	}
	if t.event {
		return s.routeEvent(h, t, dir)
	}
	return s.routeAPI(h, t)
}

func (s *Server) routeAPI(h *face.Head, t target) face.Route {
	if s.table.Lookup(t.api) == nil {
		return answer(404, noSuchAPI(t.api))
	}
	if h.Method != "POST" {
		return answer(405, "APIs are called with POST", face.Header{Name: "Allow", Value: "POST"})
	}
	if !strings.Contains(strings.ToLower(h.ContentType), jsonType) {
		return answer(415, "the Content-Type must be application/json")
	}
	return face.Route{
		Kind: face.RouteAction, Name: t.api, Account: t.account, Query: h.Query, ContentType: h.ContentType,
		Idempotency: header(h, action.KeyHeader),
	}
}

func noSuchAPI(name string) string { return "no such API: " + name }

func (s *Server) routeEvent(h *face.Head, t target, dir face.Directory) face.Route {
	if h.Method != "GET" {
		return answer(405, "events are read with GET", face.Header{Name: "Allow", Value: "GET"})
	}
	caller, ok := account(dir, t.account)
	if !ok {
		return answer(503, "no account is served here")
	}
	since, ok := position(h)
	if !ok {
		return answer(400, "since must be an event id or a time in Unix milliseconds")
	}
	durable := parameter(h.Query, "durable")
	if durable != "" && !face.DurableName(durable) {
		return answer(400, "durable must be 1 to 64 letters, digits, dots, dashes or underscores")
	}
	talk := face.Talk{Stream: !h.Upgrade, Role: "event", Account: caller.Account(), Since: since}
	kind := face.RouteSocket
	if talk.Durable = durable; talk.Stream {
		if durable != "" {
			return answer(400, "durable is for WebSockets; a stream goes on by Last-Event-ID")
		}
		kind = face.RouteStream
	}
	return face.Route{Kind: kind, Name: "event", Account: talk.Account, Talk: talk}
}

// target reads {prefix}[/{uin}]/api/{name} or {prefix}[/{uin}]/event.
func (s *Server) target(path string) (target, bool) {
	rest, ok := strings.CutPrefix(path, s.options.Prefix+"/")
	if !ok {
		return target{}, false
	}
	var t target
	first, behind, found := strings.Cut(rest, "/")
	if first != "" && first[0] >= '0' && first[0] <= '9' { // an error of ParseUint is an allocation
		if id, err := strconv.ParseUint(first, 10, 32); err == nil && id != 0 && found {
			t.account = qq.UserID(id)
			first, behind, found = strings.Cut(behind, "/")
		}
	}
	switch {
	case first == "event" && !found:
		t.event = true
		return t, true
	case first == "api" && behind != "" && !strings.Contains(behind, "/"):
		t.api = behind
		return t, true
	}
	return target{}, false
}

// Serve runs an API. Whatever becomes of it, the status is 200.
func (s *Server) Serve(ctx context.Context, dir face.Directory, req face.Request) face.Response {
	row := s.table.Lookup(req.Route.Name)
	if row == nil {
		return refusal(404, 404, noSuchAPI(req.Route.Name))
	}
	caller, ok := account(dir, req.Route.Account)
	if !ok {
		return refusal(200, codeOffline, "no account is served here")
	}
	params := bytes.TrimSpace(req.Body)
	if string(params) == "null" { // which other protocols take for no parameters
		return failure(wire.Faults{{Reason: "must be an object, not null"}})
	}
	if text, ok := s.table.Held(caller, row, params, req.Route.Idempotency); ok {
		return face.Response{Status: 200, ContentType: jsonType, Body: text}
	}
	data, err := s.table.CallOnce(ctx, caller, row, params, req.Route.Idempotency)
	if err != nil {
		return failure(err)
	}
	return success(req.Room, data)
}

// Refuse puts a failure outside the face into the failed envelope.
func (s *Server) Refuse(r face.Refusal, reason string) face.Response {
	switch r {
	case face.RefuseBrowser:
		return refusal(403, 403, reason)
	case face.RefuseTooLarge:
		return refusal(413, 413, reason)
	case face.RefuseLength:
		return refusal(400, codeInvalid, reason)
	case face.RefuseBusy:
		return refusal(503, 503, reason)
	}
	return refusal(500, codeFailed, reason)
}

// account finds the caller of an account, the first one for 0.
func account(dir face.Directory, id qq.UserID) (qq.Caller, bool) {
	if id == 0 {
		return dir.First()
	}
	return dir.Account(id)
}

func answer(status int, message string, headers ...face.Header) face.Route {
	r := refusal(status, status, message)
	r.Headers = headers
	return face.Route{Kind: face.RouteAnswer, Response: r}
}

func header(h *face.Head, name string) string {
	if h.Get == nil {
		return ""
	}
	return h.Get(name)
}
