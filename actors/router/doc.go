// Package router is the event router: it brings each event from the journal to
// every connection that wants it.
//
//   - Event: one log entry with its encodings, made lazily, once, and shared.
//   - Recent: the latest events by number, so that laggards share encodings too.
//   - Outbox: the only writer of a connection; its policy towards slow peers.
//   - shards: actors that own lanes (connections with the same selection and
//     variant) and write one joined buffer per lane and batch.
//   - hub: who lives in which shard, how busy the router is, who watches.
//
// A connection is fed either by its shard (live) or by its owner, who reads the
// log (catching up). The owner joins with the number it has read up to; the
// shard adds what came since from a short memory and takes over, or says how
// far to read on. A live connection that does not keep up is put out of its
// lane and its owner told the number to read on from.
package router
