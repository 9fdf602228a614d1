package admin

import (
	"context"
	"errors"
	"net/http"
	"strconv"

	"llbot/protocols/qq"
	"llbot/protocols/wire"
)

// fault is the body of every refusal.
type fault struct {
	Error string `json:"error"`
}

func (s *Server) write(w http.ResponseWriter, status int, v any) {
	text, err := wire.Marshal(v)
	if err != nil { // a type of ours that cannot be written
		s.Logger.Error("admin: cannot write an answer", "err", err)
		status, text = http.StatusInternalServerError, []byte(`{"error":"internal error; see the log"}`)
	}
	s.hand(w, status, jsonType, append(text, '\n'))
}

// The media types of answers.
const (
	jsonType = "application/json; charset=utf-8"
	yamlType = "text/yaml; charset=utf-8"
)

// hand writes an answer that is text already.
func (s *Server) hand(w http.ResponseWriter, status int, media string, text []byte) {
	h := w.Header()
	h.Set("Content-Type", media)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cache-Control", "no-store")
	h.Set("Content-Length", strconv.Itoa(len(text)))
	w.WriteHeader(status)
	if _, err := w.Write(text); err != nil {
		s.Logger.Debug("admin: the caller went away", "err", err)
	}
}

func (s *Server) refuse(w http.ResponseWriter, status int, text string) {
	s.write(w, status, fault{text})
}

// statusOf turns a failure into an HTTP status: 4xx for what the caller or the
// world is to blame for.
func statusOf(err error) int {
	var faults wire.Faults
	var tooLarge *http.MaxBytesError
	switch {
	case errors.Is(err, qq.ErrNotFound): // several at once, each named
		return http.StatusNotFound
	case errors.As(err, &faults):
		return http.StatusBadRequest
	case errors.As(err, &tooLarge):
		return http.StatusRequestEntityTooLarge
	}
	for _, k := range []struct {
		kind   error
		status int
	}{
		{qq.ErrInvalid, http.StatusBadRequest},
		{qq.ErrMedia, http.StatusBadRequest},
		{qq.ErrCursorGone, http.StatusGone},
		{qq.ErrForbidden, http.StatusForbidden},
		{qq.ErrMuted, http.StatusForbidden},
		{qq.ErrConflict, http.StatusConflict},
		{qq.ErrOffline, http.StatusConflict},
		{qq.ErrUnsupported, http.StatusUnprocessableEntity},
		{qq.ErrUpstream, http.StatusUnprocessableEntity},
		{qq.ErrRateLimited, http.StatusTooManyRequests},
		{qq.ErrRiskControl, http.StatusTooManyRequests},
		{qq.ErrTimeout, http.StatusGatewayTimeout},
		{context.DeadlineExceeded, http.StatusGatewayTimeout},
		{context.Canceled, http.StatusServiceUnavailable},
	} {
		if errors.Is(err, k.kind) {
			return k.status
		}
	}
	return http.StatusInternalServerError
}
