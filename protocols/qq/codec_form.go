package qq

import (
	"encoding"
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"sync"
	"unicode"
)

// shape tells how a Go type is written in JSON.
type shape uint8

const (
	shapeOther shape = iota // what encoding/json makes of it
	shapeString
	shapeBool
	shapeInt
	shapeUint
	shapeStruct
	shapePointer
	shapeSlice
	shapeSegments
)

// form is the compiled JSON form of a type. It is not changed once compiled.
type form struct {
	typ    reflect.Type
	shape  shape
	name   string  // the kind, of an event or a segment
	fields []field // of a struct, those of embedded structs in place
	elem   *form   // of a pointer or slice
}

// field is one field of a struct's form.
type field struct {
	key   string // quoted, with a comma before and the colon behind
	path  []int  // from the struct through embedded ones to the holder of the field
	last  int    // its place in the holder
	moves bool   // the field before has another holder
	omit  bool   // when empty
	form  *form
}

func (f *field) name() string { return f.key[1:] }

// registry holds the forms of all kinds.
type registry struct {
	types            map[reflect.Type]*form // by pointer type, as events and segments come
	events, segments map[string]*form
}

// forms compiles the forms of EventKinds and SegmentKinds on its first call.
var forms = sync.OnceValue(func() *registry {
	r := &registry{types: map[reflect.Type]*form{}, events: map[string]*form{}, segments: map[string]*form{}}
	c := compiler{}
	for _, e := range EventKinds() {
		t := reflect.TypeOf(e)
		r.add(r.events, t.Elem().Name(), t, c)
	}
	for _, s := range SegmentKinds() {
		t := reflect.TypeOf(s)
		r.add(r.segments, snake(t.Elem().Name()), t, c)
	}
	return r
})

func (r *registry) add(kinds map[string]*form, name string, t reflect.Type, c compiler) {
	f := c.compile(t.Elem())
	f.name = name
	kinds[name], r.types[t] = f, f
}

// formOf is the form of what a pointer type points at.
func formOf(pointer reflect.Type) *form {
	if f := forms().types[pointer]; f != nil {
		return f
	}
	return &form{typ: pointer.Elem()}
}

// make is a pointer to a new value, or nil when there is no form.
func (f *form) make() any {
	if f == nil {
		return nil
	}
	return reflect.New(f.typ).Interface()
}

// snake writes MentionAll as mention_all and URLCard as url_card.
func snake(name string) string {
	var out strings.Builder
	letters := []rune(name)
	for i, c := range letters {
		if unicode.IsUpper(c) && i > 0 &&
			(!unicode.IsUpper(letters[i-1]) || i+1 < len(letters) && unicode.IsLower(letters[i+1])) {
			out.WriteByte('_')
		}
		out.WriteRune(unicode.ToLower(c))
	}
	return out.String()
}

// compiler keeps the forms it has made: types may hold themselves.
type compiler map[reflect.Type]*form

func (c compiler) compile(t reflect.Type) *form {
	if f := c[t]; f != nil {
		return f
	}
	f := &form{typ: t}
	c[t] = f
	if t == reflect.TypeFor[Segments]() {
		f.shape = shapeSegments
		return f
	}
	if speaksForItself(t) {
		return f
	}
	switch t.Kind() {
	case reflect.String:
		f.shape = shapeString
	case reflect.Bool:
		f.shape = shapeBool
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		f.shape = shapeInt
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		f.shape = shapeUint
	case reflect.Pointer:
		f.shape, f.elem = shapePointer, c.compile(t.Elem())
	case reflect.Slice:
		if t.Elem().Kind() != reflect.Uint8 {
			f.shape, f.elem = shapeSlice, c.compile(t.Elem())
		}
	case reflect.Struct:
		if fields, ok := c.fields(t, nil); ok && !ambiguous(fields) {
			for i := range fields {
				fields[i].moves = i == 0 || !slices.Equal(fields[i].path, fields[i-1].path)
			}
			f.shape, f.fields = shapeStruct, fields
		}
	}
	return f
}

// speaksForItself tells whether encoding/json asks the type how it looks.
func speaksForItself(t reflect.Type) bool {
	p := reflect.PointerTo(t)
	return t == reflect.TypeFor[json.Number]() ||
		p.Implements(reflect.TypeFor[json.Marshaler]()) || p.Implements(reflect.TypeFor[json.Unmarshaler]()) ||
		p.Implements(reflect.TypeFor[encoding.TextMarshaler]()) || p.Implements(reflect.TypeFor[encoding.TextUnmarshaler]())
}

// fields lists what t holds, in order; ok is false when only encoding/json
// knows how.
func (c compiler) fields(t reflect.Type, path []int) (list []field, ok bool) {
	for i := range t.NumField() {
		sf := t.Field(i)
		tag, tagged := sf.Tag.Lookup("json")
		name, options, _ := strings.Cut(tag, ",")
		switch {
		case tag == "-":
			continue
		case sf.Anonymous && name == "":
			if sf.Type.Kind() != reflect.Struct || speaksForItself(sf.Type) {
				return nil, false
			}
			inner, ok := c.fields(sf.Type, append(slices.Clone(path), i))
			if !ok {
				return nil, false
			}
			list = append(list, inner...)
			continue
		case !sf.IsExported():
			continue
		case !tagged || name == "":
			name = sf.Name
		}
		if options != "" && options != "omitempty" || strings.ContainsFunc(name, odd) {
			return nil, false
		}
		list = append(list, field{key: `,"` + name + `":`, path: path, last: i, omit: options != "", form: c.compile(sf.Type)})
	}
	return list, true
}

func odd(c rune) bool {
	return c != '_' && c != '-' && (c > unicode.MaxASCII || !unicode.IsLetter(c) && !unicode.IsDigit(c))
}

// ambiguous tells whether two fields have one name, letter case aside.
func ambiguous(fields []field) bool {
	seen := map[string]bool{}
	for _, f := range fields {
		key := strings.ToLower(f.key)
		if seen[key] {
			return true
		}
		seen[key] = true
	}
	return false
}
