package face

import (
	"context"

	"llbot/protocols/qq"
)

// Head is what is known of an HTTP request before its body is read. The
// strings are the receiver's to keep.
type Head struct {
	Method      string
	Path        string // decoded, without the query
	Query       string // raw, without the question mark
	ContentType string
	Length      int64 // declared body length, -1 when unknown
	Upgrade     bool  // asks for a WebSocket
	Remote      string

	Host          string // Host header
	Origin        string // Origin header
	FetchSite     string // Sec-Fetch-Site header
	Authorization string
	// Get answers any other header ("" when absent). It may be called only
	// while the head is being routed.
	Get func(name string) string
}

// RouteKind tells what is to be done with a request.
type RouteKind uint8

// The kinds of route.
const (
	RouteAnswer RouteKind = iota + 1 // send Response, do not read the body
	RouteAction                      // read the body, then Serve
	RouteSocket                      // upgrade to a WebSocket, then talk through a Link
	RouteStream                      // answer as an SSE stream, talk through a Link
)

// Route is a face's decision on a request's head.
type Route struct {
	Kind     RouteKind
	Response Response // RouteAnswer

	// RouteAction: what Serve needs to remember of the head.
	Name        string    // action, API or method name; for logs too
	Account     qq.UserID // 0 = the endpoint's first account
	Query       string
	ContentType string
	Get         bool // parameters come from the query alone
	Idempotency string

	// RouteSocket, RouteStream.
	Talk Talk
	// Headers go out with the answer (CORS), with that of RouteAction too, so
	// that Serve need not repeat them; nil for most.
	Headers []Header
}

// Talk describes which conversation a connection is to have.
type Talk struct {
	Stream  bool   // SSE: one way, frames are SSE messages
	Role    string // the face's own word for the path, e.g. OneBot "api"
	Account qq.UserID
	Since   Position
	// Durable is the name under which the server keeps this client's place in
	// the log, "" for none; see DurableName.
	Durable string
}

// Header is one HTTP header line.
type Header struct{ Name, Value string }

// Response is a whole HTTP answer. A nil Body is an empty one.
type Response struct {
	Status      int
	ContentType string
	Headers     []Header
	Body        []byte
}

// Request is an action request with its body. All of it is lent: nothing may be
// kept after Serve returned.
type Request struct {
	Route *Route
	Body  []byte
	// Room is empty memory for the answer's Body, which may be appended to it
	// and then goes out before anybody else gets the memory.
	Room []byte
}

// Directory answers which accounts an endpoint serves, in configured order.
type Directory interface {
	// First is the account that the plain paths belong to; false when there is none.
	First() (qq.Caller, bool)
	// Account finds one served account.
	Account(id qq.UserID) (qq.Caller, bool)
	// All lists the served accounts.
	All() []qq.Caller
}

// Refusal is a request that failed outside the face.
type Refusal uint8

// The refusals.
const (
	RefuseBrowser  Refusal = iota + 1 // foreign Origin, Host or Sec-Fetch-Site: 403
	RefuseTooLarge                    // body over the limit: 413
	RefuseLength                      // the body broke off or its length is wrong: 400
	RefuseBusy                        // too many requests or connections: 503
	RefuseInternal                    // a fault of ours, e.g. a panic: 500
)

// Server is one protocol as an HTTP endpoint speaks it. Safe for concurrent use.
type Server interface {
	// Route decides on a request from its head alone: token, path, verb.
	Route(h *Head, dir Directory) Route
	// Serve runs an action and answers in the protocol's form; it never fails.
	Serve(ctx context.Context, dir Directory, req Request) Response
	// Refuse puts a refusal into the protocol's form.
	Refuse(r Refusal, reason string) Response
	// Link starts the conversation of a socket or stream.
	Link(talk Talk, dir Directory) Link
}
