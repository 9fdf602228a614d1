// Package milky is the driver of accounts that a Milky server holds: LLBot,
// Lagrange.Milky, Yogurt, or another llbot. Calls go over HTTP, events come
// over the WebSocket of /event. Package upstream keeps the link; the protocol's
// own side is milky.Client in protocols/milky.
//
// The URL is that of the server with its prefix, if it has one: what stands
// before /api and /event. Other accounts than a llbot's first one are reached by
// http://host:port/<uin>.
//
// What Milky cannot carry stands in CARRIES.md beside this folder, which a test
// measures; why it cannot, in table.go. Beyond that table: a forwarded stored
// message is said again, without its quote; files are sent alone, and a set by its
// id not at all; folders of the friend list are those that hold a friend; history
// is read from its end, forward only from a known message on; kinds of failures
// beside invalid, offline and not found arrive as the server's text.
package milky
