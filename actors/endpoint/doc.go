// Package endpoint holds one actor per configured network entry: an HTTP port
// of a protocol (with its WebSockets and SSE streams), a reverse WebSocket
// target, or a webhook. A port may also post to webhooks that are registered at
// it while it serves. The actor owns the listener and is the parent of its
// connections; it routes nothing itself: the immutable handler that it gives
// to the listener asks the face and never touches the actor's fields.
package endpoint
