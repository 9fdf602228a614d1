// Package sim is a complete simulated QQ: one persistent world in which the
// accounts of this server and the people that a tool plays are the same kind
// of user, under QQ's own rules.
//
// The world is event-sourced. An operation is decided on the state under one
// lock and becomes a record; apply, which is pure, turns the record into the
// next state and into the events of every account that watches. Records go to
// a group-committed journal, from which the state and every event can be
// derived again: that is how a driver that runs again after a crash emits what
// the event log has missed. No input or output happens under the lock.
//
// What is done under a nonce (qq.Remembering) is remembered for NonceMemory in
// the records themselves, and told to nobody before it is on disk.
//
// The rules where QQ leaves room, as this world settles them:
//   - Private chats of friends and temporary chats of the same two people are
//     one chat with one run of seq; each message remembers which it was.
//   - A friendship has two sides, and ending it is told to both.
//   - A join that was asked for by a plain member's invitation takes effect as
//     soon as an owner or admin agrees; an invitation by an owner or admin
//     takes effect as soon as the invited one agrees.
//   - Asking again replaces the request that is still pending.
//   - A mention of somebody outside the group is kept and shows the number.
//   - A message is at most 4500 runes of text in 100 segments; a lone quote or
//     empty text is an empty message. The newest 10000 messages of a chat are
//     kept.
//   - An account that is new to the world joins group 123456, when that group
//     is there, so that what one account does is seen by another.
package sim
