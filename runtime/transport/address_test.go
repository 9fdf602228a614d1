package transport

import (
	"errors"
	"net/netip"
	"testing"

	"pgregory.net/rapid"
)

func guard(t *testing.T, allow ...string) *Guard {
	t.Helper()
	g, err := NewGuard(allow...)
	if err != nil {
		t.Fatal(err)
	}
	return g
}

func TestGuard(t *testing.T) {
	g := guard(t)
	closed := []string{
		"0.0.0.0", "0.1.2.3", "10.0.0.1", "10.255.255.255", "100.64.0.1", "100.100.100.200", "100.127.255.255",
		"127.0.0.1", "127.1.2.3", "127.255.255.255", "169.254.0.1", "169.254.169.254", "169.254.170.2", "172.16.0.1", "172.31.255.255",
		"192.0.0.1", "192.0.0.192", "192.0.2.1", "192.31.196.1", "192.52.193.1", "192.88.99.1", "192.168.0.1", "192.168.255.255", "192.175.48.1",
		"198.18.0.1", "198.19.255.255", "198.51.100.1", "203.0.113.1", "168.63.129.16",
		"224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.254", "255.255.255.255",
		"::", "::1", "::2", "::127.0.0.1", "::8.8.8.8",
		"::ffff:127.0.0.1", "::ffff:7f00:1", "::ffff:10.0.0.1", "::ffff:169.254.169.254", "::ffff:0.0.0.0", "::ffff:0:127.0.0.1",
		"64:ff9b::7f00:1", "64:ff9b::8.8.8.8", "64:ff9b:1::1", "100::1", "100:0:0:1::1",
		"2001::1", "2001:0:7f00:1::", "2001:2::1", "2001:10::1", "2001:20::1", "2001:db8::1", "2002:7f00:1::", "2002:808:808::1",
		"2620:4f:8000::1", "3fff::1", "4000::1", "5f00::1", "8000::1", "fc00::1", "fd00:ec2::254", "fd12:3456::1",
		"fe80::1", "fe80::1%eth0", "febf::1", "fec0::1", "ff02::1", "ff0e::1", "2606:4700::1%eth0",
	}
	for _, s := range closed {
		if err := g.Check(netip.MustParseAddr(s)); !errors.Is(err, ErrAddress) {
			t.Errorf("%s: %v", s, err)
		}
	}
	if err := g.Check(netip.Addr{}); !errors.Is(err, ErrAddress) {
		t.Errorf("no address: %v", err)
	}
	for _, s := range []string{
		"1.1.1.1", "8.8.8.8", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "126.255.255.255", "128.0.0.0",
		"169.253.255.255", "169.255.0.0", "172.15.255.255", "172.32.0.0", "192.167.255.255", "192.169.0.0", "198.17.255.255", "198.20.0.0",
		"223.255.255.255", "::ffff:8.8.8.8", "2001:200::1", "2400:cb00::1", "2606:4700::1111", "2a00:1450::1",
	} {
		if err := g.Check(netip.MustParseAddr(s)); err != nil {
			t.Errorf("%s: %v", s, err)
		}
	}
}

func TestGuardAllows(t *testing.T) {
	g := guard(t, "192.168.1.7/24", "127.0.0.1", "fd00::/8", "::ffff:10.1.2.3")
	for s, ok := range map[string]bool{
		"192.168.1.1": true, "::ffff:192.168.1.200": true, "192.168.2.1": false, "127.0.0.1": true, "127.0.0.2": false,
		"::1": false, "fd12::1": true, "fe80::1": false, "10.1.2.3": true, "10.1.2.4": false, "8.8.8.8": true,
	} {
		if err := g.Check(netip.MustParseAddr(s)); (err == nil) != ok {
			t.Errorf("%s: %v", s, err)
		}
	}
	for _, s := range []string{"", "localhost", "1.2.3.4/33", "1.2.3", "::/129"} {
		if _, err := NewGuard(s); err == nil {
			t.Errorf("%q is taken for a network", s)
		}
	}
}

func TestGuardControl(t *testing.T) {
	g := guard(t)
	for address, ok := range map[string]bool{
		"8.8.8.8:80": true, "[2606:4700::1]:443": true, "127.0.0.1:80": false, "[::1]:80": false, "[fe80::1%lo]:80": false,
		"localhost:80": false, "/var/run/docker.sock": false, "": false,
	} {
		if err := g.Control("tcp4", address, nil); (err == nil) != ok {
			t.Errorf("%q: %v", address, err)
		}
	}
	if err := g.Control("unix", "8.8.8.8:80", nil); err == nil {
		t.Error("a unix socket is let through")
	}
}

// What the standard library knows as not public is never let through, and an
// IPv4 address fares the same when it is written as IPv6.
func TestGuardProperties(t *testing.T) {
	g := guard(t)
	rapid.Check(t, func(t *rapid.T) {
		b := [4]byte(rapid.SliceOfN(rapid.Byte(), 4, 4).Draw(t, "v4"))
		v4 := netip.AddrFrom4(b)
		mapped := netip.AddrFrom16(v4.As16())
		if (g.Check(v4) == nil) != (g.Check(mapped) == nil) {
			t.Fatalf("%s and %s differ", v4, mapped)
		}
		v6 := netip.AddrFrom16([16]byte(rapid.SliceOfN(rapid.Byte(), 16, 16).Draw(t, "v6")))
		for _, a := range []netip.Addr{v4, v6} {
			if g.Check(a) == nil && (!a.Unmap().IsGlobalUnicast() || a.Unmap().IsPrivate()) {
				t.Fatalf("%s is let through", a)
			}
		}
	})
}
