package admin

import (
	"net/http"
	"strings"
	"testing"

	"llbot/protocols/face"
)

var open = []string{"/healthz", "/readyz", "/metrics", "/media/x"}

var closed = []string{
	"/api/log", "/api/events", "/api/events?sn=1", "/api/targets", "/api/targets/letters", "/api/targets/redeliver",
	"/api/status", "/api/sim/messages", "/api/nothing", "/debug/pprof/", "/debug/pprof/cmdline", "/debug/pprof/heap",
	"/debug/pprof/symbol", "/debug/pprof/goroutine?debug=2",
}

func TestWhoNeedsAToken(t *testing.T) {
	r := newRig(t, nil)
	for _, path := range open {
		if w := r.ask("GET", path, ""); w.Code != http.StatusOK {
			t.Errorf("%s: %d", path, w.Code)
		}
	}
	for _, c := range []struct {
		name      string
		headers   []string
		status    int
		challenge string
		text      string
	}{
		{"nothing", nil, 401, "Bearer", "a token is needed"},
		{"empty", []string{"Authorization: "}, 401, "Bearer", "a token is needed"},
		{"no token", []string{"Authorization: Bearer "}, 401, "Bearer", "a token is needed"},
		{"wrong", []string{"Authorization: Bearer wrong"}, 403, wrongToken, "the token is wrong"},
		{"longer", []string{bearer + "x"}, 403, wrongToken, "the token is wrong"},
		{"shorter", []string{bearer[:len(bearer)-1]}, 403, wrongToken, "the token is wrong"},
		{"in the query only", []string{"X-Token: " + token}, 401, "Bearer", "a token is needed"},
	} {
		for _, path := range closed {
			for _, method := range []string{"GET", "POST"} {
				w := r.ask(method, path+map[bool]string{true: "&", false: "?"}[strings.Contains(path, "?")]+"access_token="+token, "{}", c.headers...)
				if text := errorOf(t, w); w.Code != c.status || !strings.Contains(text, c.text) || w.Header().Get("WWW-Authenticate") != c.challenge {
					t.Errorf("%s, %s %s: %d %v %q", c.name, method, path, w.Code, w.Header(), text)
				}
			}
		}
	}
	for _, path := range closed {
		if w := r.ask("GET", path, "", bearer); w.Code == 401 || w.Code == 403 {
			t.Errorf("%s with the token: %d", path, w.Code)
		}
	}
	if r.world.last() != nil {
		t.Error("something reached the world")
	}
}

func TestServerWithoutTokenLetsNobodyIn(t *testing.T) {
	r := newRig(t, func(o *Options) { o.Token = "" })
	for _, header := range []string{"X: y", "Authorization: Bearer ", "Authorization: Bearer x"} {
		if w := r.ask("GET", "/api/status", "", header); w.Code != 401 && w.Code != 403 {
			t.Errorf("%s: %d", header, w.Code)
		}
	}
}

func TestBrowserGuard(t *testing.T) {
	r := newRig(t, func(o *Options) {
		o.Guard = face.Guard{Origins: []string{"http://panel.example"}, Hosts: []string{"bot.example"}}
	})
	for _, c := range []struct {
		name    string
		headers []string
		passes  bool
	}{
		{"a program", nil, true},
		{"localhost", []string{"Host: localhost:3080"}, true},
		{"IPv6", []string{"Host: [::1]:3080"}, true},
		{"a configured host", []string{"Host: bot.example"}, true},
		{"typed address", []string{"Sec-Fetch-Site: none"}, true},
		{"own page", []string{"Origin: http://127.0.0.1:3080", "Sec-Fetch-Site: same-origin"}, true},
		{"configured page", []string{"Origin: http://panel.example", "Sec-Fetch-Site: cross-site"}, true},
		{"rebound name", []string{"Host: evil.example:3080"}, false},
		{"rebound name with a matching origin", []string{"Host: evil.example:3080", "Origin: http://evil.example:3080", "Sec-Fetch-Site: same-origin"}, false},
		{"name that ends like ours", []string{"Host: xbot.example"}, false},
		{"name that begins like an address", []string{"Host: 127.0.0.1.evil.example"}, false},
		{"localhost's own domain", []string{"Host: a.localhost.evil"}, false},
		{"foreign page", []string{"Origin: http://evil.example", "Sec-Fetch-Site: cross-site"}, false},
		{"file page", []string{"Origin: null"}, false},
		{"other port", []string{"Origin: http://127.0.0.1:9999", "Sec-Fetch-Site: same-site"}, false},
		{"image tag", []string{"Sec-Fetch-Site: cross-site"}, false},
		{"sibling's image tag", []string{"Sec-Fetch-Site: same-site"}, false},
	} {
		for _, path := range []string{"/healthz", "/readyz", "/metrics", "/api/status", "/debug/pprof/", "/"} {
			w := r.ask("GET", path, "", append(c.headers, bearer)...)
			if got := w.Code != http.StatusForbidden; got != c.passes {
				t.Errorf("%s, %s: %d %q", c.name, path, w.Code, w.Body)
			}
			if !c.passes {
				errorOf(t, w)
			}
		}
		if w := r.ask("GET", "/media/x", "", c.headers...); w.Code != http.StatusOK {
			t.Errorf("%s: a signed link is refused: %d", c.name, w.Code)
		}
	}
}

// TestTokenStaysSecret looks for the token in every kind of answer and in the log.
func TestTokenStaysSecret(t *testing.T) {
	r := newRig(t, nil)
	paths := append(append([]string{"/", "/nothing"}, open...), closed...)
	for _, path := range paths {
		for _, method := range []string{"GET", "POST", "DELETE"} {
			for _, body := range []string{"", "{", `{"user_id":1}`} {
				for _, header := range []string{"X: y", bearer, bearer + "x", "Authorization: " + token} {
					w := r.ask(method, path, body, header)
					if strings.Contains(w.Body.String(), token) {
						t.Errorf("%s %s: the answer holds the token", method, path)
					}
					for _, values := range w.Header() {
						if strings.Contains(strings.Join(values, " "), token) {
							t.Errorf("%s %s: a header holds the token", method, path)
						}
					}
				}
			}
		}
	}
	r.world.err = errBroken
	r.call("POST", "/api/sim/messages", `{"group_id":1,"user_id":10001,"message":"x"}`)
	if log := r.log.String(); !strings.Contains(log, errBroken.Error()) || strings.Contains(log, token) {
		t.Errorf("the log: %s", log)
	}
}

func TestPaths(t *testing.T) {
	r := newRig(t, nil)
	for _, c := range []struct {
		method, path string
		status       int
		text         string
	}{
		{"GET", "/", 404, "/healthz"},
		{"GET", "/favicon.ico", 404, "nothing is here"},
		{"GET", "/api/", 404, "there is no /api/"},
		{"POST", "/api/sim/mesages", 404, "there is no /api/sim/mesages"},
		{"GET", "/api/sim/messages", 405, "POST"},
		{"DELETE", "/api/status", 405, "GET"},
		{"POST", "/healthz", 405, "GET"},
	} {
		w := r.call(c.method, c.path, "")
		if text := errorOf(t, w); w.Code != c.status || !strings.Contains(text, c.text) {
			t.Errorf("%s %s: %d %q", c.method, c.path, w.Code, text)
		}
		if (w.Code == 405) != (w.Header().Get("Allow") != "") {
			t.Errorf("%s %s: Allow is %q", c.method, c.path, w.Header().Get("Allow"))
		}
	}
}
