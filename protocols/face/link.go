package face

import (
	"context"
	"time"

	"llbot/protocols/qq"
)

// Link is one connection's conversation as a pure state machine: inputs in,
// effects out. It is not safe for concurrent use; the closures of Run effects
// are run on other goroutines and must not touch the link's state.
type Link interface {
	// Open is called once, when the connection is up.
	Open(now qq.Time) []Effect
	// Frame takes one whole inbound message, text or binary alike. data is
	// the link's to keep.
	Frame(now qq.Time, data []byte) []Effect
	// Fire tells that the timer named key has run out.
	Fire(now qq.Time, key string) []Effect
}

// Prompter is a Link that can answer some messages on the spot: what is known
// already, without waiting for anybody.
type Prompter interface {
	Link
	// Prompt appends the payload of a message's whole answer to dst; false, and
	// dst unchanged, when the message has to go through Frame. It may be called
	// from any goroutine at any time and touches nothing of the link that
	// changes. data is lent.
	Prompt(dst, data []byte) ([]byte, bool)
}

// Effect is what a link wants done: Send, Subscribe, After, Run or Close.
// Effects are carried out in order.
type Effect interface{ effect() }

// Send puts one message on the connection. On a WebSocket Payload is the text
// of a frame; on a stream it is a whole SSE message (see AppendSSE).
type Send struct{ Payload []byte }

// Subscribe joins the connection to the event stream; a second one is ignored.
type Subscribe struct {
	Selection Selection
	Variant   Variant
	Since     Position
	// NoReplay, when set, names events that are left out when they lie before
	// the moment of subscribing: they told of a state that the protocol has
	// told otherwise by now.
	NoReplay func(qq.Event) bool
}

// After asks for Fire(key) after a delay; a pending timer of the same key is
// replaced, and a Delay of 0 or less cancels it.
type After struct {
	Key   string
	Delay time.Duration
}

// Run does something that may wait, e.g. an operation, off the connection's
// mailbox, and then carries out the effects that Do answers. When Do panics or
// cannot be started, Fail answers instead (nil: nothing is sent).
type Run struct {
	Do   func(ctx context.Context) []Effect
	Fail func(err error) []Effect
}

// Close ends the connection with a WebSocket close code and reason (at most
// 123 bytes); a stream is just ended.
type Close struct {
	Code   int
	Reason string
}

func (Send) effect()      {}
func (Subscribe) effect() {}
func (After) effect()     {}
func (Run) effect()       {}
func (Close) effect()     {}

// Selection says which events a subscriber wants. It is comparable.
type Selection struct {
	Accounts   Accounts
	ReportSelf bool // also what the accounts themselves said
}

// Wants tells whether an entry is selected.
func (s Selection) Wants(e *qq.Entry) bool {
	return s.Accounts.Has(e.Account) && (s.ReportSelf || !qq.FromSelf(e.Event))
}
