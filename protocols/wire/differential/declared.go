package differential

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strings"
)

// declared finds the wire types of the package, each with its place.
func (p Package) declared() (map[string]string, error) {
	files, err := filepath.Glob(filepath.Join(p.Folder, "*.go"))
	if err != nil {
		return nil, err
	}
	found := finder{set: token.NewFileSet(), loose: p.LooseInside, places: map[string]string{}, embeds: map[string][]string{}}
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(found.set, name, nil, parser.SkipObjectResolution)
		if err != nil {
			return nil, err
		}
		ast.Inspect(file, found.visit)
	}
	found.embedders()
	return found.wire(), nil
}

// finder gathers types.
type finder struct {
	set    *token.FileSet
	loose  bool                // leave out what is inside functions
	places map[string]string   // of every struct: where it is
	tagged []string            // those that are wire types
	embeds map[string][]string // what each struct embeds
}

// visit looks at one piece of a file.
func (f *finder) visit(n ast.Node) bool {
	switch n := n.(type) {
	case *ast.TypeSpec:
		f.places[n.Name.Name] = f.place(n)
		if s, ok := n.Type.(*ast.StructType); ok {
			f.structure(n.Name.Name, s)
			return false
		}
	case *ast.StructType: // that no type is named after, and no field holds
		f.structure(fmt.Sprintf("without a name at %s", f.place(n)), n)
		return false
	case *ast.FuncDecl:
		if (n.Name.Name == "MarshalJSON" || n.Name.Name == "UnmarshalJSON") && n.Recv != nil {
			f.tagged = append(f.tagged, nameOf(n.Recv.List[0].Type))
		}
		return !f.loose
	}
	return true
}

func (f *finder) place(n ast.Node) string {
	at := f.set.Position(n.Pos())
	return fmt.Sprintf("%s:%d", filepath.Base(at.Filename), at.Line)
}

func (f *finder) structure(name string, s *ast.StructType) {
	if f.places[name] == "" {
		f.places[name] = f.place(s)
	}
	for _, field := range s.Fields.List {
		if field.Tag != nil && strings.Contains(field.Tag.Value, `json:"`) {
			f.tagged = append(f.tagged, name)
		}
		if len(field.Names) == 0 {
			f.embeds[name] = append(f.embeds[name], nameOf(field.Type))
		}
	}
}

// embedders adds those that embed a wire type, as long as there are any.
func (f *finder) embedders() {
	for before := -1; before != len(f.tagged); {
		before = len(f.tagged)
		for name, inner := range f.embeds {
			if !slices.Contains(f.tagged, name) && slices.ContainsFunc(inner, func(one string) bool { return slices.Contains(f.tagged, one) }) {
				f.tagged = append(f.tagged, name)
			}
		}
	}
}

func (f *finder) wire() map[string]string {
	list := map[string]string{}
	for _, name := range f.tagged {
		list[name] = f.places[name]
	}
	return list
}

// nameOf is the name of a type that may be pointed to or instantiated, "" for
// those of other packages.
func nameOf(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.Ident:
		return e.Name
	case *ast.StarExpr:
		return nameOf(e.X)
	case *ast.IndexExpr:
		return nameOf(e.X)
	case *ast.IndexListExpr:
		return nameOf(e.X)
	}
	return ""
}
