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

// A token in an address may stand there escaped in either way, or as it is.
func TestCheckQuery(t *testing.T) {
	const secret = "a b+c/d;e%==" // no client can write an & or a # as it is
	for query, want := range map[string]Auth{
		"":                                      AuthMissing,
		"access_token":                          AuthMissing,
		"access_token=":                         AuthMissing,
		"x=access_token":                        AuthMissing,
		"xaccess_token=a":                       AuthMissing,
		"access_token=x":                        AuthWrong,
		"access_token=%":                        AuthWrong,
		"x=1&access_token=%&":                   AuthWrong,
		"access_token=a b+c/d;e%==":             AuthOK,
		"access_token=a+b%2Bc%2Fd%3Be%25%3D%3D": AuthOK,
		"access_token=a%20b+c/d;e%25==":         AuthOK,
		"x=1&access_token=a%20b%2Bc%2Fd%3Be%25%3D%3D&y=2": AuthOK,
		"access_token=a%20b%20c/d;e%25==":                 AuthWrong,
		"access_token=x&access_token=a b+c/d;e%==":        AuthWrong,
	} {
		if got := CheckQuery(secret, query); got != want {
			t.Errorf("%q: %d, want %d", query, got, want)
		}
		if got := CheckQuery("", query); got != AuthOK {
			t.Errorf("%q where none is needed: %d", query, got)
		}
	}
}

func TestQueryTokenLeavesTheRest(t *testing.T) {
	for query, want := range map[string][2]string{
		"a=1&b=%zz":                      {"", "a=1&b=%zz"},
		"access_token=%;+":               {"%;+", ""},
		"a=1&access_token=x==&b=2":       {"x==", "a=1&b=2"},
		"access_token=&access_token=1&c": {"1", "c"},
		"my_access_token=1":              {"", "my_access_token=1"},
	} {
		if token, rest := QueryToken(query); token != want[0] || rest != want[1] {
			t.Errorf("%q: %q %q", query, token, rest)
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
