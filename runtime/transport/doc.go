// Package transport is the network: HTTP ports with WebSocket and server-sent
// events, WebSockets dialed to reverse targets, webhooks posted, and files
// fetched from addresses that strangers name. It implements what the actors
// declare (endpoint.Listener, conn.Socket, conn.Dialer, conn.Poster) and knows
// no protocol. It is the only room with fasthttp and its WebSocket library.
//
// What holds throughout:
//
//   - A request's head is decided on before its body is read. A refusal whose
//     body was not read ends the connection.
//   - Nothing of a connection's buffers leaves the package: heads are copied,
//     bodies are lent, frames belong to who receives them.
//   - A socket has one writer, its owner. Pongs, close frames and error frames
//     that the library would like to send are swallowed (see quiet).
//   - Everything is bounded: sizes, counts and times, all in Options.
//   - A panic in a handler is answered and logged, and never ends the process.
package transport
