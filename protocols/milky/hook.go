package milky

import (
	"context"
	"slices"
	"time"

	"llbot/protocols/face"
	"llbot/protocols/qq"
)

// HookOptions are the settings of one webhook.
type HookOptions struct {
	Token string // sent as Authorization: Bearer; "" sends none
}

// Hook is Milky's webhook: the event object is posted and the answer means
// nothing but that somebody took it.
func Hook(o HookOptions) face.Hook {
	headers := []face.Header{{Name: "Content-Type", Value: jsonType}}
	if o.Token != "" {
		headers = append(headers, face.Header{Name: "Authorization", Value: "Bearer " + o.Token})
	}
	return &hook{slices.Clip(headers)}
}

type hook struct{ headers []face.Header }

func (*hook) Encoder() face.Encoder { return Encoder{} }

// Headers are the same for every body; they are clipped, so that appending copies.
func (h *hook) Headers(qq.UserID, []byte) []face.Header { return h.headers }

// Proven takes any answer below 500, since the specification gives the status no
// meaning, but for those by which every server says that it did not look at the
// event: our token is wrong, it has too much to do, it is in trouble.
func (*hook) Proven(status int) bool {
	switch status {
	case 401, 403, 408, 429:
		return false
	}
	return status > 0 && status < 500
}

func (*hook) Answer(qq.Caller, *qq.Entry, []byte) func(context.Context) error { return nil }

func (*hook) Beat() (time.Duration, func(context.Context, qq.Caller, qq.Time) []byte) { return 0, nil }
