package wire

import (
	"strings"

	"github.com/goccy/go-json"
)

// Optional is a parameter that may be left out or null.
type Optional[T any] struct {
	Value T
	Set   bool
}

// Or is the value, or def when there is none.
func (o Optional[T]) Or(def T) T {
	if o.Set {
		return o.Value
	}
	return def
}

// DecodeWire reads the value as a T.
func (o *Optional[T]) DecodeWire(c Cursor) {
	if c.Null() {
		return
	}
	o.Set = true
	c.Into(&o.Value)
}

// MarshalJSON writes the value, null for none: parameters are written by
// clients of the same protocol.
func (o Optional[T]) MarshalJSON() ([]byte, error) {
	if !o.Set {
		return []byte("null"), nil
	}
	return Marshal(o.Value)
}

func (*Optional[T]) mayBeAbsent() {}

// Int is a lenient integer: 7 and "7".
type Int int64

// DecodeWire takes a number or a numeric string.
func (n *Int) DecodeWire(c Cursor) {
	text := string(c.Raw)
	switch c.Kind() {
	case "a number":
	case "a string":
		var s string
		if json.Unmarshal(c.Raw, &s) != nil {
			c.Fault("must be an integer")
			return
		}
		if text = strings.TrimSpace(s); text == "" {
			c.Fault("must be an integer, not an empty string")
			return
		}
	default:
		c.Fault("must be an integer, not " + c.Kind())
		return
	}
	v, fault := parseInteger(text)
	if fault != "" {
		if c.Kind() == "a string" {
			fault = "must be an integer, not other text"
		}
		c.Fault(fault)
		return
	}
	*n = Int(v)
}

// Str is a lenient string: "7" and 7; a boolean gives "true" or "false".
type Str string

// DecodeWire takes a string, a number or a boolean.
func (s *Str) DecodeWire(c Cursor) {
	switch c.Kind() {
	case "a string":
		if text, plain := plainString(c.Raw); plain {
			*s = Str(text)
			return
		}
		var text string
		if json.Unmarshal(c.Raw, &text) != nil {
			c.Fault("must be a string")
			return
		}
		*s = Str(text)
	case "a number", "a boolean":
		*s = Str(c.Raw)
	default:
		c.Fault("must be a string, not " + c.Kind())
	}
}

// Bool is a lenient boolean: true, "true", "1", "yes", 1 and their opposites;
// "" is false.
type Bool bool

// DecodeWire takes a boolean, 0 or 1, or a text of those.
func (b *Bool) DecodeWire(c Cursor) {
	var text Str
	switch c.Kind() {
	case "a string", "a number", "a boolean":
		text.DecodeWire(c)
	default:
		c.Fault("must be a boolean, not " + c.Kind())
		return
	}
	switch strings.ToLower(string(text)) {
	case "true", "1", "yes":
		*b = true
	case "false", "0", "no", "":
		*b = false
	default:
		c.Fault("must be a boolean, not other text")
	}
}
