package face

import (
	"strings"
	"testing"
)

func TestCheckToken(t *testing.T) {
	for _, c := range []struct {
		want, sent string
		auth       Auth
	}{
		{"", "", AuthOK},
		{"", "anything", AuthOK},
		{"secret", "secret", AuthOK},
		{"secret", "", AuthMissing},
		{"secret", "Secret", AuthWrong},
		{"secret", "secre", AuthWrong},
		{"secret", "secret ", AuthWrong},
		{"secret", "secretsecret", AuthWrong},
		{"\x00", "\x00\x00", AuthWrong},
	} {
		if got := CheckToken(c.want, c.sent); got != c.auth {
			t.Errorf("%q sent for %q: %d", c.sent, c.want, got)
		}
	}
}

func TestBearer(t *testing.T) {
	for header, want := range map[string]string{
		"":                  "",
		"   ":               "",
		"Bearer t":          "t",
		"bearer t":          "t",
		"BEARER  t ":        "t",
		"Token t":           "t",
		"t":                 "t",
		"Bearer":            "",
		"bearer ":           "",
		"Bearer a b":        "a b",
		"Bearer dGVzdA==+/": "dGVzdA==+/",
	} {
		if got := Bearer(header); got != want {
			t.Errorf("%q: %q, want %q", header, got, want)
		}
	}
}

func FuzzBearer(f *testing.F) {
	f.Add("Bearer x")
	f.Add("Bearer")
	f.Fuzz(func(t *testing.T, header string) {
		token := Bearer(header)
		if token != strings.TrimSpace(token) || !strings.HasSuffix(strings.TrimSpace(header), token) {
			t.Errorf("%q gave %q", header, token)
		}
		if token != "" && Bearer("Bearer "+token) != token {
			t.Errorf("%q does not come back", token)
		}
	})
}
