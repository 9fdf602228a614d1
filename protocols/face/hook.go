package face

import (
	"context"
	"time"

	"llbot/protocols/qq"
)

// Hook is one protocol's webhook: how events are posted to a URL and what the
// answers mean. Safe for concurrent use.
type Hook interface {
	// Encoder is the form of the posted bodies.
	Encoder() Encoder
	// Headers go with a body, Content-Type included.
	Headers(account qq.UserID, body []byte) []Header
	// Proven tells whether an answer with this status proves delivery.
	Proven(status int) bool
	// Answer gives what the answer's body asks to be done (a quick operation),
	// or nil. body is the hook's to keep.
	Answer(caller qq.Caller, e *qq.Entry, body []byte) func(ctx context.Context) error
	// Beat is the heartbeat's interval, 0 for none, and the maker of its body.
	Beat() (every time.Duration, body func(ctx context.Context, caller qq.Caller, now qq.Time) []byte)
}

// Dialed is one protocol's reverse link: what the dialer sends with its
// handshake and the conversation that follows. Safe for concurrent use.
type Dialed interface {
	Headers(account qq.UserID) []Header
	Link(caller qq.Caller) Link
}
