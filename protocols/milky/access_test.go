package milky

import (
	"strings"
	"testing"

	"llbot/protocols/face"
)

// checkRefusal wants a failed envelope with status as its retcode.
func checkRefusal(t *testing.T, r face.Route, status int, text string) {
	t.Helper()
	if r.Kind != face.RouteAnswer {
		t.Fatalf("kind %d, want a refusal", r.Kind)
	}
	if r.Response.Status != status {
		t.Errorf("status %d, want %d", r.Response.Status, status)
	}
	code, message := checkResponse(t, "get_login_info", r.Response)
	if code != status || !strings.Contains(message, text) {
		t.Errorf("retcode %d %q, want %d and %q", code, message, status, text)
	}
}

func TestToken(t *testing.T) {
	cases := []struct {
		name, header, query string
		api, event          bool // let in
	}{
		{"nothing", "", "", false, false},
		{"bearer", "Bearer s3cret+/%=", "", true, true},
		{"any scheme word", "bearer s3cret+/%=", "", true, true},
		{"wrong", "Bearer nope", "", false, false},
		{"part of it", "Bearer s3cret", "", false, false},
		{"query as it is", "", "x=1&access_token=s3cret+/%=", false, true},
		{"query escaped", "", "access_token=s3cret%2B%2F%25%3D", false, true},
		{"query wrong", "", "access_token=s3cret", false, false},
		{"query empty", "", "access_token=", false, false},
		{"query right, header wrong", "Bearer nope", "access_token=s3cret+/%=", false, true},
		{"header right, query wrong", "Bearer s3cret+/%=", "access_token=nope", true, true},
	}
	s := newServer(t, Options{Token: "s3cret+/%="})
	for name, head := range transports {
		for _, c := range cases {
			t.Run(name+"/"+c.name, func(t *testing.T) {
				head := head
				head.Authorization, head.Query = c.header, c.query
				r := s.Route(&head, twoAccounts())
				if want := c.event && name != "api" || c.api && name == "api"; want {
					if r.Kind == face.RouteAnswer {
						t.Errorf("refused: %s", r.Response.Body)
					}
					return
				}
				checkRefusal(t, r, 401, "the access token is ")
				if strings.Contains(string(r.Response.Body), "s3cret") {
					t.Error("the answer tells the token")
				}
				if len(r.Response.Headers) == 0 || r.Response.Headers[0].Name != "WWW-Authenticate" {
					t.Errorf("headers %v", r.Response.Headers)
				}
			})
		}
	}
}

func TestNoTokenLetsEverybodyIn(t *testing.T) {
	s := newServer(t, Options{})
	for name, head := range transports {
		head.Authorization = "Bearer whatever"
		if r := s.Route(&head, twoAccounts()); r.Kind == face.RouteAnswer {
			t.Errorf("%s: %s", name, r.Response.Body)
		}
	}
}

func TestOrderOfChecks(t *testing.T) {
	for _, c := range []struct {
		name   string
		head   face.Head
		status int
		text   string
	}{
		{"browser before token", face.Head{Method: "POST", Path: "/api/nope", Origin: "http://evil.example"}, 403, "origin"},
		{"rebound host", face.Head{Method: "POST", Path: "/api/nope", Host: "evil.example"}, 403, "Host"},
		{"image tag", face.Head{Method: "GET", Path: "/event", FetchSite: "cross-site"}, 403, "foreign web page"},
		{"token before path", face.Head{Method: "POST", Path: "/"}, 401, "missing"},
		{"token before name", face.Head{Method: "POST", Path: "/api/nope", Authorization: "Bearer x"}, 401, "wrong"},
		{"token before account", face.Head{Method: "GET", Path: "/99999/event"}, 401, "missing"},
		{"name before verb", face.Head{Method: "GET", Path: "/api/nope", Authorization: "Bearer t"}, 404, "no such API: nope"},
		{"name before content type", face.Head{Method: "POST", Path: "/api/nope", ContentType: "text/plain", Authorization: "Bearer t"}, 404, "no such API: nope"},
		{"verb before content type", face.Head{Method: "PUT", Path: "/api/quit_group", Authorization: "Bearer t"}, 405, "POST"},
		{"get", face.Head{Method: "GET", Path: "/api/quit_group", Authorization: "Bearer t"}, 405, "POST"},
		{"bare options", face.Head{Method: "OPTIONS", Path: "/api/quit_group", Authorization: "Bearer t"}, 405, "POST"},
		{"no content type", face.Head{Method: "POST", Path: "/api/quit_group", Authorization: "Bearer t"}, 415, "application/json"},
		{"form", face.Head{Method: "POST", Path: "/api/quit_group", ContentType: "application/x-www-form-urlencoded", Authorization: "Bearer t"}, 415, "application/json"},
		{"event posted", face.Head{Method: "POST", Path: "/event", Authorization: "Bearer t"}, 405, "GET"},
		{"event head", face.Head{Method: "HEAD", Path: "/event", Authorization: "Bearer t"}, 405, "GET"},
		{"bad since", face.Head{Method: "GET", Path: "/event", Query: "since=yesterday", Authorization: "Bearer t"}, 400, "since"},
		{"negative since", face.Head{Method: "GET", Path: "/event", Query: "since=-1", Authorization: "Bearer t"}, 400, "since"},
	} {
		t.Run(c.name, func(t *testing.T) {
			checkRefusal(t, newServer(t, Options{Token: "t"}).Route(&c.head, twoAccounts()), c.status, c.text)
		})
	}
}

func TestCORS(t *testing.T) {
	s := newServer(t, Options{Token: "t", Guard: face.Guard{Origins: []string{"http://page.example"}}})
	asks := func(name string) string {
		if name == "Access-Control-Request-Method" {
			return "POST"
		}
		return ""
	}
	find := func(headers []face.Header, name string) string {
		for _, h := range headers {
			if h.Name == name {
				return h.Value
			}
		}
		return ""
	}
	preflight := face.Head{Method: "OPTIONS", Path: "/api/quit_group", Host: "localhost", Origin: "http://page.example", Get: asks}
	r := s.Route(&preflight, twoAccounts())
	if r.Kind != face.RouteAnswer || r.Response.Status != 204 || find(r.Response.Headers, "Access-Control-Allow-Origin") != "http://page.example" ||
		!strings.Contains(find(r.Response.Headers, "Access-Control-Allow-Headers"), "Authorization") ||
		!strings.Contains(find(r.Response.Headers, "Access-Control-Allow-Methods"), "POST") {
		t.Errorf("preflight: %+v", r.Response)
	}
	preflight.Origin = "http://evil.example"
	r = s.Route(&preflight, twoAccounts())
	checkRefusal(t, r, 403, "origin")
	if find(r.Response.Headers, "Access-Control-Allow-Origin") != "" {
		t.Error("a foreign page may read the refusal")
	}
	preflight.Origin = ""
	checkRefusal(t, s.Route(&preflight, twoAccounts()), 401, "missing")

	for name, head := range transports {
		head.Origin, head.Authorization = "http://page.example", "Bearer t"
		if r := s.Route(&head, twoAccounts()); r.Kind == face.RouteAnswer || find(r.Headers, "Access-Control-Allow-Origin") != head.Origin {
			t.Errorf("%s: %+v", name, r)
		}
		head.Authorization = ""
		r := s.Route(&head, twoAccounts())
		checkRefusal(t, r, 401, "missing")
		if find(r.Response.Headers, "Access-Control-Allow-Origin") != head.Origin {
			t.Errorf("%s: the page cannot read the refusal", name)
		}
	}
}

func TestCredentialsMayBeWithheld(t *testing.T) {
	for _, withheld := range []bool{false, true} {
		s, caller := newServer(t, Options{NoCredentials: withheld}), &fakeQQ{account: bot, answers: everyAnswer()}
		for name, params := range map[string]string{"get_cookies": `{"domain":"qun.qq.com"}`, "get_csrf_token": `{}`} {
			want := 200
			if withheld {
				want = 404
			}
			if r := call(t, s, directory{caller}, name, params); r.Status != want {
				t.Errorf("%s, withheld %v: %d %s", name, withheld, r.Status, r.Body)
			}
		}
	}
}
