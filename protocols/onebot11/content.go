package onebot11

import (
	"fmt"
	"slices"
	"strconv"

	"llbot/protocols/qq"
	"llbot/protocols/wire"
)

// Content is a message that is to be sent: CQ text, a list of segments, or one
// segment. A number or a boolean counts as text.
type Content struct {
	text   wire.Str
	isText bool
	list   qq.Segments
	nudged []qq.UserID
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
	if key, reason := m.add(p); reason != "" {
		if key != "" {
			kind = data.Key(key)
		}
		kind.Fault(reason)
	}
}

// add takes one segment, or says what is wrong with which of its fields.
// go-cqhttp's poke with qq is no segment but a nudge.
func (m *Content) add(p Piece) (key, reason string) {
	if who := p.Get("qq"); p.Type == "poke" && who != "" {
		user, err := strconv.ParseInt(who, 10, 64)
		if err != nil || user <= 0 {
			return "qq", "must be a QQ number"
		}
		m.nudged = append(m.nudged, qq.UserID(user))
		return "", ""
	}
	s, key, reason := DecodePiece(p)
	if reason == "" && s != nil {
		m.list = append(m.list, s)
	}
	return key, reason
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
// mentions are left out there. Nudges are refused.
func (m *Content) Segments(name string, escaped, inGroup bool) (qq.Segments, error) {
	content, nudged, err := m.parts(name, escaped, inGroup)
	if err == nil && len(nudged) > 0 {
		_, wrong := decodePoke(Piece{"poke", []Field{str("qq", nudged[0].String())}})
		err = fault(name, wrong.Reason)
	}
	return content, err
}

// parts is the content and who is to be nudged; one of the two may be empty.
func (m *Content) parts(name string, escaped, inGroup bool) (qq.Segments, []qq.UserID, error) {
	read := *m
	switch {
	case m.isText && escaped && m.text != "":
		read.list = qq.NewText(string(m.text))
	case m.isText && !escaped:
		if err := read.decodeCQ(name, string(m.text)); err != nil {
			return nil, nil, err
		}
	}
	if !inGroup {
		read.list = slices.DeleteFunc(slices.Clone(read.list), isMention)
	}
	if len(read.list) == 0 && len(read.nudged) == 0 {
		return nil, nil, fault(name, "there is nothing to send")
	}
	return read.list, read.nudged, nil
}

// decodeCQ adds what the codes say.
func (m *Content) decodeCQ(name, text string) error {
	var faults wire.Faults
	for i, p := range ParseCQ(text) {
		key, reason := m.add(p)
		if reason == "" {
			continue
		}
		path := fmt.Sprintf("%s[%d].type", name, i)
		if key != "" {
			path = fmt.Sprintf("%s[%d].data.%s", name, i, key)
		}
		faults.Add(wire.Fault{Path: path, Reason: reason})
	}
	if len(faults) > 0 {
		return faults
	}
	return nil
}

func isMention(s qq.Segment) bool {
	switch s.(type) {
	case *qq.Mention, *qq.MentionAll:
		return true
	}
	return false
}
