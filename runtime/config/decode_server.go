package config

import (
	"log/slog"
	"net/netip"
	"slices"
	"strings"
)

// config reads the whole file.
func (d *decoder) config(s spot, cfg *Config) {
	var endpoints spot // read last: each starts from the replay policy, wherever the file has it
	s.node = withoutExtensions(s.node)
	d.mapping(s, []field{
		{"data", d.text(&cfg.Data)},
		{"log", d.section(
			field{"level", d.level(&cfg.Log.Level)},
			field{"format", choice(d, &cfg.Log.Format, LogText, LogJSON)},
		)},
		{"admin", d.section(
			field{"enable", d.boolean(&cfg.Admin.Enable)},
			field{"host", d.text(&cfg.Admin.Host)},
			field{"port", d.whole(&cfg.Admin.Port)},
		)},
		{"media", d.media(&cfg.Media)},
		{"accounts", d.required(list(d, &cfg.Accounts, d.account))},
		{"endpoints", d.required(func(s spot) { endpoints = s })},
		{"limits", d.limits(&cfg.Limits)},
		{"origins", list(d, &cfg.Origins, d.lower)},
		{"hosts", list(d, &cfg.Hosts, d.lower)},
		{"durability", choice(d, &cfg.Durability, DurabilityOff, DurabilityBatch, DurabilityStrict)},
		{"retention", d.section(
			field{"max_age", d.duration(&cfg.Retention.MaxAge)},
			field{"max_bytes", d.size(&cfg.Retention.MaxBytes)},
		)},
		{"replay", d.replay(&cfg.Replay)},
	})
	if endpoints.node == nil {
		cfg.Endpoints = defaultEndpoints(cfg.Replay)
		return
	}
	list(d, &cfg.Endpoints, func(into *Endpoint) reader { return d.endpoint(into, cfg.Replay) })(endpoints)
	nameEndpoints(cfg.Endpoints)
}

// withoutExtensions drops the top-level keys that begin with "x-", where files keep their anchors.
func withoutExtensions(n *node) *node {
	kept := *n
	kept.entries = slices.DeleteFunc(slices.Clone(n.entries), func(e entry) bool { return strings.HasPrefix(e.key, "x-") })
	return &kept
}

// required refuses a key without a value where leaving it out and having none of it are different things.
func (d *decoder) required(read reader) reader {
	return func(s spot) {
		if s.node.shape == shapeNull {
			d.at(s.node.where, s.path, "has no items", "write [] for none, or remove the key for the defaults")
			return
		}
		read(s)
	}
}

func (d *decoder) level(into *slog.Level) reader {
	return func(s spot) {
		word := strings.ToLower(into.String())
		choice(d, &word, "debug", "info", "warn", "error")(s)
		// The four words are levels of slog, so that this cannot fail.
		_ = into.UnmarshalText([]byte(word))
	}
}

func (d *decoder) media(m *Media) reader {
	return d.section(
		field{"base_url", d.text(&m.BaseURL)},
		field{"roots", list(d, &m.Roots, d.text)},
		field{"allow_cidrs", list(d, &m.AllowCIDRs, d.cidr)},
		field{"max_bytes", d.size(&m.MaxBytes)},
		field{"ttl", d.duration(&m.TTL)},
	)
}

// cidr reads an address range; a lone address is the range of itself.
func (d *decoder) cidr(into *netip.Prefix) reader {
	return d.scalar("an address range such as 192.168.1.0/24", false, func(n *node) bool {
		if addr, err := netip.ParseAddr(n.text); err == nil && addr.Zone() == "" {
			*into = netip.PrefixFrom(addr, addr.BitLen())
			return true
		}
		prefix, err := netip.ParsePrefix(n.text)
		*into = prefix.Masked()
		return err == nil
	})
}

// account reads the keys that the account's driver has.
func (d *decoder) account(into *Account) reader {
	*into = newAccount()
	return func(s spot) {
		if n := driverNode(s.node); n != nil && slices.Contains(Drivers(), Driver(n.text)) {
			*into = NewAccount(Driver(n.text))
		}
		if s.node.shape == shapeMap && s.node.get("uin") == nil && into.Driver == DriverSim {
			d.at(s.node.where, s.path+".uin", "missing", "an account needs its QQ number")
		}
		d.mapping(s, d.accountFields(into))
	}
}

func driverNode(n *node) *node {
	if n.shape != shapeMap {
		return nil
	}
	return n.get("driver")
}

func (d *decoder) driver(into *Driver) reader {
	known := choice(d, into, Drivers()...)
	return func(s spot) {
		if s.node.shape == shapeText && !slices.Contains(Drivers(), Driver(s.node.text)) {
			d.at(s.node.where, s.path, "there is no driver "+quote(s.node.text), driverHint)
			return
		}
		known(s)
	}
}

const driverHint = `the drivers are "sim", the simulated QQ, and "milky", "onebot11" and "satori", which are clients of a server that holds the account`

func (d *decoder) limits(l *Limits) reader {
	return d.section(
		field{"body", d.size(&l.Body)},
		field{"frame", d.size(&l.Frame)},
		field{"in_flight", d.whole(&l.InFlight)},
		field{"outbox", d.size(&l.Outbox)},
		field{"stall", d.duration(&l.Stall)},
		field{"conns", d.whole(&l.Conns)},
		field{"conns_per_ip", d.whole(&l.ConnsPerIP)},
		field{"header_timeout", d.duration(&l.HeaderTimeout)},
	)
}

func (d *decoder) replay(r *Replay) reader {
	return d.section(
		field{"max_age", d.duration(&r.MaxAge)},
		field{"rate", d.whole(&r.Rate)},
		field{"messages", d.switched(&r.Messages)},
	)
}

// lower reads text that is compared without regard to case.
func (d *decoder) lower(into *string) reader {
	read := d.text(into)
	return func(s spot) {
		read(s)
		*into = strings.ToLower(*into)
	}
}
