package wire

import (
	"fmt"

	"github.com/goccy/go-json"
)

// MaxDepth is how deeply arrays and objects of a request may nest.
const MaxDepth = 64

// Check tells what is wrong with text as a JSON value from outside: not JSON,
// or nested deeper than MaxDepth. nil when it is fine.
func Check(text []byte) error {
	if wellFormed(text) {
		return nil
	}
	if err := checkDepth(text); err != nil {
		return err
	}
	var raw json.RawMessage
	if err := json.Unmarshal(text, &raw); err != nil {
		return fmt.Errorf("not JSON: %w", err)
	}
	return nil
}

// checkDepth runs before the library, whose recursion follows the input.
func checkDepth(text []byte) error {
	depth, inString := 0, false
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case inString && c == '\\':
			i++
		case c == '"':
			inString = !inString
		case inString:
		case c == '{' || c == '[':
			if depth++; depth > MaxDepth {
				return fmt.Errorf("nested deeper than %d", MaxDepth)
			}
		case c == '}' || c == ']':
			depth--
		}
	}
	return nil
}

// eachMember visits the members of an object in text that Check accepted; a
// repeated key is visited twice. Keys come as they are written, in quotes: see
// isKey and keyText. It answers false when text is no object.
func eachMember(text []byte, visit func(quoted, value []byte)) bool {
	i := skipSpace(text, 0)
	if i >= len(text) || text[i] != '{' {
		return false
	}
	for i = skipSpace(text, i+1); i < len(text) && text[i] != '}'; i = skipSpace(text, i) {
		end := skipValue(text, i)
		key := text[i:end]
		i = skipSpace(text, end)      // at ':'
		start := skipSpace(text, i+1) // at the value
		end = skipValue(text, start)  // behind it
		visit(key, text[start:end])   // value keeps no space around it
		if i = skipSpace(text, end); i < len(text) && text[i] == ',' {
			i++
		}
	}
	return true
}

// EachMember visits the members of an object in text that Check accepted; a
// repeated key is visited twice. Keys come as they are written, quotes and
// escapes included. It answers false when text is no object, and allocates
// nothing.
func EachMember(text []byte, visit func(quoted, value []byte)) bool { return eachMember(text, visit) }

// EachChecked is EachMember of a text that nobody checked, and checks it on the
// way. When it answers false the text is no object that Check accepts, and what
// was visited means nothing.
func EachChecked(text []byte, visit func(quoted, value []byte)) bool {
	i := skipSpace(text, 0)
	if i >= len(text) || text[i] != '{' {
		return false
	}
	if i = skipSpace(text, i+1); i < len(text) && text[i] == '}' {
		return skipSpace(text, i+1) == len(text)
	}
	for {
		if i >= len(text) || text[i] != '"' {
			return false
		}
		key := behindString(text, i)
		if key < 0 {
			return false
		}
		start := skipSpace(text, key)
		if start >= len(text) || text[start] != ':' {
			return false
		}
		start = skipSpace(text, start+1)
		end := behindValue(text, start, MaxDepth-1)
		if end < 0 {
			return false
		}
		visit(text[i:key], text[start:end])
		if i = skipSpace(text, end); i >= len(text) {
			return false
		}
		switch text[i] {
		case ',':
			i = skipSpace(text, i+1)
		case '}':
			return skipSpace(text, i+1) == len(text)
		default:
			return false
		}
	}
}

// eachElement visits the elements of an array; false when text is none.
func eachElement(text []byte, visit func(i int, value []byte)) bool {
	i := skipSpace(text, 0)
	if i >= len(text) || text[i] != '[' {
		return false
	}
	n := 0
	for i = skipSpace(text, i+1); i < len(text) && text[i] != ']'; i = skipSpace(text, i) {
		end := skipValue(text, i)
		visit(n, text[i:end])
		n++
		if i = skipSpace(text, end); i < len(text) && text[i] == ',' {
			i++
		}
	}
	return true
}

func skipSpace(text []byte, i int) int {
	for i < len(text) && (text[i] == ' ' || text[i] == '\t' || text[i] == '\n' || text[i] == '\r') {
		i++
	}
	return i
}

// skipValue answers the index behind the value that starts at i.
func skipValue(text []byte, i int) int {
	depth := 0
	for ; i < len(text); i++ {
		switch text[i] {
		case '"':
			for i++; i < len(text) && text[i] != '"'; i++ {
				if text[i] == '\\' {
					i++
				}
			}
			if depth == 0 {
				return min(i+1, len(text))
			}
		case '{', '[':
			depth++
		case '}', ']':
			if depth == 0 {
				return i
			}
			if depth--; depth == 0 {
				return i + 1
			}
		case ',', ':', ' ', '\t', '\n', '\r':
			if depth == 0 {
				return i
			}
		}
	}
	return min(i, len(text)) // a text that breaks off behind a backslash
}

func keyText(quoted []byte) string {
	var key string
	if len(quoted) >= 2 && !containsEscape(quoted) {
		return string(quoted[1 : len(quoted)-1])
	}
	if json.Unmarshal(quoted, &key) != nil {
		return string(quoted)
	}
	return key
}

func containsEscape(quoted []byte) bool {
	for _, c := range quoted {
		if c == '\\' {
			return true
		}
	}
	return false
}

// Leading is the complete JSON value that text starts with, nil when there is
// none. What follows may be anything, but a number, true, false or null must
// be followed by something, since more of it may have been lost.
func Leading(text []byte) []byte {
	start := skipSpace(text, 0)
	end := skipValue(text, start)
	value := text[start:end]
	if len(value) == 0 || Check(value) != nil {
		return nil
	}
	switch value[0] {
	case '"', '{', '[':
	default:
		if end == len(text) {
			return nil
		}
	}
	return value
}
