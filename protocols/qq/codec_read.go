package qq

import (
	"bytes"
	"encoding/json"
	"math"
	"reflect"
	"strings"
	"unicode/utf8"
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

// lit reads s when the text goes on with it.
func (r *reader) lit(s string) bool {
	end := r.pos + len(s)
	if end > len(r.text) || string(r.text[r.pos:end]) != s {
		return false
	}
	r.pos = end
	return true
}

func (r *reader) int(v reflect.Value) bool {
	negative := r.lit("-")
	n, ok := r.uint()
	if !ok || n > math.MaxInt64 && !(negative && n == 1<<63) {
		return false
	}
	i := int64(n)
	if negative {
		i = -i
	}
	v.SetInt(i)
	return !v.OverflowInt(i)
}

func (r *reader) uint() (n uint64, ok bool) {
	start := r.pos
	for r.pos < len(r.text) {
		c := uint64(r.text[r.pos]) - '0'
		if c > 9 {
			break
		}
		if n > (math.MaxUint64-c)/10 {
			return 0, false
		}
		n = n*10 + c
		r.pos++
	}
	digits := r.pos - start
	return n, digits == 1 || digits > 1 && r.text[start] != '0'
}

func (r *reader) string() (string, bool) {
	if !r.lit(`"`) {
		return "", false
	}
	start, ascii := r.pos, true
	for ; r.pos < len(r.text); r.pos++ {
		switch c := r.text[r.pos]; {
		case plain[c]:
		case c == '"':
			s := r.text[start:r.pos]
			r.pos++
			return string(s), ascii || utf8.Valid(s)
		case c == '\\':
			return r.escaped(start)
		case c < ' ':
			return "", false
		case c >= utf8.RuneSelf:
			ascii = false
		}
	}
	return "", false
}

// escaped reads a string that began at start and holds escapes.
func (r *reader) escaped(start int) (string, bool) {
	end := r.pos
	for end < len(r.text) && r.text[end] != '"' {
		if r.text[end] == '\\' {
			end++
		}
		end++
	}
	if end >= len(r.text) {
		return "", false
	}
	var out strings.Builder
	out.Grow(end - start)
	for from := start; ; {
		out.Write(r.text[from:r.pos])
		if r.pos == end {
			r.pos++
			s := out.String()
			return s, utf8.ValidString(s)
		}
		if !r.escape(&out) {
			return "", false
		}
		for from = r.pos; r.pos < end && r.text[r.pos] != '\\'; r.pos++ {
			if r.text[r.pos] < ' ' {
				return "", false
			}
		}
	}
}

// escape reads one escape; halves of surrogate pairs are not for us. There is
// a quote behind it.
func (r *reader) escape(out *strings.Builder) bool {
	c := r.text[r.pos+1]
	r.pos += 2
	if c != 'u' {
		const letters, meanings = `"\/bfnrt`, "\"\\/\b\f\n\r\t"
		i := strings.IndexByte(letters, c)
		if i < 0 {
			return false
		}
		out.WriteByte(meanings[i])
		return true
	}
	if r.pos+4 > len(r.text) {
		return false
	}
	var code rune
	for _, c := range r.text[r.pos : r.pos+4] {
		const digits = "0123456789abcdef"
		d := strings.IndexByte(digits, c|0x20)
		if d < 0 || c < '0' {
			return false
		}
		code = code<<4 | rune(d)
	}
	r.pos += 4
	out.WriteRune(code)
	return utf8.ValidRune(code)
}

// span reads any value without looking into it.
func (r *reader) span() ([]byte, bool) {
	start, depth := r.pos, 0
	for ; r.pos < len(r.text); r.pos++ {
		switch r.text[r.pos] {
		case '"':
			for r.pos++; r.pos < len(r.text) && r.text[r.pos] != '"'; r.pos++ {
				if r.text[r.pos] == '\\' {
					r.pos++
				}
			}
		case '{', '[':
			if depth++; r.depth+depth > deepest {
				return nil, false
			}
			continue
		case ',', ' ', '\t', '\r', '\n':
			if depth == 0 {
				return r.valid(start)
			}
		case '}', ']':
			if depth == 0 {
				return r.valid(start)
			}
			depth--
		}
	}
	return r.valid(start)
}

func (r *reader) valid(start int) ([]byte, bool) {
	if r.pos > len(r.text) {
		return nil, false
	}
	data := r.text[start:r.pos]
	return data, json.Valid(data)
}
