package satori

import (
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// A second parser that follows the JavaScript library's own expressions, slow
// and without limits: the vectors hold for it too, and ours must agree with it.

const jsBlank = "[ \\t\\n\\v\\f\\r\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff]"
const jsOther = "[^ \\t\\n\\v\\f\\r\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"

var (
	naiveTag   = regexp.MustCompile(`(<!--[\s\S]*?-->)|<(/?)(` + jsOther + `!>/]*)([^>]*?)` + jsBlank + `*(/?)>`)
	naiveAttr  = regexp.MustCompile(`(` + jsOther + `=]+)(="[^"]*"|='[^']*')?`)
	naiveStart = regexp.MustCompile(`^` + jsBlank + `*\n` + jsBlank + `*`)
	naiveEnd   = regexp.MustCompile(jsBlank + `*\n` + jsBlank + `*$`)
)

func naive(source string) []Element {
	stack := []*Element{{}}
	top := func() *Element { return stack[len(stack)-1] }
	pop := func() {
		e := *top()
		stack = stack[:len(stack)-1]
		top().Children = append(top().Children, e)
	}
	text := func(raw string) {
		s := naiveEnd.ReplaceAllString(naiveStart.ReplaceAllString(Unescape(raw), ""), "")
		if s != "" {
			top().Children = append(top().Children, textNode(s))
		}
	}
	for {
		m := naiveTag.FindStringSubmatchIndex(source)
		if m == nil {
			break
		}
		text(source[:m[0]])
		group := func(i int) string { return source[m[2*i]:m[2*i+1]] }
		comment := m[2] >= 0
		if !comment {
			name := group(3)
			if name == "" {
				name = fragment
			}
			switch {
			case group(2) == "/":
				if len(stack) > 1 && top().Tag == name {
					pop()
				}
			default:
				e := naiveElement(name, group(4))
				stack = append(stack, &e)
				if group(5) == "/" {
					pop()
				}
			}
		}
		source = source[m[1]:]
	}
	text(source)
	for len(stack) > 1 {
		pop()
	}
	return stack[0].Children
}

func naiveElement(name, extra string) Element {
	e := Element{Tag: name}
	for _, m := range naiveAttr.FindAllStringSubmatch(extra, -1) {
		a := Attr{Key: m[1], Form: AttrTrue}
		if m[2] != "" {
			a.Value, a.Form = Unescape(m[2][2:len(m[2])-1]), AttrText
		} else if key, no := strings.CutPrefix(a.Key, "no-"); no {
			a.Key, a.Form = key, AttrFalse
		}
		a.Key = camelCase(a.Key)
		e.Attrs = append(e.Attrs, a) // the tree keeps the last one of a key
	}
	if content, ok := lastText(e.Attrs, "content"); ok && name == "text" {
		return textNode(content)
	}
	return e
}

func lastText(attrs []Attr, key string) (text string, ok bool) {
	for _, a := range attrs {
		if a.Key == key {
			text, ok = a.Value, a.Form == AttrText
		}
	}
	return text, ok
}

func agree(t interface{ Fatalf(string, ...any) }, source string) {
	got, err := Parse(source)
	if err != nil {
		return
	}
	if diff := cmp.Diff(tree(naive(source)), tree(got)); diff != "" {
		t.Fatalf("%q (-naive +ours)\n%s", source, diff)
	}
}

func TestTwoParsersAgree(t *testing.T) {
	pieces := rapid.SampledFrom([]string{
		"<", ">", "/", "=", "\"", "'", " ", "\n", "!", "--", "<!--", "-->", "&lt;", "&#10;", "&amp;", "a", "b", "no-", "sub-type", "a_b",
		"<b>", "</b>", "<br/>", "<text content=\"x\"/>", "<x a=\"1\" a='2'/>", "<>", "</>", "\u00a0", "\ufeff", "你", "😀", "{a}", "1",
	})
	rapid.Check(t, func(t *rapid.T) {
		agree(t, strings.Join(rapid.SliceOfN(pieces, 0, 25).Draw(t, "pieces"), ""))
	})
}

func FuzzTwoParsersAgree(f *testing.F) {
	for source := range column(f, "element-vectors.tsv", 2) {
		f.Add(source)
	}
	f.Add("<a b=\"c>d\"/><!-- x --><!--")
	f.Fuzz(func(t *testing.T, source string) {
		if len(source) < 1<<12 {
			agree(t, strings.ToValidUTF8(source, "?"))
		}
	})
}
