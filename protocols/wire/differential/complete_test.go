package differential

import (
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"testing"
)

const source = `package x

type plain struct{ Name string }

type listed struct {
	Name string ` + "`json:\"name\"`" + `
	Held []*held ` + "`json:\"held\"`" + `
}

type held struct { ID int64 ` + "`json:\"id\"`" + ` }

type Generic[T any] struct { Data []T ` + "`json:\"data\"`" + ` }

type embeds struct{ *listed }

type embedsAgain struct{ embeds }

type pair [2]string

func (p *pair) UnmarshalJSON([]byte) error { return nil }

func read() {
	var w struct { File string ` + "`json:\"file\"`" + ` }
	type params struct { URL string ` + "`json:\"url\"`" + ` }
	_, _ = w, params{}
}
`

// The package of the test has some of those types itself, so that they can be
// taken off the list.
type (
	listed         struct{ Held []*held }
	held           struct{ ID int64 }
	Generic[T any] struct{ Data map[string]T }
)

// folder holds files.
func folder(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func names(t *testing.T, p Package, types ...reflect.Type) []string {
	t.Helper()
	declared, err := p.declared()
	if err != nil {
		t.Fatal(err)
	}
	for _, one := range types {
		strike(declared, reflect.TypeFor[held]().PkgPath(), one, map[reflect.Type]bool{})
	}
	return slices.Sorted(maps.Keys(declared))
}

// Every struct with tags is found, whatever embeds one, and what has methods of
// its own; what a listed type holds need not be listed.
func TestMissingTypes(t *testing.T) {
	p := Package{Folder: folder(t, map[string]string{"x.go": source, "x_test.go": "no Go at all"})}
	for _, c := range []struct {
		loose bool
		types []reflect.Type
		want  []string
	}{
		{false, nil, []string{"Generic", "embeds", "embedsAgain", "held", "listed", "pair", "params", "without a name at x.go:23"}},
		{true, nil, []string{"Generic", "embeds", "embedsAgain", "held", "listed", "pair"}},
		{true, Of(listed{}), []string{"Generic", "embeds", "embedsAgain", "pair"}},
		{true, Of(Generic[*held]{}), []string{"embeds", "embedsAgain", "listed", "pair"}},
	} {
		p.LooseInside = c.loose
		if got := names(t, p, c.types...); !slices.Equal(got, c.want) {
			t.Errorf("loose %v, %v: missing %q, want %q", c.loose, c.types, got, c.want)
		}
	}
}

func TestPackagesThatCannotBeRead(t *testing.T) {
	p := Package{Folder: folder(t, map[string]string{"x.go": "no Go at all"})}
	if got, err := p.declared(); err == nil {
		t.Errorf("%v", got)
	}
}
