package bench

import (
	"fmt"
	"net"
	"net/url"
	"strconv"
	"strings"

	"llbot/bench/part"
	"llbot/bench/subject"
)

// Target is another server that speaks a protocol, measured in place of this
// one.
type Target struct {
	URL   *url.URL // where it listens: its host, port and prefix
	Act   *url.URL // where OneBot actions are called that make events; nil is URL
	Token string
	Group int64 // that its account is in
	// Member is somebody in that group, whose card may be changed.
	Member int64
	// PID is its process on this machine, whose processor time and memory are
	// read; 0: unknown, and both are left out.
	PID int
	// Hook is where it posts events to: a loopback address on which the suite
	// listens, as host:port; "" when it posts none.
	Hook string
}

// Named is a target as somebody names it.
type Named struct {
	URL, Act, Token, Hook string // Act and Hook may be ""
	Group, Member         int64
	PID                   int // 0: unknown
}

// ParseTarget reads a target's addresses, and looks whether its process is
// there.
func ParseTarget(n Named) (t *Target, err error) {
	t = &Target{Token: n.Token, Group: n.Group, Member: n.Member, PID: n.PID, Hook: n.Hook}
	if t.URL, err = parseAddress(n.URL); err != nil {
		return nil, err
	}
	if t.Act = t.URL; n.Act != "" {
		if t.Act, err = parseAddress(n.Act); err != nil {
			return nil, err
		}
	}
	if n.PID != 0 {
		if _, err := part.Outside(n.PID); err != nil {
			return nil, fmt.Errorf("--pid %d: %w", n.PID, err)
		}
	}
	if n.Hook != "" {
		return t, checkHook(n.Hook)
	}
	return t, nil
}

func parseAddress(text string) (*url.URL, error) {
	parsed, err := url.Parse(text)
	if err != nil || parsed.Host == "" || parsed.Scheme != "http" && parsed.Scheme != "ws" {
		return nil, fmt.Errorf("target %q: want http://host:port/prefix or ws://host:port/prefix", text)
	}
	if parsed.Port() == "" {
		parsed.Host += ":80"
	}
	parsed.Path = strings.TrimSuffix(parsed.Path, "/")
	return parsed, nil
}

// checkHook tells whether the suite may and can listen there.
func checkHook(addr string) error {
	host, port, err := net.SplitHostPort(addr)
	number, wrong := strconv.ParseUint(port, 10, 16)
	if ip := net.ParseIP(host); err != nil || wrong != nil || number == 0 || host != "localhost" && !ip.IsLoopback() {
		return fmt.Errorf("--hook %q: want an address of this machine's loopback, e.g. 127.0.0.1:8080", addr)
	}
	l, err := net.Listen("tcp", addr)
	if err != nil {
		return fmt.Errorf("--hook %s: %w", addr, err)
	}
	return l.Close()
}

// String is its address, without the token.
func (t *Target) String() string { return t.URL.Redacted() }

// headers are what each request to it carries.
func (t *Target) headers() []string {
	if t == nil || t.Token == "" {
		return nil
	}
	return []string{"Authorization: Bearer " + t.Token}
}

// lacks says why a result cannot be had of the target, "" when it can; of
// this server, nil, all can.
func (t *Target) lacks(n need) string {
	switch {
	case t == nil:
		return ""
	case n == needInside:
		return "only this server can be measured so"
	case n == needProcess && t.PID == 0:
		return "the number of the target's process on this machine is needed: --pid"
	case n == needHook && t.Hook == "":
		return "an address that the target posts its events to is needed: --hook"
	}
	return ""
}

// place is where a scenario finds its server: an address, what comes before
// paths, and what each request carries besides.
type place struct {
	addr, prefix string
	headers      []string
	group        string
	member       string // of the group
}

// at answers the place of an endpoint of ours, or the target.
func (s *session) at(addr string) place {
	if s.Target == nil {
		return place{addr: addr, group: "123456", member: subject.Second.String()}
	}
	return place{
		addr: s.Target.URL.Host, prefix: s.Target.URL.Path, headers: s.Target.headers(),
		group: strconv.FormatInt(s.Target.Group, 10), member: strconv.FormatInt(s.Target.Member, 10),
	}
}

// fill puts the numbers of the group and of its member into a text.
func (p place) fill(text string) string {
	return strings.NewReplacer("GROUP", p.group, "MEMBER", p.member).Replace(text)
}
