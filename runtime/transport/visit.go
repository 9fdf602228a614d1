package transport

import (
	"net/url"
	"strings"

	"llbot/protocols/face"

	"github.com/fasthttp/websocket"
	"github.com/valyala/fasthttp"
)

// visit is one request from its head to its answer. Its head is pooled, the
// strings in it are not.
type visit struct {
	ctx   *fasthttp.RequestCtx
	head  face.Head
	route face.Route
	text  []byte // where the head's strings are put together
	get   func(string) string

	encoded   bool // the body has a Content-Encoding
	upgrading bool // there is an Upgrade header
}

func (s *Server) visit(ctx *fasthttp.RequestCtx) *visit {
	v, ok := s.visits.Get().(*visit)
	if !ok {
		v = &visit{}
		v.get = v.header
	}
	v.ctx = ctx
	v.fill()
	return v
}

func (s *Server) leave(v *visit) {
	v.ctx, v.head, v.route = nil, face.Head{}, face.Route{}
	s.visits.Put(v)
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
func (v *visit) fill() {
	h := &v.ctx.Request.Header
	uri := v.ctx.URI()
	var origin, site, authorization []byte
	v.encoded, v.upgrading = false, false
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
		Method: method(h.Method()), Length: declared(h),
		Upgrade: v.upgrading && websocket.FastHTTPIsWebSocketUpgrade(v.ctx), Get: v.get,
		Path: decoded(next(0)), Query: next(1), ContentType: next(2), Host: next(3),
		Origin: next(4), FetchSite: next(5), Authorization: next(6),
	}
	if one, ok := v.ctx.Conn().(*peer); ok {
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
