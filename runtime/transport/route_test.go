package transport

import (
	"bufio"
	"bytes"
	"io"
	"net/http"
	"testing"

	"llbot/protocols/face"
)

func TestOrigin(t *testing.T) {
	for target, want := range map[string]string{
		"http://a/b/c": "http://a", "https://a:1?q=/x": "https://a:1", "http://u:p@a#x": "http://u:p@a",
		"http://[::1]:80/": "http://[::1]:80", "http://a": "http://a", "none": "none", "http:///x": "http://",
	} {
		if got := origin(target); got != want {
			t.Errorf("origin of %s is %s", target, got)
		}
	}
}

func TestRequestHead(t *testing.T) {
	json := face.Header{Name: "Content-Type", Value: "application/json"}
	for _, c := range []struct {
		target, addr string
		headers      []face.Header
		want         string
	}{
		{"http://a.example", "a.example:80", nil, "POST / HTTP/1.1\r\nHost: a.example\r\n"},
		{"http://a:8080/x//y/?q=1&r=%20#top", "a:8080", []face.Header{json, {Name: "X-Self-ID", Value: "7"}},
			"POST /x//y/?q=1&r=%20 HTTP/1.1\r\nHost: a:8080\r\nContent-Type: application/json\r\nX-Self-ID: 7\r\n"},
		{"https://[::1]/p", "[::1]:443", nil, "POST /p HTTP/1.1\r\nHost: [::1]\r\n"},
		{"http://a/路 径", "a:80", nil, "POST /%E8%B7%AF%20%E5%BE%84 HTTP/1.1\r\nHost: a\r\n"},
		{"http://a?q", "a:80", nil, "POST /?q HTTP/1.1\r\nHost: a\r\n"},
		{"http://u:p%40@a/", "a:80", []face.Header{{Name: "authorization", Value: "Bearer x"}, json},
			"POST / HTTP/1.1\r\nHost: a\r\nAuthorization: Basic dTpwQA==\r\nContent-Type: application/json\r\n"},
		{"http://a/", "a:80", []face.Header{{Name: "Authorization", Value: "Bearer x"}}, "POST / HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer x\r\n"},
		{"http://a/", "a:80", []face.Header{{Name: "X", Value: "1\r\nEvil: yes\x00\x7f\tä"}}, "POST / HTTP/1.1\r\nHost: a\r\nX: 1  Evil: yes  \tä\r\n"},
	} {
		r, err := newRoute(c.target)
		if err != nil {
			t.Errorf("%s: %v", c.target, err)
			continue
		}
		got := r.appendRequest([]byte("before "), c.headers, 3)
		if want := "before " + c.want + "Content-Length: 3\r\n\r\n"; string(got) != want || r.addr != c.addr {
			t.Errorf("%s at %s:\n%q, want\n%q", c.target, r.addr, got, want)
		}
	}
}

// Whatever is in a header's value or in a URL, a server reads one request with
// the headers that were meant.
func FuzzRequestHead(f *testing.F) {
	f.Add("http://a/b?c", "value")
	f.Add("http://u:p@a/\x7f", "1\r\n\r\nGET / HTTP/1.1\r\n")
	f.Fuzz(func(t *testing.T, target, value string) {
		r, err := newRoute(target)
		if err != nil {
			return
		}
		text := append(r.appendRequest(nil, []face.Header{{Name: "X-One", Value: value}}, 4), "body"...)
		if n := bytes.Count(text, []byte("\r\n")); n != 5 && r.user == nil {
			t.Errorf("%q has %d lines", text, n)
		}
		in := bufio.NewReader(bytes.NewReader(text))
		got, err := http.ReadRequest(in)
		if err != nil {
			return // names of hosts that no server takes
		}
		if b, err := io.ReadAll(got.Body); err != nil || string(b) != "body" || in.Buffered() > 0 || len(got.Header["X-One"]) != 1 {
			t.Errorf("%q: %q, %v, %v", text, b, got.Header, err)
		}
	})
}
