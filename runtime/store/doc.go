// Package store is the embedded database of a data folder (bbolt): the 32-bit
// ids of messages, how far each durable target has come, the events that
// targets refused or were spared, the idempotency keys of sending operations,
// the webhooks that were registered over an API, and the notes of drivers.
// Opening it locks the folder against a second process.
//
// # Writing
//
// Reads are answered from memory and from mapped pages; writes are gathered and
// reach the disk within 50 ms, all tables in one transaction (writer). A
// transaction is a cut through time: what was written first is never missing
// from a file that holds what was written later, across all tables. Whoever
// needs the disk's word (Keys.Begin, Hooks) waits for the next transaction,
// which starts at once and serves all who wait.
//
// A process that is killed loses at most what it wrote since the last
// transaction, but for the cursors: their moves are marked in a file beside the
// database (marks). When the disk fails, what is written stays in memory and is
// tried again; this is logged once when it begins and once when it ends.
package store
