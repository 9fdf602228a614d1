package sim

import (
	"encoding"
	"reflect"
	"strconv"
	"strings"
	"time"

	"llbot/runtime/config"
)

// YAML writes the scene so that ParseScene reads it: an item of a list a line.
// Equal scenes give equal text.
func (s *Scene) YAML() []byte {
	b := []byte("# A world of llbot's simulated QQ: llbot --world FILE begins with it.\n")
	v := reflect.ValueOf(s).Elem()
	for i := range v.NumField() {
		f := v.Field(i)
		if f.IsZero() {
			continue
		}
		b = append(append(b, v.Type().Field(i).Tag.Get("yaml")...), ':')
		if f.Kind() != reflect.Slice {
			b = append(appendFlow(append(b, ' '), f), '\n')
			continue
		}
		for j := range f.Len() {
			b = appendFlow(append(b, "\n  - "...), f.Index(j))
		}
		b = append(b, '\n')
	}
	return b
}

// appendFlow writes a value on one line, zero fields left out.
func appendFlow(b []byte, v reflect.Value) []byte {
	switch x := v.Interface().(type) {
	case config.JSON:
		return append(b, x...) // JSON of ours is YAML
	case time.Time:
		return x.UTC().AppendFormat(b, time.RFC3339Nano)
	case encoding.TextMarshaler:
		text, _ := x.MarshalText() // words of ours
		return append(b, text...)
	}
	switch v.Kind() {
	case reflect.Pointer:
		return appendFlow(b, v.Elem())
	case reflect.Struct:
		return appendStruct(b, v)
	case reflect.Slice:
		b = append(b, '[')
		for i := range v.Len() {
			if i > 0 {
				b = append(b, ", "...)
			}
			b = appendFlow(b, v.Index(i))
		}
		return append(b, ']')
	case reflect.String:
		return append(b, quoted(v.String())...)
	case reflect.Bool:
		return strconv.AppendBool(b, v.Bool())
	case reflect.Float64:
		return strconv.AppendFloat(b, v.Float(), 'f', -1, 64)
	case reflect.Uint64:
		return strconv.AppendUint(b, v.Uint(), 10)
	}
	return strconv.AppendInt(b, v.Int(), 10)
}

// quoted writes text, without quotes where it is clearly a word.
func quoted(text string) string {
	plain := text != "" && strings.Trim(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ") == ""
	switch strings.ToLower(text) {
	case "true", "false", "null", "yes", "no", "on", "off", "y", "n", "nan", "inf":
		plain = false
	}
	if plain {
		return text
	}
	return config.Quote(text)
}

// appendStruct writes a struct, as the plain value of its first field when the
// others are zero.
func appendStruct(b []byte, v reflect.Value) []byte {
	start, written := len(b), 0
	b = append(b, '{')
	for i := range v.NumField() {
		f := v.Field(i)
		if f.IsZero() {
			continue
		}
		if written++; written > 1 {
			b = append(b, ", "...)
		}
		b = append(append(b, v.Type().Field(i).Tag.Get("yaml")...), ": "...)
		b = appendFlow(b, f)
	}
	if first := v.Field(0); written == 1 && first.CanInt() && !first.IsZero() {
		return appendFlow(b[:start], first)
	}
	return append(b, '}')
}
