package runtime_test

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"llbot/protocols/qq"
	"llbot/runtime/config"
	"llbot/runtime/media"
)

// sendsFile tries to send a picture and answers the retcode and the message.
func (r *rig) sendsFile(uri string) (code, message string) {
	r.t.Helper()
	a := r.request("POST", r.url(milkyName, "/api/send_group_message"),
		fmt.Sprintf(`{"group_id":123456,"message":[{"type":"image","data":{"uri":%q}}]}`, uri), "Content-Type", jsonType)
	return a.at("retcode"), word(a.at("message"))
}

// file:// reads inside the allowed folders, however the path is written, and
// nowhere else, links included.
func TestMilkyLocalFiles(t *testing.T) {
	inside, outside := t.TempDir(), t.TempDir()
	for _, file := range []string{filepath.Join(inside, "1.png"), filepath.Join(inside, "a b%.png"), filepath.Join(outside, "secret.png")} {
		if err := os.WriteFile(file, picture(t, 7), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for link, to := range map[string]string{"out.png": filepath.Join(outside, "secret.png"), "folder": outside, "in.png": "1.png"} {
		if err := os.Symlink(to, filepath.Join(inside, link)); err != nil {
			t.Fatal(err)
		}
	}
	r := start(t, func(cfg *config.Config) { cfg.Media.Roots = []string{inside} })
	escaped := (&url.URL{Scheme: "file", Path: filepath.Join(inside, "a b%.png")}).String()
	for uri, want := range map[string]string{
		"file://" + inside + "/1.png":             "",
		"file://localhost" + inside + "/1.png":    "",
		"file://" + inside + "/in.png":            "",
		"file://" + inside + "/folder/../1.png":   "",
		escaped:                                   "",
		"file://" + inside + "/none.png":          "no such file",
		"file://" + inside:                        "not a regular file",
		"file://" + inside + "/out.png":           "outside",
		"file://" + inside + "/folder/secret.png": "outside",
		"file://" + inside + "/../" + filepath.Base(outside) + "/secret.png":     "outside",
		"file://" + inside + "/%2e%2e/" + filepath.Base(outside) + "/secret.png": "no such file",
		"file://" + outside + "/secret.png":                                      "outside",
		"file:///etc/passwd":                                                     "outside",
		"file://elsewhere" + inside + "/1.png":                                   "absolute path",
	} {
		code, message := r.sendsFile(uri)
		if want == "" && code != "0" || want != "" && (code == "0" || !strings.Contains(message, want)) {
			t.Errorf("%s: %s %s, want %q", uri, code, message, want)
		}
	}
	if code, message := r.sendsFile("data:image/png;base64,aGk="); code != "-400" || !strings.Contains(message, "message[0].data.uri: must begin with") {
		t.Errorf("another scheme: %s %s", code, message)
	}
}

// http:// fetches from public addresses alone, unless a network is allowed;
// where a redirect leads counts as well.
func TestMilkyDownloads(t *testing.T) {
	var fetched atomic.Int32
	var elsewhere *httptest.Server
	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		fetched.Add(1)
		switch req.URL.Path {
		case "/1.png":
			_, _ = w.Write(picture(t, 7))
		case "/away":
			http.Redirect(w, req, elsewhere.URL+"/1.png", http.StatusFound)
		case "/local":
			http.Redirect(w, req, "file:///etc/passwd", http.StatusFound)
		default:
			http.Error(w, "none", http.StatusNotFound)
		}
	}))
	defer web.Close()
	elsewhere = httptest.NewUnstartedServer(web.Config.Handler)
	elsewhere.Listener = listenOn(t, "127.0.0.2:0")
	elsewhere.Start()
	defer elsewhere.Close()

	t.Run("guarded", func(t *testing.T) {
		r := start(t)
		for _, uri := range []string{web.URL + "/1.png", strings.Replace(web.URL, "127.0.0.1", "localhost", 1) + "/1.png", "http://[::1]:1/", "http://169.254.169.254/"} {
			if code, message := r.sendsFile(uri); code != "-500" || !strings.Contains(message, "not a public one") {
				t.Errorf("%s: %s %s", uri, code, message)
			}
		}
		if fetched.Load() != 0 {
			t.Errorf("%d requests came through", fetched.Load())
		}
	})
	t.Run("allowed", func(t *testing.T) {
		r := start(t, func(cfg *config.Config) { cfg.Media.AllowCIDRs = []netip.Prefix{netip.MustParsePrefix("127.0.0.1/32")} })
		for path, want := range map[string]string{"/1.png": "", "/none": "404", "/away": "not a public one", "/local": "file"} {
			code, message := r.sendsFile(web.URL + path)
			if want == "" && code != "0" || want != "" && (code != "-500" || !strings.Contains(message, want)) {
				t.Errorf("%s: %s %s, want %q", path, code, message, want)
			}
		}
	})
}

// A link expires, its resource does not: a fresh link to it can be had at any
// time, also after a restart, and an old link can be sent on.
func TestMilkyLinksExpireAndRenew(t *testing.T) {
	data := t.TempDir()
	r := start(t, func(cfg *config.Config) { cfg.Data = data })
	content := picture(t, 9)
	sent := r.milky("send_group_message", `{"group_id":123456,"message":[{"type":"image","data":{"uri":"base64://`+base64.StdEncoding.EncodeToString(content)+`"}}]}`)
	image := func(field string) string {
		a := r.milky("get_message", `{"message_scene":"group","peer_id":123456,"message_seq":`+sent.at("data.message_seq")+`}`)
		return word(a.at("data.message.segments.0.data." + field))
	}
	id, link := image("resource_id"), image("temp_url")
	if a := r.request("GET", link, ""); a.status != 200 || a.text != string(content) {
		t.Errorf("fresh: %d", a.status)
	}
	r.stop()
	// What the same server gave out three hours ago.
	base, _, _ := strings.Cut(link, "/media/")
	earlier, err := media.Open(media.Options{
		Dir: filepath.Join(data, "media"), BaseURL: func() string { return base }, Now: func() time.Time { return time.Now().Add(-3 * time.Hour) },
	})
	if err != nil {
		t.Fatal(err)
	}
	old := earlier.Link(qq.ResourceID(id))

	r = start(t, func(cfg *config.Config) { cfg.Data = data })
	if image("resource_id") != id {
		t.Error("the resource has another id after a restart")
	}
	renewed := word(r.milky("get_resource_temp_url", `{"resource_id":"`+id+`"}`).at("data.url"))
	base, _, _ = strings.Cut(renewed, "/media/")
	_, path, _ := strings.Cut(old, "/media/")
	old = base + "/media/" + path // the port is another one since
	for address, want := range map[string]int{
		renewed:                                200,
		old:                                    http.StatusGone,
		strings.Replace(old, "?e=", "?e=9", 1): http.StatusForbidden,
		strings.Replace(renewed, "/media/", "/media/0", 1): http.StatusNotFound,
	} {
		if a := r.request("GET", address, ""); a.status != want || want == 200 && a.text != string(content) {
			t.Errorf("%s: %d %s, want %d", address, a.status, a.text, want)
		}
	}
	if code, message := r.sendsFile(old); code != "0" {
		t.Errorf("an old link sent on: %s %s", code, message)
	}
	if code, _ := r.sendsFile(strings.Replace(old, "&s=", "&s=x", 1)); code != "-500" {
		t.Errorf("a changed link sent on: %s", code)
	}
}

// A large base64:// is kept whole, and one that is too large is refused.
func TestMilkyLargeBase64(t *testing.T) {
	const size = 8 << 20
	r := start(t, func(cfg *config.Config) { cfg.Media.MaxBytes = size })
	body := func(size int) string {
		content := bytes.Repeat([]byte("0123456789abcdef"), (size+15)/16)[:size]
		return `{"group_id":123456,"file_name":"big.bin","file_uri":"base64://` + base64.StdEncoding.EncodeToString(content) + `"}`
	}
	a := r.milky("upload_group_file", body(size))
	files := r.milky("get_group_files", `{"group_id":123456}`)
	if files.at("data.files.0.file_size") != fmt.Sprint(size) || files.at("data.files.0.file_id") != a.at("data.file_id") {
		t.Errorf("%s", files.text)
	}
	a = r.request("POST", r.url(milkyName, "/api/upload_group_file"), body(size+1), "Content-Type", jsonType)
	if a.at("retcode") != "-500" || !strings.Contains(a.text, "larger than") {
		t.Errorf("%s", a.text)
	}
}
