// Package subject runs the server that is measured, in a process of its own:
// the whole of it, as the command runs it, on the simulated QQ. For fan-out
// the account's driver is one that emits when a trigger says so, since the
// simulated QQ would be what is measured otherwise.
package subject
