package config

import (
	"fmt"
	"io"
	"log/slog"
	"net/url"
)

// redacted stands where a secret would.
const redacted = "[redacted]"

// Secret is a token or key. However it is printed, logged or marshalled it shows only whether it is set; [Secret.Reveal]
// is the one way to its text.
type Secret string

// Reveal returns the secret's text.
func (s Secret) Reveal() string { return string(s) }

// String is empty for no secret and "[redacted]" for any other.
func (s Secret) String() string {
	if s == "" {
		return ""
	}
	return redacted
}

// Format prints String whatever the verb, since a verb that strings lack would show the text.
func (s Secret) Format(f fmt.State, _ rune) { write(f, s.String()) }

// LogValue is String, for slog.
func (s Secret) LogValue() slog.Value { return slog.StringValue(s.String()) }

// MarshalText is String, for JSON and YAML encoders.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// URL is the address of somebody's server. Its query often carries a token, so printing hides the query;
// [URL.Reveal] is the whole address.
type URL string

// Reveal returns the address as configured.
func (u URL) Reveal() string { return string(u) }

// String is the address without user information, and with "…" for a query.
func (u URL) String() string {
	parsed, err := url.Parse(string(u))
	if err != nil {
		return redacted
	}
	shown := url.URL{Scheme: parsed.Scheme, Host: parsed.Host, Path: parsed.Path, RawPath: parsed.RawPath}
	if parsed.RawQuery != "" {
		return shown.String() + "?…"
	}
	return shown.String()
}

// Format prints String whatever the verb.
func (u URL) Format(f fmt.State, _ rune) { write(f, u.String()) }

// LogValue is String, for slog.
func (u URL) LogValue() slog.Value { return slog.StringValue(u.String()) }

// MarshalText is String, for JSON and YAML encoders.
func (u URL) MarshalText() ([]byte, error) { return []byte(u.String()), nil }

// write ignores the error as every fmt.Formatter must: fmt keeps it in the writer itself.
func write(w io.Writer, s string) { _, _ = io.WriteString(w, s) }

// Secrets returns the text of every token in use and of every value in a target's query, for whoever keeps them out of
// logs.
func (c *Config) Secrets() []string {
	var all []string
	for _, a := range c.Accounts {
		all = append(all, a.Upstream.secrets()...)
	}
	for _, e := range c.Endpoints {
		if l := ListenOf(e); l != nil && l.Token != "" {
			all = append(all, l.Token.Reveal())
		}
		t := TargetOf(e)
		if t == nil {
			continue
		}
		if t.Token != "" {
			all = append(all, t.Token.Reveal())
		}
		if u, err := url.Parse(t.URL.Reveal()); err == nil {
			for _, values := range u.Query() {
				all = append(all, values...)
			}
		}
	}
	return all
}
