package onebot11

import (
	"time"

	"llbot/protocols/face"
	"llbot/protocols/qq"
)

// ReverseOptions configure a WebSocket that we dial.
type ReverseOptions struct {
	// Token is shown as Authorization: Bearer; "" shows none.
	Token string
	// MessageFormat is Array when empty.
	MessageFormat MessageFormat
	// ReportSelf also sends what the account itself said, as message_sent.
	ReportSelf bool
	// Debug also reports messages that have nothing to show, and adds raw and
	// raw_pb to all.
	Debug bool
	// Filter decides which events are sent; lifecycle, heartbeats and gaps
	// always are.
	Filter Filter
	// Journal is read by the actions get_event and get_updates, which fail
	// without one.
	Journal Journal
	// Credentials is Cookies when empty.
	Credentials Credentials
	// Heartbeat is the interval of heartbeat events, 0 for none.
	Heartbeat time.Duration
	// App is the User-Agent.
	App App
}

// Reverse is the WebSocket that we dial. There is one universal connection, no
// division into API and Event. The error names a bad option.
func Reverse(o ReverseOptions) (face.Dialed, error) {
	c, err := newCore(Options{
		Token: o.Token, MessageFormat: o.MessageFormat, ReportSelf: o.ReportSelf, Debug: o.Debug, Heartbeat: o.Heartbeat, App: o.App,
		Filter: o.Filter, Journal: o.Journal, Credentials: o.Credentials,
	}, "ws-reverse")
	if err != nil {
		return nil, err
	}
	return &reverse{c}, nil
}

type reverse struct{ *core }

// Headers go with the handshake.
func (r *reverse) Headers(account qq.UserID) []face.Header {
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
func (r *reverse) Link(caller qq.Caller) face.Link {
	return &link{
		core: r.core, caller: caller, events: true, actions: true, framing: face.FrameClient, every: r.opts.Heartbeat,
	}
}
