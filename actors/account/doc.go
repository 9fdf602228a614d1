// Package account is the actor of one QQ account. It owns the account's
// driver, its online state and its counters, runs operations off its mailbox,
// puts every event into the journal in order, and answers reads that need no
// driver from a cache that events and changes keep true.
//
// A Ref is the only way in. Its Do prepares an operation on the caller's
// goroutine (message references resolved, media ingested, cache looked up), so
// that the mailbox sees only what has to be seen by the account itself.
//
// An operation under an idempotency key (qq.Keyed) is claimed in Keys before
// its media are looked at, runs to its end whether or not its caller waits, and
// leaves its result under the key. What a crash left open is settled by asking
// a driver that remembers (qq.Remembering); of others nobody knows, and the
// caller is told so.
package account
