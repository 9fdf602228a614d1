package runtime_test

import (
	"cmp"
	"reflect"
	"regexp"
	"slices"
	"strings"

	"llbot/protocols/qq"
)

// crossed compares a value before and behind a crossing.
type crossed struct {
	apart   []string
	lost    []string // names of fields, those of parts behind a dot
	seconds bool     // an instant lost its milliseconds
}

// lost tells what of a value is missing or otherwise behind a crossing. Parts of
// the names of apart are not compared.
func (c *carried) lost(before, after any, apart ...string) []string {
	x := crossed{apart: apart}
	x.walk("", reflect.ValueOf(before), reflect.ValueOf(after))
	c.seconds = c.seconds || x.seconds
	return x.lost
}

func (x *crossed) note(path string) {
	if !slices.Contains(x.lost, path) {
		x.lost = append(x.lost, path)
	}
}

// persons are types whose losses are told where they are the value itself.
var persons = []reflect.Type{
	reflect.TypeFor[*qq.User](), reflect.TypeFor[*qq.Friend](), reflect.TypeFor[*qq.Group](), reflect.TypeFor[*qq.Member](), reflect.TypeFor[qq.Login](),
}

func (x *crossed) walk(path string, a, b reflect.Value) {
	a, b = inside(a), inside(b)
	switch {
	case !a.IsValid() || a.IsZero() || path != "" && slices.Contains(persons, a.Type()):
	case !b.IsValid() || b.IsZero() && (path != "" || a.Kind() != reflect.Struct):
		x.note(cmp.Or(path, "anything"))
	case a.Type() != b.Type():
		x.note(path + " is " + typeName(b.Type()))
	case a.Kind() == reflect.Pointer:
		x.walk(path, a.Elem(), b.Elem())
	case a.Kind() == reflect.Slice:
		x.list(path, a, b)
	case a.Kind() == reflect.Struct:
		x.fields(path, a, b)
	case a.Interface() == b.Interface():
	case a.Type() == reflect.TypeFor[qq.Time]() && a.Int()/1000 == b.Int()/1000:
		x.seconds = true
	default:
		x.note(path)
	}
}

func inside(v reflect.Value) reflect.Value {
	if v.IsValid() && v.Kind() == reflect.Interface {
		return v.Elem()
	}
	return v
}

func (x *crossed) list(path string, a, b reflect.Value) {
	if slices.Contains(persons, a.Type().Elem()) {
		return
	}
	for i := range a.Len() {
		if i < b.Len() {
			x.walk(path, a.Index(i), b.Index(i))
		} else {
			x.note(path)
		}
	}
}

// fields leaves out the numbers that each server gives to messages, and where a
// blob came from.
func (x *crossed) fields(path string, a, b reflect.Value) {
	for i := range a.NumField() {
		f := a.Type().Field(i)
		switch {
		case f.Type == reflect.TypeFor[qq.MessageID]() || f.Name == "URI" || slices.Contains(x.apart, worded(f.Name)):
		case f.Anonymous:
			x.walk(path, a.Field(i), b.Field(i))
		default:
			x.walk(strings.TrimPrefix(path+"."+worded(f.Name), "."), a.Field(i), b.Field(i))
		}
	}
}

func nameOf(v any) string { return typeName(reflect.TypeOf(v)) }

func typeName(t reflect.Type) string {
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	return worded(t.Name())
}

var camel = regexp.MustCompile(`([a-z])([A-Z])|([A-Z])([A-Z][a-z])`)

// worded is a name of Go as words: "VIPLevel" is "VIP level".
func worded(name string) string {
	words := strings.Fields(camel.ReplaceAllString(camel.ReplaceAllString(name, "$1$3 $2$4"), "$1$3 $2$4"))
	for i, w := range words {
		if w != strings.ToUpper(w) {
			words[i] = strings.ToLower(w)
		}
	}
	return strings.Join(words, " ")
}
