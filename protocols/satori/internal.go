package satori

import (
	"bytes"
	"context"
	"net/url"
	"strings"

	"llbot/protocols/action"
	"llbot/protocols/face"
	"llbot/protocols/qq"
	"llbot/protocols/wire"
)

// Internal runs actions of the other protocols, so that bots reach through
// Satori what it has no method for.
type Internal interface {
	// Call runs the action name ("onebot11.get_group_honor_info",
	// "milky.get_group_info") of an account. params is a JSON object, maybe
	// empty. The answer is JSON in the form of that protocol; an unknown name
	// has the status 404.
	Call(ctx context.Context, caller qq.Caller, name string, params []byte) (status int, answer []byte)
}

// The names of routes below /v1/internal/. What is called stands in the
// route's query.
const (
	internalName    = "internal"
	internalAPIName = "internal/_api"
	internalTmpName = "internal/_tmp"
)

const internalUsage = `name an action, as in internal/onebot11.get_group_honor_info`

// internal routes a native call in one of its three forms, which the first
// segments tell apart: {platform}/{user}/{path} of the JavaScript library,
// onebot11/{action} and milky/{action}, and {action} as the specification has it.
func (s *Server) internal(h *face.Head, dir face.Directory, path string) face.Route {
	parts := strings.SplitN(path, "/", 3)
	if s.isPlatform(parts[0]) {
		if len(parts) < 3 || parts[2] == "" {
			return answer(plain(statusBadRequest, "internal: "+internalUsage))
		}
		caller := account(dir, parts[1])
		if caller == nil {
			return answer(plain(statusNotFound, "login not found: no account of that number is served here"))
		}
		return s.internalOf(h, caller, parts[2])
	}
	caller, reason := s.login(h, dir)
	if caller == nil {
		return answer(plain(statusForbidden, "login not found: "+reason))
	}
	return s.internalOf(h, caller, path)
}

// account finds one by its number's text, nil when it is not served.
func account(dir face.Directory, number string) qq.Caller {
	id, ok := positive(strings.TrimSpace(number))
	if caller, served := dir.Account(qq.UserID(id)); ok && served {
		return caller
	}
	return nil
}

// internalOf routes what stands behind the login.
func (s *Server) internalOf(h *face.Head, caller qq.Caller, path string) face.Route {
	r := face.Route{
		Kind: face.RouteAction, Name: internalName, Account: caller.Account(), Query: path + "?" + h.Query,
		ContentType: h.ContentType, Get: h.Method == "GET", Idempotency: h.Get(action.KeyHeader),
	}
	if id, temporary := strings.CutPrefix(path, tmpPath); temporary {
		if h.Method != "GET" && h.Method != "HEAD" {
			return answer(wrongVerb("GET"))
		}
		r.Name, r.Query = internalTmpName, id
		return r
	}
	if h.Method != "GET" && h.Method != "POST" {
		return answer(wrongVerb("GET, POST"))
	}
	if s.options.Internal == nil {
		return answer(plain(statusNotImplemented, "internal: this server has no internal calls"))
	}
	name, library := strings.CutPrefix(path, apiPath)
	if library {
		if h.Method != "POST" {
			return answer(wrongVerb("POST"))
		}
		if strings.EqualFold(h.Get("Satori-Pagination"), "true") {
			return answer(plain(statusBadRequest, "internal: "+name+" has no pages"))
		}
		r.Name, r.Query = internalAPIName, name+"?"
	}
	if native(name) == "" {
		return answer(plain(statusNotFound, "internal: "+internalUsage))
	}
	return r
}

// native is the full name of an action: a slash behind the protocol counts as
// a dot, and a bare name is one of OneBot's. "" for what cannot be a name.
func native(path string) string {
	name := path
	if protocol, rest, cut := strings.Cut(path, "/"); cut {
		name = protocol + "." + rest
	}
	protocol, rest, dotted := strings.Cut(name, ".")
	if !dotted {
		protocol, rest = "onebot11", name
	}
	plainName := rest != "" && len(rest) <= 100 && strings.Trim(rest, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") == ""
	if !plainName || protocol != "onebot11" && protocol != "milky" {
		return ""
	}
	return protocol + "." + rest
}

// serveInternal runs a native call.
func (s *Server) serveInternal(ctx context.Context, caller qq.Caller, req face.Request) face.Response {
	path, query, _ := strings.Cut(req.Route.Query, "?")
	var params []byte
	var err error
	switch {
	case req.Route.Name == internalAPIName:
		params, err = s.argument(req)
	case req.Route.Get:
		params, err = fromQuery(query)
	default:
		params = bytes.TrimSpace(req.Body)
	}
	if err == nil {
		caller, err = underKey(caller, req.Route.Idempotency)
	}
	if err != nil {
		return failure(err)
	}
	status, body := s.options.Internal.Call(ctx, caller, native(path), params)
	return face.Response{Status: status, ContentType: "application/json", Body: body}
}

// argument is the only argument of a call by the JavaScript library, which
// sends a list, maybe in a form under "$". Blobs beside it are refused: they go
// through upload.create.
func (s *Server) argument(req face.Request) ([]byte, error) {
	body := bytes.TrimSpace(req.Body)
	if isForm(req.Route.ContentType) {
		parts, err := readForm(req.Route.ContentType, body)
		if err != nil {
			return nil, err
		}
		if len(parts) != 1 || parts[0].name != "$" {
			return nil, qq.Errorf(qq.ErrInvalid, "internal: send files through upload.create and their links here")
		}
		media, err := parts[0].bytes()
		if err != nil {
			return nil, err
		}
		body = media
	}
	if len(body) == 0 {
		return []byte("{}"), nil
	}
	var list []wire.Raw
	if err := s.table.Decoder().Decode(body, &list); err != nil {
		return nil, err
	}
	switch {
	case len(list) == 0:
		return []byte("{}"), nil
	case len(list) > 1:
		return nil, qq.Errorf(qq.ErrInvalid, "internal: an action takes one object, not %d arguments", len(list))
	}
	return list[0], nil
}

// fromQuery makes an object of strings; the last of a repeated key counts.
func fromQuery(query string) ([]byte, error) {
	values, err := url.ParseQuery(query)
	if err != nil {
		return nil, qq.Errorf(qq.ErrInvalid, "query: %w", err)
	}
	params := make(map[string]string, len(values))
	for key, list := range values {
		params[key] = list[len(list)-1]
	}
	return wire.Marshal(params)
}

// serveUpload answers an uploaded file: its bytes, or the way to them when they
// are not at this server.
func (s *Server) serveUpload(ctx context.Context, caller qq.Caller, id string) face.Response {
	link, err := qq.Do(ctx, caller, qq.RenewLink{Resource: qq.ResourceID(id)})
	if err != nil {
		return failure(err)
	}
	if s.options.Proxy != nil && s.options.Proxy.Own() != "" && strings.HasPrefix(link, s.options.Proxy.Own()) {
		return s.serveProxy(ctx, link)
	}
	return redirect(statusFound, link)
}
