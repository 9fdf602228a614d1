package milky

import (
	"errors"
	"fmt"

	"llbot/protocols/face"
	"llbot/protocols/qq"
	"llbot/protocols/wire"
)

// The return codes of Milky; failures of HTTP itself use the positive status.
const (
	codeInvalid  = -400
	codeOffline  = -403
	codeNotFound = -404
	codeFailed   = -500
)

// failure answers a call that reached its API: 200 with a negative retcode.
func failure(err error) face.Response {
	code, message := retcode(err)
	return refusal(200, code, message)
}

// retcode gives the code of an error and the text that callers are told.
func retcode(err error) (code int, message string) {
	if faults, ok := errors.AsType[wire.Faults](err); ok {
		return codeInvalid, "Invalid payload: " + faults.Error()
	}
	e := qq.AsError(err)
	message = e.Text
	if message == "" {
		message = e.Kind.Error()
	}
	switch e.Kind {
	case qq.ErrInvalid:
		return codeInvalid, message
	case qq.ErrOffline:
		return codeOffline, message
	case qq.ErrNotFound:
		return codeNotFound, message
	case qq.ErrUpstream:
		if e.Code == 0 { // another server's word, not QQ's
			return codeFailed, message
		}
		return codeFailed, fmt.Sprintf("%s (QQ code %d)", message, e.Code)
	}
	return codeFailed, message
}
