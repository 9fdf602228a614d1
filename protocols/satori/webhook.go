package satori

import (
	"context"
	"net/url"
	"strconv"
	"strings"

	"llbot/protocols/action"
	"llbot/protocols/qq"
	"llbot/protocols/wire"
)

// Hooks keeps the webhooks that bot programs register at an endpoint. They get
// the events of all its accounts, from the registration on and over restarts
// of the server.
type Hooks interface {
	// Create registers a URL, with the token that its receiver wants to see, ""
	// for none. A URL that is known gets the new token and keeps its place.
	Create(ctx context.Context, url, token string) error
	// Delete ends the deliveries to a URL for good; false when it was not
	// registered.
	Delete(ctx context.Context, url string) (bool, error)
}

// The names of the methods, behind /v1/.
const (
	hookCreateName = "meta/webhook.create"
	hookDeleteName = "meta/webhook.delete"
)

// hookActions register webhooks (https://satori.chat/zh-CN/advanced/meta.html).
// They belong to the endpoint: no login is named.
func hookActions(hooks Hooks) []action.Action {
	return []action.Action{
		action.Handle(hookCreateName, func(ctx context.Context, _ qq.Caller, p hookCreate) (empty, error) {
			return empty{}, hooks.Create(ctx, string(p.URL), string(p.Token.Value))
		}).Acts(qq.ClassSystem).Says("Registers a webhook of this endpoint for the events of all its accounts."),
		action.Handle(hookDeleteName, func(ctx context.Context, _ qq.Caller, p hookDelete) (empty, error) {
			_, err := hooks.Delete(ctx, string(p.URL)) // an unknown one is no error
			return empty{}, err
		}).Acts(qq.ClassSystem).Says("Ends a webhook; an unknown one is no error."),
	}
}

type hookCreate struct {
	URL   hookURL                  `json:"url" doc:"http or https"`
	Token wire.Optional[hookToken] `json:"token" doc:"sent along as Authorization: Bearer"`
}

type hookDelete struct {
	URL wire.Str `json:"url" doc:"http or https"`
}

// hookURL is where events are posted to. What is wrong with it is told without
// its text, which may hold secrets.
type hookURL string

// DecodeWire reads an http or https URL.
func (u *hookURL) DecodeWire(c wire.Cursor) {
	if kind := c.Kind(); kind != "a string" {
		c.Fault("must be a string, not " + kind)
		return
	}
	var text wire.Str
	c.Into(&text)
	if reason := notPostable(string(text)); reason != "" {
		c.Fault(reason)
	}
	*u = hookURL(text)
}

// notPostable tells what is wrong with a webhook's URL, "" for nothing.
func notPostable(text string) string {
	u, err := url.Parse(text)
	switch {
	case err != nil || strings.ContainsAny(text, " \t\r\n"):
		return "must be a URL"
	case u.Scheme != "http" && u.Scheme != "https":
		return "must begin with http:// or https://"
	case u.Hostname() == "":
		return "must name a host"
	case u.User != nil:
		return "must hold neither user nor password: give a token"
	case u.Fragment != "":
		return `must hold no "#": what follows is never sent`
	}
	if port, err := strconv.ParseUint(u.Port(), 10, 16); u.Port() != "" && (err != nil || port == 0) {
		return "must name a port from 1 to 65535"
	}
	return ""
}

// hookToken becomes part of a header.
type hookToken string

// DecodeWire reads a token.
func (t *hookToken) DecodeWire(c wire.Cursor) {
	var text wire.Str
	c.Into(&text)
	if strings.ContainsFunc(string(text), func(r rune) bool { return r < ' ' || r == 0x7f }) {
		c.Fault("must hold no control characters")
	}
	*t = hookToken(text)
}
