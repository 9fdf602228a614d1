package config

import (
	"net/netip"
	"regexp"
	"strings"
)

// reach says who can connect to a listening address.
type reach int

const (
	reachInvalid reach = iota // not an address to listen on
	reachLocal                // programs on this machine
	reachOthers               // other machines too, or nobody knows
)

// hostName matches names that are not numbers in disguise: the last label holds a letter, so that "127.1" and
// "0x7f000001", which resolvers read in their own ways, are no names.
var hostName = regexp.MustCompile(`^(?i)([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?\.)*[a-z]([a-z0-9-]{0,61}[a-z0-9])?\.?$`)

// reachOf judges a host to listen on. Only loopback addresses and "localhost" are local: any other name is somebody
// else's to define.
func reachOf(host string) reach {
	if allInterfaces(host) {
		return reachOthers
	}
	if addr, ok := parseHost(host); ok {
		if addr.IsLoopback() {
			return reachLocal
		}
		return reachOthers
	}
	switch {
	case isLocalhost(host):
		return reachLocal
	case len(host) <= 253 && hostName.MatchString(host):
		return reachOthers
	}
	return reachInvalid
}

func allInterfaces(host string) bool { return host == "" || host == "*" }

func isLocalhost(host string) bool {
	return strings.EqualFold(strings.TrimSuffix(host, "."), "localhost")
}

// parseHost reads an IP address, also in brackets; an IPv4 address in IPv6 clothes comes out as IPv4.
func parseHost(host string) (netip.Addr, bool) {
	if len(host) > 2 && host[0] == '[' && host[len(host)-1] == ']' {
		host = host[1 : len(host)-1]
		if !strings.Contains(host, ":") {
			return netip.Addr{}, false
		}
	}
	addr, err := netip.ParseAddr(host)
	return addr.Unmap(), err == nil
}

// overlap tells whether two hosts cannot both be listened on with one port.
func overlap(a, b string) bool {
	if covers(a, b) || covers(b, a) {
		return true
	}
	ipA, okA := parseHost(a)
	ipB, okB := parseHost(b)
	switch {
	case okA && okB:
		return ipA == ipB
	case okA:
		return isLocalhost(b) && isLocalhostAddr(ipA)
	case okB:
		return isLocalhost(a) && isLocalhostAddr(ipB)
	}
	return strings.EqualFold(strings.TrimSuffix(a, "."), strings.TrimSuffix(b, "."))
}

// covers tells whether host is a wildcard that takes in other. "::" listens for IPv4 as well.
func covers(host, other string) bool {
	if allInterfaces(host) {
		return true
	}
	addr, ok := parseHost(host)
	if !ok || !addr.IsUnspecified() {
		return false
	}
	otherAddr, isIP := parseHost(other)
	return addr.Is6() || !isIP || otherAddr.Is4()
}

// isLocalhostAddr tells whether "localhost" listens there.
func isLocalhostAddr(a netip.Addr) bool {
	return a == netip.AddrFrom4([4]byte{127, 0, 0, 1}) || a == netip.IPv6Loopback()
}
