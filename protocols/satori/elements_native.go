package satori

import (
	"strconv"
	"strings"

	"llbot/protocols/qq"
)

// The prefixes of elements that are no standard. What LLBot has, bots know
// under its name; the rest is ours.
const (
	prefixLLBot = "llonebot:"
	prefixOurs  = "llbot:"
)

// The local names of elements that are no standard.
const (
	tagMarketFace = "market-face"
	tagArk        = "ark"
	tagDice       = "dice"
	tagRPS        = "rps"
	tagShake      = "shake"
	tagPoke       = "poke"
	tagRedPacket  = "red-packet"
	tagFlashFile  = "flash-file"
	tagSpeech     = "speech"
	tagShare      = "share"
	tagMusic      = "music"
	tagContact    = "contact"
	tagLocation   = "location"
	tagXML        = "xml"
	tagMarkdown   = "markdown"
	tagRaw        = "raw"
)

// nativeElement writes what the standard has no element for; nil for other
// kinds.
func nativeElement(s qq.Segment) []Element {
	switch s := s.(type) {
	case *qq.MarketFace:
		e := node(prefixLLBot+tagMarketFace, "emojiPackageId", strconv.FormatInt(s.Package, 10),
			"emojiId", printable(s.ID), "key", printable(s.Key), "summary", printable(s.Summary))
		if url := printable(s.URL); url != "" {
			e.Children = []Element{node("img", "src", url)}
		}
		return []Element{e}
	case *qq.LightApp:
		return []Element{node(prefixLLBot+tagArk, "data", printable(s.Payload))}
	case *qq.Dice:
		return ours(tagDice, "result", strconv.Itoa(s.Result))
	case *qq.RPS:
		return ours(tagRPS, "result", strconv.Itoa(s.Result))
	case *qq.Shake:
		return ours(tagShake)
	case *qq.Poke:
		return ours(tagPoke, "type", strconv.Itoa(s.Kind), "id", strconv.Itoa(s.ID), "name", s.Name)
	case *qq.RedPacket:
		return ours(tagRedPacket, "title", s.Title)
	case *qq.FlashFile:
		return ours(tagFlashFile, "set", s.Set, "title", s.Title, "scene", measure(s.Scene))
	case *qq.Raw:
		return ours(tagRaw, "kind", s.Kind, "data", string(s.Data))
	case *qq.Keyboard:
		return buttons(s)
	}
	return cardElement(s)
}

// cardElement is for what QQ's clients draw as a card.
func cardElement(s qq.Segment) []Element {
	switch s := s.(type) {
	case *qq.Speech:
		return ours(tagSpeech, "text", s.Text)
	case *qq.Share:
		return ours(tagShare, "url", s.URL, "title", s.Title, "content", s.Content, "image", s.Image)
	case *qq.Music:
		return ours(tagMusic, "platform", s.Platform, "id", s.ID, "url", s.URL, "title", s.Title, "audio", s.Audio,
			"singer", s.Singer, "content", s.Content, "image", s.Image)
	case *qq.Contact:
		if s.Group != 0 {
			return ours(tagContact, "type", "group", "id", s.Group.String())
		}
		return ours(tagContact, "type", "user", "id", s.User.String())
	case *qq.Location:
		return ours(tagLocation, "lat", degrees(s.Latitude), "lon", degrees(s.Longitude), "title", s.Title, "content", s.Content)
	case *qq.XML:
		return ours(tagXML, "data", s.Payload, "service", measure(s.Service))
	case *qq.Markdown:
		return ours(tagMarkdown, "content", s.Content)
	}
	return nil
}

func ours(tag string, attrs ...string) []Element {
	for i := 1; i < len(attrs); i += 2 {
		attrs[i] = printable(attrs[i])
	}
	return []Element{node(prefixOurs+tag, attrs...)}
}

func degrees(d float64) string { return strconv.FormatFloat(d, 'f', -1, 64) }

// buttons writes a keyboard's buttons one after another; how they stand in rows,
// who may press them and what QQ shows afterwards is lost.
func buttons(k *qq.Keyboard) []Element {
	var out []Element
	for _, row := range k.Rows {
		for _, b := range row.Buttons {
			e := node("button", "id", printable(b.ID))
			switch b.Action {
			case qq.ActionLink:
				e.Attrs = append(e.Attrs, node("", "type", "link", "href", printable(b.Data)).Attrs...)
			case qq.ActionCommand:
				e.Attrs = append(e.Attrs, node("", "type", "input", "text", printable(b.Data)).Attrs...)
			default:
				e.Attrs = append(e.Attrs, node("", "type", "action").Attrs...)
			}
			theme := "secondary"
			if b.Style == 1 {
				theme = "primary"
			}
			e.Attrs = append(e.Attrs, Attr{Key: "theme", Value: theme})
			// One text alone, since Python's clients take no br there.
			if label := strings.TrimFunc(printable(b.Label), isBlank); label != "" {
				e.Children = []Element{textNode(label)}
			}
			out = append(out, e)
		}
	}
	return out
}

// asset writes what carries bytes, always with a src, for readers that take it
// for granted. Bytes that a bot sent along are not echoed.
func asset(tag string, m *qq.Media, attrs ...string) Element {
	src := m.URL
	if src == "" && isLink(m.URI) {
		src = m.URI
	}
	e := Element{Tag: tag, Attrs: []Attr{{Key: "src", Value: printable(src)}}}
	e.Attrs = append(e.Attrs, node("", append([]string{
		"title", printable(m.Name), "width", measure(m.Width), "height", measure(m.Height), "duration", measure(m.Duration),
	}, attrs...)...).Attrs...)
	return e
}

func video(v *qq.Video) Element {
	poster := ""
	if v.Thumb != nil {
		poster = v.Thumb.URL
		if poster == "" && isLink(v.Thumb.URI) {
			poster = v.Thumb.URI
		}
	}
	return asset("video", &v.Media, "poster", printable(poster))
}

func file(f *qq.File) Element {
	size := ""
	if f.Size > 0 {
		size = strconv.FormatInt(f.Size, 10)
	}
	return asset("file", &f.Media, "fileId", printable(string(f.FileID)), "size", size, "hash", printable(f.Hash), "folder", printable(string(f.Folder)))
}

// forward writes a record: by its id, and with its messages where they are
// known. Its mark is "True", which every client takes for yes: strict readers
// take no bare attribute, satori-python fails at one, and NoneBot takes "true" for
// no.
func (c codec) forward(f *qq.Forward) Element {
	e := node("message", "forward", "True", "id", printable(string(f.ID)), "title", printable(f.Title),
		"summary", printable(f.Summary), "preview", printable(strings.Join(f.Preview, "\n")), "prompt", printable(f.Prompt))
	for _, n := range f.Nodes {
		if n != nil {
			e.Children = append(e.Children, c.forwardNode(n))
		}
	}
	return e
}

func (c codec) forwardNode(n *qq.ForwardNode) Element {
	if n.Ref != nil {
		return node("message", "id", MessageID(*n.Ref))
	}
	e := node("message")
	// An unknown sender has the id 0: satori-python fails at an author without one.
	author := node("author", "id", n.Sender.String(), "name", printable(n.Name), "avatar", printable(n.Avatar))
	e.Children = append([]Element{author}, c.elements(n.Segments, true)...)
	return e
}
