package config

import (
	"errors"
	"strings"
	"testing"
)

// TestFaults holds every kind of fault to its exact place and words. In want, lines begin with line:column.
func TestFaults(t *testing.T) {
	for _, c := range faultCases() {
		t.Run(c.name, func(t *testing.T) {
			_, err := Parse("f.yaml", []byte(c.yaml))
			faults, ok := errors.AsType[Faults](err)
			if !ok {
				t.Fatalf("no faults but %v", err)
			}
			want := make([]string, len(c.want))
			for i, line := range c.want {
				want[i] = "f.yaml:" + line
			}
			if got := faults.Error(); got != strings.Join(want, "\n") {
				t.Errorf("got\n%s\nwant\n%s", got, strings.Join(want, "\n"))
			}
		})
	}
}

type faultCase struct {
	name, yaml string
	want       []string
}

func lines(all ...string) []string { return all }

const allKinds = "the kinds are onebot11-http, onebot11-ws, onebot11-ws-reverse, onebot11-webhook, milky, milky-webhook, satori, satori-webhook"

func faultCases() []faultCase {
	all := yamlFaults()
	all = append(all, typeFaults()...)
	all = append(all, serverFaults()...)
	return append(all, endpointFaults()...)
}

func yamlFaults() []faultCase {
	return []faultCase{
		{"tab", "log:\n\tlevel: info\n", lines("2:1: a tab; YAML wants spaces")},
		{"tab in a value", "data: a\tb # c\td\n", lines("1:8: a tab; YAML wants spaces")},
		{"control", "data: 甲\x01\n", lines("1:8: an invisible character (U+0001); remove it")},
		{"not UTF-8", "data: x\nlog: é\xff\n", lines("2:7: the file is not UTF-8 here; save it as UTF-8")},
		{"UTF-16", "\xff\xfed\x00", lines("1:1: the file is UTF-16; save it as UTF-8")},
		{"too big", strings.Repeat("#\n", maxFile/2) + "#", lines("1:1: the file has 131073 bytes; 131072 are the most")},
		{"brackets", "origins: " + strings.Repeat("[", 40), lines("1:42: not valid YAML: more than 32 levels of nesting")},
		{"dashes", "origins:\n " + strings.Repeat("- ", 40), lines("2:66: not valid YAML: more than 32 levels of nesting")},
		{"open quote", "data: \"x\n", lines("1:7: not valid YAML: could not find end character of double-quoted text")},
		{"no space", "data: x\nport:3000\n", lines(`2:1: not valid YAML: non-map value is specified; every line here needs "key: value"; is the space after ":" missing?`)},
		{"star", "admin:\n  host: *\n", lines("2:9: not valid YAML: undefined alias name; put quotes around values that begin with one of * & @ % ! | > `")},
		{"colons", "admin: {enable: false}\ndata: ::\n", lines(`2:7: not valid YAML: mapping value is not allowed in this context; put quotes around a value that holds ": " or begins with ":", and check the indentation`)},
		{"header option", "data: |secretvalue\n", lines("1:7: not valid YAML: invalid header option; put quotes around values that begin with one of * & @ % ! | > `")},
		{"documents", "data: x\n---\ndata: y\n", lines(`3:5: a second YAML document begins here; remove the "---" line: one file is one configuration`)},
		{"list as file", "- a\n", lines("1:1: expected a mapping of keys to values, got a list")},
		{"text as file", "hello\n", lines(`1:1: expected a mapping of keys to values, got text, "hello"`)},
		{"duplicate keys", "data: x\nlog: {level: info, level: warn}\ndata: y\n", lines(
			`2:20: log.level: key "level" is given twice, first in line 2; keep one of them`,
			`3:1: data: key "data" is given twice, first in line 1; keep one of them`)},
		{"unknown alias", "log: *nope\n", lines(`1:6: log: there is no anchor of the name "nope" before this alias; put quotes around a value that begins with "*"`)},
		{"alias of itself", "origins: &a [*a]\n", lines(`1:14: origins[0]: there is no anchor of the name "a" before this alias; put quotes around a value that begins with "*"`)},
		{"tag", "data: !!str x\n", lines(`1:7: data: YAML tags such as "!" are not used here; put quotes around a value that begins with "!"`)},
		{"merge of text", "log:\n  <<: x\n", lines(`2:3: log."<<": "<<" merges a mapping, not text`)},
		{"fault inside an anchor", "x-web: &w\n  level: loud\nlog: *w\n", lines(`2:10: log.level: "loud" is none of debug, info, warn, error`)},
	}
}

func typeFaults() []faultCase {
	return []faultCase{
		{"mapping", "log: info\nmedia: [1]\n", lines(
			`1:6: log: expected a mapping of keys to values, got text, "info"`,
			`2:8: media: expected a mapping of keys to values, got a list`)},
		{"text", "data: 12\n", lines("1:7: data: expected text, got a number, 12; put quotes around it")},
		{"boolean", "admin:\n  enable: yes\n", lines(`2:11: admin.enable: expected true or false, got text, "yes"; write true`)},
		{"number", "admin: {port: \"3080\"}\n", lines(`1:15: admin.port: expected a whole number, got text, "3080"; write it without quotes and leading zeros`)},
		{"octal", "admin: {port: 03080}\n", lines(`1:15: admin.port: expected a whole number, got text, "03080"; write it without quotes and leading zeros`)},
		{"octal digits", "admin: {port: 0307}\n", lines(`1:15: admin.port: expected a whole number, got a number, 0307`)},
		{"fraction", "limits: {conns: 1.5}\n", lines("1:17: limits.conns: expected a whole number, got a number, 1.5")},
		{"huge", "accounts: [{uin: 99999999999999999999999}]\n", lines(`1:18: accounts[0].uin: expected a number, got text, "99999999999999999999999"; write it without quotes and leading zeros`)},
		{"size", "limits: {body: 64 parsecs, frame: -1, outbox: 9999999999GiB}\n", lines(
			`1:16: limits.body: expected a size such as 64MiB, got text, "64 parsecs"`,
			`1:35: limits.frame: expected a size such as 64MiB, got a number, -1`,
			`1:47: limits.outbox: expected a size such as 64MiB, got text, "9999999999GiB"`)},
		{"duration", "limits:\n  stall: 60\n  header_timeout: -1s\n", lines(
			"2:10: limits.stall: expected a duration such as 60s or 5m, got a number, 60",
			`3:19: limits.header_timeout: expected a duration such as 60s or 5m, got text, "-1s"`)},
		{"switch", "replay: {messages: maybe}\n", lines(`1:20: replay.messages: expected on or off, got text, "maybe"`)},
		{"choice", "durability: stric\nlog: {format: true}\n", lines(
			`1:13: durability: "stric" is none of off, batch, strict; did you mean "strict"?`,
			`2:15: log.format: expected one of text, json, got true or false, true`)},
		{"list", "origins: https://a.example\n", lines(`1:10: origins: expected a list, got text, "https://a.example"`)},
		{"item", "hosts:\n  -\n  - 5\n", lines(
			"2:3: hosts[0]: an item with nothing in it; remove it",
			"3:5: hosts[1]: expected text, got a number, 5; put quotes around it")},
		{"cidr", "media: {allow_cidrs: [10.0.0.0/99]}\n", lines(
			`1:23: media.allow_cidrs[0]: expected an address range such as 192.168.1.0/24, got text, "10.0.0.0/99"`)},
		{"secret text is not shown", "endpoints: [{kind: milky, token: 1234567890}]\n", lines(
			"1:34: endpoints[0].token: expected text, got a number; put quotes around it")},
		{"empty lists", "accounts:\nendpoints: # none\n", lines(
			"1:1: accounts: has no items; write [] for none, or remove the key for the defaults",
			"2:1: endpoints: has no items; write [] for none, or remove the key for the defaults")},
	}
}

func serverFaults() []faultCase {
	return []faultCase{
		{"unknown keys", "dat: x\nlog: {levle: info}\nzebra: 1\n\"a b\": 1\n", lines(
			`1:1: dat: unknown key "dat"; did you mean "data"?`,
			`2:7: log.levle: unknown key "levle"; did you mean "level"?`,
			`3:1: zebra: unknown key "zebra"; known here: data, log, admin, media, accounts, endpoints, limits, origins, hosts, durability, retention, replay`,
			`4:1: "a b": unknown key "a b"; known here: data, log, admin, media, accounts, endpoints, limits, origins, hosts, durability, retention, replay`)},
		{"data", "data: ' '\n", lines("1:7: data: empty; name a folder such as ./data")},
		{"uin range", "accounts: [{uin: 10000}, {uin: 4294967296}, {uin: -5}]\n", lines(
			"1:18: accounts[0].uin: 10000 is outside 10001 to 4294967295",
			"1:32: accounts[1].uin: 4294967296 is outside 10001 to 4294967295",
			"1:51: accounts[2].uin: -5 is outside 10001 to 4294967295")},
		{"uin twice", "accounts:\n  - uin: 10001\n  - uin: 10002\n  - uin: 10001\n", lines(
			"4:10: accounts[2].uin: account 10001 is already accounts[0]")},
		{"uin missing", "accounts:\n  - world: w\n", lines("2:5: accounts[0].uin: missing; an account needs its QQ number")},
		{"driver", "accounts: [{uin: 10001, driver: napcat}]\n", lines(
			`1:33: accounts[0].driver: there is no driver "napcat"; ` + driverHint)},
		{"world", "accounts: [{uin: 10001, world: a/b}]\n", lines(
			`1:32: accounts[0].world: "a/b" is not a name; a name is 1 to 64 letters, digits, _ and -`)},
		{"no accounts", "accounts: []\n", lines(
			"1:11: accounts: there is no account; name at least one, or remove the key for the simulated default")},
		{"admin port", "admin: {port: 65536}\n", lines("1:15: admin.port: 65536 is outside 0 to 65535")},
		{"limits", "limits: {body: 1, in_flight: 0, stall: 0, conns_per_ip: -1}\n", lines(
			"1:16: limits.body: 1 bytes is outside 1KiB to 4GiB",
			"1:30: limits.in_flight: 0 is outside 1 to 100000",
			"1:40: limits.stall: 0s is outside 1s to 24h",
			"1:57: limits.conns_per_ip: -1 is outside 0 to 10000000")},
		{"origins", "origins: ['*', 'https://a.example/', a.example, 'null']\n", lines(
			`1:11: origins[0]: "*" would let every web page call; list the origins one by one`,
			"1:16: origins[1]: not an origin; write scheme://host or scheme://host:port and nothing after it",
			"1:38: origins[2]: not an origin; write scheme://host or scheme://host:port and nothing after it",
			"1:49: origins[3]: not an origin; write scheme://host or scheme://host:port and nothing after it")},
		{"hosts", "hosts: ['*', 'a:80', https://a]\n", lines(
			`1:9: hosts[0]: "*" is not a host name; write the name alone, without scheme and port`,
			`1:14: hosts[1]: "a:80" is not a host name; write the name alone, without scheme and port`,
			`1:22: hosts[2]: "https://a" is not a host name; write the name alone, without scheme and port`)},
		{"media", "media: {base_url: 'ftp://x', roots: [''], max_bytes: 0, ttl: 0}\n", lines(
			"1:19: media.base_url: the scheme is not http or https; write http:// or https://host:port/path",
			"1:38: media.roots[0]: empty; name a folder",
			"1:54: media.max_bytes: 0 bytes is outside 1 bytes to 4GiB",
			"1:62: media.ttl: 0s is outside 1s to 365d")},
		{"media query", "media: {base_url: 'http://x/?a'}\n", lines(
			"1:19: media.base_url: has a query or fragment; links are made by adding to its end")},
		{"retention", "retention:\n  max_age: 59s\n  max_bytes: 65535KiB\n", lines(
			"2:12: retention.max_age: 59s is less than 1m; a target that is away for longer loses events; to keep them for ever write a long time such as 3650d",
			"3:14: retention.max_bytes: 65535KiB is less than 64MiB; the log is deleted in whole segments of 32MiB, and the one being written stays")},
		{"retention form", "retention: {max_age: 7 days, max_bytes: lots, max_size: 1}\n", lines(
			`1:22: retention.max_age: expected a duration such as 60s or 5m, got text, "7 days"`,
			`1:41: retention.max_bytes: expected a size such as 64MiB, got text, "lots"`,
			`1:47: retention.max_size: unknown key "max_size"; known here: max_age, max_bytes`)},
		{"replay once", "replay: {rate: -1}\n", lines("1:16: replay.rate: -1 is outside 0 to 1000000")},
	}
}

func endpointFaults() []faultCase {
	const wsURL, httpURL = "; write ws:// or wss://host:port/path", "; write http:// or https://host:port/path"
	const weak = `, so it needs a token of at least 16 characters; set token to a long random text, or set host to 127.0.0.1`
	return []faultCase{
		{"kind missing", "endpoints:\n  - port: 1\n", lines("2:5: endpoints[0].kind: missing; " + allKinds)},
		{"kind unknown", "endpoints:\n  - kind: mliky\n  - kind: http-post\n  - kind: [a]\n  - kind: zzzzzzzz\n", lines(
			`2:11: endpoints[0].kind: unknown kind "mliky"; did you mean "milky"? `+allKinds,
			`3:11: endpoints[1].kind: unknown kind "http-post"; did you mean "onebot11-webhook"? `+allKinds,
			`4:11: endpoints[2].kind: expected a kind of endpoint, got a list`,
			`5:11: endpoints[3].kind: unknown kind "zzzzzzzz"; `+allKinds)},
		{"no mapping", "endpoints: [milky]\n", lines(`1:13: endpoints[0]: expected a mapping with a kind, got text, "milky"`)},
		{"foreign keys", "endpoints:\n  - kind: onebot11-ws\n    heartInterval: 5\n    reportSelfMessage: true\n    enable: true\n    path: /x\n    url: x\n", lines(
			`3:5: endpoints[0].heartInterval: unknown key "heartInterval"; did you mean "heartbeat"?`,
			`4:5: endpoints[0].reportSelfMessage: unknown key "reportSelfMessage"; did you mean "report_self"?`,
			`5:5: endpoints[0].enable: unknown key "enable"; whatever is in the list runs; comment an entry out to turn it off`,
			`6:5: endpoints[0].path: unknown key "path"; did you mean "prefix"?`,
			`7:5: endpoints[0].url: unknown key "url"; known here: kind, name, accounts, replay, host, port, prefix, token, message_format, report_self, debug, filter, credentials, heartbeat`)},
		{"ports", "endpoints:\n  - {kind: milky, port: 3080}\n  - {kind: satori, port: 70000}\n  - {kind: onebot11-ws, port: 3000, name: a}\n  - {kind: onebot11-http}\n", lines(
			"2:25: endpoints[0].port: port 3080 is already taken by admin; give each server a port of its own",
			"3:26: endpoints[1].port: 70000 is outside 0 to 65535",
			"5:5: endpoints[3].port: port 3000 is already taken by endpoints[2]; give each server a port of its own")},
		{"names", "endpoints:\n  - {kind: milky, name: a}\n  - {kind: satori, name: a}\n  - {kind: onebot11-ws, name: a/b}\n", lines(
			`3:26: endpoints[1].name: the name "a" is already that of endpoints[0]`,
			`4:31: endpoints[2].name: "a/b" is not a name; a name is 1 to 64 letters, digits, _ and -`)},
		{"accounts", "endpoints:\n  - kind: milky\n    accounts: [1234567890, 77, 1234567890]\n  - kind: satori\n    accounts: []\n", lines(
			"3:28: endpoints[0].accounts[1]: there is no account 77; the accounts are 1234567890",
			"3:32: endpoints[0].accounts[2]: account 1234567890 is named twice",
			"5:15: endpoints[1].accounts: names no account; remove the key to serve all accounts")},
		{"account with a fault is not missed", "accounts: [{uin: '10001'}]\nendpoints: [{kind: milky, accounts: [10001]}]\n", lines(
			`1:18: accounts[0].uin: expected a number, got text, "10001"; write it without quotes and leading zeros`)},
		{"reachable", "endpoints:\n  - {kind: milky, host: ''}\n  - {kind: satori, host: 192.168.1.5, token: short}\n", lines(
			`2:25: endpoints[0].host: other machines can reach host ""`+weak,
			`3:46: endpoints[1].token: too short: other machines can reach host "192.168.1.5"`+weak)},
		{"token", "endpoints: [{kind: milky, token: \"a\\nb\"}, {kind: milky-webhook, url: 'http://h', token: 'a b'}]\n", lines(
			"1:34: endpoints[0].token: holds a space, a line break or an invisible character",
			"1:89: endpoints[1].token: holds a space, a line break or an invisible character")},
		{"prefix", "endpoints:\n  - {kind: milky, prefix: x}\n  - {kind: satori, path: /a/}\n  - {kind: onebot11-ws, prefix: /a/../b}\n", lines(
			`2:27: endpoints[0].prefix: "x" is not a path prefix; write "" or "/name", without a slash at the end`,
			`3:26: endpoints[1].path: "/a/" is not a path prefix; write "" or "/name", without a slash at the end`,
			`4:33: endpoints[2].prefix: "/a/../b" is not a path prefix; write "" or "/name", without a slash at the end`)},
		{"urls", `endpoints:
  - {name: a, kind: onebot11-ws-reverse, url: "http://h/"}
  - {name: b, kind: onebot11-webhook, url: "ws://h/"}
  - {name: c, kind: milky-webhook}
  - {name: d, kind: satori-webhook, url: "http://user:hunter2@h/"}
  - {name: e, kind: satori-webhook, url: "http:///x"}
  - {name: f, kind: satori-webhook, url: "http://h:99999/"}
  - {name: g, kind: satori-webhook, url: "http://h/#x"}
  - {name: h, kind: satori-webhook, url: "http://[::1"}
  - {name: i, kind: satori-webhook, url: "http://h/a b"}
  - {name: j, kind: onebot11-webhook, url: "http://user:hunter2@h/"}
`, lines(
			"2:47: endpoints[0].url: the scheme is not ws or wss"+wsURL,
			"3:44: endpoints[1].url: the scheme is not http or https"+httpURL,
			"4:5: endpoints[2].url: missing"+httpURL,
			"5:42: endpoints[3].url: a user name or password in a URL ends up in logs; use the key \"token\"",
			"6:42: endpoints[4].url: no host"+httpURL,
			"7:42: endpoints[5].url: the port is outside 1 to 65535",
			`8:42: endpoints[6].url: "#" and what follows is never sent; write %23 if it belongs to the path`,
			"9:42: endpoints[7].url: not a URL"+httpURL,
			"10:42: endpoints[8].url: not a URL"+httpURL,
			`11:44: endpoints[9].url: a user name or password in a URL ends up in logs; use the key "secret"`)},
		{"heartbeat", "endpoints:\n  - {kind: onebot11-ws, heartbeat: 0}\n  - {kind: onebot11-http, heartbeat: soon}\n", lines(
			"2:36: endpoints[0].heartbeat: must be longer than nothing; write 60s; a plain number counts milliseconds",
			`3:38: endpoints[1].heartbeat: expected a duration such as 60s, or milliseconds, got text, "soon"`)},
		{"reconnect", "endpoints:\n  - kind: onebot11-ws-reverse\n    url: ws://h\n    timeout: 0\n    reconnect: {initial: 5s, max: 1s}\n", lines(
			"4:14: endpoints[0].timeout: 0s is outside 100ms to 10m",
			"5:35: endpoints[0].reconnect.max: 1s is shorter than initial, 5s")},
		{"secret twice", "endpoints: [{kind: onebot11-webhook, url: 'http://h', token: a, secret: b}]\n", lines(
			`1:73: endpoints[0].secret: "secret" and "token" are the same thing here; keep "secret"`)},
		{"delivery", "endpoints:\n  - {name: a, kind: onebot11-webhook, url: 'http://h', attempts: 0, concurrency: 65}\n" +
			"  - {name: b, kind: milky-webhook, url: 'http://h', attempts: 101, retry_max: 99ms}\n" +
			"  - {name: c, kind: satori-webhook, url: 'http://h', concurrency: 0, retry_max: 25h}\n", lines(
			"2:66: endpoints[0].attempts: 0 is outside 1 to 100",
			"2:82: endpoints[0].concurrency: 65 is outside 1 to 64",
			"3:63: endpoints[1].attempts: 101 is outside 1 to 100",
			"3:79: endpoints[1].retry_max: 99ms is outside 100ms to 24h",
			"4:67: endpoints[2].concurrency: 0 is outside 1 to 64",
			"4:81: endpoints[2].retry_max: 25h is outside 100ms to 24h")},
		{"delivery is for webhooks", "endpoints: [{kind: onebot11-ws-reverse, url: 'ws://h', attempts: 3}]\n", lines(
			`1:56: endpoints[0].attempts: unknown key "attempts"; known here: kind, name, accounts, replay, url, timeout, message_format, report_self, debug, filter, credentials, heartbeat, token, reconnect`)},
		{"platform", "endpoints: [{kind: satori, platform: 'a b'}]\n", lines(
			`1:38: endpoints[0].platform: "a b" is not a name; a name is 1 to 64 letters, digits, _ and -`)},
		{"proxied URLs", "endpoints: [{kind: satori, proxy_urls: [qpic.cn, 'https://a/', 'https://u:p@a/', '']}]\n", lines(
			"1:41: endpoints[0].proxy_urls[0]: not the beginning of a URL; write http:// or https:// with a host and, maybe, a path",
			"1:64: endpoints[0].proxy_urls[2]: not the beginning of a URL; write http:// or https:// with a host and, maybe, a path",
			"1:82: endpoints[0].proxy_urls[3]: not the beginning of a URL; write http:// or https:// with a host and, maybe, a path")},
		{"own replay", "endpoints: [{kind: satori, replay: {rate: -1}}]\n", lines(
			"1:43: endpoints[0].replay.rate: -1 is outside 0 to 1000000")},
	}
}

func TestFaultLine(t *testing.T) {
	for want, f := range map[string]Fault{
		"f:3:4: a.b: wrong; fix it": {File: "f", Line: 3, Column: 4, Path: "a.b", Message: "wrong", Hint: "fix it"},
		"f: wrong":                  {File: "f", Message: "wrong"},
		"a.b: wrong":                {Path: "a.b", Message: "wrong"},
	} {
		if got := f.Error(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	if f, ok := errors.AsType[Fault](Faults{{Message: "one"}}); !ok || f.Message != "one" {
		t.Error("a single fault cannot be found")
	}
}

func TestFaultsEnd(t *testing.T) {
	_, err := Parse("f", []byte("origins: ["+strings.Repeat("'*',", 5000)+"]"))
	if faults, _ := errors.AsType[Faults](err); len(faults) != maxFaults {
		t.Errorf("%d faults", len(faults))
	}
}
