package face

import (
	"net"
	"net/netip"
	"net/url"
	"slices"
	"strings"
)

// Guard keeps foreign web pages away from an endpoint: a page in a browser can
// reach loopback, so a missing token is no protection against it.
type Guard struct {
	Origins []string // origins that may call, e.g. "http://localhost:5140"; "*" allows all
	Hosts   []string // host names that are ours, beside IP addresses and localhost
}

// Check answers why a request is refused, "" when it is not. The request of a
// typed address, of a program and of a page of our own origin passes.
func (g Guard) Check(h *Head) string {
	if !g.ours(h.Host) {
		return "the Host header names a host this server does not know; list it under hosts in the config"
	}
	if h.Origin != "" {
		if g.allows(h.Origin, h.Host) {
			return ""
		}
		return "the web page's origin is not allowed; list it under origins in the config"
	}
	switch h.FetchSite {
	case "", "same-origin", "none":
		return ""
	}
	return "a foreign web page may not call this server"
}

// Allows tells whether a browser origin may read answers (CORS).
func (g Guard) Allows(h *Head) bool { return h.Origin != "" && g.allows(h.Origin, h.Host) }

func (g Guard) allows(origin, host string) bool {
	if slices.Contains(g.Origins, "*") || slices.Contains(g.Origins, origin) {
		return true
	}
	u, err := url.Parse(origin)
	return err == nil && u.Host != "" && strings.EqualFold(u.Host, host)
}

func (g Guard) ours(host string) bool {
	name := host
	if strings.Contains(host, ":") { // an error of SplitHostPort is an allocation
		if h, _, err := net.SplitHostPort(host); err == nil {
			name = h
		}
	}
	name = strings.Trim(name, "[]")
	if name == "" || strings.EqualFold(name, "localhost") {
		return true
	}
	if _, err := netip.ParseAddr(name); err == nil {
		return true
	}
	return slices.ContainsFunc(g.Hosts, func(h string) bool { return strings.EqualFold(h, name) })
}
