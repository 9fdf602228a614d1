// Package milky is the driver of accounts that a Milky server holds: LLBot,
// Lagrange.Milky, Yogurt, or another llbot. Calls go over HTTP, events come
// over the WebSocket of /event. Package upstream keeps the link; the protocol's
// own side is milky.Client in protocols/milky.
//
// The URL is that of the server with its prefix, if it has one: what stands
// before /api and /event. Other accounts than a llbot's first one are reached by
// http://host:port/<uin>.
//
// What Milky cannot carry:
//   - Operations: those of reasons, in table.go. Milky has no API for them.
//   - Carried in part: the flags of an announcement, the remark for a new friend,
//     and the reason of a refused invitation are left out. A forwarded stored
//     message is said again, without its quote; a set by its id cannot be sent.
//     Folders of the friend list are those that hold a friend. History is read
//     from its end; forward only from a known message on.
//   - Content: dice, rock-paper-scissors, shop stickers, songs, shared links,
//     contacts, places, pokes, shakes, XML and speech cannot be sent. Files are,
//     alone. Received, dice and RPS are faces, and what Milky has no segment for
//     is the text that the server makes of it.
//   - Events: friend added, deleted and changed, card and title changes, likes,
//     honours, lucky kings, typing, recalled nudges, grey tips, profile changes,
//     devices, buttons and flash transfers are not told.
//   - Fields: what Milky's entities lack stays empty: avatars, a group's owner
//     and state, a member's age and city, names of files, the sizes of pictures
//     in bytes. Instants are whole seconds.
//   - Failures: kinds beside invalid, offline and not found arrive as the
//     server's text.
package milky
