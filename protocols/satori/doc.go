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
//   - numeric character references count UTF-16 units, as in JavaScript.
package satori
