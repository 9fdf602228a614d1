// Package conn holds the actors of single connections and targets: live
// connections (forward WebSockets, SSE streams, the sockets of reverse links),
// the reverse links that dial them, webhook targets, and subscribers inside
// the process.
//
// A conn knows bytes, not protocols: what is said is decided by a face.Link or
// face.Hook, which are pure; the conn carries out their effects, keeps their
// clock and owns the life of the connection. Live events do not pass through
// it: the router's shard writes them to the connection's outbox. Only a
// connection that lags, or asked for an earlier position, is fed from the log
// by its conn until it has caught up.
package conn
