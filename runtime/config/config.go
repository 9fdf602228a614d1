package config

import (
	"fmt"
	"log/slog"
	"net/netip"
	"time"
)

// Config is everything one process needs to know before it starts. Build it with [Default], [Load] or [Parse].
type Config struct {
	// Data is the folder of logs, ids and media, relative to the working folder unless absolute.
	Data string
	Log  Log
	// Admin is the local control server: health, metrics, profiles, control API.
	Admin Admin
	Media Media
	// Accounts are the QQ accounts held, at least one, each uin once.
	Accounts []Account
	// Endpoints are the ways in and out for bot programs, in file order, each name once; may be empty.
	Endpoints []Endpoint
	Limits    Limits
	// Origins are browser origins that may call besides the server's own, as scheme://host[:port] in lower case.
	Origins []string
	// Hosts are further Host header names that the servers answer to, in lower case and without port.
	Hosts      []string
	Durability Durability
	// Retention bounds the event log on disk; DurabilityOff has none.
	Retention Retention
	// Replay is the policy that endpoints start from; each endpoint carries its own result.
	Replay Replay
}

// Format prints [Explain] whatever the verb: fmt forgets the methods of secrets behind pointers when a verb does not fit.
func (c Config) Format(f fmt.State, _ rune) { write(f, Explain(&c)) }

// Log says what is logged and how it looks.
type Log struct {
	Level  slog.Level
	Format LogFormat
}

// LogFormat is the look of log lines.
type LogFormat string

// The log formats.
const (
	LogText LogFormat = "text" // for people
	LogJSON LogFormat = "json" // one JSON object a line
)

// Admin is the control server. Its control calls need the token in DATA/admin.token; health, metrics and signed
// media links need none.
type Admin struct {
	Enable bool
	Host   string
	Port   int
}

// Media limits what bots may hand us to send and says under which address we serve files to them.
type Media struct {
	// BaseURL starts every media link that we hand out; empty means the address of the server that answers.
	BaseURL string
	// Roots are folders out of which file:// may read; none means file:// is refused.
	Roots []string
	// AllowCIDRs are address ranges that may be fetched from although they are not public.
	AllowCIDRs []netip.Prefix
	// MaxBytes bounds one file.
	MaxBytes int64
	// TTL is how long a link of ours works.
	TTL time.Duration
}

// Account is one QQ account and the backend that holds it.
type Account struct {
	// UIN is the QQ number, 10001 to 4294967295; 0 asks the upstream, which DriverSim has none of.
	UIN    int64
	Driver Driver
	// World is the simulated world the account lives in; accounts that name the same world meet there.
	World string
	// Nickname is the name a simulated account starts with; empty leaves it to the driver.
	Nickname string
	// Upstream is the server that holds the account; see [Upstream].
	Upstream Upstream
}

// Driver names a QQ backend.
type Driver string

// Limits bound what one peer can cost. Sizes are bytes.
type Limits struct {
	Body          int64         // one HTTP request body
	Frame         int64         // one inbound WebSocket message
	InFlight      int           // calls running at once per WebSocket before its reader pauses
	Outbox        int64         // unsent bytes per connection before it reads from the log instead
	Stall         time.Duration // a peer that takes no byte for so long is closed
	Conns         int           // open connections per server
	ConnsPerIP    int           // open connections per remote address; 0 = only Conns counts
	HeaderTimeout time.Duration // from accept to the end of the request head
}

// Durability says when an event counts as kept.
type Durability string

// The durabilities.
const (
	DurabilityOff    Durability = "off"    // memory only: nothing survives a restart
	DurabilityBatch  Durability = "batch"  // synced in groups at most 20 ms apart
	DurabilityStrict Durability = "strict" // synced before anybody sees the event
)

// Retention says how much of the event log is kept: what either bound excludes is deleted, oldest first.
type Retention struct {
	// MaxAge is how long an event is kept at least, unless MaxBytes is in the way; at least a minute.
	MaxAge time.Duration
	// MaxBytes bounds the log on disk; at least 64 MiB, since it is deleted in whole segments of 32 MiB.
	MaxBytes int64
}

// Replay says what a durable target that was away gets of what it missed: a webhook, a reverse WebSocket, or a forward
// WebSocket that named itself with ?durable=. It never applies to a position that a client named.
type Replay struct {
	// MaxAge bounds the age of messages, 0 meaning any age; requests and notices are replayed whatever their age.
	MaxAge time.Duration
	// Rate is the most replayed events a second; 0 means no limit.
	Rate int
	// Messages tells whether messages that were missed are replayed at all.
	Messages bool
}
