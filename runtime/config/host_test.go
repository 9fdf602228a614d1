package config

import (
	"fmt"
	"strings"
	"testing"
)

// TestBindHosts crosses every way to write a host with every kind of token: what others can reach needs a strong one.
func TestBindHosts(t *testing.T) {
	hosts := map[string]reach{
		"127.0.0.1": reachLocal, "127.0.0.2": reachLocal, "127.255.255.254": reachLocal, "::1": reachLocal,
		"[::1]": reachLocal, "0:0:0:0:0:0:0:1": reachLocal, "::ffff:127.0.0.1": reachLocal, "::ffff:7f00:1": reachLocal,
		"localhost": reachLocal, "LocalHost": reachLocal, "localhost.": reachLocal, "::1%lo": reachLocal,

		"": reachOthers, "*": reachOthers, "0.0.0.0": reachOthers, "::": reachOthers, "[::]": reachOthers,
		"::ffff:0.0.0.0": reachOthers, "0:0::0": reachOthers, "192.168.1.5": reachOthers, "10.0.0.1": reachOthers,
		"172.17.0.1": reachOthers, "169.254.1.1": reachOthers, "100.64.0.1": reachOthers, "8.8.8.8": reachOthers,
		"128.0.0.1": reachOthers, "fe80::1%eth0": reachOthers, "fd00::1": reachOthers, "2001:db8::1": reachOthers,
		"::ffff:10.0.0.1": reachOthers, "::7f00:1": reachOthers, "bot.example.org": reachOthers,
		"localhost.localdomain": reachOthers, "notlocalhost": reachOthers, "a.localhost": reachOthers,
		"localhost.evil.example": reachOthers, "my_host": reachInvalid, "llbot": reachOthers,

		"127.1": reachInvalid, "0": reachInvalid, "2130706433": reachInvalid, "0x7f000001": reachInvalid,
		"127.0.0.01": reachInvalid, "127.0.0.1:3000": reachInvalid, "[127.0.0.1]": reachInvalid,
		"http://localhost": reachInvalid, " ": reachInvalid, "127.0.0.1 ": reachInvalid, "localhost..": reachInvalid,
		"[::1": reachInvalid, "::1]": reachInvalid, "a b": reachInvalid, "-a": reachInvalid, "**": reachInvalid,
		"中文": reachInvalid, "localhost\u200b": reachInvalid, "127.0.0.1/8": reachInvalid,
	}
	tokens := map[string]bool{ // strong?
		"": false, "x": false, strings.Repeat("x", 15): false, strings.Repeat("x", 16): true, strings.Repeat("字", 16): true,
		strings.Repeat("字", 15): false,
	}
	for host, reach := range hosts {
		if got := reachOf(host); got != reach {
			t.Errorf("reachOf(%q) = %d, want %d", host, got, reach)
		}
		for token, strong := range tokens {
			want := reach == reachLocal || reach == reachOthers && strong
			checkBind(t, host, token, want)
		}
		cfg := Default()
		cfg.Admin.Host = host
		if err := cfg.Validate(); (err == nil) != (reach != reachInvalid) {
			t.Errorf("admin on %q: %v", host, err)
		}
		warned := strings.Contains(strings.Join(Warnings(cfg), "\n"), "admin: other machines can reach it")
		if warned != (reach == reachOthers) {
			t.Errorf("admin on %q: warned %v", host, warned)
		}
	}
}

func checkBind(t *testing.T, host, token string, want bool) {
	t.Helper()
	for _, kind := range []Kind{KindOneBotHTTP, KindOneBotWS, KindMilky, KindSatori} {
		yaml := fmt.Sprintf("endpoints:\n  - kind: %s\n    host: %q\n    token: %q\n", kind, host, token)
		_, err := Parse("f", []byte(yaml))
		if (err == nil) != want {
			t.Errorf("%s on %q with a token of %d bytes: %v", kind, host, len(token), err)
		}
		if err != nil && len(token) > 1 && strings.Contains(err.Error(), token) {
			t.Errorf("the error shows the token: %v", err)
		}
	}
}

func TestOverlap(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want bool
	}{
		{"127.0.0.1", "127.0.0.1", true},
		{"127.0.0.1", "127.0.0.2", false},
		{"127.0.0.1", "::ffff:127.0.0.1", true},
		{"127.0.0.1", "localhost", true},
		{"::1", "localhost", true},
		{"[::1]", "::1", true},
		{"127.0.0.2", "localhost", false},
		{"localhost", "LOCALHOST.", true},
		{"127.0.0.1", "0.0.0.0", true},
		{"127.0.0.1", "", true},
		{"127.0.0.1", "*", true},
		{"127.0.0.1", "::", true},
		{"::1", "::", true},
		{"::1", "0.0.0.0", false},
		{"0.0.0.0", "::", true},
		{"0.0.0.0", "bot.example.org", true},
		{"", "*", true},
		{"a.example", "b.example", false},
		{"a.example", "A.example", true},
		{"192.168.1.5", "127.0.0.1", false},
	} {
		if got := overlap(c.a, c.b); got != c.want {
			t.Errorf("overlap(%q, %q) = %t", c.a, c.b, got)
		}
		if overlap(c.a, c.b) != overlap(c.b, c.a) {
			t.Errorf("overlap(%q, %q) depends on the order", c.a, c.b)
		}
	}
}

func TestPortsThatDoNotClash(t *testing.T) {
	for name, yaml := range map[string]string{
		"any free port": "admin: {port: 0}\nendpoints: [{kind: milky, port: 0}, {kind: satori, port: 0}]",
		"two addresses": "endpoints: [{kind: milky, port: 5}, {kind: satori, port: 5, host: 127.0.0.2}]",
		"admin off":     "admin: {enable: false, host: 0.0.0.0}\nendpoints: [{kind: milky, port: 3080}]",
	} {
		if _, err := Parse("f", []byte(yaml)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}
