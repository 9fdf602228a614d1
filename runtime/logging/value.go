package logging

import (
	"bytes"
	"encoding"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
)

// cleanError is an error whose text was cleaned. It stays an error, so that handlers show it as one.
type cleanError struct{ error }

// anyText cleans values whose text both formats write: errors, texts and bytes. False means another kind of value.
func anyText(r *Redactor, value any) (any, bool) {
	switch v := value.(type) {
	case nil:
		return nil, true
	case error:
		return errorText(r, v), true
	case []byte:
		return r.Clean(string(v)), true
	case encoding.TextMarshaler:
		text, err := marshalText(v)
		if err != nil {
			return r.Clean(fmt.Sprintf("!ERROR:%v", err)), true
		}
		return r.Clean(text), true
	}
	return nil, false
}

// errorText keeps an error that holds no secret.
func errorText(r *Redactor, err error) any {
	text := printed(err)
	clean := r.Clean(text)
	if _, marshals := err.(json.Marshaler); clean == text && !marshals {
		return err
	}
	return cleanError{errors.New(clean)}
}

// marshalText survives methods of nil pointers: a log line must never take the process down.
func marshalText(v encoding.TextMarshaler) (text string, err error) {
	defer func() {
		if p := recover(); p != nil {
			text, err = "", fmt.Errorf("panic: %v", p)
		}
	}()
	raw, err := v.MarshalText()
	return string(raw), err
}

// printed is the text of a value; fmt survives panicking methods.
func printed(v any) string { return fmt.Sprintf("%+v", v) }

// textAny cleans a value as the text format prints it.
func textAny(r *Redactor, value any) any {
	if clean, ok := anyText(r, value); ok {
		return clean
	}
	text := printed(value)
	if clean := r.Clean(text); clean != text {
		return clean
	}
	if hidden, changed := cleanTree(r, value); changed {
		return compact(hidden)
	}
	return value
}

// jsonAny cleans a value as the JSON format marshals it.
func jsonAny(r *Redactor, value any) any {
	if clean, ok := anyText(r, value); ok {
		return clean
	}
	if clean, changed := cleanTree(r, value); changed {
		return clean
	}
	return value
}

// cleanTree cleans the strings and telling keys inside a value by way of its JSON. False means that there was nothing
// to clean, or that the value has no JSON, and its printed text is then all that can be written of it.
func cleanTree(r *Redactor, value any) (any, bool) {
	raw, err := marshal(value)
	if err != nil {
		text := printed(value)
		return r.Clean(text), r.Clean(text) != text
	}
	var tree any
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	if d.Decode(&tree) != nil {
		return nil, false
	}
	return walk(r, tree)
}

func marshal(value any) (raw []byte, err error) {
	defer func() {
		if p := recover(); p != nil {
			raw, err = nil, fmt.Errorf("panic: %v", p)
		}
	}()
	return json.Marshal(value)
}

// walk cleans decoded JSON and tells whether anything changed.
func walk(r *Redactor, tree any) (any, bool) {
	changed := false
	keep := func(v any, c bool) any {
		changed = changed || c
		return v
	}
	switch v := tree.(type) {
	case string:
		clean := r.Clean(v)
		return clean, clean != v
	case []any:
		for i, item := range v {
			v[i] = keep(walk(r, item))
		}
	case map[string]any:
		clean := make(map[string]any, len(v))
		for key, item := range v {
			name := r.Clean(key)
			changed = changed || name != key
			if secretKey(key) && item != nil && item != "" && item != true && item != false {
				clean[name] = keep(Redacted, item != Redacted)
			} else {
				clean[name] = keep(walk(r, item))
			}
		}
		return clean, changed
	}
	return tree, changed
}

// compact writes a cleaned tree on one line.
func compact(tree any) string {
	var out strings.Builder
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	if e.Encode(tree) != nil { // trees come out of JSON
		return Redacted
	}
	return strings.TrimSpace(out.String())
}
