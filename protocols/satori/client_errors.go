package satori

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"llbot/protocols/qq"
)

const longestReason = 500 // bytes of a server's text that are kept

// Failure is what a server answered instead of a result; nil for 2xx. The text
// is the server's own, and Code its status. Statuses of 500 and above leave open
// whether the call was applied, except those that say that it cannot be served.
func Failure(status int, body []byte) error {
	if status >= 200 && status < 300 {
		return nil
	}
	e := &qq.Error{Kind: kindOf(status), Text: reasonOf(status, body), Code: status}
	if status >= statusInternalServerError && status != statusNotImplemented {
		e.Outcome = qq.Unknown
	}
	return e
}

func kindOf(status int) error {
	switch status {
	case statusBadRequest, statusRequestEntityTooLarge:
		return qq.ErrInvalid
	case statusUnauthorized, statusForbidden:
		return qq.ErrForbidden
	case statusNotFound, statusGone:
		return qq.ErrNotFound
	case statusMethodNotAllowed, statusNotImplemented:
		return qq.ErrUnsupported
	case statusConflict:
		return qq.ErrConflict
	case statusTooManyRequests:
		return qq.ErrRateLimited
	case statusServiceUnavailable:
		return qq.ErrOffline
	case statusGatewayTimeout:
		return qq.ErrTimeout
	}
	return qq.ErrUpstream
}

// reasonOf is the text that a person is told: printable and not too long.
func reasonOf(status int, body []byte) string {
	text := strings.TrimSpace(strings.ToValidUTF8(string(body[:min(len(body), longestReason)]), ""))
	text = strings.Map(func(r rune) rune {
		if r < ' ' && r != '\n' && r != '\t' || r == utf8.RuneError {
			return -1
		}
		return r
	}, text)
	if text == "" {
		return "the server answered with status " + strconv.Itoa(status)
	}
	return text
}
