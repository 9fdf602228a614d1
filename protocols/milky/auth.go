package milky

import (
	"strings"

	"llbot/protocols/face"
)

// authorise answers why the token is refused, "" when it is not.
func (s *Server) authorise(h *face.Head, query bool) string {
	auth := face.CheckToken(s.options.Token, face.Bearer(h.Authorization))
	if auth == face.AuthOK {
		return ""
	}
	if query {
		switch sent := face.CheckQuery(s.options.Token, h.Query); sent {
		case face.AuthOK:
			return ""
		case face.AuthWrong:
			auth = sent
		}
	}
	if auth == face.AuthMissing {
		return "the access token is missing"
	}
	return "the access token is wrong"
}

// parameter finds a value in a raw query, as it stands there.
func parameter(query, name string) string {
	for query != "" {
		var pair string
		pair, query, _ = strings.Cut(query, "&")
		if key, value, _ := strings.Cut(pair, "="); key == name {
			return value
		}
	}
	return ""
}
