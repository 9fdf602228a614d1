package runtime_test

import (
	"bytes"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/textproto"
	"net/url"
	"path"
	"strings"
	"sync/atomic"
	"testing"

	"llbot/runtime/config"
)

// quarry is a web server on 127.0.0.1 that Satori's proxy may fetch from below
// /ok/; 127.0.0.2 stands for any private address.
func quarry(t *testing.T) (base string, seen *atomic.Int32) {
	t.Helper()
	seen = new(atomic.Int32)
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		seen.Add(1)
		if r.Header.Get("Authorization") != "" || r.Header.Get("Cookie") != "" {
			t.Errorf("headers %v", r.Header)
		}
		switch r.URL.Path {
		case "/ok/pic.png":
			w.Header().Set("Content-Type", "image/png")
			_, _ = io.WriteString(w, "pixels "+r.URL.RawQuery)
		case "/ok/page":
			w.Header().Set("Content-Type", "text/html")
			_, _ = io.WriteString(w, "<script>alert(1)</script>")
		case "/ok/large":
			w.Header().Set("Content-Length", "2000000")
		case "/ok/endless":
			for r.Context().Err() == nil {
				if _, err := w.Write(make([]byte, 64<<10)); err != nil {
					return
				}
			}
		case "/ok/inside":
			http.Redirect(w, r, "/ok/pic.png?moved", http.StatusFound)
		case "/ok/outside":
			http.Redirect(w, r, "/secret", http.StatusFound)
		case "/ok/private":
			http.Redirect(w, r, "http://127.0.0.2/ok/pic.png", http.StatusFound)
		case "/ok/metadata":
			http.Redirect(w, r, "http://169.254.169.254/latest/", http.StatusFound)
		case "/secret":
			t.Error("the proxy was led away")
		default:
			w.WriteHeader(http.StatusNotFound)
		}
	}))
	t.Cleanup(srv.Close)
	return srv.URL, seen
}

// proxied asks Satori's proxy, with nothing that proves anything.
func (r *rig) proxied(method, url string) answer {
	r.t.Helper()
	return r.request(method, r.url(satoriName, "/v1/proxy/"+url), "")
}

func TestSatoriProxyFetches(t *testing.T) {
	base, seen := quarry(t)
	r := start(t, withToken(token), func(cfg *config.Config) {
		cfg.Media.AllowCIDRs = []netip.Prefix{netip.MustParsePrefix("127.0.0.1/32")}
		cfg.Media.MaxBytes = 1 << 20
	}, on(func(e *config.Satori) {
		e.ProxyURLs = []string{base + "/ok/", "http://127.0.0.2/", "http://169.254.169.254/"}
	}))
	for _, c := range []struct {
		method, url string
		status      int
		text        string
	}{
		{"GET", base + "/ok/pic.png?a=1&b=%20", 200, "pixels a=1&b=%20"},
		{"HEAD", base + "/ok/pic.png", 200, ""},
		{"GET", strings.Replace(base, "//", "/", 1) + "/ok/pic.png", 200, "pixels "},
		{"GET", base + "/ok/inside", 200, "pixels moved"},
		{"GET", base + "/ok/missing", 502, "404"},
		{"GET", base + "/ok/outside", 403, "redirects to an address that is not allowed"},
		{"GET", base + "/ok/private", 403, "not a public one"},
		{"GET", base + "/ok/metadata", 403, "not a public one"},
		{"GET", "http://127.0.0.2/x", 403, "not a public one"},
		{"GET", "http://169.254.169.254/latest/meta-data", 403, "not a public one"},
		{"GET", base + "/ok/large", 502, "larger than allowed"},
		{"GET", base + "/ok/endless", 502, "larger than allowed"},
		{"POST", base + "/ok/pic.png", 405, "use GET"},
	} {
		if a := r.proxied(c.method, c.url); a.status != c.status || !strings.Contains(a.text, c.text) {
			t.Errorf("%s %s: %d %.80s", c.method, c.url, a.status, a.text)
		}
	}
	page := r.proxied("GET", base+"/ok/page")
	if page.header.Get("X-Content-Type-Options") != "nosniff" || !strings.Contains(page.header.Get("Content-Security-Policy"), "sandbox") {
		t.Errorf("a page could act as one of ours: %v", page.header)
	}
	before := seen.Load()
	for _, bad := range []string{base + "/secret", base + "/ok/../secret", base + "/ok/%2e%2e/secret", "http://127.0.0.1:1/", "https://example.com/"} {
		if a := r.proxied("GET", bad); a.status != 403 {
			t.Errorf("%s: %d %s", bad, a.status, a.text)
		}
	}
	for _, bad := range []string{"", "hello", "file:///etc/passwd", "ftp://a/", "http://user@127.0.0.1/"} {
		if a := r.proxied("GET", bad); a.status != 400 {
			t.Errorf("%q: %d %s", bad, a.status, a.text)
		}
	}
	if now := seen.Load(); now != before {
		t.Errorf("%d requests to where the proxy may not fetch", now-before)
	}
}

// Files of this server come through the Satori port: uploads by their internal:
// links, what was said by its media link, which proxy_urls announces.
func TestSatoriProxyOfOurFiles(t *testing.T) {
	r := start(t, withToken(token))
	sent := picture(t, 77)
	auth := []string{"Authorization", "Bearer " + token, "Content-Type", jsonType}
	given, err := url.Parse(word(r.upload(token, "image/png", sent).at("file")))
	if err != nil {
		t.Fatal(err)
	}
	link := "internal:llonebot/" + botText + "/_tmp/" + path.Base(given.Path)
	r.want(r.proxied("GET", given.String()), sent)
	r.want(r.proxied("GET", link), sent)
	if head := r.proxied("HEAD", link); head.status != 200 || head.text != "" || head.header.Get("Content-Type") != "image/png" {
		t.Errorf("HEAD: %d %v", head.status, head.header)
	}
	direct := r.request("GET", r.url(satoriName, "/v1/internal/"+strings.TrimPrefix(link, "internal:")), "", auth...)
	r.want(direct, sent)
	made := r.request("POST", r.url(satoriName, "/v1/message.create"), `{"channel_id":"123456","content":"<img src=\"`+link+`\"/>"}`, auth...)
	_, src, found := strings.Cut(word(made.at("0.content")), `src="`)
	if !found {
		t.Fatalf("%d %s", made.status, made.text)
	}
	src, _, _ = strings.Cut(src, `"`)
	src = strings.ReplaceAll(src, "&amp;", "&")
	meta := r.request("POST", r.url(satoriName, "/v1/meta"), "", auth...)
	ours := word(meta.at("proxy_urls.6"))
	if ours == "" || !strings.HasPrefix(src, ours) || !strings.Contains(meta.text, `"https://gchat.qpic.cn/"`) {
		t.Errorf("%s is none of %s", src, meta.text)
	}
	r.want(r.proxied("GET", src), sent)
	r.want(r.proxied("GET", url.PathEscape(src)), sent) // as URL libraries write it
	for bad, want := range map[string]int{
		src + "x": 403, strings.Replace(src, "?e=", "?e=1", 1): 403, ours + strings.Repeat("ab", 32): 403, ours + "../api/status": 403,
		"http://" + r.server.AdminAddr() + "/api/status":                     403,
		"internal:llonebot/" + botText + "/_tmp/" + strings.Repeat("ab", 32): 404, "internal:llonebot/1/_tmp/a": 404,
		"internal:llonebot": 400, "internal:llonebot/" + botText + "/_api/get_login_info": 403,
	} {
		if a := r.proxied("GET", bad); a.status != want {
			t.Errorf("%s: %d %s, want %d", bad, a.status, a.text, want)
		}
	}
}

func (r *rig) want(a answer, sent []byte) {
	r.t.Helper()
	if a.status != 200 || a.text != string(sent) || a.header.Get("Content-Type") != "image/png" {
		r.t.Errorf("%d %v, %.60q", a.status, a.header, a.text)
	}
}

// upload puts a file into upload.create as clients do.
func (r *rig) upload(secret, kind string, content []byte) answer {
	r.t.Helper()
	var form bytes.Buffer
	w := multipart.NewWriter(&form)
	part, err := w.CreatePart(textproto.MIMEHeader{
		"Content-Disposition": {`form-data; name="file"; filename="a.png"`}, "Content-Type": {kind},
	})
	if err != nil {
		r.t.Fatal(err)
	}
	if _, err := part.Write(content); err != nil {
		r.t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		r.t.Fatal(err)
	}
	return r.request("POST", r.url(satoriName, "/v1/upload.create"), form.String(), "Content-Type", w.FormDataContentType(), "Authorization", "Bearer "+secret)
}
