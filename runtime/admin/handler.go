package admin

import (
	"fmt"
	"net/http"
	"net/http/pprof"
	"runtime/debug"
	"strings"
	"time"

	"llbot/protocols/face"
	"llbot/protocols/qq"
)

// Handler is everything the server answers, for tests and for those who serve
// it themselves.
func (s *Server) Handler() http.Handler {
	guarded := http.NewServeMux()
	guarded.HandleFunc("/healthz", s.healthy)
	guarded.HandleFunc("/readyz", s.ready)
	guarded.Handle("/metrics", s.Metrics)
	guarded.HandleFunc("/api/", s.authorised(s.api))
	guarded.HandleFunc("/debug/pprof/", s.authorised(pprof.Index))
	guarded.HandleFunc("/debug/pprof/cmdline", s.authorised(pprof.Cmdline))
	guarded.HandleFunc("/debug/pprof/profile", s.authorised(pprof.Profile))
	guarded.HandleFunc("/debug/pprof/symbol", s.authorised(pprof.Symbol))
	guarded.HandleFunc("/debug/pprof/trace", s.authorised(pprof.Trace))
	guarded.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) {
		s.refuse(w, http.StatusNotFound, "nothing is here; there are /healthz, /readyz, /metrics, /debug/pprof/, /media/ and /api/")
	})
	open := http.NewServeMux()
	open.Handle("/", s.guard(guarded))
	open.Handle("/media/", s.Media) // a page of a bot program may show a picture; its link is signed
	return s.recover(bounded(open))
}

// guard keeps foreign web pages and rebound host names out.
func (s *Server) guard(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if reason := s.Guard.Check(headOf(r)); reason != "" {
			s.refuse(w, http.StatusForbidden, reason)
			return
		}
		next.ServeHTTP(w, r)
	})
}

func headOf(r *http.Request) *face.Head {
	return &face.Head{
		Method: r.Method, Path: r.URL.Path, Remote: r.RemoteAddr,
		Host: r.Host, Origin: r.Header.Get("Origin"), FetchSite: r.Header.Get("Sec-Fetch-Site"),
	}
}

// recover keeps a panic to its request. What was thrown goes to the log only.
func (s *Server) recover(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			thrown := recover()
			if thrown == nil {
				return
			}
			if thrown == http.ErrAbortHandler {
				panic(thrown) // the library's own way to cut a connection
			}
			s.Logger.Error("admin: panic", "path", r.URL.Path, "panic", fmt.Sprint(thrown), "stack", string(debug.Stack()))
			s.refuse(w, http.StatusInternalServerError, "internal error; see the log")
		}()
		next.ServeHTTP(w, r)
	})
}

// bodyTime is how long a request's body may take.
const bodyTime = time.Minute

// bounded gives requests with a body a deadline for it. The server's own
// ReadTimeout would also end calls that last longer than their body.
func bounded(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.ContentLength != 0 {
			setReadDeadline(w, time.Now().Add(bodyTime))
		}
		next.ServeHTTP(w, r)
	})
}

// setReadDeadline bounds reading from the connection behind w. Where deadlines
// are not to be had, which is in tests, there is no connection to guard.
func setReadDeadline(w http.ResponseWriter, at time.Time) {
	_ = http.NewResponseController(w).SetReadDeadline(at)
}

func brokenBody(err error) error {
	return qq.Errorf(qq.ErrInvalid, "the body broke off: %w", err)
}

func (s *Server) healthy(w http.ResponseWriter, r *http.Request) { s.tell(w, r, http.StatusOK, "ok") }

// ready answers 200 when the server does its work, else 503 with the reasons
// why it does not.
func (s *Server) ready(w http.ResponseWriter, r *http.Request) {
	if reasons := s.Ready(); len(reasons) > 0 {
		s.tell(w, r, http.StatusServiceUnavailable, "not ready: "+strings.Join(reasons, "; "))
		return
	}
	s.tell(w, r, http.StatusOK, "ok")
}

func (s *Server) tell(w http.ResponseWriter, r *http.Request, status int, text string) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		s.refuse(w, http.StatusMethodNotAllowed, r.URL.Path+" is asked with GET")
		return
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	if _, err := fmt.Fprintln(w, text); err != nil {
		s.Logger.Debug("admin: the caller went away", "err", err)
	}
}
