package runtime

import (
	"context"
	"strings"

	"llbot/actors/endpoint"
	"llbot/protocols/face"
	"llbot/protocols/qq"
	"llbot/protocols/satori"
)

// internalCalls reach the actions of the other protocols through Satori's
// internal calls, by the protocol's name before the dot.
type internalCalls map[string]face.Server

var _ satori.Internal = internalCalls{}

// Call runs an action in the form of its protocol's HTTP API.
func (c internalCalls) Call(ctx context.Context, caller qq.Caller, name string, params []byte) (status int, answer []byte) {
	protocol, action, _ := strings.Cut(name, ".")
	server := c[protocol]
	if server == nil {
		return 404, []byte(`{"message":"there is no protocol ` + protocol + `"}`)
	}
	r := server.Serve(ctx, endpoint.Accounts{caller}, face.Request{
		Route: &face.Route{Kind: face.RouteAction, Name: action, Account: caller.Account(), ContentType: "application/json"},
		Body:  params,
	})
	return r.Status, r.Body
}
