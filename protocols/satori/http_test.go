package satori

import (
	"encoding/json"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"

	"llbot/protocols/face"
)

func value(headers []face.Header, name string) string {
	for _, h := range headers {
		if h.Name == name {
			return h.Value
		}
	}
	return ""
}

func TestTokenComesFirst(t *testing.T) {
	const token = "0123456789abcdef"
	s, dir := newServer(t, Options{Token: token}), fakeDirectory{newAccount(self)}
	for _, c := range []struct {
		method, path, authorization string
		status                      int // 0: served
	}{
		{"POST", "/v1/login.get", "", 401},
		{"POST", "/v1/login.get", "Bearer wrong", 403},
		{"POST", "/v1/login.get", "Bearer ", 401},
		{"POST", "/v1/login.get", "Bearer " + token, 0},
		{"POST", "/v1/login.get", "bearer " + token, 0},
		{"POST", "/v1/meta", "", 401},
		{"POST", "/v1/meta", "Bearer " + token, 0},
		{"POST", "/v1/no.such", "", 401},
		{"GET", "/v1/login.get", "", 401},
		{"GET", "/", "", 401},
		{"POST", "/v1/internal/onebot11/get_msg", "", 401},
	} {
		r := s.Route(head(c.method, c.path, "Authorization", c.authorization), dir)
		if served := r.Kind == face.RouteAction; served != (c.status == 0) || r.Response.Status != c.status {
			t.Errorf("%s %s %q: %d %s", c.method, c.path, c.authorization, r.Response.Status, r.Response.Body)
		}
		if strings.Contains(string(r.Response.Body), token) {
			t.Errorf("%s: the token is printed", c.path)
		}
	}
	if r := newServer(t, Options{}).Route(head("POST", "/v1/login.get", "Authorization", "Bearer undefined"), dir); r.Kind != face.RouteAction {
		t.Errorf("without a token any value must pass: %s", r.Response.Body)
	}
}

func TestVerbsAndNames(t *testing.T) {
	s, dir := newServer(t, Options{Path: "/satori/"}), fakeDirectory{newAccount(self)}
	for _, c := range []struct {
		method, path string
		status       int
		allow        string
	}{
		{"POST", "/satori/v1/login.get", 0, ""},
		{"POST", "/satori/v1/login.get/", 0, ""},
		{"POST", "/satori/v1/meta", 0, ""},
		{"GET", "/satori/v1/meta", 405, "POST"},
		{"GET", "/satori/v1/login.get", 405, "POST"},
		{"PUT", "/satori/v1/login.get", 405, "POST"},
		{"POST", "/satori/v1/Login.get", 404, ""},
		{"GET", "/satori/v1/no.such", 404, ""},
		{"POST", "/satori/v1/", 404, ""},
		{"POST", "/v1/login.get", 404, ""},
		{"POST", "/", 404, ""},
		{"POST", "/satori/v1/message.update", 404, ""},
		{"POST", "/satori/v1/upload.create", 0, ""},
		{"GET", "/satori/v1/upload.create", 405, "POST"},
		{"GET", "/satori/v1/proxy/https://x/", 403, ""},
		{"POST", "/satori/v1/internal/onebot11/get_status", 501, ""},
		{"POST", "/satori/v1/internal", 404, ""},
		{"POST", "/satori/v1/meta/webhook.create", 501, ""},
		{"POST", "/satori/v1/admin/webhook.create", 308, ""},
		{"POST", "/satori/v1/admin", 308, ""},
		{"GET", "/satori/v1/events", 426, ""},
		{"POST", "/satori/v1/events", 405, "GET"},
	} {
		r := s.Route(head(c.method, c.path), dir)
		if r.Response.Status != c.status || value(r.Response.Headers, "Allow") != c.allow {
			t.Errorf("%s %s: %d %s %v", c.method, c.path, r.Response.Status, r.Response.Body, r.Response.Headers)
		}
	}
}

func TestLoginHeaders(t *testing.T) {
	one, two := fakeDirectory{newAccount(self)}, fakeDirectory{newAccount(self), newAccount(second)}
	s := newServer(t, Options{Platform: "red"})
	for _, c := range []struct {
		dir     fakeDirectory
		headers []string
		account string // "" = refused
	}{
		{one, nil, "10002"},
		{two, nil, ""},
		{nil, nil, ""},
		{two, []string{"Satori-Platform", "red", "Satori-User-ID", "10009"}, "10009"},
		{two, []string{"Satori-Platform", "RED", "Satori-User-ID", "10009"}, "10009"},
		{two, []string{"Satori-Platform", "LLBot", "Satori-User-ID", "10009"}, "10009"},
		{two, []string{"Satori-Platform", "llbot", "Satori-User-ID", "10002"}, "10002"},
		{two, []string{"Satori-Platform", "llonebot", "Satori-User-ID", "10002"}, ""},
		{two, []string{"X-Platform", "red", "X-Self-ID", "10009"}, "10009"},
		{two, []string{"X-Platform", "x", "X-Self-ID", "1", "Satori-Platform", "red", "Satori-User-ID", "10009"}, "10009"},
		{two, []string{"Satori-Platform", "x", "Satori-User-ID", "1", "X-Platform", "red", "X-Self-ID", "10009"}, ""},
		{two, []string{"Satori-User-ID", "10009"}, ""},
		{one, []string{"Satori-Platform", "red"}, ""},
		{one, []string{"Satori-Platform", "red", "Satori-User-ID", "10009"}, ""},
		{one, []string{"Satori-Platform", "red", "Satori-User-ID", "me"}, ""},
	} {
		r := s.Route(head("POST", "/v1/login.get", c.headers...), c.dir)
		if c.account == "" {
			if r.Response.Status != http.StatusForbidden || !strings.HasPrefix(string(r.Response.Body), "login not found") {
				t.Errorf("%v: %d %s", c.headers, r.Response.Status, r.Response.Body)
			}
			continue
		}
		if r.Kind != face.RouteAction || r.Account.String() != c.account {
			t.Errorf("%v: account %d %s", c.headers, r.Account, r.Response.Body)
		}
	}
}

func TestEventsRoute(t *testing.T) {
	s := newServer(t, Options{Token: "0123456789abcdef"})
	for _, path := range []string{"/v1/events", "/v1/events/"} {
		h := head("GET", path)
		h.Upgrade = true
		if r := s.Route(h, fakeDirectory{}); r.Kind != face.RouteSocket || r.Talk.Role != "events" {
			t.Errorf("%s: %+v", path, r)
		}
	}
}

func TestBrowsers(t *testing.T) {
	const friend = "http://koishi.example"
	s, dir := newServer(t, Options{Guard: face.Guard{Origins: []string{friend}}}), fakeDirectory{newAccount(self)}
	if r := s.Route(head("POST", "/v1/login.get", "Origin", "http://evil.example"), dir); r.Response.Status != 403 || len(r.Headers) != 0 {
		t.Errorf("foreign origin: %+v", r)
	}
	if r := s.Route(head("GET", "/v1/events", "Sec-Fetch-Site", "cross-site"), dir); r.Response.Status != 403 {
		t.Errorf("foreign page: %+v", r)
	}
	if r := s.Route(head("POST", "/v1/login.get", "Origin", friend), dir); r.Kind != face.RouteAction || value(r.Headers, "Access-Control-Allow-Origin") != friend {
		t.Errorf("allowed origin: %+v", r)
	}
	r := s.Route(head("OPTIONS", "/v1/login.get", "Origin", friend), dir)
	if r.Response.Status != 204 || value(r.Response.Headers, "Access-Control-Allow-Methods") != "GET, POST" || value(r.Headers, "Access-Control-Allow-Origin") != friend {
		t.Errorf("preflight: %+v", r)
	}
	if r := s.Route(head("POST", "/v1/login.get"), dir); len(r.Headers) != 0 {
		t.Errorf("no origin, yet %v", r.Headers)
	}
}

func TestMetaListsEveryLogin(t *testing.T) {
	s := newServer(t, Options{})
	dir := fakeDirectory{newAccount(self), newAccount(second)}
	r := call(t, s, dir, "meta", "")
	var meta Meta
	if err := json.Unmarshal(r.Body, &meta); err != nil {
		t.Fatal(err)
	}
	if len(meta.Logins) != 2 || meta.Logins[1].User.ID != "10009" || meta.ProxyURLs == nil {
		t.Fatalf("%s", r.Body)
	}
	if r := call(t, s, fakeDirectory{}, "meta", ""); string(r.Body) != `{"logins":[],"proxy_urls":[]}` {
		t.Fatalf("%s", r.Body)
	}
}

func TestServeAfterTheAccountHasGone(t *testing.T) {
	s := newServer(t, Options{})
	route := s.Route(head("POST", "/v1/login.get"), fakeDirectory{newAccount(self)})
	if r := s.Serve(t.Context(), fakeDirectory{}, face.Request{Route: &route}); r.Status != http.StatusForbidden {
		t.Fatalf("%d %s", r.Status, r.Body)
	}
}

func TestRefusals(t *testing.T) {
	s := newServer(t, Options{})
	for refusal, want := range map[face.Refusal]int{
		face.RefuseBrowser: 403, face.RefuseTooLarge: 413, face.RefuseLength: 400, face.RefuseBusy: 503, face.RefuseInternal: 500,
	} {
		if r := s.Refuse(refusal, "why"); r.Status != want || string(r.Body) != "why" {
			t.Errorf("%d: %d %s", refusal, r.Status, r.Body)
		}
	}
}

func TestNewRefusesBadOptions(t *testing.T) {
	for _, o := range []Options{{Path: "satori"}, {Platform: "a b"}, {Platform: "a/b"}} {
		if _, err := New(o); err == nil {
			t.Errorf("%+v: no error", o)
		}
	}
}

// TestCensus holds the specification's list of methods against ours: each is
// served or listed with a reason, and nothing is both.
func TestCensus(t *testing.T) {
	text, err := os.ReadFile("testdata/apis.tsv")
	if err != nil {
		t.Fatal(err)
	}
	s, seen := newServer(t, Options{Hooks: fakeHooks{}}), map[string]bool{}
	routes := []string{metaName, eventsName, "admin/", "proxy/", "internal/"}
	for line := range strings.Lines(string(text)) {
		api, _, found := strings.Cut(line, "\t")
		if !found || strings.HasPrefix(line, "#") || api == "api" {
			continue
		}
		name := api
		if _, path, route := strings.Cut(api, " /v1/"); route {
			name, _, _ = strings.Cut(path, "{")
			name, _, _ = strings.Cut(name, " ")
			if first, _, below := strings.Cut(name, "/"); below && first != "meta" {
				name = first + "/"
			}
		}
		seen[name] = true
		served := s.table.Lookup(name) != nil || s.own.Lookup(name) != nil || slices.Contains(routes, name)
		u, listed := s.unserved[name]
		if served == listed {
			t.Errorf("%s (%s): served %t, listed %t", api, name, served, listed)
		}
		if listed && (u.reason == "" || u.status != 404 && u.status != 501) {
			t.Errorf("%s: %+v", name, u)
		}
	}
	if len(seen) < 40 {
		t.Errorf("only %d names were read", len(seen))
	}
	for _, name := range append(s.table.Names(), s.own.Names()...) {
		if !seen[name] {
			t.Errorf("%s is in no specification", name)
		}
	}
	var listed []string
	for name := range s.unserved {
		if !seen[name] {
			listed = append(listed, name)
		}
	}
	if slices.Sort(listed); len(listed) > 0 {
		t.Errorf("listed for nothing: %v", listed)
	}
}
