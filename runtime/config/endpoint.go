package config

import (
	"net"
	"strconv"
	"strings"
	"time"
)

// Kind names a way in or out for bot programs.
type Kind string

// The kinds of endpoints.
const (
	KindOneBotHTTP      Kind = "onebot11-http"       // HTTP API and SSE server
	KindOneBotWS        Kind = "onebot11-ws"         // WebSocket server
	KindOneBotWSReverse Kind = "onebot11-ws-reverse" // WebSocket client, we dial
	KindOneBotWebhook   Kind = "onebot11-webhook"    // we POST events
	KindMilky           Kind = "milky"               // HTTP API, WebSocket and SSE server
	KindMilkyWebhook    Kind = "milky-webhook"       // we POST events
	KindSatori          Kind = "satori"              // HTTP API and WebSocket server
	KindSatoriWebhook   Kind = "satori-webhook"      // we POST events
)

// Kinds lists every kind, servers of a protocol before its clients.
func Kinds() []Kind {
	return []Kind{
		KindOneBotHTTP, KindOneBotWS, KindOneBotWSReverse, KindOneBotWebhook,
		KindMilky, KindMilkyWebhook, KindSatori, KindSatoriWebhook,
	}
}

// Endpoint is one configured network entry: a pointer to exactly one of the eight structs of this file, to be told
// apart by a type switch.
type Endpoint interface {
	// Kind names the struct as the file does.
	Kind() Kind
	// Common returns the part that every endpoint has.
	Common() *Entry
}

// Entry is what every endpoint has.
type Entry struct {
	// Name is unique over all endpoints; the kind, when the file gives none.
	Name string
	// Accounts are the uins served, the first owning the plain paths; empty means all accounts.
	Accounts []int64
	// Replay is the policy for this endpoint's durable targets.
	Replay Replay
}

// Common returns the entry itself.
func (e *Entry) Common() *Entry { return e }

// Serves returns the accounts of cfg that the entry serves, the owner of the plain paths first.
func (e *Entry) Serves(cfg *Config) []int64 {
	if len(e.Accounts) > 0 {
		return e.Accounts
	}
	all := make([]int64, len(cfg.Accounts))
	for i, a := range cfg.Accounts {
		all[i] = a.UIN
	}
	return all
}

// Listen is what every server has.
type Listen struct {
	// Host is an IP address, a host name, or one of "" and "*" for all interfaces.
	Host string
	// Port is 0 for any free port.
	Port int
	// Prefix comes before the protocol's own paths: empty, or "/path" without a slash at its end.
	Prefix string
	// Token is what clients must show; empty means none is asked.
	Token Secret
}

// Listener returns the server part itself.
func (l *Listen) Listener() *Listen { return l }

// Address is the host:port to listen on, as package net wants it.
func (l *Listen) Address() string { return address(l.Host, l.Port) }

// Address is the host:port to listen on, as package net wants it.
func (a *Admin) Address() string { return address(a.Host, a.Port) }

func address(host string, port int) string {
	if host == "*" {
		host = ""
	}
	return net.JoinHostPort(strings.Trim(host, "[]"), strconv.Itoa(port))
}

// Target is what every endpoint has that connects to somebody else's server.
type Target struct {
	URL URL
	// Token is what we show; for onebot11-webhook it is the key of the X-Signature HMAC. Empty means none.
	Token Secret
	// Timeout bounds one POST or one WebSocket handshake.
	Timeout time.Duration
}

// Destination returns the client part itself.
func (t *Target) Destination() *Target { return t }

// MessageFormat is how OneBot 11 messages are written.
type MessageFormat string

// The message formats.
const (
	FormatArray  MessageFormat = "array"  // segments
	FormatString MessageFormat = "string" // CQ codes
)

// OneBot is what every OneBot 11 endpoint has.
type OneBot struct {
	MessageFormat MessageFormat
	// ReportSelf also sends the account's own messages, as message_sent.
	ReportSelf bool
	// Debug adds the driver's raw data to events and reports empty messages.
	Debug bool
	// Filter is the query, as JSON, that events must match to be sent; "" lets all pass.
	Filter string
	// Credentials says which secrets of the login actions may hand out; a webhook has no actions.
	Credentials Credentials
}

// Credentials says which secrets of the login the actions of an endpoint hand out.
type Credentials string

// The choices.
const (
	CredentialsNone    Credentials = "none"    // no secret at all
	CredentialsCookies Credentials = "cookies" // cookies of QQ's web pages and the tokens that go with them
	CredentialsAll     Credentials = "all"     // also the client key, which logs in anywhere
)

// Reconnect is the pause before dialling again: Initial, doubled after each failure up to Max.
type Reconnect struct {
	Initial, Max time.Duration
}

// OneBotHTTP is the OneBot 11 HTTP server with its SSE stream.
type OneBotHTTP struct {
	Entry
	Listen
	OneBot
	// Heartbeat is the interval of heartbeat events on SSE streams.
	Heartbeat time.Duration
}

// Kind is [KindOneBotHTTP].
func (*OneBotHTTP) Kind() Kind { return KindOneBotHTTP }

// OneBotWS is the OneBot 11 WebSocket server ("forward").
type OneBotWS struct {
	Entry
	Listen
	OneBot
	// Heartbeat is the interval of heartbeat events.
	Heartbeat time.Duration
}

// Kind is [KindOneBotWS].
func (*OneBotWS) Kind() Kind { return KindOneBotWS }

// OneBotWSReverse is a OneBot 11 WebSocket that we dial ("reverse"), once per account served.
type OneBotWSReverse struct {
	Entry
	Target
	OneBot
	// Heartbeat is the interval of heartbeat events.
	Heartbeat time.Duration
	Reconnect Reconnect
}

// Kind is [KindOneBotWSReverse].
func (*OneBotWSReverse) Kind() Kind { return KindOneBotWSReverse }

// OneBotWebhook posts OneBot 11 events and runs the quick operations of the answers.
type OneBotWebhook struct {
	Entry
	Target
	Delivery
	OneBot
	// HeartbeatEnable turns heartbeat events on.
	HeartbeatEnable bool
	// Heartbeat is their interval.
	Heartbeat time.Duration
}

// Kind is [KindOneBotWebhook].
func (*OneBotWebhook) Kind() Kind { return KindOneBotWebhook }

// Milky is the Milky server: calls, WebSocket and SSE events on one port.
type Milky struct {
	Entry
	Listen
	// ReportSelf also sends the account's own messages, as message_receive.
	ReportSelf bool
	// Credentials says which secrets of the login APIs may hand out; there is none for the client key.
	Credentials Credentials
}

// Kind is [KindMilky].
func (*Milky) Kind() Kind { return KindMilky }

// MilkyWebhook posts Milky events.
type MilkyWebhook struct {
	Entry
	Target
	Delivery
	// ReportSelf also sends the account's own messages, as message_receive.
	ReportSelf bool
}

// Kind is [KindMilkyWebhook].
func (*MilkyWebhook) Kind() Kind { return KindMilkyWebhook }

// Satori is the Satori server: calls and WebSocket events of all its accounts on one port.
type Satori struct {
	Entry
	Listen
	// ReportSelf also sends the account's own messages, as message-created.
	ReportSelf bool
	// Platform is the name space of ids that clients see; bindings in bot databases hang on it.
	Platform string
	// InternalEvents also sends what Satori has no event for.
	InternalEvents bool
	// ProxyURLs are the beginnings of the URLs that clients may have fetched, besides those of our own files.
	ProxyURLs []string
	// Credentials says which secrets of the login internal calls may hand out.
	Credentials Credentials
}

// Kind is [KindSatori].
func (*Satori) Kind() Kind { return KindSatori }

// SatoriWebhook posts Satori events.
type SatoriWebhook struct {
	Entry
	Target
	Delivery
	// ReportSelf also sends the account's own messages, as message-created.
	ReportSelf bool
	// Platform is the name space of ids that the receiver sees.
	Platform string
	// InternalEvents also sends what Satori has no event for.
	InternalEvents bool
}

// Kind is [KindSatoriWebhook].
func (*SatoriWebhook) Kind() Kind { return KindSatoriWebhook }

// Speaking returns the OneBot part itself.
func (o *OneBot) Speaking() *OneBot { return o }

// OneBotOf returns the OneBot part of an endpoint, nil if it speaks another protocol.
func OneBotOf(e Endpoint) *OneBot {
	if o, ok := e.(interface{ Speaking() *OneBot }); ok {
		return o.Speaking()
	}
	return nil
}

// ListenOf returns the server part of an endpoint, nil if it is a client.
func ListenOf(e Endpoint) *Listen {
	if s, ok := e.(interface{ Listener() *Listen }); ok {
		return s.Listener()
	}
	return nil
}

// TargetOf returns the client part of an endpoint, nil if it is a server.
func TargetOf(e Endpoint) *Target {
	if c, ok := e.(interface{ Destination() *Target }); ok {
		return c.Destination()
	}
	return nil
}
