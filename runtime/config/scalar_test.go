package config

import (
	"math"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestParseSize(t *testing.T) {
	for text, want := range map[string]int64{
		"0": 0, "1000": 1000, "5B": 5, "256KiB": 256 << 10, "64MiB": 64 << 20, "64 MiB": 64 << 20, "1gib": 1 << 30,
		"2kb": 2000, "2MB": 2e6, "2GB": 2e9, "9223372036854775807": math.MaxInt64,
		"": -1, "MiB": -1, "-1": -1, "1.5MiB": -1, "1TiB": -1, "1 Mi B": -1, "9223372036854775808": -1,
		"9007199254740992KiB": -1, "１KiB": -1, "0x10": -1,
	} {
		got, err := parseSize(text)
		if err != nil {
			got = -1
		}
		if got != want {
			t.Errorf("parseSize(%q) = %d, %v, want %d", text, got, err, want)
		}
	}
}

func TestParseDuration(t *testing.T) {
	for text, want := range map[string]time.Duration{
		"0": 0, "0s": 0, "60s": time.Minute, "1h30m": 90 * time.Minute, "500ms": 500 * time.Millisecond,
		"0d": 0, "7d": 168 * time.Hour, "1d12h": 36 * time.Hour, "1d0s": day, "106751d": 106751 * day,
		"106751d23h47m16.854775807s": math.MaxInt64, "106751d23h47m16.854775808s": -1, "106752d": -1,
		"": -1, "d": -1, "-1s": -1, "-1d": -1, "+1d": -1, "1.5d": -1, "7 d": -1, "7D": -1, "7 days": -1, "1d1": -1,
		"1d-1h": -1, "1d1d": -1, "1h1d": -1, "99999999999999999999d": -1,
	} {
		got, err := parseDuration(text)
		if err != nil {
			got = -1
		}
		if got != want {
			t.Errorf("parseDuration(%q) = %s, %v, want %s", text, got, err, want)
		}
	}
}

func TestSizesRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.Int64Min(1).Draw(t, "bytes")
		text := showSize(n)
		if text[len(text)-1] == 's' {
			text = text[:len(text)-len("ytes")]
		}
		if back, err := parseSize(text); err != nil || back != n {
			t.Fatalf("%d is shown as %q and read as %d, %v", n, text, back, err)
		}
	})
}

func TestDurationsRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := time.Duration(rapid.Int64Min(0).Draw(t, "duration"))
		if back, err := parseDuration(ShowDuration(d)); err != nil || back != d {
			t.Fatalf("%d is shown as %q and read as %d, %v", d, ShowDuration(d), back, err)
		}
	})
}

func TestDistance(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want int
	}{{"", "", 0}, {"a", "", 1}, {"prot", "port", 1}, {"kitten", "sitting", 3}, {"ab", "ba", 1}, {"端口", "端囗", 1}} {
		if got := distance([]rune(c.a), []rune(c.b)); got != c.want {
			t.Errorf("distance(%q, %q) = %d, want %d", c.a, c.b, got, c.want)
		}
	}
	word := rapid.StringMatching(`[a-c]{0,8}`)
	rapid.Check(t, func(t *rapid.T) {
		a, b := []rune(word.Draw(t, "a")), []rune(word.Draw(t, "b"))
		d := distance(a, b)
		if d != distance(b, a) || (d == 0) != (string(a) == string(b)) || d > max(len(a), len(b)) {
			t.Fatalf("distance(%q, %q) = %d", string(a), string(b), d)
		}
	})
}

func TestNearest(t *testing.T) {
	keys := []string{"host", "port", "token", "message_format", "heartbeat"}
	for word, want := range map[string]string{
		"prot": "port", "PORT": "port", "hots": "host", "tokn": "token", "messageformat": "message_format",
		"hartbeet": "heartbeat", "zebra": "", "": "", "x": "",
	} {
		if got := nearest(word, keys); got != want {
			t.Errorf("nearest(%q) = %q, want %q", word, got, want)
		}
	}
}
