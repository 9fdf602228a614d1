// Package milky is the Milky 1.3 face (https://milky.ntqqrev.org): API calls
// over HTTP, events over WebSocket, SSE and webhooks. It is pure: requests,
// log entries and inputs go in, answers, texts and effects come out.
//
// Paths are {prefix}/api/{name} and {prefix}/event for the endpoint's first
// account, and {prefix}/{uin}/api/{name} and {prefix}/{uin}/event for each.
//
// Where the specification is silent or peers differ, this face decides:
//   - The token is checked first, then the name, then the content type, so that
//     a stranger learns nothing. Refusals of HTTP (401, 403 for a foreign web
//     page, 404, 405, 413, 415 …) carry the failed envelope with the status as
//     retcode.
//   - -400 is also the answer to what the schema allows and the meaning does not: a
//     message without content, eleven likes at once, a mute of a year.
//   - The token may come with any scheme word, or bare, not with Bearer alone.
//   - A wrong token is answered 401 before a WebSocket is opened.
//   - An event's time is when it happened, also when it is replayed.
//   - SSE messages carry an id line; Last-Event-ID and ?since= choose where the
//     stream begins. A comment line every 20 seconds keeps it alive.
//   - An event is not sent while an id that it must carry is unknown; optional
//     ids that are unknown are left out.
//   - Content that QQ has and Milky has not is told in words ("[shake]"), a die and
//     rock, paper, scissors as QQ's faces 358 and 359. Content of kinds unknown
//     here is left out of segments; the message itself is still told, with an
//     empty list if need be.
//   - Entries of lists (files, announcements, requests) that lack an id which they
//     must carry are left out, since clients would refuse the whole list.
//   - An optional URI may be "" for none.
//   - Files of temporary chats are told as friend_file_upload too. The account's own
//     uploads are told, in messages and as uploads, where own messages are reported.
//   - A recalled message is not found by get_message.
//   - An empty body counts as {}; null does not.
//   - Where the option NoCredentials says so, get_cookies and get_csrf_token are
//     404, as APIs that do not exist.
//   - A token in a query may be escaped or stand there as it is.
//   - Without a login get_login_info and get_impl_info are answered all the same;
//     everything else is -403.
//   - send_private_message to somebody who is no friend goes through a group
//     that both are in; without one, and for what is for friends only (files,
//     nudges, pins), the answer is -404.
//   - A file that cannot be had, and a quote of a message that is not there, fail
//     the whole call: nothing of the message is sent.
//   - recall_private_message looks for the message in the chat with the friend
//     and then in the temporary chat with the same user.
//   - The header Idempotency-Key, or the parameter _idempotency_key, puts what an
//     API changes under that key: called again, it answers what it answered
//     first and does nothing twice. With other parameters it fails with -500.
//     APIs that only read take no notice of it.
//   - quit_group does not disband: an owner is refused.
package milky
