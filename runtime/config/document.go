package config

import (
	"encoding"
	"encoding/json"
	"fmt"
	"reflect"
	"strconv"
	"strings"
)

// mostPlaces is how many places of list items are remembered for faults that
// are found late; those of others are told by what is around them.
const mostPlaces = 100_000

// JSON is a part of a document that is left as it is, in JSON.
type JSON []byte

// ReadDocument reads any YAML document as strictly as a configuration: into is
// a pointer to a struct whose fields have yaml tags, of strings, numbers,
// booleans, lists, structs, pointers to those, JSON and whatever reads text. A
// struct may be written as the plain value of its first field. check adds
// faults by path, such as groups[2].members[0]. name is what faults call the
// file; the error is a [Faults] that lists everything wrong.
func ReadDocument(name string, data []byte, into any, check func(add func(path, message, hint string))) error {
	r := newReport(name)
	r.places[""] = position{1, 1}
	root, readable := parseLong(data, r)
	if !readable {
		return r.err()
	}
	if root != nil {
		d := &decoder{report: r}
		d.any(reflect.ValueOf(into).Elem())(spot{"", root})
	}
	if len(r.faults) == 0 && check != nil {
		check(r.add)
	}
	return r.err()
}

// any is the reader for a Go value of whatever type a document may hold.
func (d *decoder) any(v reflect.Value) reader {
	switch into := v.Addr().Interface().(type) {
	case *JSON:
		return func(s spot) {
			text, err := json.Marshal(s.node.plain())
			if err != nil {
				d.wrong(s, "a value that JSON has too", false)
			}
			*into = text
		}
	case encoding.TextUnmarshaler:
		return func(s spot) {
			switch s.node.shape {
			case shapeNull:
			case shapeList, shapeMap:
				d.wrong(s, "text", false)
			default:
				if err := into.UnmarshalText([]byte(s.node.text)); err != nil {
					d.at(s.node.where, s.path, err.Error(), "")
				}
			}
		}
	}
	return d.byKind(v)
}

func (d *decoder) byKind(v reflect.Value) reader {
	switch v.Kind() {
	case reflect.Pointer:
		return func(s spot) {
			if s.node.shape != shapeNull {
				v.Set(reflect.New(v.Type().Elem()))
				d.any(v.Elem())(s)
			}
		}
	case reflect.Struct:
		return func(s spot) { d.structure(s, v) }
	case reflect.Slice:
		return func(s spot) { d.slice(s, v) }
	case reflect.String:
		return d.scalar("text", false, func(n *node) bool { v.SetString(n.text); return n.shape == shapeText })
	case reflect.Bool:
		return d.scalar("true or false", false, func(n *node) bool { v.SetBool(n.truth); return n.shape == shapeBool })
	case reflect.Float64:
		return d.scalar("a number", false, func(n *node) bool {
			f, err := strconv.ParseFloat(n.text, 64)
			v.SetFloat(f)
			return err == nil && (n.shape == shapeWhole || n.shape == shapeNumber)
		})
	case reflect.Uint64:
		return d.scalar("a number", false, func(n *node) bool {
			u, err := strconv.ParseUint(n.text, 10, 64)
			v.SetUint(u)
			return err == nil && n.shape != shapeText
		})
	}
	return d.scalar("a whole number", false, func(n *node) bool {
		if n.shape != shapeWhole || v.OverflowInt(n.whole) {
			return false
		}
		v.SetInt(n.whole)
		return true
	})
}

func (d *decoder) structure(s spot, v reflect.Value) {
	if s.node.shape == shapeWhole || s.node.shape == shapeText {
		d.any(v.Field(0))(s)
		return
	}
	fields := make([]field, v.NumField())
	for i := range fields {
		fields[i] = field{v.Type().Field(i).Tag.Get("yaml"), d.any(v.Field(i))}
	}
	d.mapping(s, fields)
}

func (d *decoder) slice(s spot, v reflect.Value) {
	switch s.node.shape {
	case shapeNull:
		return
	case shapeList:
	default:
		d.wrong(s, "a list", false)
		return
	}
	v.Set(reflect.MakeSlice(v.Type(), len(s.node.items), len(s.node.items)))
	for i := range s.node.items {
		at := s.item(i)
		if len(d.places) < mostPlaces {
			d.places[at.path] = at.node.where
		}
		if at.node.shape == shapeNull {
			d.at(at.node.where, at.path, "an item with nothing in it", "remove it")
			continue
		}
		d.any(v.Index(i))(at)
	}
}

// plain is the value as encoding/json takes it.
func (n *node) plain() any {
	switch n.shape {
	case shapeBool:
		return n.truth
	case shapeWhole:
		return n.whole
	case shapeNumber:
		return json.Number(n.text)
	case shapeText:
		return n.text
	case shapeList:
		list := make([]any, len(n.items))
		for i, item := range n.items {
			list[i] = item.plain()
		}
		return list
	case shapeMap:
		m := make(map[string]any, len(n.entries))
		for _, e := range n.entries {
			m[e.key] = e.value.plain()
		}
		return m
	}
	return nil
}

// Quote writes text so that a document reads it as the same text.
func Quote(text string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range text {
		switch {
		case r == '"' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r == '\n':
			b.WriteString(`\n`)
		case r < ' ' || r >= 0x7f && r <= 0xa0:
			_, _ = fmt.Fprintf(&b, `\x%02x`, r)
		case r == 0x2028 || r == 0x2029 || r == 0xfeff:
			_, _ = fmt.Fprintf(&b, `\u%04x`, r)
		default:
			b.WriteRune(r)
		}
	}
	return b.String() + `"`
}
