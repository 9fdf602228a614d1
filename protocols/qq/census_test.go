package qq

import (
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// declared reads the package's source: the receivers of a method, and the
// structs that embed a marker of operations.
func declared(t *testing.T) (events, segments, operations []string) {
	t.Helper()
	entries, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		name := entry.Name()
		if !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range file.Decls {
			switch d := d.(type) {
			case *ast.FuncDecl:
				if d.Recv == nil {
					continue
				}
				star, ok := d.Recv.List[0].Type.(*ast.StarExpr)
				if !ok {
					continue
				}
				receiver, ok := star.X.(*ast.Ident)
				if !ok { // of a type with parameters
					continue
				}
				switch d.Name.Name {
				case "event":
					events = append(events, receiver.Name)
				case "segment":
					segments = append(segments, receiver.Name)
				}
			case *ast.GenDecl:
				operations = append(operations, marked(d)...)
			}
		}
	}
	return events, segments, operations
}

func marked(d *ast.GenDecl) (names []string) {
	for _, spec := range d.Specs {
		ts, ok := spec.(*ast.TypeSpec)
		if !ok {
			continue
		}
		st, ok := ts.Type.(*ast.StructType)
		if !ok || len(st.Fields.List) == 0 || len(st.Fields.List[0].Names) > 0 {
			continue
		}
		index, ok := st.Fields.List[0].Type.(*ast.IndexExpr)
		if !ok {
			continue
		}
		marker, ok := index.X.(*ast.Ident)
		if ok && slices.Contains([]string{"Reads", "Sends", "Changes", "Moderates", "Governs"}, marker.Name) {
			names = append(names, ts.Name.Name)
		}
	}
	return names
}

func same(t *testing.T, what string, listed map[string]bool, declared []string) {
	t.Helper()
	slices.Sort(declared)
	if got := slices.Sorted(maps.Keys(listed)); !slices.Equal(got, declared) {
		t.Errorf("%s listed: %v\ndeclared: %v", what, got, declared)
	}
}

func TestListsHoldEverythingThatIsDeclared(t *testing.T) {
	events, segments, operations := declared(t)
	listed := map[string]bool{"UnknownEvent": true}
	for _, e := range EventKinds() {
		listed[EventKind(e)] = true
		if newEvent(EventKind(e)) == nil {
			t.Errorf("%s cannot be read", EventKind(e))
		}
	}
	same(t, "events", listed, events)
	listed = map[string]bool{"Raw": true}
	for _, s := range newSegments() {
		listed[reflect.TypeOf(s).Elem().Name()] = true
		if made := newSegment(SegmentKind(s)); reflect.TypeOf(made) != reflect.TypeOf(s) {
			t.Errorf("%T reads as %T", s, made)
		}
	}
	same(t, "segments", listed, segments)
	listed = map[string]bool{}
	for _, op := range Catalogue() {
		listed[OpName(op)] = true
	}
	same(t, "operations", listed, operations)
}

func TestListsAreMadeAnew(t *testing.T) {
	EventKinds()[0].(*MessageReceived).Seq = 5
	if EventKinds()[0].(*MessageReceived).Seq != 0 {
		t.Error("a value of EventKinds is shared")
	}
}

// TestCacheKeys: a key is usable in a map, is the operation without its wish
// for freshness, and names a domain.
func TestCacheKeys(t *testing.T) {
	cached := 0
	for _, op := range Catalogue() {
		c, ok := op.(Cacheable)
		if !ok {
			continue
		}
		cached++
		key, domain, fresh := c.Cache()
		if fresh || domain.Part == 0 || key != op {
			t.Errorf("%s: key %+v, domain %+v, fresh %t", OpName(op), key, domain, fresh)
		}
		if op.Class() != ClassRead {
			t.Errorf("%s is cached but no read", OpName(op))
		}
		v := reflect.New(reflect.TypeOf(op)).Elem()
		v.Set(reflect.ValueOf(op))
		wish := v.FieldByName("NoCache")
		if !wish.IsValid() {
			continue
		}
		wish.SetBool(true)
		if again, _, fresh := v.Interface().(Cacheable).Cache(); !fresh || again != key {
			t.Errorf("%s with NoCache: key %+v, fresh %t", OpName(op), again, fresh)
		}
	}
	if cached == 0 {
		t.Error("nothing is cached")
	}
	_, domain, _ := GetMember{Group: 7, User: 8}.Cache()
	if domain != (Domain{PartGroup, 7}) {
		t.Errorf("GetMember belongs to %+v", domain)
	}
}
