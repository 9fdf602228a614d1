package face

import (
	"crypto/sha256"
	"crypto/subtle"
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
