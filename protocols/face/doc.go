// Package face holds the concrete types that the protocol faces (OneBot 11,
// Milky, Satori) and the actors share: the head of a request and its route,
// responses, the conversation of a connection as a state machine with effects,
// the variants an event is encoded in, and webhooks.
//
// Actors know bytes, not protocols; faces know protocols, not sockets. What
// passes between them is declared here. Everything is pure: no clock, no I/O.
package face
