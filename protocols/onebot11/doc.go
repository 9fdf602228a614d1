// Package onebot11 is the OneBot 11 face: HTTP API with server-sent events,
// forward and reverse WebSocket, HTTP POST webhooks with quick operations, CQ
// codes. It speaks OneBot 11 (the v11 text of 2021) in the dialect of LLBot
// 8.1, which is what today's bot programs are tested against.
//
// Everything is pure: values in, values out. Clock, sockets and retries belong
// to the actors that run what this package describes.
//
// # Deviations from LLBot
//
// Authentication: any scheme word (Bearer, Token, …) or the bare token, then
// access_token, escaped or as it is; a missing token is 401 and a wrong one 403, before the upgrade
// and before the body is read.
//
// HTTP: GET (with HEAD) and POST only, others are 405; a trailing slash is
// allowed; the query is merged under the body; form values that are JSON
// objects or arrays are read as such; an unreadable body is HTTP 400; web
// pages of foreign origins are refused and CORS is granted to allowed origins
// only. Every path may start with /{uin} to name the account.
//
// WebSocket: unknown paths are as "/"; a frame that holds the literal null is
// answered with 1404; ?since= names a position in the event log, and events
// then carry _sn.
//
// Parameters: numbers are taken for strings and 0/1 for booleans; the faults of
// a request are all listed (up to 50); a segment of an unknown or unsupported
// type fails the call instead of being dropped, and so do a quote and a message
// to be forwarded that cannot be found, and a call of everybody without the
// right to it; anonymous is left out where ignore allows it, and fails the call
// otherwise. A poke with qq nudges, as with go-cqhttp; nudges alone answer
// message_id 0. A reply may name its message by seq; go-cqhttp's quotes of words
// that nobody said are refused. get_status's good tells whether the
// driver's link works. set_group_leave honours is_dismiss.
// .handle_quick_operation answers after the operation, with its error. The
// names and parameters of NapCat, go-cqhttp and their clients are taken beside
// LLBot's; REFERENCE.md lists them all.
//
// Answers: file of get_image, get_record, get_file and download_file is an
// address, since blobs live in the server's own store and not in a folder of
// the bot's. get_forward_msg also takes the message_id of the card's message.
// get_record without out_format is an mp3 where that can be made, else the
// voice as it is, and an empty out_format asks for just that; there is no
// base64, the address serves the bytes. get_group_ignore_add_request lists the
// filtered requests, as NapCat does, where LLBot always fails.
// strong_newbie_list and the nicknames of fetch_emoji_like are filled.
// get_config answers this endpoint's settings without the token; set_config,
// set_restart and raw packets are refused. The option Credentials says which
// secrets of the login are handed out: by default cookies and their tokens, not
// get_clientkey.
//
// Polling: get_event and get_updates read the event log from the client's own
// place, so that two of them do not share a ring and nothing is lost between
// two polls; a key is forgotten after five minutes.
//
// Filters: an unknown operator, $where and a pattern that cannot be read are
// errors of the configuration; patterns have RE2's syntax, without
// look-arounds. Heartbeats are not filtered, those of webhooks included.
//
// Idempotency: the parameter _idempotency_key, the same key beside params in a
// WebSocket's frame, or the header Idempotency-Key of an HTTP request, puts
// everything that the action changes under that key: made again, it answers
// what it answered first and does nothing twice. It works in
// .handle_quick_operation and in the answer to a webhook too; actions that only
// read take no notice of it. The same key with other parameters fails with 200
// (1200 over a WebSocket).
//
// Events: beside LLBot's, those of NapCat and go-cqhttp that QQ still has are
// sent: bot_offline, poke_recall, input_status, group_name, gray_tip,
// offline_file (beside the message with the file), client_status, flash_file.
// A lost stretch of the event log is told as meta event gap. raw of the debug
// switch is the message as this server keeps it; raw_pb is always empty.
//
// # The other side
//
// Client reads what a OneBot 11 server says (events, answers, messages in both
// forms) and the Ask functions say how each operation is asked of one: what the
// upstream driver is made of. What crosses the wire and what is lost on it stands
// in testdata/client_events.golden and client_operations.golden.
package onebot11
