// Package load is the load generator of the bench suite: one thread that polls
// raw sockets (Linux's epoll), so that it costs the machine it shares with the
// server as little as can be. It calls actions over HTTP and WebSocket, reads
// event streams, gives the word when the next events are to be made, checks
// that each delivery came once and in order, and measures open loops from the
// time at which an event was due, not from when it was sent.
package load
