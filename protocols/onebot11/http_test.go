package onebot11

import (
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"llbot/protocols/face"
	"llbot/protocols/qq"
)

func header(headers []face.Header, name string) string {
	var values []string
	for _, h := range headers {
		if strings.EqualFold(h.Name, name) {
			values = append(values, h.Value)
		}
	}
	return strings.Join(values, "|")
}

// checkEnvelope reads a failure and compares its code.
func checkEnvelope(t *testing.T, r face.Response, status, retcode int) {
	t.Helper()
	var e envelope
	if err := json.Unmarshal(r.Body, &e); err != nil {
		t.Fatalf("%v in %s", err, r.Body)
	}
	if r.Status != status || r.ContentType != "application/json" || e.Status != "failed" || e.Retcode != retcode || e.Message == "" || e.Message != e.Wording {
		t.Errorf("status %d, want %d, retcode want %d: %s", r.Status, status, retcode, r.Body)
	}
}

func TestTokens(t *testing.T) {
	const ok = 0
	cases := []struct {
		authorization, query string
		status               int
	}{
		{"", "", 401}, {"   ", "", 401}, {"", "access_token=", 401}, {"", "x=access_token", 401},
		{"Bearer secret", "", ok}, {"bearer secret", "", ok}, {"Token secret", "", ok}, {"Whatever   secret", "", ok}, {"secret", "", ok},
		{"", "access_token=secret", ok}, {"", "a=b&access_token=secret", ok}, {"", "access_token=%73ecret", ok},
		{"Bearer wrong", "", 403}, {"wrong", "", 403}, {"Bearer Secret", "", 403}, {"", "access_token=wrong", 403},
		{"Bearer wrong", "access_token=secret", 403}, {"Bearer secret", "access_token=wrong", ok}, {"Bearer secretx", "", 403},
	}
	protect := func(o *Options) { o.Token = "secret" }
	dir := fakeDirectory{{id: self}}
	for _, c := range cases {
		for name, s := range map[string]face.Server{"http": newHTTP(t, protect), "ws": newSocket(t, protect)} {
			paths := []string{"/get_login_info", "/_events", "/"}
			if name == "ws" {
				paths = []string{"/", "/api", "/event"}
			}
			for _, path := range paths {
				h := get("GET", path, c.query, nil)
				h.Authorization, h.Upgrade = c.authorization, name == "ws"
				r := s.Route(h, dir)
				if c.status != ok {
					code := c.status
					if name == "ws" {
						code += 1000
					}
					checkEnvelope(t, r.Response, c.status, code)
					if c.status == 401 && header(r.Response.Headers, "WWW-Authenticate") == "" {
						t.Error("no challenge")
					}
				} else if r.Kind == face.RouteAnswer && r.Response.Status != 404 {
					t.Errorf("%s %s %q %q: %+v", name, path, c.authorization, c.query, r)
				}
			}
		}
	}
}

func TestHTTPRoutes(t *testing.T) {
	cases := []struct {
		method, path string
		kind         face.RouteKind
		name         string // or the status
		account      qq.UserID
	}{
		{"GET", "/get_login_info", face.RouteAction, "get_login_info", self},
		{"HEAD", "/get_login_info", face.RouteAction, "get_login_info", self},
		{"POST", "/get_login_info/", face.RouteAction, "get_login_info", self},
		{"POST", "/get_login_info_async", face.RouteAction, "get_login_info_async", self},
		{"POST", "/.handle_quick_operation", face.RouteAction, ".handle_quick_operation", self},
		{"POST", "/20001/get_login_info", face.RouteAction, "get_login_info", alice},
		{"GET", "/_events", face.RouteStream, "_events", self},
		{"GET", "/20001/_events/", face.RouteStream, "_events", alice},
		{"POST", "/_events", face.RouteAction, "_events", self},
		{"GET", "/", face.RouteAnswer, "404", 0},
		{"GET", "/10001", face.RouteAnswer, "404", 0},
		{"GET", "/20001/", face.RouteAnswer, "404", 0},
		{"GET", "/99999/get_login_info", face.RouteAnswer, "404", 0},
		{"GET", "/a/b", face.RouteAnswer, "404", 0},
		{"GET", "//get_login_info", face.RouteAnswer, "404", 0},
		{"GET", "/a/b/c", face.RouteAnswer, "404", 0},
		{"POST", "/send_like", face.RouteAction, "send_like", self},
		{"GET", "/_events/x", face.RouteAnswer, "404", 0},
		{"PUT", "/get_login_info", face.RouteAnswer, "405", 0},
		{"DELETE", "/none", face.RouteAnswer, "405", 0},
		{"OPTIONS", "/get_login_info", face.RouteAnswer, "405", 0},
	}
	s, dir := newHTTP(t, nil), fakeDirectory{{id: self}, {id: alice}}
	for _, c := range cases {
		r := s.Route(get(c.method, c.path, "", map[string]string{"Idempotency-Key": "k"}), dir)
		if r.Kind != c.kind || r.Account != c.account {
			t.Errorf("%s %s: %+v", c.method, c.path, r)
			continue
		}
		switch c.kind {
		case face.RouteAnswer:
			status, _ := strconv.Atoi(c.name)
			checkEnvelope(t, r.Response, status, status)
			if status == 405 && header(r.Response.Headers, "Allow") != "GET, HEAD, POST" {
				t.Errorf("%s: %+v", c.method, r.Response.Headers)
			}
		case face.RouteAction:
			if r.Name != c.name || r.Get != (c.method != "POST") || r.Idempotency != "k" {
				t.Errorf("%s %s: %+v", c.method, c.path, r)
			}
		case face.RouteStream:
			if !r.Talk.Stream || r.Talk.Account != c.account {
				t.Errorf("%s %s: %+v", c.method, c.path, r)
			}
		}
	}
}

func TestSocketRoutes(t *testing.T) {
	s, dir := newSocket(t, nil), fakeDirectory{{id: self}, {id: alice}}
	for path, want := range map[string]face.Talk{
		"/": {Account: self}, "": {Account: self}, "/api": {Role: "api", Account: self}, "/api/": {Role: "api", Account: self},
		"/event": {Role: "event", Account: self}, "/event/": {Role: "event", Account: self}, "/onebot/v11/ws": {Account: self},
		"/20001": {Account: alice}, "/20001/": {Account: alice}, "/20001/api": {Role: "api", Account: alice}, "/20001/event/": {Role: "event", Account: alice},
	} {
		h := get("GET", path, "", nil)
		h.Upgrade = true
		if r := s.Route(h, dir); r.Kind != face.RouteSocket || r.Talk != want || r.Account != want.Account {
			t.Errorf("%s: %+v", path, r)
		}
	}
	h := get("GET", "/99999/api", "", nil)
	h.Upgrade = true
	checkEnvelope(t, s.Route(h, dir).Response, 404, 1404)
	checkEnvelope(t, s.Route(h, fakeDirectory{}).Response, 404, 1404)
	checkEnvelope(t, s.Route(get("GET", "/", "", nil), dir).Response, 426, 1426)
	checkEnvelope(t, s.Serve(t.Context(), dir, face.Request{}), 404, 1404)
}

func TestAnUpgradeOnTheHTTPPortIsExplained(t *testing.T) {
	h := get("GET", "/", "", nil)
	h.Upgrade = true
	checkEnvelope(t, newHTTP(t, nil).Route(h, fakeDirectory{{id: self}}).Response, 400, 400)
}

func TestActionsThatAreNotServed(t *testing.T) {
	s, dir := newHTTP(t, nil), fakeDirectory{{id: self}}
	for name, text := range map[string]string{
		"bot_exit":                   "action bot_exit is not supported: the server is managed by",
		"bot_exit_async":             "action bot_exit_async is not supported: ",
		"_events":                    `there is no action \"_events\"`,
		"get_login_info_async_async": `there is no action \"get_login_info_async_async\"`,
	} {
		r := serve(s, dir, face.Route{Name: name, Account: self}, `{"broken`)
		checkEnvelope(t, r, 404, 404)
		if !strings.Contains(string(r.Body), text) {
			t.Errorf("%s: %s", name, r.Body)
		}
	}
}

func TestNoAccountAtAll(t *testing.T) {
	checkEnvelope(t, newHTTP(t, nil).Route(get("GET", "/get_status", "", nil), fakeDirectory{}).Response, 404, 404)
	checkEnvelope(t, serve(newHTTP(t, nil), fakeDirectory{}, face.Route{Name: "get_status", Account: self}, ""), 404, 404)
	checkEnvelope(t, serve(newHTTP(t, nil), fakeDirectory{}, face.Route{Name: "none"}, ""), 404, 404)
}

func TestPrefix(t *testing.T) {
	s, dir := newHTTP(t, func(o *Options) { o.Prefix = "/ob/" }), fakeDirectory{{id: self}}
	for path, want := range map[string]face.RouteKind{
		"/ob/get_status": face.RouteAction, "/ob/10001/get_status/": face.RouteAction, "/get_status": face.RouteAnswer,
		"/ob": face.RouteAnswer, "/obget_status": face.RouteAnswer,
	} {
		if r := s.Route(get("GET", path, "", nil), dir); r.Kind != want {
			t.Errorf("%s: %+v", path, r)
		}
	}
	ws := newSocket(t, func(o *Options) { o.Prefix = "/ob" })
	for path, want := range map[string]face.RouteKind{"/ob": face.RouteSocket, "/ob/api": face.RouteSocket, "/": face.RouteAnswer, "/obx": face.RouteAnswer} {
		h := get("GET", path, "", nil)
		h.Upgrade = true
		if r := ws.Route(h, dir); r.Kind != want {
			t.Errorf("%s: %+v", path, r)
		}
	}
}

func TestPositions(t *testing.T) {
	cases := []struct {
		query, last string
		want        face.Position
		ok          bool
	}{
		{"", "", face.Position{}, true},
		{"since=1700000000000", "", face.Position{Named: true, Time: 1700000000000}, true},
		{"since=100000000000007", "", face.Position{Named: true, After: 100000000000007}, true},
		{"since=0", "", face.Position{Named: true}, true},
		{"since=5", "100000000000009", face.Position{Named: true, After: 100000000000009}, true},
		{"since=x", "", face.Position{}, false}, {"since=", "", face.Position{}, false}, {"since=-1", "", face.Position{}, false},
		{"", "abc", face.Position{Unknown: 1}, true}, {"", "999", face.Position{Unknown: 999}, true},
	}
	dir := fakeDirectory{{id: self}}
	for _, c := range cases {
		h := get("GET", "/_events", c.query, map[string]string{"Last-Event-ID": c.last})
		stream := newHTTP(t, nil).Route(h, dir)
		h.Upgrade, h.Path = true, "/"
		socket := newSocket(t, nil).Route(h, dir)
		if !c.ok {
			checkEnvelope(t, stream.Response, 400, 400)
			checkEnvelope(t, socket.Response, 400, 1400)
			continue
		}
		if stream.Talk.Since != c.want || socket.Talk.Since != c.want {
			t.Errorf("%+v: %+v, %+v", c, stream.Talk.Since, socket.Talk.Since)
		}
	}
}

func TestForeignPagesAreKeptAway(t *testing.T) {
	s := newHTTP(t, func(o *Options) { o.Token = "secret"; o.Guard.Origins = []string{"http://good.example"} })
	dir := fakeDirectory{{id: self}}
	bad := get("POST", "/get_status", "access_token=secret", nil)
	bad.Origin = "http://evil.example"
	checkEnvelope(t, s.Route(bad, dir).Response, 403, 403)
	bad.Method = "OPTIONS"
	checkEnvelope(t, s.Route(bad, dir).Response, 403, 403)

	good := get("OPTIONS", "/get_status", "", map[string]string{"Access-Control-Request-Headers": "x-a, authorization"})
	good.Origin = "http://good.example"
	r := s.Route(good, dir).Response
	if r.Status != http.StatusNoContent || len(r.Body) != 0 || header(r.Headers, "Access-Control-Allow-Origin") != good.Origin ||
		header(r.Headers, "Access-Control-Allow-Headers") != "x-a, authorization" || header(r.Headers, "Vary") != "Origin, Access-Control-Request-Headers" {
		t.Errorf("%+v", r)
	}
	good.Get = func(string) string { return "" }
	if r := s.Route(good, dir).Response; header(r.Headers, "Access-Control-Allow-Headers") != "Authorization, Content-Type, Idempotency-Key" {
		t.Errorf("%+v", r.Headers)
	}
	good.Method = "GET"
	refused := s.Route(good, dir).Response
	checkEnvelope(t, refused, 401, 401)
	if header(refused.Headers, "Access-Control-Allow-Origin") != good.Origin {
		t.Errorf("a page cannot read why it was refused: %+v", refused.Headers)
	}
	good.Authorization = "secret"
	if r := s.Route(good, dir); r.Kind != face.RouteAction || header(r.Headers, "Access-Control-Allow-Origin") != good.Origin {
		t.Errorf("%+v", r)
	}
	plain := get("GET", "/get_status", "access_token=secret", nil)
	if r := s.Route(plain, dir); r.Kind != face.RouteAction || r.Headers != nil {
		t.Errorf("%+v", r)
	}
}

func TestRefusals(t *testing.T) {
	for r, status := range map[face.Refusal]int{
		face.RefuseBrowser: 403, face.RefuseTooLarge: 413, face.RefuseLength: 400, face.RefuseBusy: 503, face.RefuseInternal: 500,
	} {
		checkEnvelope(t, newHTTP(t, nil).Refuse(r, "why"), status, status)
		checkEnvelope(t, newSocket(t, nil).Refuse(r, "why"), status, 1000+status)
	}
}

func TestParameters(t *testing.T) {
	const form, text = "application/x-www-form-urlencoded", "application/json"
	cases := []struct {
		get               bool
		query, kind, body string
		want              string // parameters, or the error when it starts with !
	}{
		{true, "group_id=1&message=%5BCQ%3Aface%2Cid%3D1%5D", "", "", `{"group_id":"1","message":"[CQ:face,id=1]"}`},
		{true, "message=[1]", "", `{"ignored":1}`, `{"message":"[1]"}`},
		{true, "a=1&a=2&access_token=x", "", "", `{"a":"2"}`},
		{true, "access_token=%zz;+&a=1", "", "", `{"a":"1"}`},
		{true, "a=%zz", "", "", `!query`},
		{true, "", "", "", `{}`},
		{false, "", "", ``, `{}`},
		{false, "", "", ` null `, `null`},
		{false, "", "", `{"a":1}`, `{"a":1}`},
		{false, "", "text/plain", `{"a":1}`, `{"a":1}`},
		{false, "a=2&b=3", text, `{"a":1}`, `{"b":"3","a":1}`},
		{false, "a=2", text, ` {"\u0061" :1}`, `{"\u0061" :1}`},
		{false, "b=3", text, `{ }`, `{"b":"3"}`},
		{false, "b=3", text, ``, `{"b":"3"}`},
		{false, "b=3", text, `null`, `{"b":"3"}`},
		{false, "b=3", text, `[1]`, `[1]`},
		{false, "", text, `"x"`, `"x"`},
		{false, "b=3", text, `{"a":`, `{"a":`},
		{false, "b=3", text, `nonsense`, `nonsense`},
		{false, "", form, `{"a":1}`, `{"a":1}`}, // curl -d without a type
		{false, "", form, ` {"a":"x;y=1"} `, `{"a":"x;y=1"}`},
		{false, "", form, `{"a":`, `{"{\"a\":":""}`},
		{false, "q=1&a=0", form, `a=1&m=[{"type":"text"}]&bad=[x&o={"k":1}`, `{"q":"1","a":"1","bad":"[x","m":[{"type":"text"}],"o":{"k":1}}`},
		{false, "", "Application/X-WWW-Form-Urlencoded; charset=utf-8", `a=b+c`, `{"a":"b c"}`},
		{false, "", form, `a=%z`, `!form`},
	}
	d := newHTTP(t, nil).table.Decoder()
	for _, c := range cases {
		got, err := parameters(d, face.Request{Route: &face.Route{Get: c.get, Query: c.query, ContentType: c.kind}, Body: []byte(c.body)})
		if fault, wantErr := strings.CutPrefix(c.want, "!"); wantErr {
			if err == nil || !strings.HasPrefix(err.Error(), fault+": ") {
				t.Errorf("%+v: %s, %v", c, got, err)
			}
			continue
		}
		if err != nil || string(got) != c.want {
			t.Errorf("%+v: %s, %v", c, got, err)
		}
	}
}

func TestServeStatuses(t *testing.T) {
	s, dir := newHTTP(t, nil), fakeDirectory{{id: self}}
	for _, body := range []string{`{"group_id":`, `x`, `{"group_id":1}x`, strings.Repeat("[", 100), "\x00"} {
		checkEnvelope(t, serve(s, dir, face.Route{Name: "get_group_info", Account: self}, body), 400, 400)
		checkEnvelope(t, serve(s, dir, face.Route{Name: "get_group_info", Account: self, Query: "a=1"}, body), 400, 400)
	}
	checkEnvelope(t, serve(s, dir, face.Route{Name: "get_group_info", Account: self, Query: "a=%zz"}, `{}`), 400, 400)
	checkEnvelope(t, serve(s, dir, face.Route{Name: "get_group_info", Account: self}, `[]`), 200, 400)
	checkEnvelope(t, serve(s, dir, face.Route{Name: "get_group_info", Account: self}, `{}`), 200, 400)
	checkEnvelope(t, serve(s, fakeDirectory{{id: self, err: qq.Errorf(qq.ErrNotFound, "no such group")}},
		face.Route{Name: "get_group_info", Account: self}, `{"group_id":1}`), 200, 200)
	resp := serve(s, dir, face.Route{Name: "get_status", Account: self}, `{"echo":5}`)
	if resp.Status != 200 || strings.Contains(string(resp.Body), "echo") {
		t.Errorf("%s", resp.Body)
	}
}

func FuzzParameters(f *testing.F) {
	f.Add("a=1", "application/json", []byte(`{"a":1,"b":{}}`), false)
	f.Add("a=1&b=%5B1%5D", "application/x-www-form-urlencoded", []byte(`c={"d":1}`), false)
	s := newHTTP(f, nil)
	f.Fuzz(func(t *testing.T, query, kind string, body []byte, get bool) {
		r := &face.Route{Name: "send_msg", Account: self, Query: query, ContentType: kind, Get: get}
		text, err := parameters(s.table.Decoder(), face.Request{Route: r, Body: body})
		if err == nil && !json.Valid(text) && (get || json.Valid(body)) {
			t.Fatalf("%q + %q became %q", query, body, text)
		}
		for key, value := range paramsObject(string(body)) { // which stands above the query
			if got := paramsObject(string(text))[key]; err == nil && !get && !isForm(face.Request{Route: r, Body: body}) && string(got) != string(value) {
				t.Fatalf("%q + %q: %s is %s", query, body, key, got)
			}
		}
		resp := s.Serve(t.Context(), fakeDirectory{{id: self}}, face.Request{Route: r, Body: body})
		if !json.Valid(resp.Body) {
			t.Fatalf("%s", resp.Body)
		}
	})
}

func TestBadOptions(t *testing.T) {
	if _, err := NewHTTP(Options{MessageFormat: "xml"}); err == nil {
		t.Error("a format nobody knows was taken")
	}
	if _, err := NewWebSocket(Options{Heartbeat: -1}); err == nil {
		t.Error("a negative interval was taken")
	}
	if _, err := Reverse(ReverseOptions{MessageFormat: "xml"}); err == nil {
		t.Error("a format nobody knows was taken")
	}
}
