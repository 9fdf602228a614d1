package qq

import (
	"bytes"
	"encoding/json"
	"reflect"
)

// reader is the short cut of the codec: it reads stored forms as AppendEvent
// writes them, fields in any order. Its methods answer false for everything
// else (white space, a name unknown or given twice, a 65th field, a number out
// of range, what is no JSON at all), and the caller leaves the whole text to encoding/json.
type reader struct {
	text  []byte
	pos   int
	depth int
}

// deepest is how far quotes and values may nest here.
const deepest = 100

// readEvent reads a stored event.
func readEvent(text []byte) (Event, bool) {
	r := reader{text: text}
	if !r.lit(eventHead + kindHead) {
		return nil, false
	}
	kind, ok := r.kind()
	if !ok {
		return nil, false
	}
	f := forms().events[string(kind)]
	if f == nil {
		data, ok := r.span()
		if !ok || !r.lit("}") || r.pos != len(text) {
			return nil, false
		}
		return &UnknownEvent{Kind: string(kind), Data: bytes.Clone(data)}, true
	}
	v := reflect.New(f.typ)
	if !r.value(f, v.Elem()) || !r.lit("}") || r.pos != len(text) {
		return nil, false
	}
	return reflect.TypeAssert[Event](v)
}

// kind reads the rest of a tag, from behind the quote up to the data.
func (r *reader) kind() ([]byte, bool) {
	start := r.pos
	for r.pos < len(r.text) && plain[r.text[r.pos]] {
		r.pos++
	}
	kind := r.text[start:r.pos]
	return kind, r.lit(dataHead)
}

func (r *reader) segments() (Segments, bool) {
	if r.lit("null") {
		return nil, true
	}
	if r.depth++; r.depth > deepest || !r.lit("[") {
		return nil, false
	}
	out := make(Segments, 0, 2)
	for !r.lit("]") {
		if len(out) > 0 && !r.lit(",") {
			return nil, false
		}
		seg, ok := r.piece()
		if !ok {
			return nil, false
		}
		out = append(out, seg)
	}
	r.depth--
	return out, true
}

func (r *reader) piece() (Segment, bool) {
	if !r.lit("{" + kindHead) {
		return nil, false
	}
	kind, ok := r.kind()
	if !ok {
		return nil, false
	}
	f := forms().segments[string(kind)]
	if f == nil {
		data, ok := r.span()
		return &Raw{Kind: string(kind), Data: bytes.Clone(data)}, ok && r.lit("}")
	}
	v := reflect.New(f.typ)
	if !r.value(f, v.Elem()) || !r.lit("}") {
		return nil, false
	}
	return reflect.TypeAssert[Segment](v)
}

// value reads what f.append wrote into v, which is zero.
func (r *reader) value(f *form, v reflect.Value) bool {
	switch f.shape {
	case shapeString:
		s, ok := r.string()
		v.SetString(s)
		return ok
	case shapeBool:
		v.SetBool(r.lit("true"))
		return v.Bool() || r.lit("false")
	case shapeInt:
		return r.int(v)
	case shapeUint:
		n, ok := r.uint()
		v.SetUint(n)
		return ok && !v.OverflowUint(n)
	case shapeStruct:
		return r.structure(f, v)
	case shapePointer:
		if r.lit("null") {
			return true
		}
		v.Set(reflect.New(f.elem.typ))
		return r.value(f.elem, v.Elem())
	case shapeSlice:
		return r.slice(f, v)
	case shapeSegments:
		s, ok := r.segments()
		v.Set(reflect.ValueOf(s))
		return ok
	}
	text, ok := r.span()
	return ok && json.Unmarshal(text, v.Addr().Interface()) == nil
}

// structure expects the fields in the order in which they are written, and
// looks further only where one is missing.
func (r *reader) structure(f *form, v reflect.Value) bool {
	if !r.lit("{") {
		return false
	}
	next, seen, holder := 0, uint64(0), v
	for n := 0; !r.lit("}"); n++ {
		if n > 0 && !r.lit(",") {
			return false
		}
		i, ok := r.field(f.fields, next)
		if !ok || i > 63 || seen&(1<<i) != 0 {
			return false
		}
		seen |= 1 << i
		field := &f.fields[i]
		if n == 0 || i != next || field.moves {
			holder = v
			for _, step := range field.path {
				holder = holder.Field(step)
			}
		}
		if !r.value(field.form, holder.Field(field.last)) {
			return false
		}
		next = i + 1
	}
	return true
}

// field reads a key; it tries from field number next on, then those before.
func (r *reader) field(fields []field, next int) (i int, ok bool) {
	for i := next; i < len(fields); i++ {
		if r.lit(fields[i].name()) {
			return i, true
		}
	}
	for i := range min(next, len(fields)) {
		if r.lit(fields[i].name()) {
			return i, true
		}
	}
	return 0, false
}

func (r *reader) slice(f *form, v reflect.Value) bool {
	if r.lit("null") {
		return true
	}
	if r.depth++; r.depth > deepest || !r.lit("[") {
		return false
	}
	v.Set(reflect.MakeSlice(f.typ, 0, 4))
	for n := 0; !r.lit("]"); n++ {
		if n > 0 && !r.lit(",") {
			return false
		}
		v.Grow(1)
		v.SetLen(n + 1)
		if !r.value(f.elem, v.Index(n)) {
			return false
		}
	}
	r.depth--
	return true
}
