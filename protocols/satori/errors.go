package satori

import (
	"context"
	"errors"

	"llbot/protocols/face"
	"llbot/protocols/qq"
	"llbot/protocols/wire"
)

// status is the HTTP status of a failed call.
func status(err error) int {
	if _, ok := errors.AsType[wire.Faults](err); ok {
		return statusBadRequest
	}
	for _, row := range []struct {
		kind   error
		status int
	}{
		{qq.ErrInvalid, statusBadRequest},
		{qq.ErrMedia, statusBadRequest},
		{qq.ErrForbidden, statusForbidden},
		{qq.ErrMuted, statusForbidden},
		{qq.ErrNotFound, statusNotFound},
		{qq.ErrConflict, statusConflict},
		{qq.ErrCursorGone, statusGone},
		{qq.ErrRateLimited, statusTooManyRequests},
		{qq.ErrUnsupported, statusNotImplemented},
		{qq.ErrOffline, statusServiceUnavailable},
		{qq.ErrTimeout, statusGatewayTimeout},
		{context.DeadlineExceeded, statusGatewayTimeout},
	} {
		if errors.Is(err, row.kind) {
			return row.status
		}
	}
	return statusInternalServerError // ErrUpstream, ErrRiskControl, ErrInternal
}

// failure is the answer to a failed call: what a person is told, without the
// name that the operation has inside.
func failure(err error) face.Response {
	text := err.Error()
	if e, ok := errors.AsType[*qq.Error](err); ok && e.Text != "" {
		text = e.Text
	}
	return plain(status(err), text)
}

// plain is a refusal with its reason: clients show the status and the text.
func plain(status int, reason string, headers ...face.Header) face.Response {
	return face.Response{Status: status, ContentType: "text/plain; charset=utf-8", Headers: headers, Body: []byte(reason)}
}

// Refuse puts a refusal from outside the face into the protocol's form.
func (s *Server) Refuse(r face.Refusal, reason string) face.Response {
	switch r {
	case face.RefuseBrowser:
		return plain(statusForbidden, reason)
	case face.RefuseTooLarge:
		return plain(statusRequestEntityTooLarge, reason)
	case face.RefuseLength:
		return plain(statusBadRequest, reason)
	case face.RefuseBusy:
		return plain(statusServiceUnavailable, reason)
	}
	return plain(statusInternalServerError, reason)
}
