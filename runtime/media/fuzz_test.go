package media

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"llbot/protocols/qq"
)

// FuzzIngest looks for an URI that panics, fails without a kind, changes the
// media although it fails, or reads a file outside the roots.
func FuzzIngest(f *testing.F) {
	root, secret := yard(f)
	must(f, os.Symlink(secret, filepath.Join(root, "link.png")))
	s := openStore(f, Options{Roots: []string{root}, MaxBytes: 4096})
	hidden, err := os.ReadFile(secret)
	must(f, err)
	sum := sha256.Sum256(hidden)
	secretID := qq.ResourceID(hex.EncodeToString(sum[:]))
	held := ingest(f, s, b64(pngOf(f, 3, 2, 1)))
	for _, uri := range []string{
		"", "x", ":", "base64://iVBORw0KGgo=", b64(pngOf(f, 1, 1, 0)), "base64://" + webpLossy,
		"data:image/png;base64,iVBORw0KGgo=", "data:,", "data:;base64,%41", "http://h/x", "https://", string(held.ID), s.Link(held.ID),
		"file://ROOT/a.png", "file://ROOT/../secret.png", "file://ROOT/%2e%2e/secret.png", "file://ROOT/link.png",
		"file:///../ROOT/a.png", "file://localhostROOT/100%.png", "file://ROOT/%00", "FILE:ROOT//a.png",
	} {
		f.Add(uri)
	}
	f.Fuzz(func(t *testing.T, uri string) {
		uri = strings.ReplaceAll(uri, "ROOT", root)
		m := qq.Media{URI: uri}
		err := s.Ingest(context.Background(), &m)
		var known *qq.Error
		switch {
		case err == nil && (m.URI != "" || !validID(m.ID) || m.MIME == "" || m.Size == 0 || m.Width < 0 || m.Name == ""):
			t.Errorf("%q: taken as %+v", uri, m)
		case err != nil && (!errors.As(err, &known) || m != qq.Media{URI: uri}):
			t.Errorf("%q: %v, %+v", uri, err, m)
		case errors.Is(err, qq.ErrInternal):
			t.Errorf("%q: %v", uri, err)
		}
		if _, leaked := s.Stat(secretID); leaked {
			t.Fatalf("%q read a file outside the roots", uri)
		}
	})
}

// FuzzServe looks for a link that panics or opens a blob without a signature.
func FuzzServe(f *testing.F) {
	s := openStore(f, Options{})
	id := ingest(f, s, b64(pngOf(f, 3, 2, 1))).ID
	link, err := url.Parse(s.Link(id))
	must(f, err)
	f.Add(link.Path, link.RawQuery)
	f.Add("/media/"+string(id), "e=1&s=AAAAAAAAAAAAAAAAAAAAAA")
	f.Add("/media/key", "e=&s=;")
	f.Fuzz(func(t *testing.T, path, query string) {
		r := httptest.NewRequest("GET", "/", nil)
		r.URL.Path, r.URL.RawQuery = path, query
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		q := r.URL.Query()
		signed := url.Values{"e": {q.Get("e")}, "s": {q.Get("s")}}
		if good := path == link.Path && signed.Encode() == link.RawQuery; good != (w.Code == 200) {
			t.Errorf("%q ? %q: %d", path, query, w.Code)
		}
	})
}
