package transport

import (
	"log/slog"
	"time"
)

// Options bounds what peers may ask for. The zero value of a field stands for
// its default.
type Options struct {
	MaxHeader     int   // bytes of a request's head, 8 KiB
	MaxBody       int64 // bytes of a request's body, 64 MiB
	MaxUnread     int64 // bytes of a refused body read to let the refusal arrive, 64 KiB
	MaxFrame      int64 // bytes of a WebSocket message, 16 MiB
	MaxConns      int   // connections of all kinds over all ports, 16384
	MaxConnsPerIP int   // the same from one address; 0 = no such limit
	MaxRequests   int   // requests read and served at a time, 1024

	HeaderTime time.Duration // for a request's head and what comes with it, 10 s
	BodyTime   time.Duration // for the rest of a large body, 60 s
	WriteTime  time.Duration // for an answer, 60 s
	IdleTime   time.Duration // between two requests, 90 s
	Linger     time.Duration // for the peer to see a connection's orderly end, 5 s

	SendBuffer int          // the kernel's send buffer of an event connection, 128 KiB
	Log        *slog.Logger // panics and refused connections; nil drops them
}

func (o Options) withDefaults() Options {
	preset(&o.MaxHeader, 8<<10)
	preset(&o.MaxBody, 64<<20)
	preset(&o.MaxUnread, 64<<10)
	preset(&o.MaxFrame, 16<<20)
	preset(&o.MaxConns, 16384)
	preset(&o.MaxRequests, 1024)
	preset(&o.HeaderTime, 10*time.Second)
	preset(&o.BodyTime, 60*time.Second)
	preset(&o.WriteTime, 60*time.Second)
	preset(&o.IdleTime, 90*time.Second)
	preset(&o.Linger, 5*time.Second)
	preset(&o.SendBuffer, 128<<10)
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	return o
}

func preset[T comparable](field *T, value T) {
	var zero T
	if *field == zero {
		*field = value
	}
}
