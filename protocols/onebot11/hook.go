package onebot11

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha1"
	"encoding/hex"
	"fmt"
	"time"

	"llbot/protocols/action"
	"llbot/protocols/face"
	"llbot/protocols/qq"
	"llbot/protocols/wire"
)

// HookOptions configure an HTTP POST webhook.
type HookOptions struct {
	// Secret is the key of the X-Signature; without one there is no signature.
	Secret string
	// MessageFormat is Array when empty.
	MessageFormat MessageFormat
	// ReportSelf also posts the account's own uploads; whether its messages are
	// posted is the target's selection.
	ReportSelf bool
	// Debug also posts messages that have nothing to show, and adds raw and
	// raw_pb to all.
	Debug bool
	// Filter decides which events are posted; heartbeats and gaps always are.
	Filter Filter
	// Heartbeat is the interval of heartbeat events, 0 for none.
	Heartbeat time.Duration
}

// Hook is the HTTP POST webhook with its quick operations.
func Hook(o HookOptions) face.Hook {
	if o.MessageFormat == "" {
		o.MessageFormat = Array
	}
	return &hook{opts: o}
}

type hook struct {
	opts    HookOptions
	decoder wire.Decoder
}

// Encoder is the form of the posted events.
func (h *hook) Encoder() face.Encoder {
	return Encoder{Format: h.opts.MessageFormat, Debug: h.opts.Debug, OwnUploads: h.opts.ReportSelf, Filter: h.opts.Filter}
}

// Headers signs the body. The Content-Type has no charset: clients compare it
// as a whole.
func (h *hook) Headers(account qq.UserID, body []byte) []face.Header {
	headers := []face.Header{
		{Name: "Content-Type", Value: contentType},
		{Name: "X-Self-ID", Value: account.String()},
	}
	if h.opts.Secret == "" {
		return headers
	}
	mac := hmac.New(sha1.New, []byte(h.opts.Secret))
	mac.Write(body)
	return append(headers, face.Header{Name: "X-Signature", Value: "sha1=" + hex.EncodeToString(mac.Sum(nil))})
}

// Proven tells whether the status is a success.
func (h *hook) Proven(status int) bool { return status >= 200 && status < 300 }

// Answer reads the body as a quick operation. What is no JSON object asks for
// nothing: many bots answer a plain "ok".
func (h *hook) Answer(caller qq.Caller, e *qq.Entry, body []byte) func(context.Context) error {
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
	key, given, err := action.ParamKey(&h.decoder, body)
	if err == nil {
		err = h.decoder.Decode(body, &q)
	}
	if err == nil {
		ops, err = s.plan(q)
	}
	caller = finder{caller}
	if given {
		caller = qq.UnderKey(caller, key)
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
func (h *hook) Beat() (time.Duration, func(context.Context, qq.Caller, qq.Time) []byte) {
	every := h.opts.Heartbeat
	return every, func(ctx context.Context, caller qq.Caller, now qq.Time) []byte {
		return heartbeat(ctx, caller, now, every)
	}
}
