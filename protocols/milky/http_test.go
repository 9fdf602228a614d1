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
