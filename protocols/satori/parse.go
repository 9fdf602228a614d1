package satori

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Limits of one message text.
const (
	MaxContent = 64 << 20 // bytes; pictures may sit in it as base64
	MaxDepth   = 64       // elements inside each other
	MaxParts   = 20000    // elements, texts and attributes
)

const fragment = "template" // the tag of <>…</>

// Parse reads message text as the JavaScript element library does: unclosed
// tags run to the end of their parent, stray closing tags and comments vanish,
// blanks with a newline beside a tag are dropped. Only the limits are errors.
func Parse(source string) ([]Element, error) {
	if len(source) > MaxContent {
		return nil, fmt.Errorf("longer than %d bytes", MaxContent)
	}
	p := parser{rest: source, stack: []Element{{}}}
	for p.next() {
	}
	p.text(p.rest)
	for len(p.stack) > 1 {
		p.pop()
	}
	if p.err != nil {
		return nil, p.err
	}
	return p.stack[0].Children, nil
}

type parser struct {
	rest      string
	stack     []Element // [0] is the root; the last one is open
	parts     int
	noComment bool // no "-->" lies ahead
	err       error
}

// next reads up to the next tag or comment; false when there is none.
func (p *parser) next() bool {
	start := strings.IndexByte(p.rest, '<')
	if start < 0 || p.err != nil {
		return false
	}
	if tail := p.rest[start:]; strings.HasPrefix(tail, "<!--") && !p.noComment {
		if end := strings.Index(tail[4:], "-->"); end >= 0 {
			p.text(p.rest[:start])
			p.rest = tail[4+end+3:]
			return true
		}
		p.noComment = true
	}
	end := strings.IndexByte(p.rest[start:], '>')
	if end < 0 {
		return false
	}
	p.text(p.rest[:start])
	tag := p.rest[start+1 : start+end]
	p.rest = p.rest[start+end+1:]
	p.tag(tag)
	return true
}

// tag takes what stands between < and >.
func (p *parser) tag(inner string) {
	inner, closing := strings.CutPrefix(inner, "/")
	nameEnd := strings.IndexFunc(inner, func(r rune) bool { return r == '!' || r == '/' || isBlank(r) })
	if nameEnd < 0 {
		nameEnd = len(inner)
	}
	name, extra := inner[:nameEnd], inner[nameEnd:]
	extra, empty := strings.CutSuffix(extra, "/")
	if name == "" {
		name = fragment
	}
	if closing {
		if len(p.stack) > 1 && p.open().Tag == name {
			p.pop()
		}
		return
	}
	e := Element{Tag: name, Attrs: p.attrs(extra)}
	if name == "text" {
		if content, ok := e.Get("content"); ok {
			e = textNode(content)
		}
	}
	p.stack = append(p.stack, e)
	if p.count(1); len(p.stack) > MaxDepth+1 {
		p.err = fmt.Errorf("elements nested deeper than %d", MaxDepth)
	}
	if empty {
		p.pop()
	}
}

// attrs reads key, key="v", key='v' and no-key. Text that is none of these
// becomes keys, piece by piece.
func (p *parser) attrs(s string) []Attr {
	var attrs []Attr
	for p.err == nil {
		s = strings.TrimLeftFunc(s, func(r rune) bool { return r == '=' || isBlank(r) })
		if s == "" {
			break
		}
		end := strings.IndexFunc(s, func(r rune) bool { return r == '=' || isBlank(r) })
		if end < 0 {
			end = len(s)
		}
		a := Attr{Key: s[:end]}
		s = s[end:]
		if value, rest, ok := quoted(s); ok {
			a.Value, s = Unescape(value), rest
		} else if key, no := strings.CutPrefix(a.Key, "no-"); no {
			a.Key, a.Form = key, AttrFalse
		} else {
			a.Form = AttrTrue
		}
		a.Key = camelCase(a.Key)
		if i := slices.IndexFunc(attrs, func(b Attr) bool { return b.Key == a.Key }); i >= 0 {
			attrs[i] = a
		} else {
			attrs = append(attrs, a)
		}
		if p.count(1); len(attrs) > MaxDepth {
			p.err = fmt.Errorf("more than %d attributes", MaxDepth)
		}
	}
	return numbersFirst(attrs)
}

// quoted reads ="v" or ='v' at the start of s.
func quoted(s string) (value, rest string, ok bool) {
	if len(s) < 3 || s[0] != '=' || s[1] != '"' && s[1] != '\'' {
		return "", "", false
	}
	end := strings.IndexByte(s[2:], s[1])
	if end < 0 {
		return "", "", false
	}
	return s[2 : 2+end], s[2+end+1:], true
}

// numbersFirst orders keys that are numbers before the others, as objects of
// JavaScript do.
func numbersFirst(attrs []Attr) []Attr {
	index := func(a Attr) (uint64, bool) {
		n, err := strconv.ParseUint(a.Key, 10, 32)
		return n, err == nil && strconv.FormatUint(n, 10) == a.Key
	}
	slices.SortStableFunc(attrs, func(a, b Attr) int {
		na, aok := index(a)
		nb, bok := index(b)
		switch {
		case aok && bok:
			return int(int64(na) - int64(nb))
		case aok:
			return -1
		case bok:
			return 1
		}
		return 0
	})
	return attrs
}

// text adds character data that stands between tags.
func (p *parser) text(raw string) {
	text := trimLines(Unescape(raw))
	if text == "" || p.err != nil {
		return
	}
	p.count(1)
	p.open().Children = append(p.open().Children, textNode(text))
}

func (p *parser) open() *Element { return &p.stack[len(p.stack)-1] }

func (p *parser) pop() {
	e := *p.open()
	p.stack = p.stack[:len(p.stack)-1]
	p.open().Children = append(p.open().Children, e)
}

func (p *parser) count(n int) {
	if p.parts += n; p.parts > MaxParts && p.err == nil {
		p.err = fmt.Errorf("more than %d elements and attributes", MaxParts)
	}
}

// trimLines removes the run of blanks at either end if it holds a newline.
func trimLines(s string) string {
	head := len(s) - len(strings.TrimLeftFunc(s, isBlank))
	if strings.Contains(s[:head], "\n") {
		s = s[head:]
	}
	tail := len(strings.TrimRightFunc(s, isBlank))
	if strings.Contains(s[tail:], "\n") {
		s = s[:tail]
	}
	return s
}

// isBlank is \s of JavaScript's regular expressions.
func isBlank(r rune) bool {
	switch r {
	case ' ', '\t', '\n', '\v', '\f', '\r', 0xa0, 0x1680, 0x2028, 0x2029, 0x202f, 0x205f, 0x3000, 0xfeff:
		return true
	}
	return r >= 0x2000 && r <= 0x200a
}

// camelCase joins words: sub-type and sub_type become subType.
func camelCase(key string) string {
	if !strings.ContainsAny(key, "-_") {
		return key
	}
	out := make([]byte, 0, len(key))
	for i := 0; i < len(key); i++ {
		if (key[i] == '-' || key[i] == '_') && i+1 < len(key) && key[i+1] >= 'a' && key[i+1] <= 'z' {
			i++
			out = append(out, key[i]-'a'+'A')
			continue
		}
		out = append(out, key[i])
	}
	return string(out)
}
