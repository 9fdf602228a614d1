package onebot11

import (
	"fmt"
	"slices"

	"llbot/protocols/qq"
	"llbot/protocols/wire"
)

// Content is a message that is to be sent: CQ text, a list of segments, or one
// segment. A number or a boolean counts as text.
type Content struct {
	text   wire.Str
	isText bool
	list   qq.Segments
}

// DecodeWire reads any of the three forms. Codes inside text are read later,
// since auto_escape decides whether there are any.
func (m *Content) DecodeWire(c wire.Cursor) {
	switch c.Kind() {
	case "an array":
		c.Each(m.element)
	case "an object":
		m.element(c)
	case "a string", "a number", "a boolean":
		m.isText = true
		c.Into(&m.text)
	default:
		c.Fault("must be text or a list of segments, not " + c.Kind())
	}
}

func (m *Content) element(c wire.Cursor) {
	if c.Kind() != "an object" {
		c.Fault("must be a segment object, not " + c.Kind())
		return
	}
	kind := c.Key("type")
	var name wire.Str
	if kind.Null() {
		kind.Fault("is required")
		return
	}
	kind.Into(&name)
	data := c.Key("data")
	if !data.Null() && data.Kind() != "an object" {
		data.Fault("must be an object, not " + data.Kind())
		return
	}
	p, whole := readPiece(string(name), data)
	if !whole {
		return
	}
	s, key, reason := DecodePiece(p)
	switch {
	case reason == "" && s != nil:
		m.list = append(m.list, s)
	case reason == "":
	case key == "":
		kind.Fault(reason)
	default:
		data.Key(key).Fault(reason)
	}
}

// readPiece takes the fields that its type has; others may hold anything. A
// card of JSON may stand as the object itself. false means that a fault was
// noted.
func readPiece(kind string, data wire.Cursor) (p Piece, whole bool) {
	p, whole = Piece{Type: kind}, true
	for _, key := range sendableOf(kind).keys {
		v := data.Key(key)
		if v.Null() {
			continue
		}
		if k := v.Kind(); k == "an object" && kind == "json" {
			p.Data = append(p.Data, str(key, string(v.Raw)))
			continue
		} else if k == "an object" || k == "an array" {
			v.Fault("must be a string, not " + k)
			whole = false
			continue
		}
		var text wire.Str
		v.Into(&text)
		p.Data = append(p.Data, str(key, string(text)))
	}
	return p, whole
}

// empty tells whether there is nothing at all, e.g. a quick reply of "".
func (m *Content) empty() bool { return m.text == "" && len(m.list) == 0 }

// Segments is the content in the inner language. name is the parameter's, for
// faults; escaped takes text as it is. Outside groups nobody can be called, so
// mentions are left out there.
func (m *Content) Segments(name string, escaped, inGroup bool) (qq.Segments, error) {
	content, err := m.list, error(nil)
	switch {
	case m.isText && escaped && m.text != "":
		content = qq.NewText(string(m.text))
	case m.isText && !escaped:
		content, err = decodeCQ(name, string(m.text))
	}
	if err != nil {
		return nil, err
	}
	if !inGroup {
		content = slices.DeleteFunc(slices.Clone(content), isMention)
	}
	if len(content) == 0 {
		return nil, fault(name, "there is nothing to send")
	}
	return content, nil
}

func decodeCQ(name, text string) (qq.Segments, error) {
	var content qq.Segments
	var faults wire.Faults
	for i, p := range ParseCQ(text) {
		s, key, reason := DecodePiece(p)
		if reason != "" {
			path := fmt.Sprintf("%s[%d].type", name, i)
			if key != "" {
				path = fmt.Sprintf("%s[%d].data.%s", name, i, key)
			}
			faults.Add(wire.Fault{Path: path, Reason: reason})
		} else if s != nil {
			content = append(content, s)
		}
	}
	if len(faults) > 0 {
		return nil, faults
	}
	return content, nil
}

func isMention(s qq.Segment) bool {
	switch s.(type) {
	case *qq.Mention, *qq.MentionAll:
		return true
	}
	return false
}
