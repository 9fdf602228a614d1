// Package satori is the driver of an account that a Satori server holds: LLBot,
// Koishi with its Satori server plugin, or another llbot. It was tried against
// our own server; what is said of others comes from their public documentation
// and source, and fixtures were written from that.
//
// # What Satori carries
//
// Messages with history and reactions, friends, groups, members, requests: the
// operations of the table. Whatever else QQ can do is Unsupported, with the reason
// (reasons.go); what a server does not list among its features is so too. CARRIES.md
// beside this folder has the table, which a test measures, with what gets lost of
// what is carried; satori.Losses says the latter in words. There is no way around it by native
// calls (/v1/internal): their messages have ids of another protocol, and servers
// that have them speak that protocol as well: use its driver.
//
// A segment that the server would lose on the way to QQ refuses the whole message,
// rather than that less is said than was asked.
//
// # Ids
//
// Satori's ids are strings that each server makes in its own way, while a reference
// has a chat and a number:
//
//   - llbot: "2|<group>|<seq>", "1|<number>|<seq>": the reference itself.
//   - LLBot: the same with the uid of the peer in private chats; the number is that
//     of the channel, and the uid is kept in a note.
//   - Koishi, adapter milky: the seq alone; the channel gives the rest.
//   - Koishi, adapter onebot, and all others: no number in it that rises. The seq is
//     made of the time of the message and kept in notes both ways, so that it
//     stays what it was after a restart. Messages that were never told have no name.
//
// Requests of groups whose ids have another form than ours get their numbers in the
// same way; those of friends are named by the id as it is.
//
// A guild is a group and its only channel has its number; "private:<number>" and
// "temporary:<number>" are private chats. Users, guilds and channels that are no
// numbers belong to other platforms: events about them travel as UnknownEvent.
//
// # The link
//
// IDENTIFY over the events socket, READY, then PING every few seconds; calls go over
// HTTP and name the login by headers. Several accounts at one server are several
// configured accounts, each with a link of its own. An llbot is told how far the log
// goes and sends all that came behind it, each event once: its numbers are the keys
// of the log. Others cannot, and messages are filled in from message.list. An llbot
// also takes the nonces of keyed operations as Idempotency-Key, so that a send whose
// answer was lost is asked for again and never made twice; with others it is known
// again by the account's own message, where the server tells of those (llbot with
// report_self, some adapters of Koishi) or in history. What we sent ourselves is
// told by the driver where the server does not.
package satori
