package config

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"unicode/utf8"
)

// minToken is the length from which a token protects an address that others can reach.
const minToken = 16

// checkListen checks one server.
func checkListen(e Endpoint, l *Listen, path string, r *report) {
	between(r, path+".port", l.Port, 0, maxPort, plain[int])
	if l.Prefix != "" && (!pathPrefix.MatchString(l.Prefix) || dotted(l.Prefix)) {
		r.add(path+"."+prefixKey(e), quote(l.Prefix)+" is not a path prefix", `write "" or "/name", without a slash at the end`)
	}
	checkToken(l.Token, path+".token", r)
	checkHost(l.Host, path+".host", r)
	if reachOf(l.Host) != reachOthers || !r.sound(path+".host", path+".token") {
		return
	}
	const others = "other machines can reach host %s, so it needs a token of at least %d characters"
	const fix = "set token to a long random text, or set host to 127.0.0.1"
	switch message := fmt.Sprintf(others, quote(l.Host), minToken); {
	case l.Token == "":
		r.add(path+".host", message, fix)
	case utf8.RuneCountInString(l.Token.Reveal()) < minToken:
		r.add(path+".token", "too short: "+message, fix)
	}
}

// dotted tells whether a prefix has a part that browsers and proxies resolve away.
func dotted(prefix string) bool {
	for part := range strings.SplitSeq(prefix, "/") {
		if part == "." || part == ".." {
			return true
		}
	}
	return false
}

func prefixKey(e Endpoint) string {
	if e.Kind() == KindSatori {
		return "path"
	}
	return "prefix"
}

func checkHost(host, path string, r *report) {
	if reachOf(host) == reachInvalid {
		r.add(path, quote(host)+" is not an address to listen on", "write an IP address or a host name, without scheme and port")
	}
}

// portInRange tells whether a URL's port is absent or usable.
func portInRange(port string) bool {
	n, err := strconv.Atoi(port)
	return port == "" || err == nil && n > 0 && n <= maxPort
}

// listener is one configured port.
type listener struct {
	path string
	name string // for people
	host string
	port int
}

// checkListeners checks the admin server and that no two servers want the same port.
func checkListeners(cfg *Config, r *report) {
	var all []listener
	if a := cfg.Admin; a.Enable {
		between(r, "admin.port", a.Port, 0, maxPort, plain[int])
		checkHost(a.Host, "admin.host", r)
		all = append(all, listener{"admin", "our admin server", a.Host, a.Port})
	}
	for i, e := range cfg.Endpoints {
		if e == nil {
			continue
		}
		if l := ListenOf(e); l != nil {
			all = append(all, listener{index("endpoints", i), "our endpoint " + quote(e.Common().Name), l.Host, l.Port})
		}
	}
	for i, l := range all {
		for _, earlier := range all[:i] {
			if clash(l, earlier, r) {
				r.add(l.path+".port", fmt.Sprintf("port %d is already taken by %s", l.port, earlier.path),
					"give each server a port of its own")
				break
			}
		}
	}
	for i, a := range cfg.Accounts {
		if a.Driver != DriverSim {
			checkApart(a.Upstream, index("accounts", i), all, r)
		}
	}
}

// checkApart checks that an upstream is somebody else's server, and that the
// port where it dials us is free. Programs that hold accounts have our default
// ports.
func checkApart(up Upstream, path string, all []listener, r *report) {
	for _, at := range []struct {
		key     string
		address URL
	}{{".url", up.URL}, {".listen", up.Listen}} {
		u, err := url.Parse(at.address.Reveal())
		if err != nil || reachOf(u.Hostname()) != reachLocal {
			continue
		}
		for _, l := range all {
			if u.Port() == strconv.Itoa(l.port) && l.port != 0 && (reachOf(l.host) == reachLocal || overlap(l.host, u.Hostname())) {
				r.add(path+at.key, fmt.Sprintf("port %d is where %s listens", l.port, l.name),
					"give our endpoints other ports than the server that holds the account")
			}
		}
	}
}

func clash(a, b listener, r *report) bool {
	return a.port == b.port && a.port != 0 && r.sound(a.path+".port", b.path+".port") && overlap(a.host, b.host)
}
