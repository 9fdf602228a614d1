package onebot11

import (
	"reflect"
	"strconv"
	"strings"
	"sync"

	"llbot/protocols/wire"
)

// Client reads what a OneBot 11 server says and writes what it is asked: the
// other side of the face. The implementations differ in the types of their
// values ("7" for 7, null for nothing, 0 for false), so that reading is lenient:
// what does not fit a field is left out, never an error. The zero value is
// ready, and safe for concurrent use.
type Client struct {
	decoder wire.Decoder
	plans   sync.Map // reflect.Type → loosePlan
}

// loosePlan is where the members of an object go; of embedded structs the
// outer one's fields win.
type loosePlan map[string][]int

// loose is a value that is read leniently.
type loose struct {
	client *Client
	value  reflect.Value
}

// read reads one JSON value into v, a pointer to a wire form. The error means
// that the text is no JSON.
func (c *Client) read(text []byte, v any) error {
	return c.decoder.Decode(text, &loose{c, reflect.ValueOf(v).Elem()})
}

// DecodeWire reads the value into whatever the wire form has for it.
func (l *loose) DecodeWire(c wire.Cursor) {
	if c.Null() {
		return
	}
	if s, ok := l.value.Addr().Interface().(wire.Shape); ok {
		s.DecodeWire(c)
		return
	}
	if raw, ok := l.value.Addr().Interface().(*wire.Raw); ok {
		*raw = append(wire.Raw(nil), c.Raw...)
		return
	}
	switch kind := l.value.Kind(); {
	case kind == reflect.Struct:
		l.object(c)
	case kind == reflect.Slice:
		l.array(c)
	case kind == reflect.Pointer:
		target := reflect.New(l.value.Type().Elem())
		c.Into(&loose{l.client, target.Elem()})
		l.value.Set(target)
	case kind == reflect.String:
		l.value.SetString(looseText(c))
	case kind == reflect.Bool:
		l.value.SetBool(looseBool(c))
	case l.value.CanInt():
		setInt(l.value, looseNumber(c))
	case l.value.CanUint():
		if n := looseNumber(c); n >= 0 && !l.value.OverflowUint(uint64(n)) {
			l.value.SetUint(uint64(n))
		}
	case l.value.CanFloat():
		f, _ := strconv.ParseFloat(looseText(c), 64)
		l.value.SetFloat(f)
	}
}

func setInt(v reflect.Value, n int64) {
	if !v.OverflowInt(n) {
		v.SetInt(n)
	}
}

func (l *loose) object(c wire.Cursor) {
	plan := l.client.plan(l.value.Type())
	c.Members(func(key string, value wire.Cursor) {
		if path, known := plan[key]; known {
			value.Into(&loose{l.client, l.value.FieldByIndex(path)})
		}
	})
}

func (l *loose) array(c wire.Cursor) {
	list := reflect.MakeSlice(l.value.Type(), 0, 0)
	c.Each(func(e wire.Cursor) {
		item := reflect.New(l.value.Type().Elem()).Elem()
		e.Into(&loose{l.client, item})
		list = reflect.Append(list, item)
	})
	l.value.Set(list)
}

// plan finds the fields of a wire form once.
func (c *Client) plan(t reflect.Type) loosePlan {
	if p, ok := c.plans.Load(t); ok {
		return p.(loosePlan)
	}
	p := loosePlan{}
	addFields(p, t, nil)
	c.plans.Store(t, p)
	return p
}

func addFields(p loosePlan, t reflect.Type, path []int) {
	var embedded []int
	for i := range t.NumField() {
		f := t.Field(i)
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if f.Anonymous && name == "" && f.Type.Kind() == reflect.Struct {
			embedded = append(embedded, i)
			continue
		}
		at := append(path[:len(path):len(path)], i)
		if old, taken := p[name]; name != "" && name != "-" && f.IsExported() && (!taken || len(old) > len(at)) {
			p[name] = at
		}
	}
	for _, i := range embedded {
		addFields(p, t.Field(i).Type, append(path[:len(path):len(path)], i))
	}
}

// looseText is a scalar as text; "" for lists and objects.
func looseText(c wire.Cursor) string {
	switch c.Kind() {
	case "a string":
		var text string
		if wire.Unmarshal(c.Raw, &text) == nil {
			return text
		}
	case "a number", "a boolean":
		return string(c.Raw)
	}
	return ""
}

// looseNumber is a scalar as a whole number, 0 for what is none.
func looseNumber(c wire.Cursor) int64 {
	text := strings.TrimSpace(looseText(c))
	if n, err := strconv.ParseInt(text, 10, 64); err == nil {
		return n
	}
	if f, err := strconv.ParseFloat(text, 64); err == nil && f > -1<<53 && f < 1<<53 {
		return int64(f)
	}
	if text == "true" {
		return 1
	}
	return 0
}

// looseBool: everything but nothing, 0 and "false" is true.
func looseBool(c wire.Cursor) bool {
	switch strings.ToLower(strings.TrimSpace(looseText(c))) {
	case "", "0", "false", "no":
		return false
	}
	return true
}
