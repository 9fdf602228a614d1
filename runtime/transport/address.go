package transport

import (
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"syscall"
)

// ErrAddress is why an address that a bot named was not connected to.
var ErrAddress = errors.New("the address is not a public one; list its network under media.allow_cidrs in the config to allow it")

// Guard decides which addresses URLs from bots may lead to. It looks at the
// address that is about to be connected to, after every name was resolved and
// every redirect followed, so that no spelling of a URL gets around it.
type Guard struct {
	allowed []netip.Prefix
	closed  []netip.Prefix
}

// closedNetworks are not for strangers' URLs although some of them are
// routable: this host, private and shared networks, what is reserved, what
// carries an IPv4 address inside (it could be any of the others), and the
// metadata services of clouds.
const closedNetworks = `
	0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24 192.0.2.0/24
	192.31.196.0/24 192.52.193.0/24 192.88.99.0/24 192.168.0.0/16 192.175.48.0/24 198.18.0.0/15
	198.51.100.0/24 203.0.113.0/24 224.0.0.0/4 240.0.0.0/4 168.63.129.16/32
	2001::/23 2001:db8::/32 2002::/16 2620:4f:8000::/48 3fff::/20`

// publicIPv6 is what is given out of IPv6; the rest of it is closed as a whole.
const publicIPv6 = "2000::/3"

// NewGuard makes a guard that lets through public addresses and those in the
// networks given as CIDR ("192.168.1.0/24") or single addresses.
func NewGuard(allow ...string) (*Guard, error) {
	g := &Guard{}
	for _, s := range strings.Fields(closedNetworks) {
		g.closed = append(g.closed, netip.MustParsePrefix(s))
	}
	for _, s := range allow {
		p, err := prefix(s)
		if err != nil {
			return nil, fmt.Errorf("allowed network %q: %w", s, err)
		}
		g.allowed = append(g.allowed, p)
	}
	return g, nil
}

func prefix(s string) (netip.Prefix, error) {
	if strings.Contains(s, "/") {
		p, err := netip.ParsePrefix(s)
		return p.Masked(), err
	}
	a, err := netip.ParseAddr(s)
	if err != nil {
		return netip.Prefix{}, err
	}
	a = a.Unmap().WithZone("")
	return netip.PrefixFrom(a, a.BitLen()), nil
}

// Check answers ErrAddress for an address that must not be connected to.
func (g *Guard) Check(addr netip.Addr) error {
	bare := addr.Unmap().WithZone("")
	in := func(p netip.Prefix) bool { return p.Contains(bare) }
	switch {
	case slices.ContainsFunc(g.allowed, in):
		return nil
	case !bare.IsValid(), addr.Zone() != "", slices.ContainsFunc(g.closed, in),
		bare.Is6() && !netip.MustParsePrefix(publicIPv6).Contains(bare):
		return fmt.Errorf("%s: %w", addr, ErrAddress)
	}
	return nil
}

// Control is a net.Dialer's hook: it sees every address before the connection.
func (g *Guard) Control(network, address string, _ syscall.RawConn) error {
	at, err := netip.ParseAddrPort(address)
	if err != nil || !strings.HasPrefix(network, "tcp") {
		return fmt.Errorf("%s %s: %w", network, address, ErrAddress)
	}
	return g.Check(at.Addr())
}
