package satori

// Element is a node of the message syntax. A node without a Tag is text.
type Element struct {
	Tag      string
	Text     string // of a text node, unescaped
	Attrs    []Attr // in writing order
	Children []Element
}

// Attr is one attribute. Key is in camelCase as in the JavaScript library and
// hyphenated on the wire.
type Attr struct {
	Key   string
	Value string
	Form  AttrForm
}

// AttrForm is how an attribute is written.
type AttrForm uint8

// The forms: key="value", key, no-key.
const (
	AttrText AttrForm = iota
	AttrTrue
	AttrFalse
)

// Get is an attribute's text; false when it is absent, bare or negated.
func (e *Element) Get(key string) (string, bool) {
	for _, a := range e.Attrs {
		if a.Key == key && a.Form == AttrText {
			return a.Value, true
		}
	}
	return "", false
}

// Attr is an attribute's text, "" when there is none.
func (e *Element) Attr(key string) string {
	value, _ := e.Get(key)
	return value
}

// Flag tells whether a boolean attribute is on: bare, or any text but "" and
// "false" (readers of JavaScript take every such text for true).
func (e *Element) Flag(key string) bool {
	for _, a := range e.Attrs {
		if a.Key == key {
			return a.Form == AttrTrue || a.Form == AttrText && a.Value != "" && a.Value != "false"
		}
	}
	return false
}

// textNode makes a text node.
func textNode(text string) Element { return Element{Text: text} }

// node makes an element; attrs are keys and values in turn, and a pair with an
// empty value is left out.
func node(tag string, attrs ...string) Element {
	e := Element{Tag: tag, Attrs: make([]Attr, 0, len(attrs)/2)}
	for i := 0; i+1 < len(attrs); i += 2 {
		if attrs[i+1] != "" {
			e.Attrs = append(e.Attrs, Attr{Key: attrs[i], Value: attrs[i+1]})
		}
	}
	return e
}
