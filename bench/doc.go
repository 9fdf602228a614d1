// Package bench is the bench suite: it measures the whole server on the
// simulated QQ, over real sockets on loopback, and by turns with it, in the
// same run, the floors it is held against (package floor). Rates alone say
// little on a shared machine; the ratio to the floor is the figure. The
// command "llbot bench" runs it; README.md says how to read it.
package bench
