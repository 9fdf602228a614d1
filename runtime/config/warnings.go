package config

import (
	"fmt"
	"net/url"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Warnings lists what a valid configuration makes possible or leaves useless, one sentence each.
func Warnings(cfg *Config) []string {
	var all []string
	for _, e := range cfg.Endpoints {
		all = append(all, endpointWarnings(e)...)
	}
	for i, a := range cfg.Accounts {
		if a.Driver != DriverSim && plainAcrossNetwork(a.Upstream.URL) {
			all = append(all, fmt.Sprintf("accounts[%d]: token and messages travel unencrypted between %s and here; use https or wss unless the network is yours",
				i, a.Upstream.URL))
		}
	}
	if len(cfg.Endpoints) == 0 {
		all = append(all, "there is no endpoint: no bot program can connect")
	} else {
		all = append(all, unserved(cfg)...)
	}
	if a := cfg.Admin; a.Enable && reachOf(a.Host) == reachOthers {
		all = append(all, "admin: other machines can reach it: control calls need the token in DATA/admin.token, /metrics and /healthz need none")
	}
	for _, root := range cfg.Media.Roots {
		if filepath.Dir(root) == root {
			all = append(all, fmt.Sprintf("media.roots has %q: bots can send every file that this process can read", root))
		}
	}
	for _, cidr := range cfg.Media.AllowCIDRs {
		all = append(all, fmt.Sprintf("media.allow_cidrs has %s: bots can make this machine fetch from there", cidr))
	}
	if cfg.Durability == DurabilityOff {
		all = append(all, "durability is off: no event survives a restart, and webhooks, reverse WebSockets and named links lose what they missed")
	}
	return all
}

func endpointWarnings(e Endpoint) []string {
	var all []string
	warn := func(text string) { all = append(all, e.Common().Name+": "+text) }
	if l := ListenOf(e); l != nil {
		switch {
		case l.Token == "":
			warn("no token: any program on this machine can use this account")
		case reachOf(l.Host) == reachOthers:
			warn("no TLS: whoever sees the network traffic reads the token and the messages")
		}
	}
	if t := TargetOf(e); t != nil && plainAcrossNetwork(t.URL) {
		warn("events leave this machine unencrypted; use https or wss unless the network is yours")
	}
	if d := DeliveryOf(e); d != nil && d.Concurrency > 1 {
		warn(fmt.Sprintf("up to %d deliveries at once: events can arrive out of order", d.Concurrency))
	}
	if beat := heartbeatOf(e); beat > 0 && beat < time.Second {
		warn("a heartbeat every " + ShowDuration(beat) + "; a plain number counts milliseconds")
	}
	return all
}

// plainAcrossNetwork tells whether a target is on another machine and spoken to in the clear.
func plainAcrossNetwork(target URL) bool {
	u, err := url.Parse(target.Reveal())
	return err == nil && (u.Scheme == "http" || u.Scheme == "ws") && reachOf(u.Hostname()) == reachOthers
}

func heartbeatOf(e Endpoint) time.Duration {
	switch e := e.(type) {
	case *OneBotHTTP:
		return e.Heartbeat
	case *OneBotWS:
		return e.Heartbeat
	case *OneBotWSReverse:
		return e.Heartbeat
	case *OneBotWebhook:
		return e.Heartbeat
	}
	return 0
}

// unserved names the accounts that no endpoint serves.
func unserved(cfg *Config) []string {
	var all []string
	for _, a := range cfg.Accounts {
		served := slices.ContainsFunc(cfg.Endpoints, func(e Endpoint) bool {
			return slices.Contains(e.Common().Serves(cfg), a.UIN)
		})
		if !served {
			all = append(all, fmt.Sprintf("account %d: no endpoint serves it", a.UIN))
		}
	}
	return all
}

// ShowDuration writes 1h30m0s as 1h30m, and whole days from two on as 2d.
func ShowDuration(d time.Duration) string {
	if d >= 2*day && d%day == 0 {
		return strconv.FormatInt(int64(d/day), 10) + "d"
	}
	text := d.String()
	if strings.HasSuffix(text, "m0s") {
		text = strings.TrimSuffix(text, "0s")
	}
	if strings.HasSuffix(text, "h0m") {
		text = strings.TrimSuffix(text, "0m")
	}
	return text
}
