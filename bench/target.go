package bench

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"

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
}

// ParseTarget reads the addresses of a target; act may be "".
func ParseTarget(address, act, token string, group, member int64) (*Target, error) {
	t := &Target{Token: token, Group: group, Member: member}
	for _, one := range []struct {
		text string
		into **url.URL
	}{{address, &t.URL}, {act, &t.Act}} {
		if one.text == "" {
			continue
		}
		parsed, err := url.Parse(one.text)
		if err != nil || parsed.Host == "" || parsed.Scheme != "http" && parsed.Scheme != "ws" {
			return nil, fmt.Errorf("target %q: want http://host:port/prefix or ws://host:port/prefix", one.text)
		}
		if parsed.Port() == "" {
			parsed.Host += ":80"
		}
		if len(parsed.Path) > 0 && parsed.Path[len(parsed.Path)-1] == '/' {
			parsed.Path = parsed.Path[:len(parsed.Path)-1]
		}
		*one.into = parsed
	}
	if t.Act == nil {
		t.Act = t.URL
	}
	return t, nil
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
