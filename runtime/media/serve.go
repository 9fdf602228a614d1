package media

import (
	"net/http"
	"os"
	"strconv"
	"strings"
	"time"

	"llbot/protocols/qq"
)

// ServeHTTP answers GET and HEAD of the links that Link gave out, ranges
// included. Texts of refusals are for people: 403 for a link that was changed,
// 410 for one that is too old, 404 for a blob that is gone.
func (s *Store) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		http.Error(w, "only GET and HEAD", http.StatusMethodNotAllowed)
		return
	}
	id, expires, status, text := s.admit(r)
	if status != http.StatusOK {
		http.Error(w, text, status)
		return
	}
	m, ok := s.measures(id)
	if !ok {
		http.Error(w, "this server no longer holds the file", http.StatusNotFound)
		return
	}
	file, err := os.Open(s.blobPath(id))
	if err != nil {
		s.Logger.Warn("media: cannot open a stored file", "id", string(id), "err", err)
		http.Error(w, "this server no longer holds the file", http.StatusNotFound)
		return
	}
	defer file.Close()
	setHeaders(w.Header(), id, m, expires.Sub(s.Now()))
	http.ServeContent(w, r, "", time.Time{}, file)
}

// admit checks a link; status is 200 when it is good.
func (s *Store) admit(r *http.Request) (id qq.ResourceID, expires time.Time, status int, text string) {
	name, found := strings.CutPrefix(r.URL.Path, linkPath)
	query := r.URL.Query()
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
