package media

import (
	"net/http"
	"net/url"
	"os"
	"strconv"
	"strings"
	"time"

	"llbot/protocols/qq"
)

const gone = "this server no longer holds the file"

// ServeHTTP answers GET and HEAD of the links that Link gave out, ranges
// included. Texts of refusals are for people: 403 for a link that was changed,
// 410 for one that is too old, 404 for a blob that is gone.
func (s *Store) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		http.Error(w, "only GET and HEAD", http.StatusMethodNotAllowed)
		return
	}
	id, expires, status, text := s.admit(r.URL)
	if status != http.StatusOK {
		http.Error(w, text, status)
		return
	}
	m, ok := s.measures(id)
	if !ok {
		http.Error(w, gone, http.StatusNotFound)
		return
	}
	file, err := os.Open(s.blobPath(id))
	if err != nil {
		s.Logger.Warn("media: cannot open a stored file", "id", string(id), "err", err)
		http.Error(w, gone, http.StatusNotFound)
		return
	}
	defer file.Close()
	setHeaders(w.Header(), id, m, expires.Sub(s.Now()))
	http.ServeContent(w, r, "", time.Time{}, file)
}

// admit checks a link; status is 200 when it is good.
func (s *Store) admit(link *url.URL) (id qq.ResourceID, expires time.Time, status int, text string) {
	name, found := strings.CutPrefix(link.Path, linkPath)
	query := link.Query()
	id = qq.ResourceID(name)
	if !found || !validID(id) {
		return "", time.Time{}, http.StatusNotFound, "there is no such file"
	}
	if !s.genuine(id, query.Get("e"), query.Get("s")) {
		return "", time.Time{}, http.StatusForbidden, "this link is not one of this server's or was changed"
	}
	end, err := strconv.ParseInt(query.Get("e"), 10, 64)
	if expires = time.Unix(end, 0); err != nil || !s.Now().Before(expires) {
		return "", time.Time{}, http.StatusGone, "this link has expired; ask for the file's link again"
	}
	return id, expires, http.StatusOK, ""
}

// Follow opens the blob that a link of this store leads to, and describes it. The
// file must be closed. Failures are *qq.Error: ErrForbidden for a link that was
// changed, ErrNotFound for one that is too old and for a blob that is gone.
func (s *Store) Follow(link string) (*os.File, qq.Media, error) {
	rest, here := strings.CutPrefix(link, s.Links())
	u, err := url.Parse(linkPath + rest)
	if !here || err != nil {
		return nil, qq.Media{}, qq.Errorf(qq.ErrForbidden, "the link is not one of this server's")
	}
	id, _, status, text := s.admit(u)
	switch status {
	case http.StatusOK:
	case http.StatusForbidden:
		return nil, qq.Media{}, qq.Errorf(qq.ErrForbidden, "%s", text)
	default:
		return nil, qq.Media{}, qq.Errorf(qq.ErrNotFound, "%s", text)
	}
	m, held := s.Stat(id)
	file, err := os.Open(s.blobPath(id))
	if !held || err != nil {
		return nil, qq.Media{}, qq.Errorf(qq.ErrNotFound, "%s", gone)
	}
	return file, m, nil
}

// setHeaders lets browsers show the picture and nothing else, for as long as
// the link works.
func setHeaders(h http.Header, id qq.ResourceID, m measures, left time.Duration) {
	h.Set("Content-Type", m.MIME)
	if !shown(m.MIME) {
		h.Set("Content-Disposition", "attachment")
	}
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Content-Security-Policy", "default-src 'none'; sandbox")
	h.Set("Cross-Origin-Resource-Policy", "cross-origin") // pages of bot programs show pictures
	h.Set("Cache-Control", "private, immutable, max-age="+strconv.Itoa(int(left/time.Second)))
	h.Set("ETag", `"`+string(id)+`"`)
}
