package config

import (
	"strings"
	"testing"
	"time"
)

func TestUpstreams(t *testing.T) {
	cfg := parse(t, `accounts:
  - driver: milky
    url: http://127.0.0.1:4010/milky
    token: abc
  - {uin: 10001, driver: onebot11, url: "ws://127.0.0.1:4001", listen: "http://127.0.0.1:8081/ob", secret: x}
  - {driver: satori, url: https://koishi.example.org, platform: red, media_in: store, media_out: url, backfill: 0}
endpoints: [{kind: milky, accounts: [10001, 77777]}]
`)
	want := []Account{
		{Driver: DriverMilky, Upstream: Upstream{URL: "http://127.0.0.1:4010/milky", Token: "abc", MediaIn: MediaURL, MediaOut: MediaBase64, Backfill: 10 * time.Minute}},
		{UIN: 10001, Driver: DriverOneBot11, Upstream: Upstream{URL: "ws://127.0.0.1:4001", Listen: "http://127.0.0.1:8081/ob", Secret: "x", MediaIn: MediaURL, MediaOut: MediaBase64, Backfill: 10 * time.Minute}},
		{Driver: DriverSatori, Upstream: Upstream{URL: "https://koishi.example.org", Platform: "red", MediaIn: MediaStore, MediaOut: MediaURL}},
	}
	for i := range want {
		if cfg.Accounts[i] != want[i] {
			t.Errorf("account %d: %#v", i, cfg.Accounts[i])
		}
	}
	text := Explain(cfg)
	for _, part := range []string{"(as logged in there)  driver milky", "at http://127.0.0.1:4010/milky", "listening at http://127.0.0.1:8081/ob", "received files kept here"} {
		if !strings.Contains(text, part) {
			t.Errorf("lacks %q:\n%s", part, text)
		}
	}
}

func TestUpstreamFaults(t *testing.T) {
	for account, want := range map[string]string{
		`{driver: milky}`:                                    "accounts[0].url: missing",
		`{driver: milky, url: "ws://x"}`:                     "the scheme is not http or https",
		`{driver: milky, url: "http://u:secret@x"}`:          "write it as token",
		`{driver: milky, url: "http://x", world: w}`:         `unknown key "world"`,
		`{driver: milky, url: "http://x", uin: 7}`:           "7 is outside 10001",
		`{driver: milky, url: "http://x", media_in: base64}`: "is none of url, store",
		`{driver: milky, url: "http://x", backfill: 8d}`:     "outside",
		`{driver: onebot11}`:                                 "accounts[0].url: missing",
		`{driver: onebot11, listen: "ws://127.0.0.1/x"}`:     "no port",
		`{driver: onebot11, listen: "http://127.0.0.1:1/x"}`: "called over http",
		`{driver: onebot11, listen: "ws://0.0.0.0:8081/x"}`:  "there is no token",
		`{driver: milky, url: "http://localhost:3010"}`:      `accounts[0].url: port 3010 is where our endpoint "milky" listens`,
		`{driver: onebot11, listen: "ws://127.0.0.1:3080"}`:  "is where our admin server listens",
		`{driver: satori, url: "http://x"}, {uin: 10001, driver: sim}, {uin: 10001, driver: milky, url: "http://x"}`: "account 10001 is already",
	} {
		_, err := Parse("f.yaml", []byte("accounts: ["+account+"]\n"))
		if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: %v, want %q", account, err, want)
		}
	}
}

func TestUpstreamSecrets(t *testing.T) {
	cfg := parse(t, `accounts: [{driver: onebot11, url: "ws://127.0.0.1:4001/?access_token=in-the-url", token: the-token, secret: the-secret}]`)
	all := strings.Join(cfg.Secrets(), " ")
	for _, secret := range []string{"the-token", "the-secret", "in-the-url"} {
		if !strings.Contains(all, secret) {
			t.Errorf("%s is not hidden from logs", secret)
		}
		if strings.Contains(Explain(cfg), secret) {
			t.Errorf("%s is explained", secret)
		}
	}
}
