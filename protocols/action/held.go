package action

import (
	"bytes"
	"sync"

	"llbot/protocols/qq"
	"llbot/protocols/wire"
)

// Held is the result of an action as JSON, in the table's envelope, when the
// account holds the answer and nobody has to be asked or waited for. The text
// is made once for each answer and shared: it must not be changed. False says
// nothing about the action: CallOnce, with the same arguments, finds out what
// there is to say, faults included.
func (t *Table) Held(c qq.Caller, a *Action, params []byte, header string) (text []byte, ok bool) {
	if a.held == nil || header != "" || bytes.Contains(params, []byte(KeyParam)) {
		return nil, false
	}
	h, ok := c.(qq.Holder)
	if !ok {
		return nil, false
	}
	return a.held(h, t, orEmpty(params))
}

// held makes the quick way of a row whose operation may be held, nil for
// others. What the row makes of an answer depends on nothing but the answer, so
// that it stays good as long as that.
func held[P any, O qq.Op[R], R, W any](op func(P) (O, error), result func(R) W) func(qq.Holder, *Table, []byte) ([]byte, bool) {
	var zero O
	if _, may := any(zero).(qq.Cacheable); !may {
		return nil
	}
	mark := new(int) // of this row: tables of other options make other texts
	bare := sync.OnceValues(func() (O, error) { return read(new(wire.Decoder), []byte(none), op) })
	return func(h qq.Holder, t *Table, params []byte) ([]byte, bool) {
		var o O
		var err error
		if string(params) == none {
			o, err = bare()
		} else {
			o, err = read(t.decoder, params, op)
		}
		if err != nil {
			return nil, false
		}
		answer, made, ok := h.Held(o)
		if !ok {
			return nil, false
		}
		if text := made.Text(mark); text != nil {
			return text, true
		}
		r, ok := answer.(R)
		if !ok {
			return nil, false
		}
		data, err := wire.Marshal(result(r))
		if err != nil {
			return nil, false
		}
		text := append(append(make([]byte, 0, len(t.before)+len(data)+len(t.behind)), t.before...), data...)
		text = append(text, t.behind...)
		made.Keep(mark, text)
		return text, true
	}
}

// none is what most reads say about what they want to know.
const none = "{}"

// read is the operation that parameters stand for.
func read[P, O any](d *wire.Decoder, params []byte, op func(P) (O, error)) (o O, err error) {
	var p P
	if err := d.Decode(params, &p); err != nil {
		return o, err
	}
	return op(p)
}
