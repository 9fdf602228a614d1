package face

import (
	"strings"
	"testing"
)

func TestGuard(t *testing.T) {
	const host, origin, site = "Host header", "origin", "foreign web page"
	configured := Guard{Origins: []string{"http://localhost:5140"}, Hosts: []string{"bot.example"}}
	for _, c := range []struct {
		name  string
		guard Guard
		head  Head
		want  string // part of the refusal, "" = let in
	}{
		{"program", Guard{}, Head{Host: "127.0.0.1:3000"}, ""},
		{"no Host (HTTP/1.0)", Guard{}, Head{}, ""},
		{"localhost in any case", Guard{}, Head{Host: "LocalHost:3000"}, ""},
		{"localhost without port", Guard{}, Head{Host: "localhost"}, ""},
		{"IPv6", Guard{}, Head{Host: "[::1]:3000"}, ""},
		{"IPv6 without port", Guard{}, Head{Host: "[::1]"}, ""},
		{"LAN address", Guard{}, Head{Host: "192.168.1.7:3000"}, ""},
		{"unknown name", Guard{}, Head{Host: "bot.example:3000"}, host},
		{"name that looks like ours", Guard{}, Head{Host: "localhost.evil.example"}, host},
		{"name that begins as an address", Guard{}, Head{Host: "127.0.0.1.evil.example:80"}, host},
		{"configured name", configured, Head{Host: "Bot.Example:3000"}, ""},
		{"name below the configured one", configured, Head{Host: "x.bot.example"}, host},

		{"foreign origin", configured, Head{Host: "localhost:3000", Origin: "http://evil.example"}, origin},
		{"sandboxed page", configured, Head{Host: "localhost:3000", Origin: "null"}, origin},
		{"allowed origin", configured, Head{Host: "localhost:3000", Origin: "http://localhost:5140"}, ""},
		{"allowed origin, other port", configured, Head{Host: "localhost:3000", Origin: "http://localhost:5141"}, origin},
		{"allowed origin, other scheme", configured, Head{Host: "localhost:3000", Origin: "https://localhost:5140"}, origin},
		{"allowed origin from another site", configured, Head{Host: "localhost:3000", Origin: "http://localhost:5140", FetchSite: "cross-site"}, ""},
		{"own origin", Guard{}, Head{Host: "localhost:3000", Origin: "http://localhost:3000"}, ""},
		{"own origin after rebinding", Guard{}, Head{Host: "evil.example:3000", Origin: "http://evil.example:3000"}, host},
		{"origin without host", Guard{}, Head{Origin: "file://"}, origin},
		{"origin that is no URL", Guard{}, Head{Host: "localhost", Origin: "http://%zz"}, origin},
		{"every origin", Guard{Origins: []string{"*"}}, Head{Host: "localhost", Origin: "http://evil.example"}, ""},
		{"every origin, unknown host", Guard{Origins: []string{"*"}}, Head{Host: "evil.example", Origin: "http://evil.example"}, host},

		{"typed address", Guard{}, Head{Host: "localhost", FetchSite: "none"}, ""},
		{"own page", Guard{}, Head{Host: "localhost", FetchSite: "same-origin"}, ""},
		{"image tag", Guard{}, Head{Host: "localhost", FetchSite: "cross-site"}, site},
		{"image tag of a sister", Guard{}, Head{Host: "localhost", FetchSite: "same-site"}, site},
		{"unknown site word", Guard{}, Head{Host: "localhost", FetchSite: "new-word"}, site},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := c.guard.Check(&c.head)
			if (got == "") != (c.want == "") || !strings.Contains(got, c.want) {
				t.Errorf("%q, want %q", got, c.want)
			}
		})
	}
}

func TestGuardAllowsReadingOnlyToOrigins(t *testing.T) {
	g := Guard{Origins: []string{"http://page.example"}}
	for origin, want := range map[string]bool{"": false, "null": false, "http://page.example": true, "http://evil.example": false, "http://localhost": true} {
		if got := g.Allows(&Head{Host: "localhost", Origin: origin}); got != want {
			t.Errorf("%q: %v", origin, got)
		}
	}
}

// FuzzGuard holds the two promises of the guard: no foreign origin and no
// unknown host ever passes.
func FuzzGuard(f *testing.F) {
	f.Add("localhost:3000", "http://localhost:3000", "")
	f.Add("[::1", "null", "cross-site")
	f.Add("127.0.0.1:80", "http://u@127.0.0.1:80/", "same-origin")
	f.Fuzz(func(t *testing.T, host, origin, site string) {
		h := &Head{Host: host, Origin: origin, FetchSite: site}
		g := Guard{Origins: []string{"http://page.example"}}
		if g.Check(h) != "" {
			return
		}
		if origin != "" && origin != "http://page.example" && !strings.Contains(strings.ToLower(origin), strings.ToLower(host)) {
			t.Errorf("origin %q of host %q passed", origin, host)
		}
		if strings.HasSuffix(strings.ToLower(host), "evil.example") {
			t.Errorf("host %q passed", host)
		}
	})
}
