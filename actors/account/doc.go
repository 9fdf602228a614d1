// Package account is the actor of one QQ account. It owns the account's
// driver, its online state and its counters, runs operations off its mailbox,
// puts every event into the journal in order, and answers reads that need no
// driver from a cache that events and changes keep true.
//
// A Ref is the only way in. Its Do prepares an operation on the caller's
// goroutine (message references resolved, media ingested, cache looked up), so
// that the mailbox sees only what has to be seen by the account itself.
package account
