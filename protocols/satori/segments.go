package satori

import (
	"strings"
	"unicode/utf8"

	"llbot/protocols/qq"
)

// codec turns domain values into those of the protocol under one name space.
type codec struct {
	platform string // name space of ids
	adapter  string // kind of implementation, prefix of native elements
}

// Content writes the content of a message as element text. platform marks the
// faces' name space. Every tag is closed, every attribute has a value, and
// control characters that XML forbids are left out, since strict readers exist.
func Content(platform string, segments qq.Segments) string {
	return codec{platform: platform}.content(segments)
}

func (c codec) content(segments qq.Segments) string {
	return string(appendElements(make([]byte, 0, 256), c.elements(segments, true)))
}

// elements translates content; quotes inside quoted content are left out.
func (c codec) elements(segments qq.Segments, quotes bool) []Element {
	out := make([]Element, 0, len(segments))
	for _, s := range segments {
		switch s := s.(type) {
		case *qq.Text:
			out = appendText(out, s.Text)
		case *qq.Mention:
			out = append(out, node("at", "id", s.User.String(), "name", printable(s.Name)))
		case *qq.MentionAll:
			out = append(out, node("at", "type", "all"))
		case *qq.Face:
			out = append(out, c.face(s))
		case *qq.Image:
			out = append(out, image(s))
		case *qq.Reply:
			if quotes {
				out = append(out, c.quote(s))
			}
		case *qq.Record:
			out = append(out, asset("audio", &s.Media))
		case *qq.Video:
			out = append(out, video(s))
		case *qq.File:
			out = append(out, file(s))
		case *qq.Forward:
			out = append(out, c.forward(s))
		default:
			out = append(out, nativeElement(s)...)
		}
	}
	return out
}

// appendText adds text so that parsers keep its newlines: those in the run of
// blanks at either end would be dropped, hence they become br elements.
func appendText(out []Element, text string) []Element {
	text = printable(text)
	start := len(text) - len(strings.TrimLeftFunc(text, isBlank))
	end := max(start, len(strings.TrimRightFunc(text, isBlank)))
	out = appendLines(out, text[:start])
	if start < end {
		out = append(out, textNode(text[start:end]))
	}
	return appendLines(out, text[end:])
}

// appendLines adds blanks with every newline as a br element.
func appendLines(out []Element, blanks string) []Element {
	if blanks == "" {
		return out
	}
	first := true
	for line := range strings.SplitSeq(blanks, "\n") {
		if !first {
			out = append(out, node("br"))
		}
		first = false
		if line != "" {
			out = append(out, textNode(line))
		}
	}
	return out
}

// Types of the face element: QQ's small faces and the large, moving ones.
const (
	faceSmall = "1"
	faceLarge = "3"
)

func (c codec) face(f *qq.Face) Element {
	kind := faceSmall
	if f.Large {
		kind = faceLarge
	}
	return node("face", "id", f.ID, "type", kind, "platform", c.platform, "name", qq.FaceName(f.ID))
}

// quote names the author as first child, so that a client need not ask, and once
// more under the name that the JavaScript library looks for.
func (c codec) quote(r *qq.Reply) Element {
	e := node("quote", "id", MessageID(r.MessageRef))
	if r.Sender != 0 {
		e.Children = append(e.Children, node("author", "id", r.Sender.String()), node("user", "id", r.Sender.String()))
	}
	e.Children = append(e.Children, c.elements(r.Quoted, false)...)
	return e
}

func image(i *qq.Image) Element {
	kind := "0"
	if i.Sticker {
		kind = "1"
	}
	return asset("img", &i.Media, "subType", kind, "summary", printable(i.Summary))
}

func isLink(uri string) bool {
	return strings.HasPrefix(uri, "http://") || strings.HasPrefix(uri, "https://")
}

// printable drops what XML cannot hold: C0 control characters but tab, LF, CR.
// Bytes that are no UTF-8 become U+FFFD.
func printable(text string) string {
	if simpleASCII(text) {
		return text
	}
	return strings.Map(func(r rune) rune {
		if r < ' ' && r != '\t' && r != '\n' && r != '\r' || r == 0xfffe || r == 0xffff {
			return -1
		}
		return r
	}, text)
}

// simpleASCII tells whether text is ASCII without control characters other than blanks.
func simpleASCII(text string) bool {
	for i := range len(text) {
		if c := text[i]; c >= utf8.RuneSelf || c < ' ' && c != '\t' && c != '\n' && c != '\r' {
			return false
		}
	}
	return true
}

func (c codec) adapterName() string { return firstOf(c.adapter, defaultAdapter) }
