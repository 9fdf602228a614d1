package transport

import (
	"net/url"
	"strings"

	"llbot/protocols/face"

	"github.com/fasthttp/websocket"
	"github.com/valyala/fasthttp"
)

// visit is one request from its head to its answer. It is pooled with its
// memory; the strings of the head are not.
type visit struct {
	ctx    *fasthttp.RequestCtx
	length int64     // of the body: -1 for a chunked one, 0 for none
	head   face.Head // empty when the connection knew the route already
	route  *face.Route
	own    face.Route // what route points to unless the connection knew it
	text   []byte     // where the head's strings are put together
	get    func(string) string

	body, room []byte // lent to the action

	encoded   bool // the body has a Content-Encoding
	upgrading bool // there is an Upgrade header
}

func (s *Server) visit(ctx *fasthttp.RequestCtx) *visit {
	v, ok := s.visits.Get().(*visit)
	if !ok {
		v = &visit{body: make([]byte, 0, scratchSize), room: make([]byte, 0, scratchSize)}
		v.get = v.header
	}
	v.ctx, v.length, v.encoded, v.upgrading = ctx, declared(&ctx.Request.Header), false, false
	return v
}

func (s *Server) leave(v *visit) {
	if v.route == &v.own {
		v.head, v.own = face.Head{}, face.Route{}
	}
	v.ctx, v.route = nil, nil
	s.visits.Put(v)
}

// find asks the handler about the head, unless the same head came over the
// connection before. Where an action goes depends on its head alone.
func (p *port) find(v *visit) {
	one, _ := v.ctx.Conn().(*peer)
	knows := one != nil && one.requests != nil
	if knows {
		if v.route = one.known.find(&v.ctx.Request.Header); v.route != nil {
			return
		}
	}
	v.fill(one)
	v.own = p.handler.Head(&v.head)
	v.route = &v.own
	if knows && v.own.Kind == face.RouteAction && !v.encoded {
		one.known.keep(&v.ctx.Request.Header, v.own)
	}
}

// header answers any header while the head is being routed.
func (v *visit) header(name string) string {
	if v.ctx == nil {
		return ""
	}
	return string(v.ctx.Request.Header.Peek(name))
}

// fill copies the head out of the connection's buffers. All strings are parts
// of one, so that a head costs one allocation.
func (v *visit) fill(one *peer) {
	h := &v.ctx.Request.Header
	uri := v.ctx.URI()
	var origin, site, authorization []byte
	for name, value := range h.All() { // one pass: each Peek is a search of its own
		switch string(name) {
		case fasthttp.HeaderOrigin:
			first(&origin, value)
		case "Sec-Fetch-Site":
			first(&site, value)
		case fasthttp.HeaderAuthorization:
			first(&authorization, value)
		case fasthttp.HeaderContentEncoding:
			v.encoded = v.encoded || len(value) > 0 && string(value) != "identity"
		case fasthttp.HeaderUpgrade:
			v.upgrading = true
		}
	}
	parts := [...][]byte{uri.PathOriginal(), uri.QueryString(), h.ContentType(), h.Host(), origin, site, authorization}
	v.text = v.text[:0]
	for _, part := range parts {
		v.text = append(v.text, part...)
	}
	all := string(v.text)
	next := func(i int) string {
		part := all[:len(parts[i])]
		all = all[len(part):]
		return part
	}
	v.head = face.Head{
		Method: method(h.Method()), Length: v.length,
		Upgrade: v.upgrading && websocket.FastHTTPIsWebSocketUpgrade(v.ctx), Get: v.get,
		Path: decoded(next(0)), Query: next(1), ContentType: next(2), Host: next(3),
		Origin: next(4), FetchSite: next(5), Authorization: next(6),
	}
	if one != nil && one.requests != nil {
		v.head.Remote = one.remote
	}
}

// first keeps the first of several headers of one name.
func first(dst *[]byte, value []byte) {
	if *dst == nil {
		*dst = value
	}
}

// decoded undoes percent-encoding and nothing else: "//" and ".." stay. A path
// with a broken escape stays as it came, and no face knows it.
func decoded(path string) string {
	if !strings.Contains(path, "%") {
		return path
	}
	if p, err := url.PathUnescape(path); err == nil {
		return p
	}
	return path
}

func method(b []byte) string {
	switch string(b) {
	case fasthttp.MethodGet:
		return fasthttp.MethodGet
	case fasthttp.MethodPost:
		return fasthttp.MethodPost
	case fasthttp.MethodHead:
		return fasthttp.MethodHead
	case fasthttp.MethodOptions:
		return fasthttp.MethodOptions
	}
	return string(b)
}

// declared is the body's length: -1 for a chunked one, 0 for none.
func declared(h *fasthttp.RequestHeader) int64 {
	const chunked = -1
	if n := h.ContentLength(); n >= chunked {
		return int64(n)
	}
	return 0
}
