package transport

import (
	"fmt"
	"strconv"
	"strings"

	"llbot/protocols/face"

	"github.com/valyala/fasthttp"
)

// appendHead writes an answer's head where the library has no hand in it. The
// library's own serialiser would add a Date and start a goroutine for it.
func appendHead(dst []byte, status int, headers []face.Header) []byte {
	dst = fmt.Appendf(dst, "HTTP/1.1 %d %s\r\n", status, fasthttp.StatusMessage(status))
	for _, h := range headers {
		dst = fmt.Appendf(dst, "%s: %s\r\n", oneLine(h.Name), oneLine(h.Value))
	}
	return append(dst, "\r\n"...)
}

// appendAnswer writes a whole answer after which the connection ends.
func appendAnswer(dst []byte, r face.Response) []byte {
	dst = appendHead(dst, r.Status, append([]face.Header{
		{Name: "Content-Type", Value: r.ContentType},
		{Name: "Content-Length", Value: strconv.Itoa(len(r.Body))},
		{Name: "Connection", Value: "close"},
	}, r.Headers...))
	return append(dst, r.Body...)
}

// oneLine keeps a value from becoming a header of its own.
func oneLine(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' {
			return ' '
		}
		return r
	}, s)
}
