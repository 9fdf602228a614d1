package upstream

import (
	"context"

	"llbot/protocols/qq"
)

// Protocol is what a driver brings beside its Table: how its upstream is
// connected to.
type Protocol interface {
	// Name of the kind of driver, e.g. "milky".
	Name() string
	// Connect opens everything that the link needs (sockets, subscriptions),
	// authenticates, and answers once the upstream has said who it is. Events
	// that come from here on are not lost: Receive hands them over. What was
	// opened is closed when it fails.
	Connect(ctx context.Context) (Link, error)
}

// Link is one life of a connection. Its methods may be called from several
// goroutines; Receive is called once.
type Link interface {
	// Login is who the upstream is logged in as; the ID is valid.
	Login() qq.Login
	// Receive reads events in order until the link ends, and tells why. on may
	// block; nothing must be read meanwhile, so that the upstream is held up
	// and not our memory filled.
	Receive(on func(Inbound)) error
	// Ping asks for a sign of life on the side where events come; whatever
	// comes of it is handed to Receive's on. nil where the upstream beats by
	// itself often enough.
	Ping() error
	// Probe proves that calls are answered, with the cheapest call that fails
	// while the account is not logged in: online tells that. The error means
	// that calls are not answered. ctx bounds it.
	Probe(ctx context.Context) (online bool, err error)
	// Close ends everything at once; Receive returns.
	Close()
}

// Resuming is a Link whose upstream sends by itself what was missed.
type Resuming interface {
	// Resumed tells that nothing is missing since the link before; asked once
	// Connect has answered.
	Resumed() bool
}

// Positioned is a Protocol whose upstream numbers its events, rising for ever,
// and sends by itself what came behind a number. Such events carry Position, and
// the log itself tells where to go on.
type Positioned interface {
	// Behind is the greatest position that the log holds, 0 for none; told before
	// Connect, which asks the upstream to go on there.
	Behind(position uint64)
}

// Awaited is a Protocol whose upstream dials us.
type Awaited interface {
	// Awaits tells that Connect waits for somebody to come, for however long that
	// takes: it listens all the while, and bounds only what follows by Timing.Connect.
	Awaits() bool
	// Awaited says in one sentence for whom Connect waits now, and why those who
	// came were turned away; "" while it waits for nobody.
	Awaited() string
}

// Keyed is a Protocol whose upstream may do a call at most once under a key that
// goes with it, see Nonce: asked again under the same key it answers what it
// answered first.
type Keyed interface {
	// Keyed tells whether the upstream of the newest link does so.
	Keyed() bool
}

// Inbound is one thing that came over a link. Without Event it is a sign of
// life only. What cannot be read as an event that qq knows is a
// *qq.UnknownEvent made by Unknown.
type Inbound struct {
	Time  qq.Time // when it happened, by the upstream's clock; 0 = now
	Event qq.Event
	// Position is the upstream's own number of the event, see Positioned; 0 for
	// none. It is below 2^62.
	Position uint64
	// Own is the account's own private message that Event stands for, where the
	// upstream does not tell to whom it went; its seq is known. It is emitted
	// instead of Event when the answer to its send tells the chat.
	Own *qq.Message
}

// Unknown is an event that qq does not know: it travels unread, under a name
// that no event of ours has. raw is JSON text.
func Unknown(driver, kind string, raw []byte) *qq.UnknownEvent {
	return &qq.UnknownEvent{Kind: driver + ":" + kind, Data: raw}
}
