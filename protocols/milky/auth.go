package milky

import (
	"net/url"
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
		for _, sent := range spellings(parameter(h.Query, "access_token")) {
			switch face.CheckToken(s.options.Token, sent) {
			case face.AuthOK:
				return ""
			case face.AuthWrong:
				auth = face.AuthWrong
			}
		}
	}
	if auth == face.AuthMissing {
		return "the access token is missing"
	}
	return "the access token is wrong"
}

// spellings are the texts that a query value may stand for: some clients
// escape their token and some do not.
func spellings(value string) []string {
	list := []string{value}
	if text, err := url.PathUnescape(value); err == nil && text != value {
		list = append(list, text)
	}
	if text, err := url.QueryUnescape(value); err == nil && text != value {
		list = append(list, text)
	}
	return list
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
