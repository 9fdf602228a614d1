package qq

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"unicode/utf8"
)

var errNotJSON = errors.New("the data is no JSON")

// append writes v behind b, in the very bytes that json.Marshal would use.
func (f *form) append(b []byte, v reflect.Value) ([]byte, error) {
	switch f.shape {
	case shapeString:
		return appendString(b, v.String()), nil
	case shapeBool:
		return strconv.AppendBool(b, v.Bool()), nil
	case shapeInt:
		return strconv.AppendInt(b, v.Int(), 10), nil
	case shapeUint:
		return strconv.AppendUint(b, v.Uint(), 10), nil
	case shapeStruct:
		if v.CanAddr() {
			if b, own, err := appendOwn(b, v.Addr().Interface()); own {
				return b, err
			}
		}
		return f.appendStruct(b, v)
	case shapePointer:
		if v.IsNil() {
			return append(b, "null"...), nil
		}
		return f.elem.append(b, v.Elem())
	case shapeSlice:
		return f.appendSlice(b, v)
	case shapeSegments:
		s, _ := reflect.TypeAssert[Segments](v)
		return appendSegments(b, s)
	}
	text, err := json.Marshal(v.Interface())
	return append(b, text...), err
}

func (f *form) appendStruct(b []byte, v reflect.Value) (_ []byte, err error) {
	start, holder := len(b), v
	for i := range f.fields {
		field := &f.fields[i]
		if field.moves {
			holder = v
			for _, n := range field.path {
				holder = holder.Field(n)
			}
		}
		value := holder.Field(field.last)
		if field.omit && empty(value) {
			continue
		}
		b = append(b, field.key...)
		if b, err = field.form.append(b, value); err != nil {
			return b, fmt.Errorf("%s %w", field.name(), err)
		}
	}
	if len(b) == start {
		return append(b, "{}"...), nil
	}
	b[start] = '{' // instead of the first comma
	return append(b, '}'), nil
}

// empty tells what omitempty leaves out.
func empty(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.String, reflect.Slice, reflect.Map, reflect.Array:
		return v.Len() == 0
	case reflect.Struct:
		return false
	}
	return v.IsZero()
}

func (f *form) appendSlice(b []byte, v reflect.Value) (_ []byte, err error) {
	if v.IsNil() {
		return append(b, "null"...), nil
	}
	b = append(b, '[')
	for i := range v.Len() {
		if i > 0 {
			b = append(b, ',')
		}
		if b, err = f.elem.append(b, v.Index(i)); err != nil {
			return b, fmt.Errorf("%d: %w", i, err)
		}
	}
	return append(b, ']'), nil
}

func appendSegments(b []byte, s Segments) ([]byte, error) {
	b = append(b, '[')
	for i, seg := range s {
		if i > 0 {
			b = append(b, ',')
		}
		var err error
		if b, err = appendSegment(append(b, '{'), seg); err != nil {
			return b, fmt.Errorf("segment %d: %w", i, err)
		}
		b = append(b, '}')
	}
	return append(b, ']'), nil
}

func appendSegment(b []byte, seg Segment) ([]byte, error) {
	if raw, ok := seg.(*Raw); ok && raw != nil {
		return appendTagged(b, raw.Kind, raw.Data)
	}
	v := reflect.ValueOf(seg)
	if v.Kind() != reflect.Pointer || v.IsNil() {
		return b, errors.New("nothing there")
	}
	f := formOf(v.Type())
	return f.append(appendKind(b, f.name), v.Elem())
}

// appendKind writes the tag of a kind that this version knows.
func appendKind(b []byte, kind string) []byte {
	return append(append(append(b, kindHead...), kind...), dataHead...)
}

// appendTagged writes what this version does not know.
func appendTagged(b []byte, kind string, data []byte) ([]byte, error) {
	b = appendString(append(b, `"kind":`...), kind)
	if len(data) == 0 {
		return b, nil
	}
	if !json.Valid(data) {
		return b, errNotJSON
	}
	return append(append(b, `,"data":`...), data...), nil
}

// appendString writes a JSON string: HTML's signs escaped, U+FFFD for bytes
// that are no UTF-8.
func appendString(b []byte, s string) []byte {
	b = append(b, '"')
	from := 0
	for i := 0; i < len(s); {
		c := s[i]
		if plain[c] {
			i++
			continue
		}
		size := 1
		if c >= utf8.RuneSelf {
			var r rune
			r, size = utf8.DecodeRuneInString(s[i:])
			if !(r == utf8.RuneError && size == 1) && r != '\u2028' && r != '\u2029' {
				i += size
				continue
			}
			b = append(b, s[from:i]...)
			b = appendUnicode(b, uint16(r))
		} else {
			b = appendEscaped(append(b, s[from:i]...), c)
		}
		i += size
		from = i
	}
	return append(append(b, s[from:]...), '"')
}

// plain marks the bytes that are written as they are.
var plain = func() (t [256]bool) {
	for c := ' '; c < utf8.RuneSelf; c++ {
		t[c] = !strings.ContainsRune(`"\<>&`, c)
	}
	return t
}()

func appendEscaped(b []byte, c byte) []byte {
	switch c {
	case '"', '\\':
		return append(b, '\\', c)
	case '\b':
		return append(b, '\\', 'b')
	case '\f':
		return append(b, '\\', 'f')
	case '\n':
		return append(b, '\\', 'n')
	case '\r':
		return append(b, '\\', 'r')
	case '\t':
		return append(b, '\\', 't')
	}
	return appendUnicode(b, uint16(c))
}

func appendUnicode(b []byte, c uint16) []byte {
	const digits = "0123456789abcdef"
	return append(b, '\\', 'u', digits[c>>12], digits[c>>8&15], digits[c>>4&15], digits[c&15])
}
