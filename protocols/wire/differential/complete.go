package differential

import (
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"llbot/protocols/action"
)

// Of lists the types of examples.
func Of(examples ...any) []reflect.Type {
	types := make([]reflect.Type, len(examples))
	for i, example := range examples {
		types[i] = reflect.TypeOf(example)
	}
	return types
}

// OfActions lists the types of what the actions of tables take and answer.
func OfActions(tables ...*action.Table) (types []reflect.Type) {
	for _, table := range tables {
		for _, name := range table.Names() {
			row := table.Lookup(name)
			for _, t := range []reflect.Type{row.Params, row.Result} {
				if t != nil && t.Kind() != reflect.Interface && !slices.Contains(types, t) {
					types = append(types, t)
				}
			}
		}
	}
	return types
}

// Package is where wire types are declared.
type Package struct {
	Folder string
	Path   string // how it is imported
	// LooseInside leaves out types that are declared inside functions, and have
	// no name that a test could use: for a package that only writes them, and
	// whose fields are of types that are looked at anyway.
	LooseInside bool
}

// Complete fails when a package has wire types that neither are among those
// given nor are held by one of them: structs with json tags, those that embed
// one, and what writes or reads its own JSON.
func Complete(t *testing.T, p Package, types []reflect.Type) {
	t.Helper()
	declared, err := p.declared()
	if err != nil {
		t.Fatal(err)
	}
	if len(declared) == 0 {
		t.Fatal("no wire type was found at all")
	}
	for _, t := range types {
		strike(declared, p.Path, t, map[reflect.Type]bool{})
	}
	for _, name := range slices.Sorted(maps.Keys(declared)) {
		t.Errorf("%s: the wire type %s is not held to encoding/json: add it to the list", declared[name], name)
	}
}

// strike takes a type off the list, and whatever values of it hold.
func strike(declared map[string]string, pkg string, t reflect.Type, seen map[reflect.Type]bool) {
	if seen[t] {
		return
	}
	seen[t] = true
	if t.PkgPath() == pkg {
		name, _, _ := strings.Cut(t.Name(), "[")
		delete(declared, name)
	}
	switch t.Kind() {
	case reflect.Struct:
		for i := range t.NumField() {
			strike(declared, pkg, t.Field(i).Type, seen)
		}
	case reflect.Map:
		strike(declared, pkg, t.Key(), seen)
		strike(declared, pkg, t.Elem(), seen)
	case reflect.Pointer, reflect.Slice, reflect.Array:
		strike(declared, pkg, t.Elem(), seen)
	}
}
