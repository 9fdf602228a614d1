package onebot11

import (
	"cmp"
	"reflect"
	"slices"
	"strings"

	"llbot/protocols/action"
	"llbot/protocols/wire"
)

// Entry is what people are told of one action.
type Entry struct {
	Name        string
	Aliases     []string
	Doc         string
	Operation   string // of the inner language, "" when it is several or none
	Params      []Param
	Result      string // its shape, e.g. {message_id: integer}
	Unsupported string // why it is not served, "" when it is
}

// Param is one parameter. Default is JSON, "" where there is none.
type Param struct {
	Name     string
	Type     string
	Required bool
	Default  string
	Doc      string
}

// Reference lists all actions of OneBot's tables by name, those that are not
// served with their reason.
func Reference() ([]Entry, error) {
	s, err := NewHTTP(Options{Credentials: AllCredentials})
	if err != nil {
		return nil, err
	}
	var list []Entry
	aliases := map[string][]string{}
	for _, name := range s.Actions() {
		row := s.table.Lookup(name)
		if row.Of != "" {
			aliases[row.Of] = append(aliases[row.Of], name)
			continue
		}
		list = append(list, entryOf(row))
	}
	for i := range list {
		list[i].Aliases = aliases[list[i].Name]
	}
	for _, m := range Unsupported() {
		list = append(list, Entry{Name: m.Name, Unsupported: m.Reason})
	}
	slices.SortFunc(list, func(a, b Entry) int { return cmp.Compare(a.Name, b.Name) })
	return list, nil
}

// Find is the entry of an action under any of its names, with or without
// _async and _rate_limited.
func Find(list []Entry, name string) (Entry, bool) {
	name = plainName(name)
	i := slices.IndexFunc(list, func(e Entry) bool { return e.Name == name || slices.Contains(e.Aliases, name) })
	if i < 0 {
		return Entry{}, false
	}
	return list[i], true
}

func entryOf(row *action.Action) Entry {
	return Entry{Name: row.Name, Doc: row.Doc, Operation: row.Op, Params: paramsOf(row.Params), Result: resultShape(row.Result)}
}

func paramsOf(t reflect.Type) []Param {
	var out []Param
	for _, f := range reflect.VisibleFields(t) {
		name := f.Tag.Get("json")
		if f.Anonymous {
			continue // what is in it comes next
		}
		inner, optional := optionalOf(f.Type)
		out = append(out, Param{name, paramShape(inner), !optional, f.Tag.Get("default"), f.Tag.Get("doc")})
	}
	return out
}

// optionalOf takes the wire.Optional off a type.
func optionalOf(t reflect.Type) (inner reflect.Type, optional bool) {
	if t.Kind() == reflect.Struct && strings.HasPrefix(t.Name(), "Optional[") {
		return t.Field(0).Type, true
	}
	return t, false
}

// paramShape says what a parameter may be.
func paramShape(t reflect.Type) string {
	switch t {
	case reflect.TypeFor[wire.Int]():
		return "number"
	case reflect.TypeFor[wire.Str]():
		return "string"
	case reflect.TypeFor[wire.Bool]():
		return "boolean"
	case reflect.TypeFor[wire.Raw]():
		return "anything"
	case reflect.TypeFor[source]():
		return "file"
	case reflect.TypeFor[Content]():
		return "message"
	case reflect.TypeFor[nodes]():
		return "nodes"
	}
	if t.Kind() == reflect.Slice {
		return "[" + paramShape(t.Elem()) + "]"
	}
	var fields []string
	for _, p := range paramsOf(t) {
		fields = append(fields, p.Name+mark(!p.Required)+": "+p.Type)
	}
	return "{" + strings.Join(fields, ", ") + "}"
}

func mark(optional bool) string { return choose(optional, "?", "") }

// resultShape says what an answer's data is. A ? marks what may be left out.
func resultShape(t reflect.Type) string {
	switch {
	case t == reflect.TypeFor[*noData]():
		return "null"
	case t == reflect.TypeFor[wire.Raw]():
		return "anything"
	case t == reflect.TypeFor[messageEvent](), t == reflect.TypeFor[*messageEvent]():
		return "message event"
	}
	switch t.Kind() {
	case reflect.Pointer:
		return resultShape(t.Elem())
	case reflect.Slice:
		return "[" + resultShape(t.Elem()) + "]"
	case reflect.Struct:
		return "{" + strings.Join(fieldShapes(t), ", ") + "}"
	case reflect.Bool:
		return "boolean"
	case reflect.String:
		return "string"
	}
	return "integer"
}

func fieldShapes(t reflect.Type) []string {
	var out []string
	for i := range t.NumField() {
		f := t.Field(i)
		name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		switch {
		case f.Anonymous && f.Type == reflect.TypeFor[messageEvent]():
			out = append(out, "… as a message event")
		case f.Anonymous:
			out = append(out, fieldShapes(f.Type)...)
		case name != "":
			out = append(out, name+mark(options == "omitempty")+": "+resultShape(f.Type))
		}
	}
	return out
}
