package wire

import (
	"reflect"
	"strconv"
	"strings"
	"sync"

	"github.com/goccy/go-json"
)

// Decoder reads requests into parameter structs and reports every fault with
// its path. A parameter struct has exported fields with json tags; a field is
// required unless its type is Optional. Unknown keys are ignored; null counts
// as absent. Field types may be string, bool, int64, float64, Raw, structs,
// slices of such, and anything that implements Shape. Safe for concurrent use.
type Decoder struct {
	plans  sync.Map  // reflect.Type → []field
	faults sync.Pool // of *Faults, empty
}

// Shape is a type with a form of its own on the wire.
type Shape interface {
	// DecodeWire reads the value under c into the receiver.
	DecodeWire(c Cursor)
}

// absentable is implemented by types that may be left out.
type absentable interface{ mayBeAbsent() }

type field struct {
	index    []int
	name     string
	required bool
}

// Decode reads one JSON value into v, a pointer. The error is Faults.
func (d *Decoder) Decode(text []byte, v any) error {
	if err := Check(text); err != nil {
		return Faults{{Reason: err.Error()}}
	}
	faults, _ := d.faults.Get().(*Faults)
	if faults == nil {
		faults = new(Faults)
	}
	(Cursor{Raw: text[skipSpace(text, 0):], decoder: d, faults: faults}).Into(v)
	if len(*faults) > 0 {
		return *faults
	}
	d.faults.Put(faults)
	return nil
}

// Cursor is one place in a request while it is read.
type Cursor struct {
	Raw     []byte // the value's text; empty when absent
	path    string
	decoder *Decoder
	faults  *Faults
}

// Fault notes what is wrong here.
func (c Cursor) Fault(reason string) { c.faults.Add(Fault{Path: c.path, Reason: reason}) }

// Null tells whether the value is null or absent.
func (c Cursor) Null() bool { return len(c.Raw) == 0 || c.Raw[0] == 'n' }

// Kind names the JSON type of the value for messages: "a string", "null", ….
func (c Cursor) Kind() string {
	if len(c.Raw) == 0 {
		return "nothing"
	}
	switch c.Raw[0] {
	case '"':
		return "a string"
	case '{':
		return "an object"
	case '[':
		return "an array"
	case 't', 'f':
		return "a boolean"
	case 'n':
		return "null"
	}
	return "a number"
}

// Key is the cursor of a member; its Raw is empty when there is none.
func (c Cursor) Key(name string) Cursor {
	child := c.child(name, nil)
	eachMember(c.Raw, func(quoted, value []byte) {
		if isKey(quoted, name) {
			child.Raw = value
		}
	})
	return child
}

// Each visits the elements of an array; false when the value is none.
func (c Cursor) Each(visit func(Cursor)) bool {
	return eachElement(c.Raw, func(i int, value []byte) {
		visit(Cursor{Raw: value, path: c.path + "[" + strconv.Itoa(i) + "]", decoder: c.decoder, faults: c.faults})
	})
}

// Members visits the members of an object; false when the value is none.
func (c Cursor) Members(visit func(key string, value Cursor)) bool {
	return eachMember(c.Raw, func(quoted, value []byte) {
		key := keyText(quoted)
		visit(key, c.child(key, value))
	})
}

// Into reads the value into v, a pointer, noting faults.
func (c Cursor) Into(v any) {
	if s, ok := v.(Shape); ok {
		s.DecodeWire(c)
		return
	}
	switch p := v.(type) {
	case *string:
		if text, plain := plainString(c.Raw); plain {
			*p = text
			return
		}
		c.scalar('"', "a string", p)
	case *bool:
		if len(c.Raw) == 0 || c.Raw[0] != 't' && c.Raw[0] != 'f' {
			c.Fault("must be a boolean, not " + c.Kind())
			return
		}
		*p = c.Raw[0] == 't'
	case *int64:
		c.integer(p)
	case *float64:
		if c.Kind() != "a number" || json.Unmarshal(c.Raw, p) != nil {
			c.Fault("must be a number, not " + c.Kind())
		}
	case *Raw:
		*p = append(Raw(nil), c.Raw...)
	default:
		c.reflected(reflect.ValueOf(v).Elem())
	}
}

func (c Cursor) child(name string, value []byte) Cursor {
	path := name
	if c.path != "" {
		path = c.path + "." + name
	}
	return Cursor{Raw: value, path: path, decoder: c.decoder, faults: c.faults}
}

func (c Cursor) scalar(first byte, want string, p any) {
	if len(c.Raw) == 0 || c.Raw[0] != first || json.Unmarshal(c.Raw, p) != nil {
		c.Fault("must be " + want + ", not " + c.Kind())
	}
}

func (c Cursor) integer(p *int64) {
	if c.Kind() != "a number" {
		c.Fault("must be an integer, not " + c.Kind())
		return
	}
	n, err := parseInteger(string(c.Raw))
	if err != "" {
		c.Fault(err)
		return
	}
	*p = n
}

func (c Cursor) reflected(v reflect.Value) {
	switch v.Kind() {
	case reflect.Struct:
		c.structure(v)
	case reflect.Slice:
		list := reflect.MakeSlice(v.Type(), 0, 0)
		elem := v.Type().Elem()
		if !c.Each(func(e Cursor) {
			item := reflect.New(elem)
			e.Into(item.Interface())
			list = reflect.Append(list, item.Elem())
		}) {
			c.Fault("must be an array, not " + c.Kind())
			return
		}
		v.Set(list)
	default:
		panic("wire: no form for " + v.Type().String())
	}
}

func (c Cursor) structure(v reflect.Value) {
	fields := c.decoder.plan(v.Type())
	var seen uint64
	if !eachMember(c.Raw, func(quoted, value []byte) {
		for i, f := range fields {
			if !isKey(quoted, f.name) {
				continue
			}
			if child := c.child(f.name, value); !child.Null() {
				seen |= 1 << i
				child.Into(v.FieldByIndex(f.index).Addr().Interface())
			}
			return
		}
	}) {
		c.Fault("must be an object, not " + c.Kind())
		return
	}
	for i, f := range fields {
		if f.required && seen&(1<<i) == 0 {
			c.child(f.name, nil).Fault("is required")
		}
	}
}

// plan lists the fields of a parameter struct and of what is embedded in it, at
// most 64.
func (d *Decoder) plan(t reflect.Type) []field {
	if p, ok := d.plans.Load(t); ok {
		return p.([]field)
	}
	var fields []field
	for _, f := range reflect.VisibleFields(t) {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if name == "" || name == "-" {
			continue
		}
		_, optional := reflect.New(f.Type).Interface().(absentable)
		fields = append(fields, field{f.Index, name, !optional})
	}
	if len(fields) > 64 {
		panic("wire: too many fields in " + t.String())
	}
	d.plans.Store(t, fields)
	return fields
}

// parseInteger reads a JSON number as an integer; 7.0 and 7e0 count as 7. The
// text tells what is wrong, "" when nothing is.
func parseInteger(text string) (n int64, fault string) {
	n, err := strconv.ParseInt(text, 10, 64)
	if err == nil {
		return n, ""
	}
	if strings.Trim(text, "0123456789+-.eE") != "" { // ParseFloat takes more than JSON: 0x1p4, 1_0, Inf
		return 0, "must be an integer"
	}
	f, err := strconv.ParseFloat(text, 64)
	if err != nil || f < -1<<53 || f > 1<<53 {
		return 0, "is out of range"
	}
	if f != float64(int64(f)) {
		return 0, "must be a whole number"
	}
	return int64(f), ""
}
