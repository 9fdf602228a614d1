package transport

import (
	"encoding/base64"
	"fmt"
	"net/url"
	"strconv"
	"strings"

	"llbot/protocols/face"

	"github.com/valyala/fasthttp"
)

// route is what a target's URL says, taken apart once: where to connect, and
// how each request to it begins.
type route struct {
	origin string // whose connections it can use
	addr   string // host:port
	secure bool
	head   []byte // request line and Host
	user   []byte // the header line of the URL's user and password, or nothing
	last   *lane  // the connection that served it last; only for the poster's eyes
}

func newRoute(target string) (*route, error) {
	u, err := url.Parse(target)
	if err != nil {
		return nil, err
	}
	if u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return nil, fmt.Errorf("%q is not an http or https address", shown(target))
	}
	r := &route{origin: origin(target), secure: u.Scheme == "https"}
	r.addr = fasthttp.AddMissingPort(u.Host, r.secure)
	r.head = append(r.head, "POST "+u.RequestURI()+" HTTP/1.1\r\n"...)
	r.head = appendHeader(r.head, face.Header{Name: "Host", Value: u.Host})
	if u.User != nil {
		password, _ := u.User.Password()
		both := base64.StdEncoding.EncodeToString([]byte(u.User.Username() + ":" + password))
		r.user = appendHeader(nil, face.Header{Name: authorization, Value: "Basic " + both})
	}
	return r, nil
}

const authorization = "Authorization"

// appendRequest writes the head of a request. What the URL says of its user
// takes the place of a header that says another.
func (r *route) appendRequest(dst []byte, headers []face.Header, length int) []byte {
	dst = append(append(dst, r.head...), r.user...)
	for _, h := range headers {
		if r.user == nil || !strings.EqualFold(h.Name, authorization) {
			dst = appendHeader(dst, h)
		}
	}
	dst = strconv.AppendInt(append(dst, "Content-Length: "...), int64(length), 10)
	return append(dst, "\r\n\r\n"...)
}

// appendHeader writes a line. A control character, which could end it, becomes
// a space.
func appendHeader(dst []byte, h face.Header) []byte {
	dst = append(append(dst, h.Name...), ": "...)
	from := len(dst)
	dst = append(dst, h.Value...)
	for i, c := range dst[from:] {
		if c < ' ' && c != '\t' || c == 0x7f {
			dst[from+i] = ' '
		}
	}
	return append(dst, "\r\n"...)
}

// origin is the scheme and the host of a URL as they are written there. Two
// spellings of one host have connections of their own.
func origin(target string) string {
	scheme, rest, _ := strings.Cut(target, "://")
	host := strings.IndexAny(rest, "/?#")
	if host < 0 {
		return target
	}
	return target[:len(scheme)+len("://")+host]
}
