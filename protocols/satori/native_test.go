package satori

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"llbot/protocols/face"
	"llbot/protocols/qq"
)

// fakeInternal answers what it was asked.
type fakeInternal struct{}

func (fakeInternal) Call(ctx context.Context, c qq.Caller, name string, params []byte) (int, []byte) {
	if name == "onebot11.unknown" {
		return http.StatusNotFound, []byte(`{"retcode":1404}`)
	}
	if name == "onebot11.send" {
		_, _ = c.Do(ctx, qq.SendMessage{Chat: qq.GroupChat(group), Segments: qq.NewText("x")})
	}
	return http.StatusOK, []byte(c.Account().String() + " " + name + " " + string(params))
}

type fakeProxy struct{ own string }

func (f fakeProxy) Own() string { return f.own }

func (fakeProxy) Fetch(_ context.Context, url string, allowed func(string) bool) (Fetched, error) {
	switch {
	case strings.HasSuffix(url, "/away") && !allowed("http://evil.example/"):
		return Fetched{}, qq.Errorf(qq.ErrForbidden, "redirected away")
	case strings.HasSuffix(url, "/slow"):
		return Fetched{}, qq.Errorf(qq.ErrTimeout, "slow")
	case strings.HasSuffix(url, "/gone"):
		return Fetched{}, qq.Errorf(qq.ErrMedia, "gone")
	}
	return Fetched{"image/png", []byte("got " + url)}, nil
}

// ask routes a request and serves it if it is an action.
func ask(t testing.TB, s *Server, dir face.Directory, method, path, query, contentType, body string, headers ...string) face.Response {
	t.Helper()
	h := head(method, path, headers...)
	h.Query, h.ContentType = query, contentType
	route := s.Route(h, dir)
	if route.Kind != face.RouteAction {
		return route.Response
	}
	return s.Serve(t.Context(), dir, face.Request{Route: &route, Body: []byte(body)})
}

func TestInternalCalls(t *testing.T) {
	s := newServer(t, Options{Path: "/s", Internal: fakeInternal{}})
	two := fakeDirectory{newAccount(self), newAccount(second)}
	mine := []string{"Satori-Platform", "llonebot", "Satori-User-ID", "10009"}
	for _, c := range []struct {
		method, path, query, body string
		headers                   []string
		status                    int
		want                      string
	}{
		{"POST", "onebot11/get_status", "", ` {"a":1} `, mine, 200, `10009 onebot11.get_status {"a":1}`},
		{"POST", "onebot11.get_status", "", ``, mine, 200, `10009 onebot11.get_status `},
		{"POST", "get_status", "", `{}`, mine, 200, `10009 onebot11.get_status {}`},
		{"POST", "milky/get_group_info/", "", `{}`, mine, 200, `10009 milky.get_group_info {}`},
		{"GET", "onebot11/get_status", "a=1&a=2&b=%20", ``, mine, 200, `10009 onebot11.get_status {"a":"2","b":" "}`},
		{"GET", "onebot11/get_status", "a=%zz", ``, mine, 400, "query"},
		{"POST", "unknown", "", `{}`, mine, 404, `retcode`},
		{"POST", "onebot11/get_status", "", `{}`, nil, 403, "login not found"},
		{"POST", "llonebot/10002/onebot11/get_status", "", `{}`, nil, 200, `10002 onebot11.get_status {}`},
		{"POST", "llonebot/10009/get_status", "", `{}`, nil, 200, `10009 onebot11.get_status {}`},
		{"POST", "llonebot/10009/_api/onebot11.get_status", "", `[{"a":1}]`, nil, 200, `10009 onebot11.get_status {"a":1}`},
		{"POST", "llonebot/10009/_api/get_status", "", ``, nil, 200, `10009 onebot11.get_status {}`},
		{"POST", "llonebot/10009/_api/get_status", "", `[]`, nil, 200, `10009 onebot11.get_status {}`},
		{"POST", "llonebot/10009/_api/get_status", "", `[1,2]`, nil, 400, "one object, not 2"},
		{"POST", "llonebot/10009/_api/get_status", "", `{}`, nil, 400, "must be an array"},
		{"POST", "llonebot/10009/_api/get_status", "", `[]`, []string{"Satori-Pagination", "true"}, 400, "no pages"},
		{"GET", "llonebot/10009/_api/get_status", "", ``, nil, 405, "use POST"},
		{"PUT", "llonebot/10009/get_status", "", ``, nil, 405, "use GET, POST"},
		{"POST", "llonebot/10009", "", ``, nil, 400, "name an action"},
		{"POST", "llonebot/7/get_status", "", ``, nil, 404, "login not found"},
		{"POST", "chronocat/10009/get_status", "", ``, mine, 404, "name an action"},
		{"POST", "satori/get_status", "", ``, mine, 404, "name an action"},
		{"POST", "onebot11/../../x", "", ``, mine, 404, "name an action"},
		{"POST", "onebot11/a?b", "", ``, mine, 404, "name an action"},
		{"GET", "llonebot/10009/_tmp/r1", "", ``, nil, 302, "/media/r1"},
		{"GET", "llonebot/10009/_tmp/r2", "", ``, nil, 404, "no such blob"},
		{"POST", "llonebot/10009/_tmp/r1", "", ``, nil, 405, "use GET"},
	} {
		r := ask(t, s, two, c.method, "/s/v1/internal/"+c.path, c.query, "", c.body, c.headers...)
		if r.Status != c.status || !strings.Contains(string(r.Body), c.want) {
			t.Errorf("%s %s %s: %d %s, want %d %s", c.method, c.path, c.body, r.Status, r.Body, c.status, c.want)
		}
	}
}

func TestInternalCallsWantTheTokenAndTakeKeys(t *testing.T) {
	account := newAccount(self)
	dir := fakeDirectory{account}
	s := newServer(t, Options{Token: "0123456789abcdef", Internal: fakeInternal{}})
	if r := ask(t, s, dir, "POST", "/v1/internal/llonebot/10002/send", "", "", ""); r.Status != 401 {
		t.Errorf("%d %s", r.Status, r.Body)
	}
	for key, want := range map[string]int{"k": 200, strings.Repeat("k", 300): 400} {
		account.ops = nil
		r := ask(t, s, dir, "POST", "/v1/internal/llonebot/10002/send", "", "", "", "Authorization", "Bearer 0123456789abcdef", "Idempotency-Key", key)
		if r.Status != want {
			t.Errorf("%d %s", r.Status, r.Body)
		}
		if want != 200 {
			continue
		}
		if k, ok := account.ops[0].(qq.Keyed); !ok || k.Key != key {
			t.Errorf("%+v", account.ops)
		}
	}
}

const boundary = "multipart/form-data; boundary=XX"

// form writes a form; parts are names, file names and contents in turn.
func form(parts ...string) string {
	var b strings.Builder
	for i := 0; i+2 < len(parts); i += 3 {
		b.WriteString("--XX\r\nContent-Disposition: form-data; name=\"" + parts[i] + "\"; filename=\"" + parts[i+1] + "\"\r\nContent-Type: image/png\r\n\r\n" + parts[i+2] + "\r\n")
	}
	return b.String() + "--XX--\r\n"
}

func TestUploads(t *testing.T) {
	s := newServer(t, Options{})
	for name, c := range map[string]struct {
		contentType, body string
		status            int
		want              string
		ops               int
	}{
		"one":         {boundary, form("a", "a.png", "xyz"), 200, `{"a":"http://127.0.0.1/media/a.png"}`, 1},
		"quoted":      {`Multipart/Form-Data; boundary="XX"`, form("a", "a.png", "xyz"), 200, `{"a":"http://127.0.0.1/media/a.png"}`, 1},
		"same name":   {boundary, form("file", "a", "1", "file", "b", "2"), 200, `{"file":"http://127.0.0.1/media/b"}`, 2},
		"empty file":  {boundary, form("a", "a", ""), 200, `{"a":`, 1},
		"no file":     {boundary, form(), 400, "holds no file", 0},
		"no name":     {boundary, form("", "a", "1"), 400, "no name", 0},
		"long name":   {boundary, form(strings.Repeat("a", 256), "a", "1"), 400, "longer than 255", 0},
		"too many":    {boundary, form(strings.Split(strings.Repeat("a,b,c,", MaxUploads+1), ",")...), 400, "at most 64", 0},
		"broken off":  {boundary, form("a", "a", "1")[:90], 400, "the form", 0},
		"no boundary": {"multipart/form-data", "x", 400, "boundary", 0},
		"JSON":        {"application/json", "{}", 400, "multipart/form-data", 0},
		"nothing":     {"", "", 400, "multipart/form-data", 0},
	} {
		t.Run(name, func(t *testing.T) {
			account := newAccount(self)
			r := ask(t, s, fakeDirectory{account}, "POST", "/v1/upload.create", "", c.contentType, c.body)
			if r.Status != c.status || !strings.Contains(string(r.Body), c.want) || len(account.ops) != c.ops {
				t.Errorf("%d %s, %d operations", r.Status, r.Body, len(account.ops))
			}
		})
	}
}

func TestUploadHandsOverTheBytesUnderTheKey(t *testing.T) {
	account := newAccount(self)
	qq.Serve(&account.Handlers, func(context.Context, qq.KeepMedia) (*qq.Media, error) { return &qq.Media{ID: "a/b c"}, nil })
	s := newServer(t, Options{})
	r := ask(t, s, fakeDirectory{account}, "POST", "/v1/upload.create", "", boundary, form("a", "a.png", "xyz", "b", "b", "z"), "Idempotency-Key", "k")
	if want := `{"a":"internal:llonebot/10002/_tmp/a/b%20c","b":"internal:llonebot/10002/_tmp/a/b%20c"}`; string(r.Body) != want {
		t.Errorf("%s", r.Body)
	}
	k, _ := account.ops[1].(qq.Keyed)
	op, _ := account.ops[0].(qq.Keyed).Op.(qq.KeepMedia)
	if k.Part != 1 || op.Blob.URI != "base64://eHl6" || op.Blob.MIME != "image/png" || op.Blob.Name != "a.png" {
		t.Errorf("%+v %+v", k, op.Blob)
	}
	if m, err := uploaded("internal:llonebot/10002/_tmp/a/b%20c"); err != nil || m.ID != "a/b c" {
		t.Errorf("%+v, %v", m, err)
	}
}

func TestInternalCallInAForm(t *testing.T) {
	s := newServer(t, Options{Internal: fakeInternal{}})
	for _, c := range []struct{ body, want string }{
		{form("$", "", `[{"a":1}]`), `onebot11.x {"a":1}`},
		{form("$", "", `[{}]`, "$.0.file", "a", "1"), "through upload.create"},
		{form("x", "", `[{}]`), "through upload.create"},
	} {
		r := ask(t, s, fakeDirectory{newAccount(self)}, "POST", "/v1/internal/llonebot/10002/_api/x", "", boundary, c.body)
		if !strings.Contains(string(r.Body), c.want) {
			t.Errorf("%d %s", r.Status, r.Body)
		}
	}
}

func TestProxy(t *testing.T) {
	s := newServer(t, Options{
		Token: "0123456789abcdef", Proxy: fakeProxy{}, Internal: fakeInternal{},
		ProxyURLs: []string{"https://gchat.qpic.cn", "http://q.qlogo.cn/g"},
	})
	dir := fakeDirectory{newAccount(self)}
	for _, c := range []struct {
		method, url, query string
		status             int
		want               string
	}{
		{"GET", "https://gchat.qpic.cn/a/b.png", "x=1&y=%20", 200, "got https://gchat.qpic.cn/a/b.png?x=1&y=%20"},
		{"GET", "https:/gchat.qpic.cn/a/", "", 200, "got https://gchat.qpic.cn/a/"},
		{"GET", "https://GCHAT.qpic.cn/a b", "", 200, "got https://GCHAT.qpic.cn/a%20b"},
		{"GET", "http://q.qlogo.cn/g?b=qq", "", 200, "got http://q.qlogo.cn/g?b=qq"},
		{"GET", "https://gchat.qpic.cn/away", "", 403, "redirected away"},
		{"GET", "https://gchat.qpic.cn/slow", "", 504, "slow"},
		{"GET", "https://gchat.qpic.cn/gone", "", 502, "gone"},
		{"GET", "http://gchat.qpic.cn/a", "", 403, "none of proxy_urls"},
		{"GET", "https://gchat.qpic.cn.evil.example/", "", 403, "none of proxy_urls"},
		{"GET", "https://gchat.qpic.cn:8443/", "", 403, "none of proxy_urls"},
		{"GET", "https://gchat.qpic.cn@evil.example/", "", 400, "no URL"},
		{"GET", "http://q.qlogo.cn/g/../x", "", 403, "none of proxy_urls"},
		{"GET", "http://q.qlogo.cn/h", "", 403, "none of proxy_urls"},
		{"GET", "http://127.0.0.1/", "", 403, "none of proxy_urls"},
		{"GET", "file:///etc/passwd", "", 400, "no URL"},
		{"GET", "hello", "", 400, "no URL"},
		{"GET", "", "", 400, "no URL"},
		{"POST", "https://gchat.qpic.cn/", "", 405, "use GET"},
		{"GET", "internal:llonebot/10002/_tmp/r1", "", 302, "/media/r1"},
		{"GET", "internal:llonebot/10002/_tmp/", "", 403, "only uploads"},
		{"GET", "internal:llonebot/10002/_api/send", "", 403, "only uploads"},
		{"GET", "internal:llonebot/10002/onebot11/send", "", 403, "only uploads"},
		{"GET", "internal:llonebot/10002", "", 400, "an internal link is"},
		{"GET", "internal:llonebot/7/_tmp/r1", "", 404, "login not found"},
		{"GET", "internal:red/10002/_tmp/r1", "", 404, "login not found"},
	} {
		r := ask(t, s, dir, c.method, "/v1/proxy/"+c.url, c.query, "", "")
		if r.Status != c.status || !strings.Contains(string(r.Body), c.want) {
			t.Errorf("%s %s: %d %s, want %d %s", c.method, c.url, r.Status, r.Body, c.status, c.want)
		}
		if r.Status == 200 && (value(r.Headers, "X-Content-Type-Options") != "nosniff" || r.ContentType != "image/png") {
			t.Errorf("%s: %+v", c.url, r)
		}
	}
	if m := s.meta(t.Context(), dir); len(m.ProxyURLs) != 2 {
		t.Errorf("%v", m.ProxyURLs)
	}
	if _, err := New(Options{Proxy: fakeProxy{}, ProxyURLs: MediaURLs()}); err != nil {
		t.Error(err)
	}
	for _, wrong := range []string{"qpic.cn", "", "ftp://a/", "https://", "https://u@a/", "https://a/?b", "https://a/#b"} {
		if _, err := New(Options{ProxyURLs: []string{wrong}}); err == nil {
			t.Errorf("%q, which begins no URL, was taken", wrong)
		}
	}
}

// TestProxyOfOurOwnFiles: links to our files are fetched without being
// configured, and uploads come as bytes, for clients that reach this port alone.
func TestProxyOfOurOwnFiles(t *testing.T) {
	s, dir := newServer(t, Options{Proxy: fakeProxy{own: "http://127.0.0.1:3080/media/"}}), fakeDirectory{newAccount(self)}
	for url, want := range map[string]int{
		"http://127.0.0.1:3080/media/r1": 200, "http:/127.0.0.1:3080/media/r1": 200,
		"http://127.0.0.1:3080/api/status": 403, "http://127.0.0.1:3080/media/../api": 403, "http://127.0.0.1:3081/media/r1": 403,
	} {
		if r := ask(t, s, dir, "GET", "/v1/proxy/"+url, "e=1&s=2", "", ""); r.Status != want {
			t.Errorf("%s: %d %s", url, r.Status, r.Body)
		}
	}
	if m := s.meta(t.Context(), dir); len(m.ProxyURLs) != 1 {
		t.Errorf("%v", m.ProxyURLs)
	}
	if m := newServer(t, Options{ProxyURLs: MediaURLs()}).meta(t.Context(), dir); m.ProxyURLs == nil || len(m.ProxyURLs) != 0 {
		t.Errorf("without a proxy: %v", m.ProxyURLs)
	}
	link, _ := qq.Do(t.Context(), dir[0], qq.RenewLink{Resource: "r1"})
	s = newServer(t, Options{Proxy: fakeProxy{own: link[:len(link)-2]}})
	for _, path := range []string{"/v1/proxy/internal:llonebot/10002/_tmp/r1", "/v1/internal/llonebot/10002/_tmp/r1"} {
		if r := ask(t, s, dir, "GET", path, "", "", ""); r.Status != 200 || !strings.HasPrefix(string(r.Body), "got "+link) {
			t.Errorf("%s: %d %s", path, r.Status, r.Body)
		}
	}
}

func TestTheOldNameOfMetaLeadsOn(t *testing.T) {
	s := newServer(t, Options{Path: "/s"})
	for path, want := range map[string]string{
		"admin": "/s/v1/meta", "admin/": "/s/v1/meta", "admin/webhook.create": "/s/v1/meta/webhook.create", "admin/a\r\nX: y": "/s/v1/meta/a%0D%0AX:%20y",
	} {
		r := ask(t, s, fakeDirectory{}, "POST", "/s/v1/"+path, "", "", "")
		if r.Status != 308 || value(r.Headers, "Location") != want {
			t.Errorf("%s: %d %v", path, r.Status, r.Headers)
		}
	}
}

// FuzzRoute: no path and no form makes the face fail, and nothing is done
// without the token.
func FuzzRoute(f *testing.F) {
	for _, p := range []string{"internal/llonebot/10002/_api/x", "proxy/internal:llonebot/10002/_tmp/r", "proxy/https:/a", "admin/x", "internal/onebot11/x", "upload.create"} {
		f.Add("POST", p, "a=b", boundary, form("$", "", "[{}]"))
		f.Add("GET", p, "", "", "")
	}
	open := newServer(f, Options{Internal: fakeInternal{}, Proxy: fakeProxy{}, ProxyURLs: []string{"https://a.example/b"}})
	shut := newServer(f, Options{Token: "0123456789abcdef", Internal: fakeInternal{}, Proxy: fakeProxy{}, ProxyURLs: []string{"https://a.example/b"}})
	f.Fuzz(func(t *testing.T, method, path, query, contentType, body string) {
		account := newAccount(self)
		if r := ask(t, open, fakeDirectory{account}, method, "/v1/"+path, query, contentType, body); r.Status < 200 || r.Status > 599 {
			t.Fatalf("%d %s", r.Status, r.Body)
		}
		account.ops = nil
		_ = ask(t, shut, fakeDirectory{account}, method, "/v1/"+path, query, contentType, body)
		for _, op := range account.ops {
			if _, link := op.(qq.RenewLink); !link {
				t.Fatalf("%s without the token", qq.OpName(op))
			}
		}
	})
}

// TestRecordsAreOpened: message.get gives the messages of a record with their
// authors, message.create the id of the one it made.
func TestRecordsAreOpened(t *testing.T) {
	account, m := newAccount(self), groupMessage(7)
	m.Segments = qq.Segments{&qq.Forward{ID: "resid", Title: "T"}}
	constant[qq.GetMessage](&account.Handlers, m)
	s, dir := newServer(t, Options{}), fakeDirectory{account}
	want := `<message forward=\"True\" id=\"resid\" title=\"T\"><message><author id=\"10001\" name=\"Alice\"/>hi</message><message><author id=\"0\" name=\"?\"/>x</message></message>`
	if r := call(t, s, dir, "message.get", `{"channel_id":"123456","message_id":"2|123456|7"}`); !strings.Contains(string(r.Body), want) {
		t.Errorf("%s", r.Body)
	}
	if f, ok := m.Segments[0].(*qq.Forward); !ok || f.Nodes != nil {
		t.Error("the shared message was changed")
	}
	qq.Serve(&account.Handlers, func(context.Context, qq.GetForward) (*qq.Forwarded, error) {
		return nil, qq.Errorf(qq.ErrNotFound, "expired")
	})
	want = `"<message forward=\"True\" id=\"resid\" title=\"T\"/>"`
	if r := call(t, s, dir, "message.get", `{"channel_id":"123456","message_id":"2|123456|7"}`); !strings.Contains(string(r.Body), want) {
		t.Errorf("%s", r.Body)
	}
	want = `<message forward=\"True\" id=\"resid\"><message><author id=\"10002\"/>a</message></message>`
	if r := call(t, s, dir, "message.create", `{"channel_id":"123456","content":"<message forward>a</message>"}`); !strings.Contains(string(r.Body), want) {
		t.Errorf("%s", r.Body)
	}
}
