package upstream

import (
	"context"
	"reflect"
	"slices"

	"llbot/protocols/qq"
)

// Table is what a driver can do: its handlers, and the reasons why it cannot
// do the rest. It is filled once and then shared.
type Table struct {
	qq.Handlers
	why    map[reflect.Type]string
	short  func(qq.Operation) string
	driver *Driver
}

// NewTable makes a table that serves what needs no upstream: GetLogin, which
// the link knows, and KeepMedia, which is our store's.
func NewTable() *Table {
	t := &Table{}
	qq.Serve(&t.Handlers, func(ctx context.Context, op qq.GetLogin) (qq.Login, error) { return t.driver.login(ctx, op) })
	qq.Serve(&t.Handlers, func(ctx context.Context, op qq.KeepMedia) (*qq.Media, error) { return t.driver.keep(ctx, op) })
	return t
}

// Lack is an operation that a driver cannot do.
type Lack struct{ Operation, Reason string }

// Variant is a program that holds accounts, with all that it cannot do: what
// its protocol does not carry, and what the program itself does not serve.
type Variant struct {
	Name  string
	Lacks []Lack
}

// Cannot gives the reason why operations are not served. A handler that is
// there all the same wins.
func (t *Table) Cannot(reason string, ops ...qq.Operation) {
	if t.why == nil {
		t.why = map[reflect.Type]string{}
	}
	for _, op := range ops {
		t.why[reflect.TypeOf(op)] = reason
	}
}

// Short says how to learn why the upstream of the newest link does not serve an
// operation that the protocol carries, "" when it does.
func (t *Table) Short(why func(qq.Operation) string) { t.short = why }

// Reason is why op is not served, "" when nobody said.
func (t *Table) Reason(op qq.Operation) string {
	if t.short != nil {
		if reason := t.short(op); reason != "" {
			return reason
		}
	}
	return t.why[reflect.TypeOf(op)]
}

// Lacks names what is not served, sorted.
func (t *Table) Lacks() []string {
	names := t.Handlers.Lacks()
	if t.short == nil {
		return names
	}
	for _, op := range qq.Catalogue() {
		if name := qq.OpName(op); t.short(op) != "" && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// Unserved lists what is not served with its reasons, by name.
func (t *Table) Unserved() []Lack {
	reasons := map[string]string{}
	for _, op := range qq.Catalogue() {
		reasons[qq.OpName(op)] = t.Reason(op)
	}
	var list []Lack
	for _, name := range t.Lacks() {
		list = append(list, Lack{name, reasons[name]})
	}
	return list
}

// Do runs the handler of op, or answers why there is none.
func (t *Table) Do(ctx context.Context, op qq.Operation) (any, error) {
	if t.short != nil {
		if reason := t.short(op); reason != "" {
			return nil, qq.Errorf(qq.ErrUnsupported, "%s", reason)
		}
	}
	v, err := t.Handlers.Do(ctx, op)
	if err == nil || v != nil || qq.AsError(err).Kind != qq.ErrUnsupported {
		return v, err
	}
	if reason := t.Reason(op); reason != "" {
		return nil, qq.Errorf(qq.ErrUnsupported, "%s", reason)
	}
	return nil, err
}
