package onebot11

import (
	"bytes"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"

	"llbot/protocols/face"
	"llbot/protocols/wire"
)

// parameters makes one JSON object of an HTTP request: the query, and above it
// the body, which is JSON unless it says that it is a form. A body that is no
// object, or no JSON, is passed on for the checker to refuse. An error means
// that the rest of the request cannot be read.
func parameters(d *wire.Decoder, req face.Request) ([]byte, error) {
	_, plain := face.QueryToken(req.Route.Query) // which need not be escaped
	query, err := values(plain, "query")
	if err != nil {
		return nil, err
	}
	if req.Route.Get {
		return object(query, false), nil
	}
	if isForm(req) {
		form, err := values(string(req.Body), "form")
		if err != nil {
			return nil, err
		}
		return merge(d, query, object(form, true)), nil
	}
	body := bytes.TrimSpace(req.Body)
	if len(body) == 0 {
		body = []byte("{}")
	}
	return merge(d, query, body), nil
}

// isForm tells whether the body is a form. A JSON object under a form's type is
// what "curl -d '{…}'" sends when no type is given; no form looks like that.
func isForm(req face.Request) bool {
	if !strings.Contains(strings.ToLower(req.Route.ContentType), "application/x-www-form-urlencoded") {
		return false
	}
	body := bytes.TrimSpace(req.Body)
	return len(body) == 0 || body[0] != '{' || !wire.Valid(body)
}

// values reads an encoded query or form; the last of a repeated key counts.
func values(text, what string) (map[string]string, error) {
	if text == "" {
		return nil, nil
	}
	all, err := url.ParseQuery(text)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", what, err)
	}
	out := make(map[string]string, len(all))
	for key, list := range all {
		out[key] = list[len(list)-1]
	}
	return out, nil
}

// object writes values as a JSON object of strings. With nested set, a value
// that is a JSON object or array is written as such.
func object(values map[string]string, nested bool) []byte {
	out := []byte{'{'}
	for _, key := range slices.Sorted(maps.Keys(values)) {
		if len(out) > 1 {
			out = append(out, ',')
		}
		out = append(wire.AppendString(out, key), ':')
		value := strings.TrimSpace(values[key])
		if nested && value != "" && (value[0] == '{' || value[0] == '[') && wire.Check([]byte(value)) == nil {
			out = append(out, value...)
		} else {
			out = wire.AppendString(out, values[key])
		}
	}
	return append(out, '}')
}

// keySet reads the keys of an object.
type keySet map[string]struct{}

// DecodeWire keeps the keys and drops the values.
func (s *keySet) DecodeWire(c wire.Cursor) {
	c.Members(func(key string, _ wire.Cursor) { (*s)[key] = struct{}{} })
}

// merge puts what the query has beyond the body into the body.
func merge(d *wire.Decoder, query map[string]string, body []byte) []byte {
	if len(query) == 0 {
		return body
	}
	if string(body) == "null" {
		body = []byte("{}")
	}
	keys := keySet{}
	if body[0] != '{' || d.Decode(body, &keys) != nil {
		return body
	}
	for key := range keys {
		delete(query, key)
	}
	extra := object(query, false)
	switch {
	case len(query) == 0:
		return body
	case len(keys) == 0:
		return extra
	}
	out := append(extra[:len(extra)-1], ',')
	return append(out, body[1:]...)
}
