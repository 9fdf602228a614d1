package config

import (
	"flag"
	"os"
	"path/filepath"
	"testing"
	"time"
)

var update = flag.Bool("update", false, "rewrite the golden files")

func TestExplain(t *testing.T) {
	for name, cfg := range map[string]*Config{
		"default":  Default(),
		"empty":    parse(t, "endpoints: []\nadmin: {enable: false}\nreplay: {messages: off, rate: 5}\n"),
		"volatile": parse(t, "durability: off\nendpoints: []\nreplay: {max_age: 0, rate: 20}\n"),
		"full": parse(t, `
accounts: [{uin: 10001, nickname: "小\n明"}, {uin: 10002, world: other}, {uin: 10003}]
media: {roots: [/], allow_cidrs: [10.0.0.0/8]}
endpoints:
  - {kind: onebot11-http, host: "", token: sixteen-letters-1, prefix: /ob, accounts: [10002, 10001]}
  - {kind: onebot11-ws, host: "::1", port: 0, heartbeat: 60, accounts: [10001]}
  - {kind: onebot11-ws-reverse, url: "ws://bots.example.org/x?access_token=abc", token: abc, accounts: [10001]}
  - {kind: milky-webhook, url: "http://127.0.0.1:8080/milky/", accounts: [10001], concurrency: 4, replay: {max_age: 2d, rate: 9}}
  - {kind: satori, token: sixteen-letters-1, path: /satori, accounts: [10001]}
durability: strict
retention: {max_age: 36h, max_bytes: 1500MiB}
`),
	} {
		got := Explain(cfg)
		path := filepath.Join("testdata", "explain_"+name+".txt")
		if *update {
			if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if got != string(want) {
			t.Errorf("%s: got\n%s\nwant\n%s", name, got, want)
		}
	}
}

func TestShow(t *testing.T) {
	for d, want := range map[time.Duration]string{
		0: "0s", time.Second: "1s", time.Minute: "1m", 90 * time.Minute: "1h30m", 2 * time.Hour: "2h",
		10 * time.Minute: "10m", time.Hour + time.Second: "1h0m1s", 70 * time.Second: "1m10s", 25 * time.Hour: "25h", 7 * day: "7d",
	} {
		if got := ShowDuration(d); got != want {
			t.Errorf("%s is shown as %s", want, got)
		}
	}
	for d, want := range map[time.Duration]string{0: "0s", 36 * time.Hour: "36h", day: "1 day", 7 * day: "7 days", day + 1: "24h0m0.000000001s"} {
		if got := showAge(d); got != want {
			t.Errorf("%s is shown as %s", want, got)
		}
	}
	for n, want := range map[int64]string{0: "0 bytes", 1023: "1023 bytes", kib: "1KiB", 64 * mib: "64MiB", gib: "1GiB", 1025 * kib: "1025KiB"} {
		if got := showSize(n); got != want {
			t.Errorf("%d is shown as %s", n, got)
		}
	}
}
