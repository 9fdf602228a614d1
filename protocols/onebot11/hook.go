package onebot11

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha1"
	"encoding/hex"
	"fmt"
	"time"

	"llbot/protocols/face"
	"llbot/protocols/qq"
	"llbot/protocols/wire"
)

// Hook is the HTTP POST webhook; it implements face.Hook.
type Hook struct {
	opts    Options
	decoder wire.Decoder
}

// NewHook makes a webhook. Token signs the bodies, Heartbeat 0 posts no
// heartbeats; Guard and Prefix are not used. The error names a bad option.
func NewHook(o Options) (*Hook, error) {
	c, err := newCore(o)
	if err != nil {
		return nil, err
	}
	return &Hook{opts: c.opts}, nil
}

// Encoder is the form of the posted events.
func (h *Hook) Encoder() face.Encoder {
	return Encoder{Format: h.opts.MessageFormat, Debug: h.opts.Debug}
}

// Headers signs the body. The Content-Type has no charset: clients compare it
// as a whole.
func (h *Hook) Headers(account qq.UserID, body []byte) []face.Header {
	headers := []face.Header{
		{Name: "Content-Type", Value: contentType},
		{Name: "X-Self-ID", Value: account.String()},
	}
	if h.opts.Token == "" {
		return headers
	}
	mac := hmac.New(sha1.New, []byte(h.opts.Token))
	mac.Write(body)
	return append(headers, face.Header{Name: "X-Signature", Value: "sha1=" + hex.EncodeToString(mac.Sum(nil))})
}

// Proven tells whether the status is a success.
func (h *Hook) Proven(status int) bool { return status >= 200 && status < 300 }

// Answer reads the body as a quick operation. What is no JSON object asks for
// nothing: many bots answer a plain "ok".
func (h *Hook) Answer(caller qq.Caller, e *qq.Entry, body []byte) func(context.Context) error {
	body = bytes.TrimSpace(body)
	if len(body) == 0 || body[0] != '{' || wire.Check(body) != nil {
		return nil
	}
	s := subjectOf(e)
	if s == nil {
		return nil
	}
	var q quickOperation
	var ops []qq.Operation
	err := h.decoder.Decode(body, &q)
	if err == nil {
		ops, err = s.plan(q)
	}
	switch {
	case err != nil: // half an order may mean something else, so nothing is done
		return func(context.Context) error { return fmt.Errorf("quick operation: %w", err) }
	case len(ops) == 0:
		return nil
	}
	return func(ctx context.Context) error { return do(ctx, caller, ops) }
}

// Beat posts heartbeats when there is an interval.
func (h *Hook) Beat() (time.Duration, func(context.Context, qq.Caller, qq.Time) []byte) {
	every := h.opts.Heartbeat
	return every, func(ctx context.Context, caller qq.Caller, now qq.Time) []byte {
		return heartbeat(ctx, caller, now, every)
	}
}
