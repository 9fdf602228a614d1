package onebot11

import (
	"context"
	"reflect"
	"slices"
	"strings"

	"llbot/protocols/onebot11"
	"llbot/protocols/qq"
	"llbot/runtime/driver/upstream"
)

// ask does one operation by one action: references and blobs must be in the
// upstream's words already, and those of the answer are.
func ask[O qq.Op[R], R any](ctx context.Context, l *session, a onebot11.Ask[O, R], op O) (R, error) {
	var zero R
	c, err := a.Call(op)
	if err != nil {
		return zero, err
	}
	if op.Class() != qq.ClassRead {
		c.Key = upstream.Nonce(ctx)
	}
	answer, err := l.call(ctx, c)
	if err != nil {
		return zero, err
	}
	return a.Answer(&l.client, op, answer.Data)
}

// call asks for an action in the dialect's words; a refusal is an error.
func (l *session) call(ctx context.Context, c onebot11.Call) (onebot11.Answer, error) {
	name, err := l.dialect.action(c.Action)
	if err != nil {
		return onebot11.Answer{}, err
	}
	c.Action = name
	if !l.dialect.resumes { // others take no keys
		c.Key = ""
	}
	answer, err := l.wire.call(ctx, c)
	if err != nil {
		return answer, err
	}
	return answer, answer.Err()
}

// carried does an operation of the table: references and blobs of the operation
// are put into the upstream's words, references of the answer into ours.
func carried[O qq.Op[R], R any](ctx context.Context, s *server, a onebot11.Ask[O, R], op O) (R, error) {
	var zero R
	l, err := s.link()
	if err != nil {
		return zero, err
	}
	if op, err = outward(ctx, l, op); err != nil {
		return zero, err
	}
	r, err := ask(ctx, l, a, op)
	if err != nil {
		return zero, err
	}
	l.inward(ctx, r)
	return r, nil
}

// outward is a copy of an operation in the upstream's words.
func outward[O qq.Operation](ctx context.Context, l *session, op O) (O, error) {
	if resolving, ok := any(op).(qq.Resolving); ok {
		own, err := resolving.Resolve(func(ref qq.MessageRef) (qq.MessageRef, error) { return l.outwardRef(ctx, ref) })
		if err != nil {
			return op, err
		}
		op = own.(O)
	}
	if carrying, ok := any(op).(qq.Carrying); ok {
		err := carrying.EachMedia(func(m *qq.Media) (err error) {
			m.URI, err = l.o.Upload(m)
			return err
		})
		if err != nil {
			return op, err
		}
	}
	return op, nil
}

// outwardRef puts the upstream's message_id into a reference. ErrNotFound when
// the upstream knows no such message.
func (l *session) outwardRef(ctx context.Context, ref qq.MessageRef) (qq.MessageRef, error) {
	if !ref.Resolved() {
		return ref, nil
	}
	id, ok := l.names.id(ref)
	if !ok {
		if err := l.seek(ctx, ref); err != nil {
			return ref, err
		}
		if id, ok = l.names.id(ref); !ok {
			return ref, qq.Errorf(qq.ErrNotFound, "the upstream has no %s", ref)
		}
	}
	ref.ID = id
	return ref, nil
}

// inward names the references of an answer. Messages that are not remembered
// are asked for: an answer without names is of no use.
func (l *session) inward(ctx context.Context, answer any) {
	if r, ok := answer.(qq.Referrer); ok {
		r.EachRef(func(ref *qq.MessageRef) { l.name(ctx, ref, true) })
	}
}

// serve adds an operation that is one action.
func serve[O qq.Op[R], R any](s *server, t *upstream.Table, a onebot11.Ask[O, R]) {
	s.needs[reflect.TypeFor[O]()] = a.Actions
	qq.Serve(&t.Handlers, func(ctx context.Context, op O) (R, error) { return carried(ctx, s, a, op) })
}

// short is why the upstream of the newest link does not serve an operation: it
// has none of the actions that can do it.
func (s *server) short(op qq.Operation) string {
	l := s.current.Load()
	actions := s.needs[reflect.TypeOf(op)]
	if l == nil || len(actions) == 0 || slices.ContainsFunc(actions, l.dialect.has) {
		return ""
	}
	return l.dialect.name + " has no " + strings.Join(actions, " or ")
}
