package satori

import (
	"bytes"
	"context"
	"net/url"
	"slices"
	"strings"

	"llbot/protocols/action"
	"llbot/protocols/face"
	"llbot/protocols/qq"
	"llbot/protocols/wire"
)

const (
	metaName   = "meta"
	eventsName = "events"
	loginName  = "login.get"
)

// Route decides on a request from its head: browser guard, token, name, verb,
// login, in this order, so that nothing can be probed without the token.
func (s *Server) Route(h *face.Head, dir face.Directory) face.Route {
	if reason := s.options.Guard.Check(h); reason != "" {
		return answer(s.Refuse(face.RefuseBrowser, reason))
	}
	route := s.route(h, dir)
	if s.options.Guard.Allows(h) {
		route.Headers = append(route.Headers,
			face.Header{Name: "Access-Control-Allow-Origin", Value: h.Origin},
			face.Header{Name: "Vary", Value: "Origin"})
	}
	return route
}

func (s *Server) route(h *face.Head, dir face.Directory) face.Route {
	name, under := s.name(h.Path)
	switch {
	case h.Method == "OPTIONS" && h.Origin != "" && under:
		return preflight(h)
	case name == eventsName && under:
		return events(h)
	case under && (name == proxyName || strings.HasPrefix(name, proxyName+"/")):
		return s.proxied(h, dir, strings.TrimPrefix(h.Path, s.options.Path+"/v1/"+proxyName+"/"))
	}
	switch face.CheckToken(s.options.Token, face.Bearer(h.Authorization)) {
	case face.AuthMissing:
		return answer(plain(statusUnauthorized, "authorization missing: send Authorization: Bearer <token>",
			face.Header{Name: "WWW-Authenticate", Value: "Bearer"}))
	case face.AuthWrong:
		return answer(plain(statusForbidden, "invalid token"))
	}
	if !under {
		return answer(plain(statusNotFound, "not found: Satori is served under "+s.options.Path+"/v1/"))
	}
	if rest, below := strings.CutPrefix(name, internalName+"/"); below {
		return s.internal(h, dir, rest)
	}
	if rest, old := strings.CutPrefix(name+"/", "admin/"); old {
		return answer(redirect(statusPermanentRedirect, (&url.URL{Path: s.options.Path + "/v1/" + strings.Trim(metaName+"/"+rest, "/")}).EscapedPath()))
	}
	return s.call(h, dir, name)
}

// redirect leads elsewhere; the permanent one keeps verb and body.
func redirect(status int, to string) face.Response {
	return plain(status, "see "+to, face.Header{Name: "Location", Value: to})
}

func wrongVerb(allowed string) face.Response {
	return plain(statusMethodNotAllowed, "method not allowed: use "+allowed, face.Header{Name: "Allow", Value: allowed})
}

// name is what stands behind /v1/; false when the path is another one.
func (s *Server) name(path string) (string, bool) {
	name, under := strings.CutPrefix(path, s.options.Path+"/v1/")
	return strings.TrimSuffix(name, "/"), under
}

// call routes a method.
func (s *Server) call(h *face.Head, dir face.Directory, name string) face.Route {
	ofEndpoint := name == metaName || s.own.Lookup(name) != nil
	known := ofEndpoint || s.table.Lookup(name) != nil
	switch {
	case !known:
		return answer(s.unknown(name))
	case h.Method != "POST":
		return answer(wrongVerb("POST"))
	case ofEndpoint:
		return face.Route{Kind: face.RouteAction, Name: name}
	}
	caller, reason := s.login(h, dir)
	if caller == nil {
		return answer(plain(statusForbidden, "login not found: "+reason))
	}
	return face.Route{
		Kind: face.RouteAction, Name: name, Account: caller.Account(),
		ContentType: h.ContentType, Idempotency: h.Get(action.KeyHeader),
	}
}

// unknown answers names without a method.
func (s *Server) unknown(name string) face.Response {
	u, listed := s.unserved[name]
	if listed {
		return plain(u.status, name+": "+u.reason)
	}
	return plain(statusNotFound, "no such method: "+name)
}

// login finds the account that the headers name. The names of version 1.0 are
// taken where the new ones are missing; without any of them the only account
// is meant.
func (s *Server) login(h *face.Head, dir face.Directory) (qq.Caller, string) {
	platform := firstOf(h.Get("Satori-Platform"), h.Get("X-Platform"))
	user := firstOf(h.Get("Satori-User-ID"), h.Get("X-Self-ID"))
	if platform == "" && user == "" {
		if all := dir.All(); len(all) == 1 {
			return all[0], ""
		}
		return nil, "the headers Satori-Platform and Satori-User-ID are missing"
	}
	if platform == "" || user == "" {
		return nil, "Satori-Platform and Satori-User-ID belong together"
	}
	if !s.isPlatform(platform) {
		return nil, "the platform here is " + s.options.Platform
	}
	if caller := account(dir, user); caller != nil {
		return caller, ""
	}
	return nil, "no account of that number is served here"
}

// events routes the socket. Its token comes with IDENTIFY.
func events(h *face.Head) face.Route {
	switch {
	case h.Upgrade:
		return face.Route{Kind: face.RouteSocket, Name: eventsName, Talk: face.Talk{Role: eventsName}}
	case h.Method != "GET":
		return answer(plain(statusMethodNotAllowed, "method not allowed: connect a WebSocket", face.Header{Name: "Allow", Value: "GET"}))
	}
	return answer(plain(statusUpgradeRequired, "connect a WebSocket here", face.Header{Name: "Upgrade", Value: "websocket"}))
}

// preflight answers a browser's question before a call; the guard has let its
// origin pass.
func preflight(h *face.Head) face.Route {
	return answer(face.Response{Status: statusNoContent, Headers: []face.Header{
		{Name: "Access-Control-Allow-Methods", Value: "GET, POST"},
		{Name: "Access-Control-Allow-Headers", Value: "Authorization, Content-Type, Satori-Platform, Satori-User-ID, X-Platform, X-Self-ID, Idempotency-Key"},
		{Name: "Access-Control-Max-Age", Value: "600"},
	}})
}

func answer(r face.Response) face.Route { return face.Route{Kind: face.RouteAnswer, Response: r} }

// Serve runs a method. The content type of the body does not matter.
func (s *Server) Serve(ctx context.Context, dir face.Directory, req face.Request) face.Response {
	switch req.Route.Name {
	case loginName:
		if text := s.heldLogin(dir, req); text != nil {
			return succeeded(text)
		}
	case metaName:
		return success(s.meta(ctx, dir))
	}
	if row := s.own.Lookup(req.Route.Name); row != nil {
		return result(s.own.Call(ctx, nil, row, bytes.TrimSpace(req.Body)))
	}
	if req.Route.Name == proxyName {
		return s.serveProxy(ctx, req.Route.Query)
	}
	caller, ok := dir.Account(req.Route.Account)
	if !ok {
		return plain(statusForbidden, "login not found: the account is no longer served here")
	}
	return s.serveLogin(ctx, caller, req)
}

// serveLogin runs what belongs to one login.
func (s *Server) serveLogin(ctx context.Context, caller qq.Caller, req face.Request) face.Response {
	switch req.Route.Name {
	case internalName, internalAPIName:
		return s.serveInternal(ctx, caller, req)
	case internalTmpName:
		return s.serveUpload(ctx, caller, req.Route.Query)
	case uploadName:
		if isForm(req.Route.ContentType) {
			return result(upload(ctx, caller, s.options.Platform, req))
		}
	}
	row := s.table.Lookup(req.Route.Name)
	if row == nil {
		return s.unknown(req.Route.Name)
	}
	params := bytes.TrimSpace(req.Body)
	if text, ok := s.table.Held(caller, row, params, req.Route.Idempotency); ok {
		return succeeded(text)
	}
	return result(s.table.CallOnce(ctx, caller, row, params, req.Route.Idempotency))
}

func result(value any, err error) face.Response {
	if err != nil {
		return failure(err)
	}
	return success(value)
}

func success(result any) face.Response {
	body, err := wire.Marshal(result)
	if err != nil {
		return failure(err)
	}
	return succeeded(body)
}

func succeeded(body []byte) face.Response {
	return face.Response{Status: statusOK, ContentType: "application/json", Body: body}
}

// meta is what clients ask who have no socket.
func (s *Server) meta(ctx context.Context, dir face.Directory) Meta {
	logins := []Login{}
	for _, caller := range dir.All() {
		logins = append(logins, s.loginOf(ctx, caller))
	}
	return Meta{Logins: logins, ProxyURLs: s.proxyURLs()}
}

// capability is what accounts with one kind of driver can do here.
type capability struct{ missing, features []string }

// features names what an account can really do here. The last answer is kept:
// nearly always all accounts lack the same.
func (s *Server) features(missing []string) []string {
	s.counting.Lock()
	defer s.counting.Unlock()
	if s.able.features == nil || !slices.Equal(s.able.missing, missing) {
		s.able = capability{slices.Clone(missing), s.findFeatures(missing)}
	}
	return s.able.features
}

func (s *Server) findFeatures(missing []string) []string {
	features := []string{"guild.plain"}
	for _, name := range s.table.Names() {
		lacks := slices.ContainsFunc(s.needs[name], func(op string) bool { return slices.Contains(missing, op) })
		if !lacks {
			features = append(features, name)
		}
	}
	return features
}
