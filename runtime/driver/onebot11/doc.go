// Package onebot11 is the driver of accounts that a OneBot 11 server holds:
// LLBot, NapCat, SnowLuma, go-cqhttp, or this program itself. It plugs into
// package upstream, which keeps the link and makes the log right; the words of
// the protocol are protocols/onebot11's client side.
//
// # Ways
//
// A forward WebSocket (url ws://…), one connection for events and actions; a
// reverse WebSocket (listen ws://…), which the server dials with the role
// Universal; the HTTP API (url http://…) with events that are posted to us
// (listen http://…, secret) or, without listen, by its stream /_events.
//
// A WebSocket answers pings, which tells of both directions. Posts and the
// stream have nothing of the kind: there the server's heartbeats tell that events
// come. Once one was seen, silence of two and a half of its intervals (10 seconds
// at least) ends the link, though calls are answered, and there is none before
// something comes again; then history fills the gap in. From a server that sends
// no heartbeats answered calls are the only sign of life; that is told once as a
// warning.
//
// # Which message is which
//
// OneBot names a message by message_id alone; inside, a message is its chat and
// QQ's own number in it (seq). The number is taken from where the dialect tells
// it: message_seq at LLBot, go-cqhttp and SnowLuma, real_seq at NapCat. The last
// 50 000 messages are remembered both ways; an id that is not remembered is
// asked for by get_msg, a number by the chat's history, so nothing depends on
// what was remembered before a restart. Where no number is told, or get_msg
// knows the message no longer, the number is 2^52 with the message_id in its low
// 32 bits: it names the message for ever, is not in the order of the chat, and
// needs no memory.
//
// # Dialects
//
// get_version_info tells the implementation; each has a file: where numbers
// stand, how a page of history ends, other names of LLBot's actions, actions it
// lacks (whose operations are then unsupported, with the reason), flags of
// requests. Flags that do not follow from the request are kept over restarts.
//
// Our own server also numbers its events (_sn): the link goes on behind the last
// number that our log holds, so nothing is missed, late or doubled by an outage
// (not over /_events, whose stream has no numbers: there history fills in);
// and it takes idempotency keys, so that a send whose answer was lost is asked
// again under its key. The others are filled in from history and reconciled by
// the echo of the own message or by history. Servers need not report own messages
// (reportSelfMessage: at NapCat in network.websocketServers[] and its siblings, at
// SnowLuma in networks.wsServers[]): what we sent ourselves is told all the same, but
// what the account says elsewhere (on its phone) is then not heard.
//
// Limits of single ones: go-cqhttp has no history of friends and uploads files
// only when it can fetch them (media_out: url). SnowLuma's own private messages do
// not tell to whom they went: those that were sent through us are known by their
// seqs and words, others travel as unknown events, and are messages where a chat's
// history is read. NapCat forgets its ids at a restart.
//
// # What OneBot 11 cannot carry
//
// CARRIES.md beside this folder is the table, which a test measures; the reasons
// stand in table.go and in the dialects' files. Beyond that table: friend requests
// cannot be listed but for those that QQ filtered; of group notifications only
// requests are listed, and how one was handled is not told (it counts as ignored);
// the ResourceID of a received blob is the kind and the file name that get_image,
// get_record or get_file take; of failures the text is kept, and the retcode where
// it says more than that it failed.
//
// protocols/onebot11/testdata/client_events.golden and client_operations.golden
// list this field by field; runtime/testdata/upstream_*_by_onebot.golden is what
// remains of it between two of our servers.
package onebot11
