// Package upstream is what all drivers share whose QQ account is held by
// somebody else's server (LLBot, NapCat, Lagrange.Milky, Koishi, …) and reached
// through a protocol. It keeps the link and makes the log right; a driver
// brings the protocol.
//
// # How a driver plugs in
//
// A driver is a package under runtime/driver with one constructor,
//
//	func New(o upstream.Options) (*upstream.Driver, error)
//
// which builds two things and hands them to upstream.New:
//
//   - a Protocol: Connect opens the sockets, authenticates, asks who is logged
//     in, and answers a Link that reads events (Receive), asks for signs of life
//     (Ping, Probe) and ends (Close). The link decodes; it does not complete,
//     sort out repeats, mark own messages, reconnect or fill gaps.
//   - a Table made by NewTable: one handler for each operation that the protocol
//     carries (qq.Serve, typed both ways), and by Cannot the reason for each
//     that it does not carry. A census test holds both against qq.Catalogue.
//     The handlers take the newest link's sockets from wherever the Protocol
//     keeps them; Do runs them only while there is a link.
//
// Sockets come from Options.Dialer (transport.Client) and calls go through HTTP,
// which tells a call that was not delivered from one whose answer is missing.
// Handlers answer *qq.Error: Outcome is Unknown whenever the upstream may have
// done it. Blobs that are sent become base64 or links by Options.Upload.
//
// Add the driver to runtime/upstreams.go (one line) and, if it needs settings
// that Options has not, to runtime/config/upstream.go.
//
// # What the package does
//
//   - One link at a time. Run ends when it is lost and the account runs it again
//     with back-off and jitter. Both halves are watched: no sign of life from the
//     event side, or a call that is not answered, ends the link within 15 s; the
//     account is then shown as offline with the reason, and Do refuses at once.
//   - Who is logged in is known before the first event. Somebody else than the
//     configuration says is refused.
//   - Events are emitted in order, once. A message that was emitted is known by
//     chat and seq; another event that an upstream tells again after a
//     reconnect, by all it says. Behind a restart the log tells what was emitted.
//     Keys of events (qq.Emission.Origin) are their times with a count, so that
//     the last one also tells until when nothing is missing.
//   - Members, groups, friends and names that an event needs are fetched before
//     it is emitted; stubs stand for what cannot be found. Own messages are marked.
//   - The account's own messages are in the log whether the upstream tells of them
//     or not. What was sent and not told within a second is made out of the answer
//     to the send and the upstream's view of the message, before anything that came
//     after it in the chat; a link that told none so far is not waited for, one that
//     told some is given ten seconds. However late the upstream tells of it, it is
//     one event. It must be told or known by its chat and seq: uploads whose answers
//     name no message are only there if the upstream tells of them.
//   - After a gap the log gets a qq.EventsLost, then the missed messages out of
//     the upstream's history, oldest first and marked Late, then what came since.
//     Messages older than Timing.Backfill are left out. Events that are no
//     messages cannot be had back. Where a history ends before it comes to what is
//     known of a chat, the mark says so and names the chat.
//   - What the driver cannot read travels as qq.UnknownEvent or qq.Raw. A frame
//     that is no event at all ends the link: then history tells what it was.
//   - A send without an answer is unknown, never tried again, and known again by
//     its echo: the first of the account's own messages in that chat, since the
//     try, that says the same and belongs to no other send; for upstreams that
//     do not tell of own messages it is looked for in history. Then DoOnce and
//     Recall answer with it. The newest attempts are written down, so that this
//     holds behind a crash too; what nobody finds stays unknown.
package upstream
