package runtime_test

import (
	"testing"

	"llbot/runtime/config"
)

// Every way to the secrets of a login is under its endpoint's setting: OneBot's
// actions, Milky's APIs, and both through Satori's internal calls.
func TestCredentialsAreHandedOutAsConfigured(t *testing.T) {
	for choice, allowed := range map[config.Credentials]struct{ cookies, key bool }{
		config.CredentialsNone: {false, false}, config.CredentialsCookies: {true, false}, config.CredentialsAll: {true, true},
	} {
		t.Run(string(choice), func(t *testing.T) {
			r := start(t,
				on(func(e *config.OneBotHTTP) { e.Credentials = choice }),
				on(func(e *config.Milky) { e.Credentials = choice }),
				on(func(e *config.Satori) { e.Credentials = choice }))
			for _, c := range []struct {
				endpoint, path string
				want           bool
			}{
				{httpName, "/get_cookies", allowed.cookies},
				{httpName, "/get_clientkey", allowed.key},
				{milkyName, "/api/get_cookies", allowed.cookies},
				{satoriName, "/v1/internal/onebot11.get_credentials", allowed.cookies},
				{satoriName, "/v1/internal/onebot11.get_clientkey", allowed.key},
				{satoriName, "/v1/internal/milky.get_csrf_token", allowed.cookies},
			} {
				a := r.request("POST", r.url(c.endpoint, c.path), `{"domain":"qun.qq.com"}`, "Content-Type", jsonType,
					"Satori-Platform", "llonebot", "Satori-User-ID", botText)
				if good := a.status == 200 && a.at("retcode") == "0"; good != c.want {
					t.Errorf("%s: %d %s, want it answered %v", c.path, a.status, a.text, c.want)
				}
			}
		})
	}
}
