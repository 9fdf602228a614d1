package qq

import "strconv"

// object writes a JSON object field by field. Keys come quoted, with a comma
// before and the colon behind; one field at least is always written.
type object struct {
	b     []byte
	start int
}

func newObject(b []byte) object { return object{b, len(b)} }

// end closes the object; its brace takes the place of the first comma.
func (o *object) end() []byte {
	o.b[o.start] = '{'
	return append(o.b, '}')
}

// key is for a value that somebody else writes.
func (o *object) key(key string) []byte { return append(o.b, key...) }

func (o *object) number(key string, n int64) {
	o.b = strconv.AppendInt(append(o.b, key...), n, 10)
}

func (o *object) text(key, s string) { o.b = appendString(append(o.b, key...), s) }

// flag, someNumber, someText and someTexts leave out what is empty.
func (o *object) flag(key string, set bool) {
	if set {
		o.b = append(append(o.b, key...), "true"...)
	}
}

func (o *object) someNumber(key string, n int64) {
	if n != 0 {
		o.number(key, n)
	}
}

func (o *object) someText(key, s string) {
	if s != "" {
		o.text(key, s)
	}
}

func (o *object) someTexts(key string, list []string) {
	if len(list) == 0 {
		return
	}
	o.b = append(o.b, key...)
	for i, s := range list {
		o.b = appendString(append(o.b, "[,"[min(i, 1)]), s)
	}
	o.b = append(o.b, ']')
}
