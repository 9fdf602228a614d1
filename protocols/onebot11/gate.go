package onebot11

import (
	"net/url"
	"strconv"
	"strings"

	"llbot/protocols/face"
	"llbot/protocols/qq"
)

// The roles of connections, from their paths.
const (
	roleUniversal = ""
	roleAPI       = "api"
	roleEvent     = "event"
	roleEvents    = "_events" // the event stream of the HTTP API
)

// gate is what the two servers share: who may come in, and to which account.
type gate struct {
	*core
	dialect dialect
}

func newGate(o Options, d dialect) (*gate, error) {
	c, err := newCore(o, choose(d == overHTTP, "http", "ws"))
	if err != nil {
		return nil, err
	}
	return &gate{c, d}, nil
}

// enter checks browsers and the token; done tells that r is the answer.
func (g *gate) enter(h *face.Head) (r face.Route, done bool) {
	if reason := g.opts.Guard.Check(h); reason != "" {
		return face.Route{Kind: face.RouteAnswer, Response: g.Refuse(face.RefuseBrowser, reason)}, true
	}
	if h.Method == "OPTIONS" && h.Origin != "" {
		return face.Route{Kind: face.RouteAnswer, Response: g.preflight(h)}, true
	}
	auth := face.CheckToken(g.opts.Token, face.Bearer(h.Authorization))
	if auth == face.AuthMissing { // a wrong header is not rescued
		auth = face.CheckQuery(g.opts.Token, h.Query)
	}
	switch auth {
	case face.AuthMissing:
		challenge := face.Header{Name: "WWW-Authenticate", Value: "Bearer"}
		return g.allow(h, g.answer(401, "the access token is missing", challenge)), true
	case face.AuthWrong:
		return g.allow(h, g.answer(403, "the access token is wrong")), true
	}
	return r, false
}

// answer is a failure whose return code is its status.
func (g *gate) answer(status int, text string, headers ...face.Header) face.Response {
	return face.Response{
		Status: status, ContentType: contentType, Headers: headers, Body: g.dialect.failure(status, text).text(nil),
	}
}

// allow sends a response at once, readable for pages of allowed origins.
func (g *gate) allow(h *face.Head, r face.Response) face.Route {
	r.Headers = append(r.Headers, g.cors(h)...)
	return face.Route{Kind: face.RouteAnswer, Response: r}
}

// Refuse puts a refusal of the transport into an envelope.
func (g *gate) Refuse(r face.Refusal, reason string) face.Response {
	status := 500
	switch r {
	case face.RefuseBrowser:
		status = codeDenied
	case face.RefuseTooLarge:
		status = 413
	case face.RefuseLength:
		status = codeBad
	case face.RefuseBusy:
		status = 503
	}
	return g.answer(status, reason)
}

// path is the path behind the prefix, without slashes at its ends; false when
// it lies elsewhere.
func (g *gate) path(h *face.Head) (string, bool) {
	rest, ok := strings.CutPrefix(h.Path, g.opts.Prefix)
	if !ok || rest != "" && rest[0] != '/' {
		return "", false
	}
	return strings.TrimSuffix(strings.TrimPrefix(rest, "/"), "/"), true
}

// account finds whom a path addresses: /{uin}/… or, without a number, the
// endpoint's first account. A nil caller comes with the text that says why.
func account(path string, dir face.Directory) (caller qq.Caller, rest, text string) {
	first, rest, _ := strings.Cut(path, "/")
	if id, ok := number(first); ok {
		if caller, ok := dir.Account(qq.UserID(id)); ok {
			return caller, rest, ""
		}
		return nil, "", "account " + first + " is not served here"
	}
	if caller, ok := dir.First(); ok {
		return caller, path, ""
	}
	return nil, "", "no account is served here"
}

func digits(text string) bool { return strings.Trim(text, "0123456789") == "" }

// number reads what is all digits. Most paths begin with a name instead, for
// which strconv would make an error.
func number(text string) (int64, bool) {
	if !digits(text) {
		return 0, false
	}
	n, err := strconv.ParseInt(text, 10, 64)
	return n, err == nil
}

// badSince is what a client is told whose position cannot be read.
const badSince = "since must be an event number or a time in Unix milliseconds"

// idleDurable is what a client is told whose connection has no events to keep.
const idleDurable = "durable is for WebSockets with events; a stream goes on by Last-Event-ID"

// badDurable is what a client is told whose name for itself is none.
const badDurable = "durable must be 1 to 64 letters, digits, dots, dashes or underscores"

// since reads where the client wants to start: the header that browsers send
// when they reconnect to a stream, or the query; false when it is unreadable.
func since(h *face.Head) (face.Position, bool) {
	if id := h.Get("Last-Event-ID"); id != "" {
		return face.LastEventID(id), true
	}
	values, _ := url.ParseQuery(h.Query)
	if !values.Has("since") {
		return face.Position{}, true
	}
	return face.ParsePosition(values.Get("since"))
}

// durable is the name that the client keeps its place in the log under; false
// when it is no name.
func durable(h *face.Head) (string, bool) {
	values, _ := url.ParseQuery(h.Query)
	name := values.Get("durable")
	return name, !values.Has("durable") || face.DurableName(name)
}
