package transport

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"llbot/protocols/face"

	"github.com/valyala/fasthttp"
	"pgregory.net/rapid"
)

// requestHead parses a head as the server does.
func requestHead(t interface{ Fatal(...any) }, text string) *fasthttp.RequestHeader {
	h := &fasthttp.RequestHeader{}
	if err := h.Read(bufio.NewReader(strings.NewReader(text))); err != nil {
		t.Fatal(err, text)
	}
	return h
}

func TestKnownHeads(t *testing.T) {
	const before = "POST /act?x=1 HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer t\r\nContent-Length: 17\r\nA: b\r\n\r\n"
	for _, c := range []struct {
		name, was, is string
		known         bool
	}{
		{"the same", before, before, true},
		{"another length", before, strings.Replace(before, "17", "1024", 1), true},
		{"a shorter length", before, strings.Replace(before, "17", "0", 1), true},
		{"small letters", strings.Replace(before, "Content-Length", "content-length", 1), strings.Replace(before, "Content-Length: 17", "content-length: 3", 1), true},
		{"another token", before, strings.Replace(before, "Bearer t", "Bearer u", 1), false},
		{"a longer token", before, strings.Replace(before, "Bearer t", "Bearer tt", 1), false},
		{"no token", before, strings.Replace(before, "Authorization: Bearer t\r\n", "", 1), false},
		{"another path", before, strings.Replace(before, "/act", "/acu", 1), false},
		{"another query", before, strings.Replace(before, "x=1", "x=2", 1), false},
		{"another method", before, strings.Replace(before, "POST", "PUTT", 1), false},
		{"more behind", before, strings.Replace(before, "A: b\r\n", "A: b\r\nC: d\r\n", 1), false},
		{"less behind", before, strings.Replace(before, "A: b\r\n", "", 1), false},
		{"another behind", before, strings.Replace(before, "A: b", "A: c", 1), false},
		{"an encoded body", before, strings.Replace(before, "A: b", "Content-Encoding: gzip", 1), false},
		{"no length before", strings.Replace(before, "Content-Length: 17\r\n", "", 1), before, false},
		{"no length now", before, strings.Replace(before, "Content-Length: 17\r\n", "", 1), false},
		{"never a length", strings.Replace(before, "Content-Length: 17\r\n", "", 1), strings.Replace(before, "Content-Length: 17\r\n", "", 1), true},
		{"a chunked body", strings.Replace(before, "Content-Length: 17", "Transfer-Encoding: chunked", 1), before, false},
		{"too long to keep", strings.Replace(before, "A: b", "A: "+strings.Repeat("b", maxKnown), 1), strings.Replace(before, "A: b", "A: "+strings.Repeat("b", maxKnown), 1), false},
	} {
		t.Run(c.name, func(t *testing.T) {
			var k known
			k.keep(requestHead(t, c.was), face.Route{Name: "act"})
			route := k.find(requestHead(t, c.is))
			if (route != nil) != c.known || c.known && route.Name != "act" {
				t.Errorf("got %v", route)
			}
		})
	}
}

// A head is only known when nothing but the length differs.
func TestKnownHeadsAreTheSame(t *testing.T) {
	line := rapid.SampledFrom([]string{"A: b\r\n", "A: 1\r\n", "A: 12\r\n", "B: c\r\n", "X-Content-Length: 7\r\n"})
	rapid.Check(t, func(t *rapid.T) {
		one := func(label string) (text, rest string) {
			lines := rapid.SliceOfN(line, 0, 3).Draw(t, label)
			at := rapid.IntRange(0, len(lines)).Draw(t, label+" place")
			text = strings.Join(lines[:at], "") + "Content-Length: %d\r\n" + strings.Join(lines[at:], "")
			return fmt.Sprintf("POST / HTTP/1.1\r\nHost: h\r\n"+text+"\r\n", rapid.IntRange(0, 200).Draw(t, label+" length")), text
		}
		was, before := one("was")
		is, now := one("is")
		var k known
		k.keep(requestHead(t, was), face.Route{Name: "act"})
		if found := k.find(requestHead(t, is)) != nil; found != (before == now) {
			t.Fatalf("%q after %q: known %v", is, was, found)
		}
	})
}

// What one connection said is nothing that another knows, and only actions are
// known.
func TestKnownHeadsOfConnections(t *testing.T) {
	f := newFake()
	_, addr := open(t, Options{}, f)
	for i := range 2 {
		c := dial(t, addr)
		answers := bufio.NewReader(c)
		for n, token := range []string{"one", "one", "one", "another", "one", "one"} {
			body := strings.Repeat("x", 5*n)
			_, _ = fmt.Fprintf(c, "POST /act HTTP/1.1\r\nHost: h\r\nAuthorization: %s\r\nContent-Length: %d\r\n\r\n%s", token, len(body), body)
			resp, err := http.ReadResponse(answers, nil)
			if err != nil {
				t.Fatal(err)
			}
			if text, _ := io.ReadAll(resp.Body); string(text) != body {
				t.Errorf("answer %q to %q", text, body)
			}
		}
		if got := len(f.heads); got != 3*(i+1) {
			t.Errorf("the handler was asked about %d heads of %d connections", got, i+1)
		}
	}
	c := dial(t, addr)
	for range 2 {
		_, _ = io.WriteString(c, "GET /plain HTTP/1.1\r\nHost: h\r\n\r\n")
	}
	_, _ = io.WriteString(c, "GET /plain HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
	_, _ = io.Copy(io.Discard, c)
	if got := len(f.heads); got != 6+3 {
		t.Errorf("the handler was asked about %d heads", got)
	}
}

// How long a connection is borne that does nothing.
func TestPatience(t *testing.T) {
	const request = "POST /act HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\n{}"
	o := Options{HeaderTime: 10 * time.Second, IdleTime: 80 * time.Second, BodyTime: 40 * time.Second, MaxHeader: 1 << 10}
	for _, c := range []struct {
		name        string
		whole       int    // requests before
		more        string // said then
		least, most time.Duration
	}{
		{"a new one", 0, "", o.HeaderTime, o.HeaderTime},
		{"the first head", 0, request[:20], o.HeaderTime, o.HeaderTime},
		{"between requests", 1, "", o.IdleTime, o.IdleTime * 9 / 8},
		{"after many", 5, "", o.IdleTime, o.IdleTime * 9 / 8},
		{"a later head", 2, request[:20], o.HeaderTime, o.HeaderTime},
		{"a body", 2, request[:len(request)-1], o.HeaderTime, o.HeaderTime},
		{"a large body", 1, strings.Replace(request, ": 2", ": 2000", 1), o.BodyTime, o.BodyTime},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				net := Pipe(o)
				l, err := net.Listen("h:1", newFake())
				if err != nil {
					t.Fatal(err)
				}
				defer func() { _ = l.Stop(t.Context()) }()
				client, err := net.DialContext(context.Background(), "tcp", "h:1")
				if err != nil {
					t.Fatal(err)
				}
				defer client.Close()
				answers := bufio.NewReader(client)
				for i := range c.whole {
					time.Sleep(time.Duration(i) * time.Second)
					_, _ = io.WriteString(client, request)
					resp, err := http.ReadResponse(answers, nil)
					if err != nil {
						t.Fatal(err)
					}
					_, _ = io.Copy(io.Discard, resp.Body)
				}
				_, _ = io.WriteString(client, c.more)
				begun := time.Now()
				_, _ = io.Copy(io.Discard, answers)
				if took := time.Since(begun); took < c.least || took > c.most {
					t.Errorf("borne for %v, want %v to %v", took, c.least, c.most)
				}
			})
		})
	}
}
