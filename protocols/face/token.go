package face

import (
	"crypto/sha256"
	"crypto/subtle"
	"net/url"
	"strings"
)

// Auth is the result of a token check.
type Auth uint8

// The results.
const (
	AuthOK Auth = iota
	AuthMissing
	AuthWrong
)

// CheckToken compares what a client sent with the configured token in constant
// time, lengths included. An empty token lets everybody in.
func CheckToken(want, sent string) Auth {
	if want == "" {
		return AuthOK
	}
	if sent == "" {
		return AuthMissing
	}
	a, b := sha256.Sum256([]byte(want)), sha256.Sum256([]byte(sent))
	if subtle.ConstantTimeCompare(a[:], b[:]) == 1 {
		return AuthOK
	}
	return AuthWrong
}

// QueryToken takes access_token out of a query, as it stands there; rest is the
// query without it.
func QueryToken(query string) (token, rest string) {
	if !strings.Contains(query, tokenKey) {
		return "", query
	}
	var kept []string
	for pair := range strings.SplitSeq(query, "&") {
		switch value, ours := strings.CutPrefix(pair, tokenKey); {
		case !ours:
			kept = append(kept, pair)
		case token == "":
			token = value
		}
	}
	return token, strings.Join(kept, "&")
}

const tokenKey = "access_token="

// CheckQuery is CheckToken of the token in a query. Some clients escape it and
// some write it as it is, so it may be meant in three ways: escaped as a form,
// where + is a space, escaped as an address, or not at all.
func CheckQuery(want, query string) Auth {
	token, _ := QueryToken(query)
	auth := CheckToken(want, token)
	for _, unescape := range []func(string) (string, error){url.QueryUnescape, url.PathUnescape} {
		if meant, err := unescape(token); err == nil && auth == AuthWrong {
			auth = CheckToken(want, meant)
		}
	}
	return auth
}

// Bearer takes the token out of an Authorization header: any scheme word in
// any case, or the bare token. The word Bearer alone is no token.
func Bearer(header string) string {
	header = strings.TrimSpace(header)
	if _, token, found := strings.Cut(header, " "); found {
		return strings.TrimSpace(token)
	}
	if strings.EqualFold(header, "bearer") {
		return ""
	}
	return header
}
