// Package satori speaks Satori v1 (https://satori.chat/zh-CN/protocol/): HTTP
// calls, the events socket and webhooks, between bot programs and the model of
// package qq.
//
// Everything is pure: texts in, texts and effects out. The rules that the
// specification leaves open follow what LLBot, the JavaScript server and the
// clients do; where ours differ on purpose:
//
//   - a missing token is 401 and a wrong one 403; both login headers must match,
//     and may be left out while the endpoint serves a single account;
//   - events carry the time of the happening and rise by the log's sn, so that
//     IDENTIFY with sn resumes;
//   - roles have one table (1 owner, 2 admin, 0 member) in lists and members;
//   - text before a message element is a message of its own;
//   - login.sn is the account's number: unique within the server and the same
//     for every reader;
//   - the header Idempotency-Key, or the parameter _idempotency_key, puts what a
//     method changes under that key: called again, it answers what it answered
//     first and does nothing twice; of several messages a retry sends those that
//     are missing. With other parameters it is 409. Reads take no notice of it;
//   - numeric character references count UTF-16 units, as in JavaScript;
//   - a void method answers {}, never "OK" or nothing;
//   - the own reaction alone can be taken off: another user_id is 403;
//   - every message of a record has its own author;
//   - the names of an upload's links stand in the order of its files;
//   - META is read from other servers and never sent: proxy_urls does not change
//     while a server runs, and what becomes of a login is told by its events;
//   - a referrer names the group through which a stranger wrote: given back to
//     message.create, the answer goes through that group;
//   - native calls want the token in all their forms, and the proxy, which asks for
//     none, answers uploads alone of the internal links; besides proxy_urls, which
//     may not lead to private addresses, it gives out this server's own files by
//     their signed links;
//   - native events go out unless they are switched off (internal_events), in the
//     shape of Milky, or of OneBot where Milky has none; numbers stay numbers there.
//     NoneBot, which has no model for what is in them, can read them all the same.
//
// # What Satori cannot carry
//
// Reading: rows, rights and hints of keyboards, and blanks around their labels; the group of a Contact and so on
// stand in elements of ours, which other servers do not know. The bytes of a blob
// without a link are not echoed: its src is "". Quotes inside quotes are left out.
// Control characters that XML forbids are dropped, and bytes that are no UTF-8
// become U+FFFD. Neighbouring texts become one. MIME types and sizes of pictures,
// voices and videos, transcripts of voices, the URL of a sticker's picture, the
// avatar, time and number of a record's messages are not read back.
//
// Writing: styles become text, mentions of roles and of those present too; buttons
// become their labels. What QQ sends alone is a message of its own.
//
// # Webhooks over the API
//
// meta/webhook.create {url, token?} and meta/webhook.delete {url} are guarded by
// the endpoint's token and belong to the endpoint: no login is named, and a
// webhook gets the events of all its accounts, like a socket. Both answer {}. A
// URL created again gets the new token and keeps its place. An unknown one is
// deleted without an error.
//
// The URL may lead anywhere, to loopback and private addresses too, unlike those
// of media: whoever holds the token runs the bot, which is usually on this machine
// or next to it. A receiver is sent events and the token that was given for it,
// nothing else of ours; redirects are not followed, and of its answers only the
// status is looked at. Neither its token nor the query of its URL is ever printed. An
// endpoint without a token lets everybody who reaches it register. The receiver of
// satori-python answers 500 to what comes without a token, also where it wants
// none in particular: give its webhooks any.
package satori
