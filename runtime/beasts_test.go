package runtime_test

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"time"

	"llbot/runtime/config"
)

// beast is one way for a webhook target to misbehave, until it is tamed.
type beast struct {
	name string
	// answer is what it does with a delivery that it has read.
	answer func(z *zoo, w http.ResponseWriter, req *http.Request)
	// takes and refuses name the protocols for which the answer is a proof of
	// delivery, and those for which it is a no for ever. For the others the
	// target is away.
	takes, refuses []config.Kind
	// slow ones are given little time, or the test would take long.
	slow bool
}

// beasts are all but the one that cannot be reached at all.
func beasts() []beast {
	return []beast{
		{name: "hang", slow: true, answer: func(z *zoo, _ http.ResponseWriter, req *http.Request) {
			select {
			case <-req.Context().Done():
			case <-z.tamed:
			}
			panic(http.ErrAbortHandler)
		}},
		{name: "500", answer: func(_ *zoo, w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusInternalServerError) }},
		{name: "429", answer: func(_ *zoo, w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Retry-After", "1")
			w.WriteHeader(http.StatusTooManyRequests)
		}},
		{name: "reset", answer: raw(func(_ *zoo, conn *net.TCPConn) {
			_, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf")
			_ = conn.SetLinger(0)
		})},
		{name: "drip", slow: true, answer: raw(func(z *zoo, conn *net.TCPConn) {
			_, err := io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Length: 10000\r\n\r\n")
			for err == nil {
				select {
				case <-time.After(time.Second):
					_, err = conn.Write([]byte(" "))
				case <-z.tamed:
					return
				}
			}
		})},
		{name: "huge", takes: hookKinds, answer: raw(func(_ *zoo, conn *net.TCPConn) {
			const size, piece = 100_000_000, 100_000
			_, err := fmt.Fprintf(conn, "HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n", size)
			_ = conn.SetWriteBuffer(64 << 10) // what its own machine holds for it is no cost of ours
			for spaces, n := make([]byte, piece), 0; n < size && err == nil; n += piece {
				_, err = conn.Write(spaces)
			}
		})},
		{name: "redirect", takes: hookKinds[1:2], refuses: []config.Kind{hookKinds[0], hookKinds[2]},
			answer: func(_ *zoo, w http.ResponseWriter, req *http.Request) {
				http.Redirect(w, req, strings.Replace(req.URL.Path, "redirect", "led-astray", 1), http.StatusTemporaryRedirect)
			}},
	}
}

// raw is an answer by hand; the connection is closed behind it.
func raw(answer func(*zoo, *net.TCPConn)) func(*zoo, http.ResponseWriter, *http.Request) {
	return func(z *zoo, w http.ResponseWriter, _ *http.Request) {
		conn, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			panic(http.ErrAbortHandler)
		}
		defer conn.Close()
		answer(z, conn.(*net.TCPConn))
	}
}
