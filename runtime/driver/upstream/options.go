package upstream

import (
	"context"
	"io"
	"log/slog"
	"time"

	"llbot/protocols/qq"
	"llbot/runtime/transport"
)

// The defaults of Options.
const (
	DefaultConnect  = 10 * time.Second // to connect and authenticate
	DefaultAwait    = 90 * time.Second // for one that dials us, while nobody knows whose account it holds
	DefaultProbe    = 4 * time.Second  // between two questions whether the link lives
	DefaultSilence  = 10 * time.Second // without a sign of life: the half is dead
	DefaultAnswer   = 15 * time.Second // to a call that carries no files
	DefaultOwn      = time.Second      // for the upstream to tell of what the account said
	DefaultLookup   = 3 * time.Second  // to fetch what an event needs
	DefaultBackfill = 10 * time.Minute // older messages are not filled in
)

// Options are what every driver of an upstream is given.
type Options struct {
	// Account is who the upstream must be logged in as; 0 takes anybody.
	Account  qq.UserID
	URL      string // of the upstream; see the driver
	Token    string // that we show; "" for none
	Listen   string // where we listen for an upstream that dials us; "" for none
	Secret   string // that signs what the upstream posts to Listen
	Platform string // Satori only: which of the upstream's logins
	Media    Media
	Timing   Timing

	Dialer *transport.Dialer
	Blobs  Blobs
	// Notes are what the driver must find again after a restart; nil keeps
	// nothing.
	Notes Notes
	// Past hands over what the log holds of the account from a time on, in
	// order. nil: nothing is held.
	Past   func(account qq.UserID, since qq.Time, each func(*qq.Entry)) error
	Logger *slog.Logger     // nil logs nothing
	Now    func() time.Time // nil is time.Now
}

// Media says how blobs travel.
type Media struct {
	// Keep takes what is received into our store and offers our links; without
	// it the upstream's own URLs are offered.
	Keep bool
	// Link sends blobs as links to our store, which the upstream must be able
	// to reach; without it they are sent whole, as base64.
	Link bool
}

// Timing is how patient a link is. Zero values stand for the defaults.
type Timing struct {
	Connect, Await, Probe, Silence, Lookup time.Duration
	// Answer is how long a call that carries no files may take while the link
	// lives; then its outcome is unknown. With files it is the caller's patience.
	Answer time.Duration
	// Own is how long an own message is waited for, before it is made out of the
	// answer to its send, while nobody knows whether the link tells of them.
	Own time.Duration
	// Backfill is the greatest age of a message that is filled in after a gap;
	// negative fills in nothing.
	Backfill time.Duration
}

// Blobs is what drivers need of the media store.
type Blobs interface {
	// Stat describes a stored blob; false when there is none of that name.
	Stat(id qq.ResourceID) (qq.Media, bool)
	// Link is a fresh URL of a blob, "" for what is none of ours.
	Link(id qq.ResourceID) string
	// Ingest takes in what m.URI names and fills in the rest.
	Ingest(ctx context.Context, m *qq.Media) error
	// Open reads a stored blob.
	Open(id qq.ResourceID) (io.ReadCloser, error)
}

// Notes are small texts of an account, kept for ever; Put does not wait for the
// disk.
type Notes interface {
	Get(account qq.UserID, key string) (string, bool)
	Put(account qq.UserID, key, text string)
}

func (o Options) withDefaults() Options {
	preset(&o.Timing.Connect, DefaultConnect)
	preset(&o.Timing.Await, DefaultAwait)
	preset(&o.Timing.Probe, DefaultProbe)
	preset(&o.Timing.Silence, DefaultSilence)
	preset(&o.Timing.Lookup, DefaultLookup)
	preset(&o.Timing.Answer, DefaultAnswer)
	preset(&o.Timing.Own, DefaultOwn)
	preset(&o.Timing.Backfill, DefaultBackfill)
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	return o
}

func preset(field *time.Duration, value time.Duration) {
	if *field == 0 {
		*field = value
	}
}
