package onebot11

import (
	"bytes"
	"cmp"
	"regexp"
	"slices"
	"strconv"

	"llbot/protocols/wire"
)

// value is one place of an event: JSON text, empty when it is not there.
type value struct{ raw []byte }

func (v value) cursor() wire.Cursor { return wire.Cursor{Raw: v.raw} }

// isNull also counts what is not there.
func (v value) isNull() bool { return v.cursor().Null() }

func (v value) text() (string, bool) {
	if len(v.raw) < 2 || v.raw[0] != '"' {
		return "", false
	}
	if bytes.IndexByte(v.raw, '\\') < 0 {
		return string(v.raw[1 : len(v.raw)-1]), true
	}
	var text string
	return text, wire.Unmarshal(v.raw, &text) == nil
}

func (v value) number() (float64, bool) {
	n, err := strconv.ParseFloat(string(v.raw), 64)
	return n, err == nil && v.cursor().Kind() == "a number"
}

// elements are those of a list; isList is false for anything else.
func (v value) elements() (list []value, isList bool) {
	if len(v.raw) == 0 || v.raw[0] != '[' {
		return nil, false
	}
	isList = v.cursor().Each(func(c wire.Cursor) { list = append(list, value{c.Raw}) })
	return list, isList
}

// equal compares two values, whole.
func (v value) equal(other value) bool {
	if len(v.raw) > 0 && bytes.Equal(v.raw, other.raw) {
		return true
	}
	if v.isNull() || other.isNull() {
		return v.isNull() && other.isNull()
	}
	if a, ok := v.number(); ok {
		b, ok := other.number()
		return ok && a == b
	}
	if v.raw[0] == '"' {
		return v.equalText(other)
	}
	if a, ok := v.elements(); ok {
		b, ok := other.elements()
		return ok && slices.EqualFunc(a, b, value.equal)
	}
	if v.raw[0] == '{' && other.raw[0] == '{' {
		return v.within(other) && other.within(v)
	}
	return bytes.Equal(v.raw, other.raw)
}

// equalText compares texts of which one may be written with escapes.
func (v value) equalText(other value) bool {
	if other.raw[0] != '"' || bytes.IndexByte(v.raw, '\\') < 0 && bytes.IndexByte(other.raw, '\\') < 0 {
		return false
	}
	a, ok := v.text()
	b, also := other.text()
	return ok && also && a == b
}

// within tells whether the other object has all that this one has.
func (v value) within(other value) bool {
	same := true
	v.cursor().Members(func(key string, c wire.Cursor) {
		in := other.cursor().Key(key)
		same = same && len(in.Raw) > 0 && value{c.Raw}.equal(value{in.Raw})
	})
	return same
}

// any tells whether the value holds, or one of its elements.
func (v value) any(holds func(value) bool) bool {
	if holds(v) {
		return true
	}
	list, _ := v.elements()
	return slices.ContainsFunc(list, holds)
}

type allOf []matcher

func (m *allOf) matches(v value) bool {
	for _, part := range *m {
		if !part.matches(v) {
			return false
		}
	}
	return true
}

type oneOf struct{ parts []matcher }

func (m *oneOf) matches(v value) bool {
	return slices.ContainsFunc(m.parts, func(part matcher) bool { return part.matches(v) })
}

type negation struct{ of matcher }

func (m *negation) matches(v value) bool { return !m.of.matches(v) }

// negated passes on the nil of a fault.
func negated(m matcher) matcher {
	if m == nil {
		return nil
	}
	return &negation{m}
}

// field is a condition on what a path leads to. Lists on the way are entered:
// one of their elements must lead to what holds, unless the path gives an index.
type field struct {
	path []string
	of   matcher
}

func (f *field) matches(v value) bool { return f.follow(v, f.path) }

// onPath puts a condition behind a path: each part of it by itself, since
// "not one element" is no "one element that is not".
func onPath(path []string, m matcher) matcher {
	switch m := m.(type) {
	case *negation:
		return &negation{onPath(path, m.of)}
	case *allOf:
		parts := make(allOf, len(*m))
		for i, part := range *m {
			parts[i] = onPath(path, part)
		}
		return &parts
	}
	return &field{path, m}
}

func (f *field) follow(v value, path []string) bool {
	if len(path) == 0 {
		return f.of.matches(v)
	}
	list, isList := v.elements()
	if !isList {
		return f.follow(value{wire.Member(v.raw, path[0])}, path[1:])
	}
	if i, err := strconv.Atoi(path[0]); err == nil {
		if i < 0 || i >= len(list) {
			return f.of.matches(value{})
		}
		return f.follow(list[i], path[1:])
	}
	return slices.ContainsFunc(list, func(e value) bool { return f.follow(e, path) })
}

type equality struct{ want value }

func (m *equality) matches(v value) bool { return v.any(m.want.equal) }

func literal(c wire.Cursor) matcher { return &equality{value{bytes.Clone(c.Raw)}} }

// alternatives reads a list of values of which one must be equal.
func alternatives(c wire.Cursor) matcher {
	var parts []matcher
	if !c.Each(func(v wire.Cursor) { parts = append(parts, literal(v)) }) {
		c.Fault("must be an array, not " + c.Kind())
		return nil
	}
	return &oneOf{parts}
}

// everyOf reads a list of values all of which must be there.
func everyOf(c wire.Cursor) matcher {
	var parts allOf
	if !c.Each(func(v wire.Cursor) { parts = append(parts, literal(v)) }) {
		c.Fault("must be an array, not " + c.Kind())
		return nil
	}
	if len(parts) == 0 {
		return &oneOf{}
	}
	return &parts
}

// order compares numbers with numbers and texts with texts.
type order struct {
	bound value
	holds func(sign int) bool
}

func (m *order) matches(v value) bool {
	return v.any(func(e value) bool {
		if a, ok := e.number(); ok {
			b, ok := m.bound.number()
			return ok && m.holds(cmp.Compare(a, b))
		}
		a, ok := e.text()
		b, also := m.bound.text()
		return ok && also && m.holds(cmp.Compare(a, b))
	})
}

func ordering(name string, c wire.Cursor) matcher {
	switch c.Kind() {
	case "a number", "a string":
	default:
		c.Fault("must be a number or a string, not " + c.Kind())
		return nil
	}
	holds := map[string]func(int) bool{
		"$gt":  func(sign int) bool { return sign > 0 },
		"$gte": func(sign int) bool { return sign >= 0 },
		"$lt":  func(sign int) bool { return sign < 0 },
		"$lte": func(sign int) bool { return sign <= 0 },
	}
	return &order{value{bytes.Clone(c.Raw)}, holds[name]}
}

type expression struct{ of *regexp.Regexp }

func (m *expression) matches(v value) bool {
	return v.any(func(e value) bool {
		text, ok := e.text()
		return ok && m.of.MatchString(text)
	})
}

// presence tells whether something is there at all, null included.
type presence bool

func (m presence) matches(v value) bool { return len(v.raw) > 0 == bool(m) }

type size int64

func (m size) matches(v value) bool {
	list, isList := v.elements()
	return isList && int64(len(list)) == int64(m)
}

// element wants a list with an element that holds.
type element struct{ of matcher }

func (m *element) matches(v value) bool {
	list, _ := v.elements()
	return m.of != nil && slices.ContainsFunc(list, m.of.matches)
}
