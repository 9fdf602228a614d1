package account

import (
	"context"

	"llbot/actors/system"
	"llbot/protocols/qq"
)

// call asks for an operation that needs the driver.
type call struct {
	system.Reply[any]
	ctx context.Context
	op  qq.Operation // a *promise when it is keyed
	// direct asks only to be admitted: the caller does the rest.
	direct bool
}

// Fail answers with an error; what was promised under a key ends with it.
func (m *call) Fail(err error) {
	if p, ok := m.op.(*promise); ok {
		p.end(nil, err)
	}
	m.Reply.Fail(err)
}

// Answer answers with a result, which is kept when it was promised under a key.
func (m *call) Answer(v any) {
	if p, ok := m.op.(*promise); ok {
		p.end(v, nil)
	}
	m.Reply.Answer(v)
}

// plain is the operation without what was promised about it.
func (m *call) plain() qq.Operation {
	if p, ok := m.op.(*promise); ok {
		return p.Operation
	}
	return m.op
}

// do has the driver do it.
func (m *call) do(ctx context.Context, d qq.Driver) (any, error) {
	if p, ok := m.op.(*promise); ok {
		return p.do(ctx)
	}
	return d.Do(ctx, m.op)
}

// happened brings an event of the driver.
type happened struct {
	system.Reply[qq.SN]
	emission qq.Emission
}

// linked tells that the driver's Run begins, with what it knew of the login.
type linked struct{ login qq.Login }

// unlinked tells that the driver's Run ended.
type unlinked struct{ err error }

// relink is the wheel's word to run the driver again.
type relink struct{}
