package milky

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"llbot/protocols/face"
	"llbot/protocols/qq"
)

// the three ways to reach a server, each with a right request.
var transports = map[string]face.Head{
	"api":       {Method: "POST", Path: "/api/get_login_info", ContentType: "application/json", Host: "localhost:3010"},
	"sse":       {Method: "GET", Path: "/event", Host: "localhost:3010"},
	"websocket": {Method: "GET", Path: "/event", Upgrade: true, Host: "localhost:3010"},
}

func twoAccounts() directory {
	return directory{&fakeQQ{account: bot, answers: everyAnswer()}, &fakeQQ{account: other, answers: everyAnswer()}}
}

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

func TestContentTypes(t *testing.T) {
	s := newServer(t, Options{})
	for kind, want := range map[string]bool{
		"application/json": true, "application/json; charset=utf-8": true, "Application/JSON;charset=UTF-8": true,
		" application/json ": true, "": false, "text/plain": false, "multipart/form-data; boundary=x": false,
	} {
		r := s.Route(&face.Head{Method: "POST", Path: "/api/quit_group", ContentType: kind}, twoAccounts())
		if got := r.Kind == face.RouteAction; got != want {
			t.Errorf("%q: let in %v", kind, got)
		}
	}
}

func TestPaths(t *testing.T) {
	for _, c := range []struct {
		prefix, path string
		account      qq.UserID
		name         string // "" = 404
	}{
		{"", "/api/quit_group", 0, "quit_group"},
		{"", "/event", bot, "event"},
		{"", "/10001001/api/quit_group", other, "quit_group"},
		{"", "/10001001/event", other, "event"},
		{"/milky", "/milky/api/quit_group", 0, "quit_group"},
		{"/milky/", "/milky/event", bot, "event"},
		{"/milky", "/milky/10001001/event", other, "event"},
		{"/a/b", "/a/b/api/quit_group", 0, "quit_group"},
		{"/milky", "/api/quit_group", 0, ""},
		{"/milky", "/milkyapi/quit_group", 0, ""},
		{"/milky", "/10001001/milky/event", 0, ""},
		{"", "/10001002/event", 0, ""},
		{"", "/10001001/10001001/event", 0, ""},
		{"", "/0/event", 0, ""},
		{"", "/10001001", 0, ""},
		{"", "/10001001event", 0, ""},
		{"", "/99999999999999999999/event", 0, ""},
		{"", "/event/", 0, ""},
		{"", "/api", 0, ""},
		{"", "/api/", 0, ""},
		{"", "/api/quit_group/", 0, ""},
		{"", "/", 0, ""},
		{"", "", 0, ""},
	} {
		t.Run(c.prefix+" "+c.path, func(t *testing.T) {
			head := face.Head{Method: "POST", Path: c.path, ContentType: "application/json"}
			if strings.HasSuffix(strings.TrimRight(c.path, "/"), "event") {
				head.Method = "GET"
			}
			r := newServer(t, Options{Prefix: c.prefix}).Route(&head, twoAccounts())
			if c.name == "" {
				checkRefusal(t, r, 404, "")
				return
			}
			if r.Kind == face.RouteAnswer || r.Name != c.name || r.Account != c.account {
				t.Errorf("%+v", r)
			}
		})
	}
}

func TestNewRefusesAPrefixThatIsNoPath(t *testing.T) {
	for _, prefix := range []string{"milky", "/a?b", "/a b", "/a#b", "/%41"} {
		if _, err := New(Options{Prefix: prefix}); err == nil {
			t.Errorf("%q was taken", prefix)
		}
	}
}

func TestEventRoutes(t *testing.T) {
	s := newServer(t, Options{})
	at := func(name string, id string) func(string) string {
		return func(asked string) string {
			if asked == name {
				return id
			}
			return ""
		}
	}
	for _, c := range []struct {
		name string
		head face.Head
		want face.Talk
	}{
		{"sse", face.Head{}, face.Talk{Stream: true}},
		{"websocket", face.Head{Upgrade: true}, face.Talk{}},
		{"since number", face.Head{Upgrade: true, Query: "since=100000000000001"}, face.Talk{Since: face.Position{Named: true, After: 100000000000001}}},
		{"since time", face.Head{Query: "a=b&since=1767225600123"}, face.Talk{Stream: true, Since: face.Position{Named: true, Time: noon}}},
		{"since the beginning", face.Head{Query: "since=0"}, face.Talk{Stream: true, Since: face.Position{Named: true}}},
		{"last event id", face.Head{Get: at("Last-Event-ID", "100000000000007")}, face.Talk{Stream: true, Since: face.Position{Named: true, After: 100000000000007}}},
		{"last event id wins", face.Head{Query: "since=5", Get: at("Last-Event-ID", "100000000000007")}, face.Talk{Stream: true, Since: face.Position{Named: true, After: 100000000000007}}},
		{"foreign event id", face.Head{Get: at("Last-Event-ID", "abc")}, face.Talk{Stream: true, Since: face.Position{Unknown: 1}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.head.Method, c.head.Path = "GET", "/event"
			c.want.Role, c.want.Account = "event", bot
			r := s.Route(&c.head, twoAccounts())
			if r.Talk != c.want {
				t.Errorf("talk %+v, want %+v", r.Talk, c.want)
			}
			if kind := r.Kind; c.want.Stream && kind != face.RouteStream || !c.want.Stream && kind != face.RouteSocket {
				t.Errorf("kind %d", kind)
			}
		})
	}
	checkRefusal(t, s.Route(&face.Head{Method: "GET", Path: "/event"}, directory{}), 503, "no account")
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

func TestIdempotencyKeyIsHandedOn(t *testing.T) {
	head := transports["api"]
	head.Get = func(name string) string { return map[string]string{"Idempotency-Key": "k1"}[name] }
	if r := newServer(t, Options{}).Route(&head, twoAccounts()); r.Idempotency != "k1" {
		t.Errorf("%+v", r)
	}
}

func TestAccountOfACall(t *testing.T) {
	s, dir := newServer(t, Options{}), twoAccounts()
	for path, want := range map[string]int{"/api/quit_group": 0, "/10001001/api/quit_group": 1} {
		r := s.Route(&face.Head{Method: "POST", Path: path, ContentType: "application/json"}, dir)
		s.Serve(t.Context(), dir, face.Request{Route: &r, Body: []byte(`{"group_id":30003000}`)})
		if asked := dir[want].(*fakeQQ).asked; len(asked) != 1 || asked[0] != (qq.LeaveGroup{Group: club}) {
			t.Errorf("%s: %v", path, asked)
		}
	}
}

func TestBodies(t *testing.T) {
	s := newServer(t, Options{})
	for _, c := range []struct {
		api, body string
		code      int
		messages  []string
	}{
		{"get_login_info", "", 0, nil},
		{"get_login_info", " \r\n", 0, nil},
		{"get_login_info", "{}", 0, nil},
		{"get_login_info", `{"unknown":[1]}`, 0, nil},
		{"get_login_info", "[]", -400, []string{"must be an object, not an array"}},
		{"get_login_info", `"x"`, -400, []string{"must be an object, not a string"}},
		{"get_login_info", "{", -400, []string{"not JSON"}},
		{"get_login_info", "{}{}", -400, []string{"not JSON"}},
		{"get_login_info", "user_id=1", -400, []string{"not JSON"}},
		{"get_login_info", strings.Repeat("[", 1000), -400, []string{"nested deeper than 64"}},
		{"get_friend_info", "", -400, []string{"user_id: is required"}},
		{"get_friend_info", `{"user_id":null}`, -400, []string{"user_id: is required"}},
		{"get_friend_info", `{"user_id":"20002000"}`, -400, []string{"user_id: must be an integer written as a JSON number, not a string"}},
		{"get_friend_info", `{"user_id":20002000,"no_cache":"true"}`, -400, []string{"no_cache: must be a boolean, not a string"}},
		{"get_friend_info", `{"user_id":20002000,"no_cache":null}`, 0, nil},
		{"get_friend_info", `{"user_id":20002000.0}`, 0, nil},
		{"get_friend_info", `{"user_id":10000}`, -400, []string{"user_id: must lie between 10001 and 4294967295"}},
		{"get_friend_info", `{"user_id":4294967296}`, -400, []string{"user_id: must lie between"}},
		{"get_friend_info", `{"user_id":1e400}`, -400, []string{"user_id: is out of range"}},
		{"recall_group_message", `{"group_id":1,"message_seq":9007199254740992}`, -400, []string{"group_id: must lie between", "message_seq: must lie between 0 and 9007199254740991"}},
		{"recall_group_message", `{"message_seq":true}`, -400, []string{"group_id: is required", "message_seq: must be an integer written as a JSON number, not a boolean"}},
		{"get_message", `{"message_scene":"none","peer_id":[],"message_seq":{}}`, -400, []string{
			"message_scene: must be friend or group or temp", "peer_id: must be an integer", "message_seq: must be an integer",
		}},
		{"get_message", `{"message_scene":2,"peer_id":30003000,"message_seq":1}`, -400, []string{"message_scene: must be friend or group or temp, not a number"}},
		{"get_history_messages", `{"message_scene":"group","peer_id":30003000,"limit":0}`, -400, []string{"limit: must lie between 1 and 30"}},
		{"get_history_messages", `{"message_scene":"group","peer_id":30003000,"limit":31}`, -400, []string{"limit: must lie between 1 and 30"}},
		{"get_history_messages", `{"message_scene":"group","peer_id":30003000,"limit":30}`, 0, nil},
		{"get_history_messages", `{"message_scene":"group","peer_id":30003000,"limit":null}`, 0, nil},
		{"accept_group_request", `{"notification_seq":1,"notification_type":"invitation","group_id":30003000}`, -400, []string{"notification_type: must be join_request or invited_join_request"}},
		{"set_group_member_mute", `{"group_id":30003000,"user_id":20002000,"duration":-1}`, -400, []string{"duration: must lie between"}},
		{"send_group_message", `{"group_id":30003000,"message":"hi"}`, -400, []string{"message: must be an array, not a string"}},
		{"send_group_message", `{"group_id":30003000,"message":[{"type":"text","data":{"text":"x"}},{"type":"poke","data":{}},{"type":"image","data":{"sub_type":3}}]}`, -400, []string{
			"message[1].type: is no segment type", "message[2].data.sub_type: must be normal or sticker", "message[2].data.uri: is required",
		}},
	} {
		t.Run(c.api+" "+c.body, func(t *testing.T) {
			dir := twoAccounts()
			r := call(t, s, dir, c.api, c.body)
			code, message := checkResponse(t, c.api, r)
			if r.Status != 200 || code != c.code {
				t.Errorf("status %d, retcode %d: %s", r.Status, code, message)
			}
			if code == 0 {
				return
			}
			faults := strings.TrimPrefix(message, "Invalid payload: ")
			if faults == message || len(strings.Split(faults, "; ")) != len(c.messages) {
				t.Errorf("message %q", message)
			}
			for _, want := range c.messages {
				if !strings.Contains(faults, want) {
					t.Errorf("message %q lacks %q", message, want)
				}
			}
			if asked := dir[0].(*fakeQQ).asked; len(asked) > 0 {
				t.Errorf("QQ was asked: %v", asked)
			}
		})
	}
}

func TestManyFaultsAreCut(t *testing.T) {
	body := `{"group_id":30003000,"message":[` + strings.Repeat("1,", 4999) + `1]}`
	_, message := checkResponse(t, "send_group_message", call(t, newServer(t, Options{}), twoAccounts(), "send_group_message", body))
	if want := "; message[49]: must be an object, not a number; and there is more wrong"; !strings.HasSuffix(message, want) {
		t.Errorf("%d bytes: …%s", len(message), message[max(0, len(message)-100):])
	}
}

func TestServeWithoutAccount(t *testing.T) {
	s := newServer(t, Options{})
	code, _ := checkResponse(t, "get_login_info", call(t, s, directory{}, "get_login_info", ""))
	if code != -403 {
		t.Errorf("retcode %d", code)
	}
	r := s.Serve(context.Background(), twoAccounts(), face.Request{Route: &face.Route{Name: "nope"}})
	if code, _ := checkResponse(t, "get_login_info", r); code != 404 || r.Status != 404 {
		t.Errorf("a route of another table: %d %d", r.Status, code)
	}
}

func TestTheBodyIsNotKept(t *testing.T) {
	s, caller := newServer(t, Options{}), &fakeQQ{account: bot, answers: everyAnswer()}
	body := []byte(`{"group_id":30003000,"message":[{"type":"text","data":{"text":"mine"}},{"type":"image","data":{"uri":"base64://aGk="}}]}`)
	r := s.Route(&face.Head{Method: "POST", Path: "/api/send_group_message", ContentType: "application/json"}, directory{caller})
	s.Serve(t.Context(), directory{caller}, face.Request{Route: &r, Body: body})
	for i := range body {
		body[i] = 'X'
	}
	segments := caller.asked[0].(qq.SendMessage).Segments
	if text := segments.PlainText(); text != "mine" || segments[1].(*qq.Image).URI != "base64://aGk=" {
		t.Errorf("the message became %q", text)
	}
}

func TestRefuse(t *testing.T) {
	s := newServer(t, Options{})
	for refusal, want := range map[face.Refusal][2]int{
		face.RefuseBrowser: {403, 403}, face.RefuseTooLarge: {413, 413}, face.RefuseLength: {400, -400},
		face.RefuseBusy: {503, 503}, face.RefuseInternal: {500, -500},
	} {
		r := s.Refuse(refusal, `a "reason"`)
		code, message := checkResponse(t, "get_login_info", r)
		if r.Status != want[0] || code != want[1] || message != `a "reason"` {
			t.Errorf("%d: %d %s", refusal, r.Status, r.Body)
		}
	}
}

func TestRetcodes(t *testing.T) {
	s := newServer(t, Options{})
	for err, want := range map[error]string{
		qq.Errorf(qq.ErrInvalid, "too long"):                                               "-400 too long",
		qq.Errorf(qq.ErrOffline, "offline"):                                                "-403 offline",
		qq.Errorf(qq.ErrNotFound, "no such group"):                                         "-404 no such group",
		qq.Errorf(qq.ErrForbidden, "owner only"):                                           "-500 owner only",
		qq.Errorf(qq.ErrMuted, "muted until noon"):                                         "-500 muted until noon",
		qq.Errorf(qq.ErrUnsupported, "cannot"):                                             "-500 cannot",
		qq.Errorf(qq.ErrRateLimited, "slower"):                                             "-500 slower",
		qq.Errorf(qq.ErrRiskControl, "blocked"):                                            "-500 blocked",
		qq.Errorf(qq.ErrConflict, "already answered"):                                      "-500 already answered",
		qq.Errorf(qq.ErrMedia, "the picture is broken"):                                    "-500 the picture is broken",
		qq.Errorf(qq.ErrTimeout, "QQ did not answer"):                                      "-500 QQ did not answer",
		qq.Errorf(qq.ErrInternal, "panic"):                                                 "-500 panic",
		qq.Errorf(qq.ErrCursorGone, "gone"):                                                "-500 gone",
		&qq.Error{Kind: qq.ErrUpstream, Op: "KickMember", Text: "no right", Code: 120101}:  "-500 no right (QQ code 120101)",
		&qq.Error{Kind: qq.ErrOffline}:                                                     "-403 offline",
		fmt.Errorf("wrapped: %w", qq.Errorf(qq.ErrNotFound, "no such friend")):             "-404 no such friend",
		context.DeadlineExceeded:                                                           "-500 context deadline exceeded",
		&json.UnsupportedValueError{Str: "something the driver has not put into words \n"}: "-500 json: unsupported value: something the driver has not put into words \n",
	} {
		caller := &fakeQQ{account: bot, answers: map[string]any{"LeaveGroup": err}}
		code, message := checkResponse(t, "quit_group", call(t, s, directory{caller}, "quit_group", `{"group_id":30003000}`))
		if got := fmt.Sprintf("%d %s", code, message); got != want {
			t.Errorf("%v: %s, want %s", err, got, want)
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
