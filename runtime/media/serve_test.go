package media

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"llbot/protocols/qq"

	"pgregory.net/rapid"
)

func TestLinkIsStableWithinAMinute(t *testing.T) {
	c := &clock{start}
	s := openStore(t, Options{Now: c.Now, TTL: time.Hour})
	id := ingest(t, s, b64(pngOf(t, 1, 1, 0))).ID
	first := s.Link(id)
	if !strings.HasPrefix(first, "http://127.0.0.1:3080/media/"+string(id)+"?e=") {
		t.Errorf("link is %s", first)
	}
	c.now = start.Add(52 * time.Second)
	if second := s.Link(id); second != first {
		t.Errorf("the link changed within its minute: %s, then %s", first, second)
	}
	c.now = start.Add(61 * time.Second)
	if third := s.Link(id); third == first {
		t.Error("the link never changes")
	}
	if link := s.Link("../key"); link != "" {
		t.Errorf("a link to nothing: %s", link)
	}
}

// TestLinkLifetime checks that a link works for the TTL and at most a minute
// longer, whenever it was made.
func TestLinkLifetime(t *testing.T) {
	c := &clock{start}
	s := openStore(t, Options{Now: c.Now, TTL: 10 * time.Second})
	id := ingest(t, s, b64(pngOf(t, 1, 1, 0))).ID
	rapid.Check(t, func(t *rapid.T) {
		made := start.Add(time.Duration(rapid.Int64Range(0, int64(3*time.Hour)).Draw(t, "made")))
		c.now = made
		link := s.Link(id)
		c.now = made.Add(10*time.Second - time.Nanosecond).Truncate(time.Second)
		if status := get(s, link).Code; status != http.StatusOK {
			t.Fatalf("status %d before the end", status)
		}
		c.now = made.Add(71 * time.Second)
		if status := get(s, link).Code; status != http.StatusGone {
			t.Fatalf("status %d after the end", status)
		}
	})
}

func get(s *Store, link string) *httptest.ResponseRecorder {
	return do(s, http.MethodGet, link, nil)
}

func do(s *Store, method, link string, header http.Header) *httptest.ResponseRecorder {
	u, err := url.Parse(link)
	if err != nil {
		panic(err)
	}
	r := httptest.NewRequest(method, u.RequestURI(), nil)
	for k, v := range header {
		r.Header[k] = v
	}
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	return w
}

func TestServe(t *testing.T) {
	s := openStore(t, Options{})
	server := httptest.NewServer(s)
	defer server.Close()
	s.BaseURL = func() string { return server.URL + "/" }
	for _, c := range samples(t) {
		link := s.Link(ingest(t, s, b64(c.data)).ID)
		resp, err := server.Client().Get(link)
		must(t, err)
		body, err := io.ReadAll(resp.Body)
		must(t, err)
		must(t, resp.Body.Close())
		if resp.StatusCode != http.StatusOK || !bytes.Equal(body, c.data) {
			t.Errorf("%s: status %d, %d bytes", c.name, resp.StatusCode, len(body))
		}
		for name, want := range map[string]string{
			"Content-Type": c.mime, "X-Content-Type-Options": "nosniff",
			"Content-Security-Policy": "default-src 'none'; sandbox", "Accept-Ranges": "bytes",
		} {
			if got := resp.Header.Get(name); got != want {
				t.Errorf("%s: %s is %q, want %q", c.name, name, got, want)
			}
		}
	}
}

// TestOnlyWhatCanBeShownIsShown: everything else is a file to be saved, of a
// type that no browser runs.
func TestOnlyWhatCanBeShownIsShown(t *testing.T) {
	s := openStore(t, Options{})
	for _, c := range []struct {
		data              []byte
		mime, disposition string
	}{
		{pngOf(t, 1, 1, 0), "image/png", ""},
		{wav(10), "audio/wav", ""},
		{mp4(false, "isom\x00\x00\x00\x00"), "video/mp4", ""},
		{[]byte("<html><script>alert(1)</script>"), unknownType, "attachment"},
		{[]byte("%PDF-1.7\n"), "application/pdf", "attachment"},
		{[]byte("plain words"), "text/plain", "attachment"},
	} {
		h := get(s, s.Link(ingest(t, s, b64(c.data)).ID)).Header()
		if h.Get("Content-Type") != c.mime || h.Get("Content-Disposition") != c.disposition || h.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%s: %v", c.mime, h)
		}
	}
}

func TestRangesAndHead(t *testing.T) {
	s := openStore(t, Options{})
	data := pngOf(t, 9, 9, 0)
	link := s.Link(ingest(t, s, b64(data)).ID)
	part := do(s, http.MethodGet, link, http.Header{"Range": {"bytes=2-5"}})
	if part.Code != http.StatusPartialContent || !bytes.Equal(part.Body.Bytes(), data[2:6]) {
		t.Errorf("range: %d, %q", part.Code, part.Body)
	}
	if beyond := do(s, http.MethodGet, link, http.Header{"Range": {"bytes=999999-"}}); beyond.Code != http.StatusRequestedRangeNotSatisfiable {
		t.Errorf("range beyond the end: %d", beyond.Code)
	}
	head := do(s, http.MethodHead, link, nil)
	if head.Code != http.StatusOK || head.Body.Len() != 0 || head.Header().Get("Content-Length") == "" {
		t.Errorf("HEAD: %d, %d bytes, %v", head.Code, head.Body.Len(), head.Header())
	}
	same := do(s, http.MethodGet, link, http.Header{"If-None-Match": {head.Header().Get("ETag")}})
	if same.Code != http.StatusNotModified {
		t.Errorf("If-None-Match: %d", same.Code)
	}
	if post := do(s, http.MethodPost, link, nil); post.Code != http.StatusMethodNotAllowed || post.Header().Get("Allow") != "GET, HEAD" {
		t.Errorf("POST: %d", post.Code)
	}
}

func TestRefusedLinks(t *testing.T) {
	c := &clock{start}
	s := openStore(t, Options{Now: c.Now, TTL: time.Hour})
	id := string(ingest(t, s, b64(pngOf(t, 9, 9, 0))).ID)
	other := string(ingest(t, s, b64(pngOf(t, 9, 9, 1))).ID)
	link := s.Link(qq.ResourceID(id))
	stranger := openStore(t, Options{Now: c.Now, TTL: time.Hour})
	u, err := url.Parse(link)
	must(t, err)
	later := u.Query()
	later.Set("e", "99999999999")
	missing := strings.Repeat("0", 64)
	for name, refusal := range map[string]struct {
		link   string
		status int
		text   string
	}{
		"no signature":     {"/media/" + id, 403, "changed"},
		"empty signature":  {"/media/" + id + "?e=99999999999&s=", 403, "changed"},
		"later end":        {"/media/" + id + "?" + later.Encode(), 403, "changed"},
		"other blob":       {strings.Replace(link, id, other, 1), 403, "changed"},
		"longer signature": {link + "A", 403, "changed"},
		"another key":      {stranger.Link(qq.ResourceID(id)), 403, "changed"},
		"no such blob":     {s.Link(qq.ResourceID(missing)), 404, "no longer"},
		"no id":            {"/media/", 404, "no such file"},
		"the key":          {"/media/key?" + u.RawQuery, 404, "no such file"},
		"a sidecar":        {"/media/" + id + ".json?" + u.RawQuery, 404, "no such file"},
		"climbing":         {"/media/../../etc/passwd?" + u.RawQuery, 404, "no such file"},
		"other path":       {"/x/" + id + "?" + u.RawQuery, 404, "no such file"},
	} {
		w := get(s, refusal.link)
		if w.Code != refusal.status || !strings.Contains(w.Body.String(), refusal.text) {
			t.Errorf("%s: %d %q", name, w.Code, w.Body)
		}
	}
	c.now = start.Add(2 * time.Hour)
	if w := get(s, link); w.Code != http.StatusGone || !strings.Contains(w.Body.String(), "expired") {
		t.Errorf("expired: %d %q", w.Code, w.Body)
	}
	must(t, os.Remove(s.blobPath(qq.ResourceID(id))))
	if w := get(s, s.Link(qq.ResourceID(id))); w.Code != http.StatusNotFound {
		t.Errorf("a blob that is gone: %d", w.Code)
	}
}

func TestFollow(t *testing.T) {
	c := &clock{start}
	s := openStore(t, Options{Now: c.Now, TTL: time.Hour})
	id := ingest(t, s, b64(pngOf(t, 1, 1, 0))).ID
	link := s.Link(id)
	file, m, err := s.Follow(link)
	if err != nil || m.MIME != "image/png" || m.ID != id {
		t.Fatalf("%+v, %v", m, err)
	}
	defer file.Close()
	if content, err := io.ReadAll(file); err != nil || !bytes.Equal(content, pngOf(t, 1, 1, 0)) {
		t.Errorf("%d bytes, %v", len(content), err)
	}
	for bad, kind := range map[string]error{
		link + "x": qq.ErrForbidden, "http://elsewhere/media/" + string(id): qq.ErrForbidden, "": qq.ErrForbidden,
		s.Links(): qq.ErrNotFound, s.Links() + "../key": qq.ErrNotFound, s.Link(qq.ResourceID(strings.Repeat("ab", 32))): qq.ErrNotFound,
	} {
		if _, _, err := s.Follow(bad); !errors.Is(err, kind) {
			t.Errorf("%s: %v", bad, err)
		}
	}
	c.now = start.Add(2 * time.Hour)
	if _, _, err := s.Follow(link); !errors.Is(err, qq.ErrNotFound) {
		t.Errorf("an old link: %v", err)
	}
}
