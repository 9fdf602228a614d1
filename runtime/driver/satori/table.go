package satori

import (
	"context"
	"reflect"

	"llbot/protocols/qq"
	"llbot/protocols/satori"
	"llbot/runtime/driver/upstream"
)

// table is the operations that Satori carries, each with the method that it
// needs.
type table struct {
	*upstream.Table
	p       *protocol
	methods map[reflect.Type]string
}

// operations fills the table.
func (p *protocol) operations() *upstream.Table {
	t := &table{upstream.NewTable(), p, map[reflect.Type]string{}}
	t.people()
	t.groups()
	t.messages()
	t.Short(t.short)
	for reason, ops := range reasons() {
		t.Cannot(reason, ops...)
	}
	return t.Table
}

// ask serves an operation by a method whose answer is a resource.
func ask[O qq.Op[R], C, W, R any](t *table, method string, request func(*satori.Client, O) (C, error), read func(*session, O, W) (R, error)) {
	serve(t, method, func(ctx context.Context, s *session, op O) (r R, err error) {
		params, err := request(s.client, op)
		if err != nil {
			return r, err
		}
		var answer W
		if err := s.call(ctx, method, params, &answer); err != nil {
			return r, err
		}
		return read(s, op, answer)
	})
}

// tell serves an operation by a method that answers nothing. method may depend on
// the operation; the first one is what the table names.
func tell[O qq.Op[qq.None], C any](t *table, request func(*satori.Client, O) (C, error), method string, chosen func(O) string) {
	serve(t, method, func(ctx context.Context, s *session, op O) (qq.None, error) {
		params, err := request(s.client, op)
		if err != nil {
			return qq.None{}, err
		}
		name := method
		if chosen != nil {
			name = chosen(op)
		}
		return qq.None{}, s.call(ctx, name, params, nil)
	})
}

// serve serves an operation that needs a method, "" for none.
func serve[O qq.Op[R], R any](t *table, method string, do func(context.Context, *session, O) (R, error)) {
	t.methods[reflect.TypeFor[O]()] = method
	qq.Serve(&t.Handlers, func(ctx context.Context, op O) (r R, err error) {
		s := t.p.current.Load()
		if s == nil {
			return r, qq.Errorf(qq.ErrOffline, "satori: there is no link yet")
		}
		return do(ctx, s, op)
	})
}

// short is why the newest server does not serve an operation of the table.
func (t *table) short(op qq.Operation) string {
	method, ours := t.methods[reflect.TypeOf(op)]
	s := t.p.current.Load()
	if !ours || s == nil {
		return ""
	}
	d := s.client.Dialect
	switch op.(type) {
	case qq.LeaveGroup:
		if !d.Leaves {
			return d.Name + " cannot leave groups"
		}
	case qq.SetGroupName:
		if !d.Renames {
			return d.Name + " cannot rename groups"
		}
	case qq.ForwardMessage, qq.GetForward:
		if !d.Forwards {
			return d.Name + " cannot name messages and records that exist"
		}
	case qq.UploadFile:
		if !d.Sends(&qq.File{}) {
			return d.Name + " does not bring files to QQ"
		}
	}
	if method != "" && len(s.offers) > 0 && !s.offers[method] {
		return "the server does not offer " + method
	}
	return ""
}
