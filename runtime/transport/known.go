package transport

import (
	"bytes"

	"llbot/protocols/face"

	"github.com/valyala/fasthttp"
)

// maxKnown is the longest head that a connection remembers, in bytes.
const maxKnown = 1 << 10

// known is the head of the latest action that came over a connection, and how
// it was routed. Most clients say the same head again and again, but for the
// length of the body: then it is neither copied nor routed again.
type known struct {
	method, uri []byte
	lines       []byte // the header lines as they came
	from, upto  int    // where the body's length stands in lines
	route       *face.Route
}

// find is the route of a head that was seen before; nil when it was not.
func (k *known) find(h *fasthttp.RequestHeader) *face.Route {
	if k.route == nil || !bytes.Equal(h.RequestURI(), k.uri) || !bytes.Equal(h.Method(), k.method) {
		return nil
	}
	lines := h.RawHeaders()
	if len(lines) < k.from || !bytes.Equal(lines[:k.from], k.lines[:k.from]) {
		return nil
	}
	if !bytes.Equal(lines[k.from+digits(lines[k.from:]):], k.lines[k.upto:]) {
		return nil
	}
	return k.route
}

// keep remembers the head of an action.
func (k *known) keep(h *fasthttp.RequestHeader, route face.Route) {
	lines := h.RawHeaders()
	if len(h.RequestURI())+len(lines) > maxKnown {
		k.route = nil
		return
	}
	k.method = append(k.method[:0], h.Method()...)
	k.uri = append(k.uri[:0], h.RequestURI()...)
	k.lines = append(k.lines[:0], lines...)
	k.from = lengthAt(lines)
	k.upto = k.from + digits(lines[k.from:])
	if k.route == nil {
		k.route = new(face.Route)
	}
	*k.route = route
}

// lengthAt is where the value of Content-Length stands; the end of the lines
// when there is none.
func lengthAt(lines []byte) int {
	at := 0
	for line := range bytes.Lines(lines) {
		name, value, _ := bytes.Cut(line, []byte(":"))
		if bytes.EqualFold(name, []byte(fasthttp.HeaderContentLength)) {
			return at + len(line) - len(bytes.TrimLeft(value, " "))
		}
		at += len(line)
	}
	return at
}

// digits is how many bytes at the beginning of text are digits.
func digits(text []byte) int {
	n := 0
	for n < len(text) && text[n] >= '0' && text[n] <= '9' {
		n++
	}
	return n
}
