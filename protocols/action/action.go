// Package action is how all three protocols declare their actions: a row binds
// a wire name to an operation of package qq, with a typed parameter struct on
// one side and a typed wire result on the other.
package action

import (
	"context"
	"fmt"
	"reflect"
	"slices"

	"llbot/protocols/qq"
	"llbot/protocols/wire"
)

// Action is one row: a wire name and what it does.
type Action struct {
	Name   string
	Class  qq.Class     // of Handle's rows the one that Acts says, else 0
	Op     string       // operation name, "" for rows made by Handle
	Params reflect.Type // the parameter struct, for the reference pages
	Result reflect.Type // the wire result
	Doc    string       // what it does, for people; see Says
	Of     string       // the name that it is another name of, "" for none; see As

	run func(ctx context.Context, c qq.Caller, d *wire.Decoder, params []byte) (any, error)
	// held answers from what the account holds; nil for rows that never can.
	held func(h qq.Holder, t *Table, params []byte) (text []byte, ok bool)
}

// Bind declares an action that is one operation: op translates the parameters,
// result the answer. All four types are inferred; a result function that does
// not fit the operation does not compile.
func Bind[P any, O qq.Op[R], R, W any](name string, op func(P) (O, error), result func(R) W) Action {
	var zero O
	return Action{
		Name: name, Class: zero.Class(), Op: qq.OpName(zero),
		Params: reflect.TypeFor[P](), Result: reflect.TypeFor[W](),
		held: held(op, result),
		run: func(ctx context.Context, c qq.Caller, d *wire.Decoder, params []byte) (any, error) {
			o, err := read(d, params, op)
			if err != nil {
				return nil, err
			}
			r, err := qq.Do(ctx, c, o)
			if err != nil {
				return nil, err
			}
			return result(r), nil
		},
	}
}

// Handle declares an action that needs several operations, or none.
func Handle[P, W any](name string, fn func(context.Context, qq.Caller, P) (W, error)) Action {
	return Action{
		Name: name, Params: reflect.TypeFor[P](), Result: reflect.TypeFor[W](),
		run: func(ctx context.Context, c qq.Caller, d *wire.Decoder, params []byte) (any, error) {
			var p P
			if err := d.Decode(params, &p); err != nil {
				return nil, err
			}
			return fn(ctx, c, p)
		},
	}
}

// Acts is the action with its class, which only Bind can tell by itself.
func (a Action) Acts(class qq.Class) Action {
	a.Class = class
	return a
}

// As is the same action under another name.
func (a Action) As(name string) Action {
	if a.Of == "" {
		a.Of = a.Name
	}
	a.Name = name
	return a
}

// Says is the action with a sentence for the reference pages.
func (a Action) Says(doc string) Action {
	a.Doc = doc
	return a
}

// Table is a set of actions by name. It is never changed once made.
type Table struct {
	rows    map[string]*Action
	decoder *wire.Decoder
	before  string // what stands around the texts of Held
	behind  string
}

// Join makes a table; a name declared twice is an error.
func Join(groups ...[]Action) (*Table, error) {
	t := &Table{rows: map[string]*Action{}, decoder: &wire.Decoder{}}
	for _, group := range groups {
		for _, a := range group {
			if t.rows[a.Name] != nil {
				return nil, fmt.Errorf("action %s is declared twice", a.Name)
			}
			t.rows[a.Name] = &a
		}
	}
	return t, nil
}

// Within is the same table, whose Held writes results into an envelope.
func (t *Table) Within(before, behind string) *Table {
	return &Table{rows: t.rows, decoder: t.decoder, before: before, behind: behind}
}

// Lookup finds an action, nil when the name is not declared.
func (t *Table) Lookup(name string) *Action { return t.rows[name] }

// LookupText is Lookup of a name that is not a string yet.
func (t *Table) LookupText(name []byte) *Action { return t.rows[string(name)] }

// Names lists the declared names in order.
func (t *Table) Names() []string {
	names := make([]string, 0, len(t.rows))
	for name := range t.rows {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// Decoder is the table's reader of parameters.
func (t *Table) Decoder() *wire.Decoder { return t.decoder }

// Call runs an action. params is one JSON object; empty text counts as {}.
// The error is wire.Faults when the parameters do not fit, else *qq.Error.
func (t *Table) Call(ctx context.Context, c qq.Caller, a *Action, params []byte) (any, error) {
	return a.run(ctx, c, t.decoder, orEmpty(params))
}

func orEmpty(params []byte) []byte {
	if len(params) == 0 || string(params) == "null" {
		return []byte(none)
	}
	return params
}
