package onebot11

import (
	"llbot/protocols/face"
	"llbot/protocols/qq"
)

// Reverse is the WebSocket that we dial; it implements face.Dialed. There is
// one universal connection, no division into API and Event.
type Reverse struct{ *core }

// NewReverse makes a reverse link. Token is shown, not checked; Guard and
// Prefix are not used. The error names a bad option.
func NewReverse(o Options) (*Reverse, error) {
	c, err := newCore(o)
	if err != nil {
		return nil, err
	}
	return &Reverse{c}, nil
}

// Headers go with the handshake.
func (r *Reverse) Headers(account qq.UserID) []face.Header {
	headers := []face.Header{
		{Name: "X-Self-ID", Value: account.String()},
		{Name: "X-Client-Role", Value: "Universal"},
		{Name: "User-Agent", Value: r.opts.App.Name + "/" + r.opts.App.Version},
	}
	if r.opts.Token != "" {
		headers = append(headers, face.Header{Name: "Authorization", Value: "Bearer " + r.opts.Token})
	}
	return headers
}

// Link is the conversation of the path "/".
func (r *Reverse) Link(caller qq.Caller) face.Link {
	return &link{
		core: r.core, caller: caller, events: true, actions: true, framing: face.FrameClient, every: r.opts.Heartbeat,
	}
}
