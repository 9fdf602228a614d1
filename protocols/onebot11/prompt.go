package onebot11

import (
	"bytes"
	"unicode/utf8"

	"llbot/protocols/face"
	"llbot/protocols/wire"
)

var _ face.Prompter = (*link)(nil)

// Prompt answers a request whose result the account holds. Requests that are
// written in an unusual way are left to Frame, which reads them all.
func (l *link) Prompt(dst, data []byte) ([]byte, bool) {
	if !l.actions {
		return dst, false
	}
	name, params, echo, plain := members(data)
	if !plain || !utf8.Valid(echo) {
		return dst, false
	}
	a := l.table.LookupText(name)
	if a == nil {
		return dst, false
	}
	text, ok := l.table.Held(l.caller, a, bytes.TrimSpace(params), "")
	if !ok {
		return dst, false
	}
	return envelope{held: text}.append(dst, echo), true
}

// members finds the parts of a request where they are: the action's name
// without its quotes, the parameters, and the echo, nil where there is none.
// plain is false when a part comes twice, the name is no simple string, or it is
// no JSON object that could be taken.
func members(data []byte) (name, params, echo []byte, plain bool) {
	plain = true
	set := func(part *[]byte, value []byte) {
		plain = plain && *part == nil
		*part = value
	}
	object := wire.EachChecked(data, func(quoted, value []byte) {
		switch string(quoted) {
		case `"action"`:
			set(&name, value)
		case `"params"`:
			set(&params, value)
		case `"echo"`:
			set(&echo, value)
		default: // a key of another spelling may mean one of them
			plain = plain && bytes.IndexByte(quoted, '\\') < 0
		}
	})
	if string(echo) == "null" {
		echo = nil
	}
	if !object || len(name) < 2 || name[0] != '"' || bytes.IndexByte(name, '\\') >= 0 {
		return nil, nil, nil, false
	}
	return name[1 : len(name)-1], params, echo, plain
}
