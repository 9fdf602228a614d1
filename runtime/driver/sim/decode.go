package sim

import (
	"bytes"
	"unicode"
	"unicode/utf8"

	"llbot/protocols/qq"
)

// cutter is the short cut of reading a journal: it takes apart the lines that
// appendRecord writes for nearly every record. Its methods answer false for
// everything that is written in any other way, and the caller leaves the whole
// line to encoding/json.
type cutter struct {
	text []byte
	ok   bool
}

func newCutter(text []byte) *cutter { return &cutter{text, true} }

// lit takes a fixed text off the front.
func (c *cutter) lit(s string) bool {
	if !c.ok || len(c.text) < len(s) || string(c.text[:len(s)]) != s {
		return false
	}
	c.text = c.text[len(s):]
	return true
}

// must is lit where nothing else can stand.
func (c *cutter) must(s string) { c.ok = c.lit(s) }

// int takes a whole number that is not negative and has at most 18 digits.
func (c *cutter) int() int64 {
	n, i := int64(0), 0
	for ; i < len(c.text) && c.text[i] >= '0' && c.text[i] <= '9'; i++ {
		n = n*10 + int64(c.text[i]-'0')
		if i == 18 {
			c.ok = false
			return 0
		}
	}
	if i == 0 || i > 1 && c.text[0] == '0' {
		c.ok = false
	}
	c.text = c.text[i:]
	return n
}

// word takes letters and underscores up to the quote that ends them.
func (c *cutter) word() string {
	i := bytes.IndexByte(c.text, '"')
	for _, b := range c.text[:max(i, 0)] {
		if (b < 'a' || b > 'z') && b != '_' {
			i = -1
			break
		}
	}
	if i < 0 {
		c.ok = false
		return ""
	}
	s := string(c.text[:i])
	c.text = c.text[i+1:]
	return s
}

// chat takes the name of a chat.
func (c *cutter) chat() (k chatKey) {
	if c.lit("g") {
		k.group = qq.GroupID(c.int())
		return k
	}
	c.must("p")
	k.low = qq.UserID(c.int())
	c.must("-")
	k.high = qq.UserID(c.int())
	return k
}

// last takes what stands before the brace that ends the text.
func (c *cutter) last() []byte {
	if n := len(c.text) - 1; c.ok && n > 0 && c.text[n] == '}' {
		return c.text[:n]
	}
	c.ok = false
	return nil
}

// quickNumber is the number of the record in a line.
func quickNumber(text []byte) (uint64, bool) {
	c := newCutter(text)
	c.must(`{"n":`)
	n := c.int()
	return uint64(n), c.ok
}

// quickHead takes a line apart without reading its data. Lines with a nonce
// are none of these.
func quickHead(text []byte) (l line, ok bool) {
	c := newCutter(text)
	c.must(`{"n":`)
	l.Number = uint64(c.int())
	c.must(`,"t":`)
	l.Time = qq.Time(c.int())
	c.must(`,"v":`)
	l.Version = int(c.int())
	c.must(`,"k":"`)
	l.Kind = c.word()
	c.must(`,"d":`)
	l.Data = c.last()
	return l, c.ok
}

// plain takes a text without anything escaped up to the quote that ends it.
func (c *cutter) plain() string {
	i := bytes.IndexByte(c.text, '"')
	if i < 0 || bytes.IndexByte(c.text[:i], '\\') >= 0 || !utf8.Valid(c.text[:i]) || bytes.ContainsFunc(c.text[:i], unicode.IsControl) {
		c.ok = false
		return ""
	}
	s := string(c.text[:i])
	c.text = c.text[i+1:]
	return s
}

// quick reads the data of the kinds that nearly all records are of; nil when it
// is another one, or not in the usual form.
func (l *line) quick() change {
	switch l.Kind {
	case kindSaid:
		if s, ok := quickSaid(l.Data); ok {
			return s
		}
	case (*cardSet)(nil).kind():
		if s, ok := quickCard(l.Data); ok {
			return s
		}
	}
	return nil
}

// quickCard reads a card without special characters.
func quickCard(data []byte) (*cardSet, bool) {
	c, s := newCutter(data), &cardSet{}
	c.must(`{"group":`)
	s.Group = qq.GroupID(c.int())
	c.must(`,"user":`)
	s.User = qq.UserID(c.int())
	c.must(`,"operator":`)
	s.Operator = qq.UserID(c.int())
	c.must(`,"card":"`)
	s.Card = c.plain()
	c.must("}")
	return s, c.ok && len(c.text) == 0
}

// quickSaid reads a message of the usual form.
func quickSaid(data []byte) (*said, bool) {
	c, s := newCutter(data), &said{}
	c.must(`{"chat":"`)
	s.Chat = c.chat()
	c.must(`","seq":`)
	s.Seq = c.int()
	c.must(`,"sender":`)
	s.Sender = qq.UserID(c.int())
	s.Temp = c.lit(`,"temp":true`)
	if c.lit(`,"via":`) {
		s.Via = qq.GroupID(c.int())
	}
	c.must(`,"segments":`)
	rest := c.last()
	return s, c.ok && s.Segments.UnmarshalJSON(rest) == nil
}
