package wire

import (
	"bytes"
	"fmt"
	"unicode/utf8"

	"github.com/goccy/go-json"
)

// Raw is JSON text kept as it came.
type Raw = json.RawMessage

// Marshal writes v compactly, without HTML escapes and without a trailing
// newline, line separators U+2028/2029 unescaped: clients that sign what
// JavaScript would write (OneBot's X-Signature) need exactly that.
func Marshal(v any) ([]byte, error) {
	text, err := json.MarshalWithOption(v, json.DisableHTMLEscape())
	if err != nil {
		return nil, fmt.Errorf("encode %T: %w", v, err)
	}
	return plainSeparators(text), nil
}

// MustMarshal is Marshal for values whose types cannot fail.
func MustMarshal(v any) []byte {
	text, err := Marshal(v)
	if err != nil {
		panic(err)
	}
	return text
}

// plainString is the text of a JSON string that says it as it is, false for
// other values and for strings that need the library.
func plainString(quoted []byte) (string, bool) {
	if len(quoted) < 2 || quoted[0] != '"' {
		return "", false
	}
	inner := quoted[1 : len(quoted)-1]
	if containsEscape(inner) || !utf8.Valid(inner) {
		return "", false
	}
	return string(inner), true
}

// Unmarshal reads JSON of our own making into v. Requests go through Decoder.
func Unmarshal(text []byte, v any) error { return json.Unmarshal(text, v) }

// Valid tells whether text is one JSON value.
func Valid(text []byte) bool { return json.Valid(text) }

// plainSeparators undoes the escapes of U+2028 and U+2029, leaving the text of
// an escaped backslash alone.
func plainSeparators(text []byte) []byte {
	if !bytes.Contains(text, []byte(`\u202`)) {
		return text
	}
	out := make([]byte, 0, len(text))
	for i := 0; i < len(text); i++ {
		if text[i] != '\\' || i+1 >= len(text) {
			out = append(out, text[i])
			continue
		}
		if i+6 <= len(text) && text[i+1] == 'u' {
			switch string(text[i+2 : i+6]) {
			case "2028":
				out, i = append(out, "\u2028"...), i+5
				continue
			case "2029":
				out, i = append(out, "\u2029"...), i+5
				continue
			}
		}
		out = append(out, text[i], text[i+1])
		i++
	}
	return out
}
