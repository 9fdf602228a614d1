package config

import (
	"fmt"
	"math"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"time"
)

// The bounds of numbers.
const (
	minUIN     = 10001
	maxUIN     = math.MaxUint32
	maxPort    = 65535
	maxEntries = 1000 // accounts, and endpoints
)

// check reports everything wrong with a configuration that is complete in form.
func check(cfg *Config, r *report) {
	if strings.TrimSpace(cfg.Data) == "" {
		r.add("data", "empty", "name a folder such as ./data")
	}
	oneOf(r, "log.format", cfg.Log.Format, LogText, LogJSON)
	oneOf(r, "durability", cfg.Durability, DurabilityOff, DurabilityBatch, DurabilityStrict)
	checkMedia(&cfg.Media, r)
	checkAccounts(cfg.Accounts, r)
	checkLimits(&cfg.Limits, r)
	checkRetention(cfg.Retention, r)
	checkReplay(cfg.Replay, "replay", r)
	for i, origin := range cfg.Origins {
		checkOrigin(origin, index("origins", i), r)
	}
	for i, host := range cfg.Hosts {
		if allInterfaces(host) || reachOf(host) == reachInvalid {
			r.add(index("hosts", i), quote(host)+" is not a host name", "write the name alone, without scheme and port")
		}
	}
	checkEndpoints(cfg, r)
	checkListeners(cfg, r)
}

func oneOf[T ~string](r *report, path string, value T, options ...T) {
	if slices.Contains(options, value) {
		return
	}
	words := make([]string, len(options))
	for i, o := range options {
		words[i] = string(o)
	}
	r.add(path, quote(string(value))+" is none of "+strings.Join(words, ", "), "")
}

// between reports a number outside its bounds; show writes it as people do.
func between[T ~int | ~int64](r *report, path string, value, least, most T, show func(T) string) {
	if value < least || value > most {
		r.add(path, fmt.Sprintf("%s is outside %s to %s", show(value), show(least), show(most)), "")
	}
}

func plain[T ~int | ~int64](n T) string { return fmt.Sprint(int64(n)) }

func checkMedia(m *Media, r *report) {
	if m.BaseURL != "" {
		checkURL(URL(m.BaseURL), "media.base_url", r, "leave them out: links to files are signed", "http", "https")
		if strings.ContainsAny(m.BaseURL, "?#") {
			r.add("media.base_url", "has a query or fragment", "links are made by adding to its end")
		}
	}
	for i, root := range m.Roots {
		if strings.TrimSpace(root) == "" {
			r.add(index("media.roots", i), "empty", "name a folder")
		}
	}
	for i, cidr := range m.AllowCIDRs {
		if cidr == (netip.Prefix{}) {
			r.add(index("media.allow_cidrs", i), "empty", "write a range such as 192.168.1.0/24")
		}
	}
	between(r, "media.max_bytes", m.MaxBytes, 1, 4*gib, showSize)
	between(r, "media.ttl", m.TTL, time.Second, 365*24*time.Hour, ShowDuration)
}

func checkAccounts(all []Account, r *report) {
	switch {
	case len(all) == 0:
		r.add("accounts", "there is no account", "name at least one, or remove the key for the simulated default")
	case len(all) > maxEntries:
		r.add("accounts", fmt.Sprintf("%d accounts; %d are the most", len(all), maxEntries), "")
		return
	}
	first := map[int64]string{}
	for i, a := range all {
		path := index("accounts", i)
		if !r.sound(path) {
			continue
		}
		if a.UIN != 0 || a.Driver == DriverSim {
			between(r, path+".uin", a.UIN, minUIN, maxUIN, plain[int64])
		}
		if before, twice := first[a.UIN]; twice {
			r.add(path+".uin", fmt.Sprintf("account %d is already %s", a.UIN, before), "")
		} else if a.UIN != 0 && r.sound(path+".uin") {
			first[a.UIN] = path
		}
		switch {
		case a.Driver == DriverSim:
		case slices.Contains(Drivers(), a.Driver):
			checkUpstream(a, path, r)
			continue
		default:
			r.add(path+".driver", "there is no driver "+quote(string(a.Driver)), driverHint)
		}
		if !simpleKey.MatchString(a.World) {
			r.add(path+".world", quote(a.World)+" is not a name", nameHint)
		}
	}
}

const nameHint = "a name is 1 to 64 letters, digits, _ and -"

func checkLimits(l *Limits, r *report) {
	between(r, "limits.body", l.Body, kib, 4*gib, showSize)
	between(r, "limits.frame", l.Frame, kib, gib, showSize)
	between(r, "limits.in_flight", l.InFlight, 1, 100_000, plain[int])
	between(r, "limits.outbox", l.Outbox, 4*kib, gib, showSize)
	between(r, "limits.stall", l.Stall, time.Second, 24*time.Hour, ShowDuration)
	between(r, "limits.conns", l.Conns, 1, 10_000_000, plain[int])
	between(r, "limits.conns_per_ip", l.ConnsPerIP, 0, 10_000_000, plain[int])
	between(r, "limits.header_timeout", l.HeaderTimeout, 100*time.Millisecond, 10*time.Minute, ShowDuration)
}

// The least that can be kept of the event log.
const (
	leastKeptAge   = time.Minute
	leastKeptBytes = 64 * mib
)

func checkRetention(keep Retention, r *report) {
	if keep.MaxAge < leastKeptAge {
		r.add("retention.max_age", ShowDuration(keep.MaxAge)+" is less than "+ShowDuration(leastKeptAge),
			"a target that is away for longer loses events; to keep them for ever write a long time such as 3650d")
	}
	if keep.MaxBytes < leastKeptBytes {
		r.add("retention.max_bytes", showSize(keep.MaxBytes)+" is less than "+showSize(leastKeptBytes),
			"the log is deleted in whole segments of 32MiB, and the one being written stays")
	}
}

func checkReplay(p Replay, path string, r *report) {
	between(r, path+".max_age", p.MaxAge, 0, math.MaxInt64, ShowDuration)
	between(r, path+".rate", p.Rate, 0, 1_000_000, plain[int])
}

// checkOrigin wants an origin as browsers send it. A wildcard would undo the protection that the list is part of.
func checkOrigin(origin, path string, r *report) {
	if origin == "*" {
		r.add(path, `"*" would let every web page call`, "list the origins one by one")
		return
	}
	u, err := url.Parse(origin)
	if err != nil || u.Host == "" || u.Hostname() == "" || u.Scheme+"://"+u.Host != origin {
		r.add(path, "not an origin", "write scheme://host or scheme://host:port and nothing after it")
	}
}

// checkURL wants an absolute URL of one of the schemes. It never shows the URL: it may hold a token.
// instead tells what to do without a user name and a password in it.
func checkURL(address URL, path string, r *report, instead string, schemes ...string) {
	wanted := "write " + strings.Join(schemes, ":// or ") + "://host:port/path"
	if address == "" {
		r.add(path, "missing", wanted)
		return
	}
	u, err := url.Parse(address.Reveal())
	switch {
	case err != nil || strings.ContainsAny(address.Reveal(), " \t\r\n"):
		r.add(path, "not a URL", wanted)
	case !slices.Contains(schemes, u.Scheme):
		r.add(path, "the scheme is not "+strings.Join(schemes, " or "), wanted)
	case u.Hostname() == "":
		r.add(path, "no host", wanted)
	case u.User != nil:
		r.add(path, "a user name or password in a URL ends up in logs", instead)
	case !portInRange(u.Port()):
		r.add(path, "the port is outside 1 to 65535", "")
	case u.Fragment != "":
		r.add(path, `"#" and what follows is never sent`, "write %23 if it belongs to the path")
	}
}
