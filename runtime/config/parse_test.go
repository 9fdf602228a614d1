package config

import (
	"errors"
	"io/fs"
	"log/slog"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// same compares configurations with their secrets.
func same(t *testing.T, got, want *Config) {
	t.Helper()
	if diff := cmp.Diff(want, got, cmp.Comparer(func(a, b Secret) bool { return a == b }),
		cmp.Comparer(func(a, b netip.Prefix) bool { return a == b }), cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("want -, got +:\n%s", diff)
	}
}

func parse(t *testing.T, yaml string) *Config {
	t.Helper()
	cfg, err := Parse("f.yaml", []byte(yaml))
	if err != nil {
		t.Fatal(err)
	}
	return cfg
}

func TestDefault(t *testing.T) {
	cfg := Default()
	if err := cfg.Validate(); err != nil {
		t.Error(err)
	}
	ports := map[Kind]int{KindOneBotHTTP: 3000, KindOneBotWS: 3001, KindMilky: 3010, KindSatori: 5600}
	for _, e := range cfg.Endpoints {
		l := ListenOf(e)
		if l == nil || l.Host != "127.0.0.1" || l.Port != ports[e.Kind()] || l.Token != "" {
			t.Errorf("%s: %+v", e.Kind(), l)
		}
		if TargetOf(e) != nil {
			t.Errorf("%s dials out", e.Kind())
		}
	}
	if len(cfg.Endpoints) != len(ports) || cfg.Admin.Address() != "127.0.0.1:3080" || cfg.Accounts[0].UIN != 1234567890 {
		t.Errorf("%+v", cfg)
	}
	cfg.Endpoints[0].Common().Name = "changed"
	if Default().Endpoints[0].Common().Name == "changed" {
		t.Error("two defaults share an endpoint")
	}
}

func TestNothingMeansDefault(t *testing.T) {
	for _, yaml := range []string{"", "\n", "# only\n", "---\n", "null\n", "\ufeff", "\ufeff# x\r\n", "---\n...\n",
		"log:\nadmin: # nothing\nlimits: {}\nmedia: ~\n", "data:\n", "x-anchors: {a: 1}\n", "{}"} {
		same(t, parse(t, yaml), Default())
	}
}

func TestOverridesParts(t *testing.T) {
	cfg := parse(t, `
data: /var/lib/llbot
log: {level: debug, format: json}
limits: {in_flight: 5, conns_per_ip: 9}
media:
  base_url: https://files.example.org/llbot
  roots: [/srv/a, "/srv/b"]
  allow_cidrs: [192.168.1.7/24, "::1"]
  max_bytes: 1 GiB
  ttl: 90m
accounts:
  - uin: 10001
  - {uin: 4_294_967_295, world: 甲, nickname: "小 明"}
origins: [HTTPS://Bot.example.org, "http://[::1]:8080"]
hosts: [LLBot.lan, "::1"]
durability: off
retention: {max_age: 1d12h, max_bytes: 5 GiB}
replay: {rate: 5, messages: off}
`)
	want := Default()
	want.Data = "/var/lib/llbot"
	want.Log = Log{slog.LevelDebug, LogJSON}
	want.Limits.InFlight, want.Limits.ConnsPerIP = 5, 9
	want.Media = Media{
		BaseURL: "https://files.example.org/llbot", Roots: []string{"/srv/a", "/srv/b"}, MaxBytes: gib, TTL: 90 * time.Minute,
		AllowCIDRs: []netip.Prefix{netip.MustParsePrefix("192.168.1.0/24"), netip.MustParsePrefix("::1/128")},
	}
	want.Accounts = []Account{{UIN: 10001, Driver: DriverSim, World: "default"}, {UIN: 4294967295, Driver: DriverSim, World: "甲", Nickname: "小 明"}}
	want.Origins = []string{"https://bot.example.org", "http://[::1]:8080"}
	want.Hosts = []string{"llbot.lan", "::1"}
	want.Durability = DurabilityOff
	want.Retention = Retention{36 * time.Hour, 5 * gib}
	want.Replay = Replay{MaxAge: 10 * time.Minute, Rate: 5}
	for _, e := range want.Endpoints {
		e.Common().Replay = want.Replay
	}
	same(t, cfg, want)
}

func TestNoEndpoints(t *testing.T) {
	if cfg := parse(t, "endpoints: []\n"); len(cfg.Endpoints) != 0 {
		t.Errorf("%+v", cfg.Endpoints)
	}
}

func TestEveryKindInFull(t *testing.T) {
	cfg := parse(t, `
endpoints:
  - {kind: onebot11-http, name: 甲, host: "[::1]", port: 1, prefix: /a/b, token: t1, message_format: string, credentials: none,
     report_self: true, debug: true, heartbeat: 15000, accounts: [1234567890]}
  - {kind: onebot11-ws, host: localhost, port: 0, prefix: /c, token: t2, heartbeat: 1m30s}
  - {kind: onebot11-ws-reverse, url: "wss://u.example/x?access_token=q", token: t3, timeout: 5s, heartbeat: 1,
     reconnect: {initial: 10ms, max: 20s}, replay: {max_age: 1h, messages: true}}
  - {kind: onebot11-webhook, url: "http://127.0.0.1:8080/", secret: s, heartbeat_enable: true, report_self: true,
     attempts: 1, concurrency: 64, retry_max: 100ms}
  - {kind: milky, port: 2, prefix: /m, report_self: true, credentials: none}
  - {kind: milky-webhook, url: "https://h", token: t4, report_self: true, attempts: 100}
  - {kind: satori, port: 0, path: /satori, platform: red, internal_events: false, proxy_urls: [], credentials: all}
  - {kind: satori-webhook, url: "http://h/", token: t5, platform: red, internal_events: false, retry_max: 1d}
replay: {rate: 7}
`)
	replay := Replay{MaxAge: 10 * time.Minute, Rate: 7, Messages: true}
	entry := func(name string) Entry { return Entry{Name: name, Replay: replay} }
	array := OneBot{MessageFormat: FormatArray, Credentials: CredentialsCookies}
	target := func(url URL, token Secret) Target { return Target{url, token, 10 * time.Second} }
	own := Entry{Name: "onebot11-ws-reverse", Replay: Replay{MaxAge: time.Hour, Rate: 7, Messages: true}}
	want := []Endpoint{
		&OneBotHTTP{
			Entry{"甲", []int64{1234567890}, replay}, Listen{"[::1]", 1, "/a/b", "t1"},
			OneBot{FormatString, true, true, "", CredentialsNone}, 15 * time.Second,
		},
		&OneBotWS{entry("onebot11-ws"), Listen{"localhost", 0, "/c", "t2"}, array, 90 * time.Second},
		&OneBotWSReverse{
			own, Target{"wss://u.example/x?access_token=q", "t3", 5 * time.Second}, array, time.Millisecond,
			Reconnect{10 * time.Millisecond, 20 * time.Second},
		},
		&OneBotWebhook{
			entry("onebot11-webhook"), target("http://127.0.0.1:8080/", "s"), Delivery{1, 64, 100 * time.Millisecond}, OneBot{FormatArray, true, false, "", CredentialsCookies},
			true, time.Minute,
		},
		&Milky{entry("milky"), Listen{"127.0.0.1", 2, "/m", ""}, true, CredentialsNone},
		&MilkyWebhook{entry("milky-webhook"), target("https://h", "t4"), Delivery{100, 1, time.Minute}, true},
		&Satori{entry("satori"), Listen{"127.0.0.1", 0, "/satori", ""}, false, "red", false, []string{}, CredentialsAll},
		&SatoriWebhook{entry("satori-webhook"), target("http://h/", "t5"), Delivery{3, 1, day}, false, "red", false},
	}
	full := Default()
	full.Replay, full.Endpoints = replay, want
	same(t, cfg, full)
	if got := ListenOf(cfg.Endpoints[0]).Address(); got != "[::1]:1" {
		t.Errorf("address %q", got)
	}
	if got := (&Listen{Host: "*", Port: 5}).Address(); got != ":5" {
		t.Errorf("address %q", got)
	}
	for i, e := range cfg.Endpoints {
		if e.Kind() != Kinds()[i] {
			t.Errorf("endpoint %d is %s", i, e.Kind())
		}
	}
}

func TestDeliveryOf(t *testing.T) {
	hooks := []Kind{KindOneBotWebhook, KindMilkyWebhook, KindSatoriWebhook}
	for _, kind := range Kinds() {
		e := NewEndpoint(kind)
		d := DeliveryOf(e)
		if !slices.Contains(hooks, kind) {
			if d != nil {
				t.Errorf("%s delivers by %+v", kind, d)
			}
			continue
		}
		if d == nil || *d != (Delivery{Attempts: 3, Concurrency: 1, RetryMax: time.Minute}) {
			t.Fatalf("%s delivers by %+v", kind, d)
		}
		d.Attempts = 7
		if DeliveryOf(e).Attempts != 7 || DeliveryOf(NewEndpoint(kind)).Attempts != 3 {
			t.Errorf("%s: not the endpoint's own", kind)
		}
	}
}

func TestReplayOfAnyAge(t *testing.T) {
	cfg := parse(t, "replay: {max_age: 0}\nendpoints: [{kind: milky}, {kind: satori, replay: {max_age: 2d}}]\n")
	if cfg.Replay.MaxAge != 0 || cfg.Endpoints[0].Common().Replay.MaxAge != 0 || cfg.Endpoints[1].Common().Replay.MaxAge != 2*day {
		t.Errorf("%+v", cfg)
	}
}

func TestHookSecretHasTwoNames(t *testing.T) {
	cfg := parse(t, "endpoints: [{kind: onebot11-webhook, url: 'http://h', token: abc}]")
	if got := TargetOf(cfg.Endpoints[0]).Token.Reveal(); got != "abc" {
		t.Errorf("token %q", got)
	}
}

func TestNames(t *testing.T) {
	cfg := parse(t, `
endpoints:
  - {kind: milky-webhook, url: "http://a"}
  - {kind: milky-webhook, url: "http://b"}
  - {kind: milky-webhook, url: "http://c", name: milky-webhook-2}
  - {kind: milky-webhook, url: "http://d", name: ""}
`)
	want := []string{"milky-webhook", "milky-webhook-3", "milky-webhook-2", "milky-webhook-4"}
	for i, e := range cfg.Endpoints {
		if e.Common().Name != want[i] {
			t.Errorf("endpoint %d is named %q, want %q", i, e.Common().Name, want[i])
		}
	}
}

func TestAnchors(t *testing.T) {
	cfg := parse(t, `
x-hook: &hook
  timeout: 3s
  report_self: true
x-more: &more {timeout: 9s, token: abc}
endpoints:
  - {<<: *hook, kind: milky-webhook, url: "http://a", report_self: false}
  - <<: [*hook, *more]
    kind: milky-webhook
    url: &url http://b
  - {kind: satori-webhook, url: *url}
`)
	a, b := cfg.Endpoints[0].(*MilkyWebhook), cfg.Endpoints[1].(*MilkyWebhook)
	if a.Timeout != 3*time.Second || a.ReportSelf || b.Timeout != 3*time.Second || !b.ReportSelf || b.Token != "abc" {
		t.Errorf("%+v\n%+v", a, b)
	}
	if got := TargetOf(cfg.Endpoints[2]).URL.Reveal(); got != "http://b" {
		t.Errorf("url %q", got)
	}
}

func TestServes(t *testing.T) {
	cfg := parse(t, "accounts: [{uin: 10001}, {uin: 10002}]\nendpoints: [{kind: milky}, {kind: satori, accounts: [10002]}]")
	if got := cfg.Endpoints[0].Common().Serves(cfg); !cmp.Equal(got, []int64{10001, 10002}) {
		t.Error(got)
	}
	if got := cfg.Endpoints[1].Common().Serves(cfg); !cmp.Equal(got, []int64{10002}) {
		t.Error(got)
	}
}

func TestLoad(t *testing.T) {
	path := filepath.Join(t.TempDir(), "llbot.yaml")
	if _, err := Load(path); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("missing file: %v", err)
	}
	if err := os.WriteFile(path, []byte("data: [\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	faults, _ := errors.AsType[Faults](func() error { _, err := Load(path); return err }())
	if len(faults) != 1 || faults[0].File != path || faults[0].Line != 1 {
		t.Errorf("%+v", faults)
	}
	if err := os.WriteFile(path, []byte("data: x\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if cfg, err := Load(path); err != nil || cfg.Data != "x" {
		t.Errorf("%+v, %v", cfg, err)
	}
}

func TestValidateBuiltInCode(t *testing.T) {
	cfg := Default()
	cfg.Durability = "never"
	cfg.Retention = Retention{}
	cfg.Endpoints = append(cfg.Endpoints, nil, &OneBotWSReverse{})
	ListenOf(cfg.Endpoints[0]).Host = "0.0.0.0"
	err := cfg.Validate()
	want := `durability: "never" is none of off, batch, strict
retention.max_age: 0s is less than 1m; a target that is away for longer loses events; to keep them for ever write a long time such as 3650d
retention.max_bytes: 0 bytes is less than 64MiB; the log is deleted in whole segments of 32MiB, and the one being written stays
endpoints[0].host: other machines can reach host "0.0.0.0", so it needs a token of at least 16 characters; set token to a long random text, or set host to 127.0.0.1
endpoints[4]: empty
endpoints[5].name: "" is not a name; a name is 1 to 64 letters, digits, _ and -
endpoints[5].timeout: 0s is outside 100ms to 10m
endpoints[5].message_format: "" is none of array, string
endpoints[5].credentials: "" is none of none, cookies, all
endpoints[5].heartbeat: must be longer than nothing; write 60s; a plain number counts milliseconds
endpoints[5].url: missing; write ws:// or wss://host:port/path
endpoints[5].reconnect.initial: 0s is outside 1ms to 2562047h47m16.854775807s`
	if err == nil || err.Error() != want {
		t.Errorf("got\n%v\nwant\n%s", err, want)
	}
}
