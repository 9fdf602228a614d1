package satori

import (
	"context"
	"errors"
	"net/http"

	"llbot/protocols/face"
	"llbot/protocols/qq"
	"llbot/protocols/wire"
)

// status is the HTTP status of a failed call.
func status(err error) int {
	if _, ok := errors.AsType[wire.Faults](err); ok {
		return http.StatusBadRequest
	}
	for _, row := range []struct {
		kind   error
		status int
	}{
		{qq.ErrInvalid, http.StatusBadRequest},
		{qq.ErrMedia, http.StatusBadRequest},
		{qq.ErrForbidden, http.StatusForbidden},
		{qq.ErrMuted, http.StatusForbidden},
		{qq.ErrNotFound, http.StatusNotFound},
		{qq.ErrConflict, http.StatusConflict},
		{qq.ErrCursorGone, http.StatusGone},
		{qq.ErrRateLimited, http.StatusTooManyRequests},
		{qq.ErrUnsupported, http.StatusNotImplemented},
		{qq.ErrOffline, http.StatusServiceUnavailable},
		{qq.ErrTimeout, http.StatusGatewayTimeout},
		{context.DeadlineExceeded, http.StatusGatewayTimeout},
	} {
		if errors.Is(err, row.kind) {
			return row.status
		}
	}
	return http.StatusInternalServerError // ErrUpstream, ErrRiskControl, ErrInternal
}

// failure is the answer to a failed call.
func failure(err error) face.Response { return plain(status(err), err.Error()) }

// plain is a refusal with its reason: clients show the status and the text.
func plain(status int, reason string, headers ...face.Header) face.Response {
	return face.Response{Status: status, ContentType: "text/plain; charset=utf-8", Headers: headers, Body: []byte(reason)}
}

// Refuse puts a refusal from outside the face into the protocol's form.
func (s *Server) Refuse(r face.Refusal, reason string) face.Response {
	switch r {
	case face.RefuseBrowser:
		return plain(http.StatusForbidden, reason)
	case face.RefuseTooLarge:
		return plain(http.StatusRequestEntityTooLarge, reason)
	case face.RefuseLength:
		return plain(http.StatusBadRequest, reason)
	case face.RefuseBusy:
		return plain(http.StatusServiceUnavailable, reason)
	}
	return plain(http.StatusInternalServerError, reason)
}
