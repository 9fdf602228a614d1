package upstream

import (
	"errors"
	"net/http"

	"llbot/protocols/qq"
	"llbot/runtime/transport"
)

// ErrToken is in the chain of what Connect or Probe answers when the upstream
// does not take our token. A WebSocket refused with 401 or 403 needs no such
// mark.
var ErrToken = errors.New("the upstream does not take our token")

// TokenRefused marks why an upstream refuses a token.
func TokenRefused(why error) error {
	return &qq.Error{Kind: qq.ErrOffline, Text: why.Error(), Cause: errors.Join(ErrToken, why)}
}

// explained tells what a person has to do about the end of a link, where there
// is something: then it is ErrForbidden, which trying again does not mend.
func (d *Driver) explained(err error) error {
	refused, answered := errors.AsType[*transport.HandshakeError](err)
	if !errors.Is(err, ErrToken) && (!answered || refused.Status != http.StatusUnauthorized && refused.Status != http.StatusForbidden) {
		return err
	}
	text := " does not take our token: write the one that is set there as token of this account, and start llbot again"
	if d.o.Token == "" {
		text = " wants a token and we have none: write the one that is set there as token of this account, and start llbot again"
	}
	return &qq.Error{Kind: qq.ErrForbidden, Text: "the upstream " + d.Name() + text, Cause: err}
}
