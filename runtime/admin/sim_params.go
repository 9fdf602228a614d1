package admin

import (
	"reflect"
	"slices"
	"strings"
	"time"
	"unicode"

	"llbot/protocols/qq"
	"llbot/protocols/wire"
)

// params reads the parameters of an operation, whatever its type, by the names
// of its fields in snake_case. What is left out is the zero value.
type params struct {
	op      reflect.Value // addressable
	message func([]byte) (qq.Segments, error)
}

// decodeParams fills in an operation of that type.
func decodeParams(kind qq.Operation, raw []byte, message func([]byte) (qq.Segments, error)) (qq.Operation, error) {
	p := params{op: reflect.New(reflect.TypeOf(kind)).Elem(), message: message}
	if len(raw) > 0 && !(wire.Cursor{Raw: raw}).Null() {
		var d wire.Decoder
		if err := d.Decode(raw, &p); err != nil {
			var faults faultList
			faults.under("params", err)
			return nil, faults.err()
		}
	}
	op, _ := reflect.TypeAssert[qq.Operation](p.op)
	return op, nil
}

// DecodeWire reads the object under c.
func (p *params) DecodeWire(c wire.Cursor) { p.structure(c, p.op, aliased) }

// structure reads an object into a struct by its fields.
func (p *params) structure(c wire.Cursor, v reflect.Value, other func(fields []parameter, key string) int) {
	fields := parametersOf(v.Type())
	seen := map[int]bool{}
	if !c.Members(func(key string, value wire.Cursor) {
		i := slices.IndexFunc(fields, func(f parameter) bool { return f.name == key })
		if i < 0 {
			i = other(fields, key)
		}
		switch {
		case i < 0:
			value.Fault("is not known here" + thereAre(fields))
		case seen[i]:
			value.Fault("is given twice")
		case !value.Null():
			p.value(value, v.FieldByIndex(fields[i].index))
		}
		seen[i] = true
	}) {
		c.Fault("must be an object, not " + c.Kind())
	}
}

func thereAre(fields []parameter) string {
	if len(fields) == 0 {
		return "; there are no parameters"
	}
	names := make([]string, len(fields))
	for i, f := range fields {
		names[i] = f.name
	}
	return "; there are " + strings.Join(names, ", ")
}

// aliased finds the field that people mean by a name that the protocols use.
func aliased(fields []parameter, key string) int {
	for _, a := range [][2]string{
		{"group_id", "group"}, {"user_id", "user"}, {"user_id", "member"}, {"user", "member"}, {"seconds", "for"}, {"duration", "for"},
		{"message", "segments"}, {"message_id", "ref"}, {"enable", "on"},
	} {
		if a[0] == key {
			if i := slices.IndexFunc(fields, func(f parameter) bool { return f.name == a[1] }); i >= 0 {
				return i
			}
		}
	}
	return -1
}

// parameter is one field of an operation.
type parameter struct {
	name  string
	index []int
	typ   reflect.Type
}

// parametersOf lists the fields of a struct, those of embedded structs in place.
func parametersOf(t reflect.Type) []parameter {
	var list []parameter
	for _, f := range reflect.VisibleFields(t) {
		if !f.IsExported() || f.Anonymous {
			continue
		}
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if name == "" {
			name = snake(f.Name)
		}
		list = append(list, parameter{name, f.Index, f.Type})
	}
	return list
}

// snake turns InitiatorUID into initiator_uid.
func snake(name string) string {
	var b strings.Builder
	runes := []rune(name)
	for i, r := range runes {
		starts := unicode.IsUpper(r) && i > 0 && (unicode.IsLower(runes[i-1]) || i+1 < len(runes) && unicode.IsLower(runes[i+1]))
		if starts {
			b.WriteByte('_')
		}
		b.WriteRune(unicode.ToLower(r))
	}
	return b.String()
}

// value reads one parameter.
func (p *params) value(c wire.Cursor, v reflect.Value) {
	switch into := v.Addr().Interface().(type) {
	case *qq.Segments:
		p.content(c, into)
		return
	case *time.Duration:
		readDuration(c, into)
		return
	case *qq.Chat:
		if c.Kind() == "a string" {
			readChat(c, into)
			return
		}
	case *qq.MessageRef:
		if c.Kind() != "an object" {
			readRef(c, into)
			return
		}
	case *qq.Emoji:
		if c.Kind() != "an object" {
			readEmoji(c, into)
			return
		}
	case *qq.Media:
		if c.Kind() == "a string" {
			c.Into(&into.URI)
			return
		}
	}
	p.plain(c, v)
}

func (p *params) plain(c wire.Cursor, v reflect.Value) {
	switch v.Kind() {
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		p.value(c, v.Elem())
	case reflect.Struct:
		p.structure(c, v, func([]parameter, string) int { return -1 })
	case reflect.Slice:
		if !c.Each(func(item wire.Cursor) {
			one := reflect.New(v.Type().Elem()).Elem()
			p.value(item, one)
			v.Set(reflect.Append(v, one))
		}) {
			c.Fault("must be an array, not " + c.Kind())
		}
	case reflect.String:
		var s wire.Str
		c.Into(&s)
		v.SetString(string(s))
	case reflect.Bool:
		var b wire.Bool
		c.Into(&b)
		v.SetBool(bool(b))
	case reflect.Float64:
		c.Into(v.Addr().Interface())
	default:
		readNumber(c, v)
	}
}

func (p *params) content(c wire.Cursor, into *qq.Segments) {
	content, err := p.message(c.Raw)
	if err != nil {
		c.Fault(err.Error())
	}
	*into = content
}
