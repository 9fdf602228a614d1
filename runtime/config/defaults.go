package config

import (
	"log/slog"
	"time"

	"llbot/protocols/satori"
)

// The sizes that defaults and limits are written in.
const (
	kib = 1 << 10
	mib = 1 << 20
	gib = 1 << 30
)

const day = 24 * time.Hour

const (
	defaultUIN       = 1234567890
	defaultWorld     = "default"
	defaultHost      = "127.0.0.1"
	defaultPlatform  = "llonebot" // LLBot's name; what bot databases already hold
	defaultHeartbeat = 60 * time.Second
	defaultTimeout   = 10 * time.Second
)

// Default is what runs without a file: one simulated account, the four servers and the admin server, all on
// 127.0.0.1 and without tokens. Each call returns a fresh value.
func Default() *Config {
	cfg := &Config{
		Data:       "./data",
		Log:        Log{Level: slog.LevelInfo, Format: LogText},
		Admin:      Admin{Enable: true, Host: defaultHost, Port: 3080},
		Media:      Media{MaxBytes: 64 * mib, TTL: 2 * time.Hour},
		Accounts:   []Account{newAccount()},
		Durability: DurabilityBatch,
		Retention:  Retention{MaxAge: 7 * day, MaxBytes: gib},
		Replay:     Replay{MaxAge: 10 * time.Minute, Messages: true},
		Limits: Limits{
			Body: 64 * mib, Frame: 16 * mib, InFlight: 64, Outbox: 256 * kib, Stall: time.Minute,
			Conns: 10000, HeaderTimeout: 10 * time.Second,
		},
	}
	cfg.Accounts[0].UIN = defaultUIN
	cfg.Endpoints = defaultEndpoints(cfg.Replay)
	return cfg
}

// newAccount is an account with everything but its number.
func newAccount() Account { return NewAccount(DriverSim) }

func defaultEndpoints(replay Replay) []Endpoint {
	kinds := []Kind{KindOneBotHTTP, KindOneBotWS, KindMilky, KindSatori}
	all := make([]Endpoint, len(kinds))
	for i, kind := range kinds {
		all[i] = NewEndpoint(kind)
		all[i].Common().Replay = replay
	}
	return all
}

// NewEndpoint returns an endpoint of the kind with its defaults, named after the kind and with the default replay
// policy; nil for an unknown kind. Ports and most values are LLBot's.
func NewEndpoint(kind Kind) Endpoint {
	entry := Entry{Name: string(kind), Replay: Replay{MaxAge: 10 * time.Minute, Messages: true}}
	onebot := OneBot{MessageFormat: FormatArray, Credentials: CredentialsCookies}
	target := Target{Timeout: defaultTimeout}
	listen := func(port int) Listen { return Listen{Host: defaultHost, Port: port} }
	switch kind {
	case KindOneBotHTTP: // five seconds between SSE heartbeats is LLBot's rhythm, whatever it is configured to
		return &OneBotHTTP{Entry: entry, Listen: listen(3000), OneBot: onebot, Heartbeat: 5 * time.Second}
	case KindOneBotWS:
		return &OneBotWS{Entry: entry, Listen: listen(3001), OneBot: onebot, Heartbeat: defaultHeartbeat}
	case KindOneBotWSReverse:
		return &OneBotWSReverse{
			Entry: entry, Target: target, OneBot: onebot, Heartbeat: defaultHeartbeat,
			Reconnect: Reconnect{Initial: time.Second, Max: time.Minute},
		}
	case KindOneBotWebhook:
		return &OneBotWebhook{
			Entry: entry, Target: target, Delivery: newDelivery(), OneBot: onebot, Heartbeat: defaultHeartbeat,
		}
	case KindMilky:
		return &Milky{Entry: entry, Listen: listen(3010), Credentials: CredentialsCookies}
	case KindMilkyWebhook:
		return &MilkyWebhook{Entry: entry, Target: target, Delivery: newDelivery()}
	case KindSatori:
		return &Satori{Entry: entry, Listen: listen(5600), Platform: defaultPlatform, InternalEvents: true, ProxyURLs: satori.MediaURLs(), Credentials: CredentialsCookies}
	case KindSatoriWebhook:
		return &SatoriWebhook{Entry: entry, Target: target, Delivery: newDelivery(), Platform: defaultPlatform, InternalEvents: true}
	}
	return nil
}
