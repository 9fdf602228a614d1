package satori

import (
	"strings"

	"llbot/protocols/qq"
	"llbot/protocols/wire"
)

// Content reads the content of a message that stands in a chat. What is not
// known travels as Raw; content past the limits of Parse is one Raw as a whole.
func (c *Client) Content(chat qq.Chat, text string) qq.Segments {
	elements, err := Parse(text)
	if err != nil {
		return qq.Segments{rawText("satori", text)}
	}
	return c.segments(chat, elements)
}

func (c *Client) segments(chat qq.Chat, elements []Element) qq.Segments {
	r := contentReader{client: c, chat: chat}
	r.all(elements)
	r.line.endText()
	return r.line.current
}

// rawText keeps a text that nobody here can read.
func rawText(kind, text string) *qq.Raw {
	return &qq.Raw{Kind: kind, Data: wire.AppendString(nil, text)}
}

// contentReader reads one message as it was said: unlike a drafter it takes
// nothing apart.
type contentReader struct {
	client *Client
	chat   qq.Chat
	line   drafter // holds the segments so far and the text behind them
}

func (r *contentReader) all(elements []Element) {
	for i := range elements {
		r.one(&elements[i])
	}
}

func (r *contentReader) one(e *Element) {
	switch e.Tag {
	case "":
		r.line.text(e.Text)
	case "br":
		r.line.text("\n")
		r.all(e.Children)
	case "p":
		r.line.gap = !r.line.endsLine() || r.line.gap
		r.all(e.Children)
		r.line.gap = !r.line.empty()
	case "a":
		r.all(e.Children)
		if href := e.Attr("href"); href != "" && PlainText(e.Children) != href {
			r.line.text(strings.TrimSpace(" (" + href + ")"))
		}
	case "sharp":
		r.line.text(firstOf(e.Attr("name"), e.Attr("id")))
	case "author":
	case "button":
		r.button(e)
	case "message":
		if !e.Flag("forward") {
			r.all(e.Children)
			return
		}
		r.add(r.record(e))
	default:
		r.other(e)
	}
}

// other reads what is one segment, and the children of tags that only change
// how text looks.
func (r *contentReader) other(e *Element) {
	segment := r.inline(e)
	if t, ok := segment.(*qq.Text); ok {
		r.line.text(t.Text)
		return
	}
	if segment != nil {
		r.add(segment)
		return
	}
	if strings.Contains(e.Tag, ":") || len(e.Children) == 0 {
		r.add(rawText(e.Tag, Write([]Element{*e})))
		return
	}
	r.all(e.Children)
}

func (r *contentReader) add(s qq.Segment) {
	r.line.breakLine()
	r.line.endText()
	r.line.current = append(r.line.current, s)
}

// inline reads an element that is one segment, nil for others. What has no
// meaning in QQ, such as the mention of somebody elsewhere, is its text.
func (r *contentReader) inline(e *Element) qq.Segment {
	var segment qq.Segment
	var err error
	switch e.Tag {
	case "at":
		segment, err = mention(e)
	case "face", "emoji":
		segment, err = faceOf(e)
	case "img", "image":
		return &qq.Image{Media: r.media(e), Sticker: e.Attr("subType") == "1", Summary: e.Attr("summary")}
	case "audio":
		return &qq.Record{Media: r.media(e)}
	case "video":
		return r.video(e)
	case "file":
		return r.file(e)
	case "quote":
		return r.quote(e)
	default:
		segment, err = nativeSegment(e)
	}
	if err != nil {
		return rawText(e.Tag, Write([]Element{*e}))
	}
	return r.native(e, segment)
}

// native completes what nativeSegment reads for both directions.
func (r *contentReader) native(e *Element, segment qq.Segment) qq.Segment {
	switch s := segment.(type) {
	case *qq.MarketFace:
		for i := range e.Children {
			if e.Children[i].Tag == "img" {
				s.URL = r.media(&e.Children[i]).URL
			}
		}
	case *qq.Raw:
		if !wire.Valid(s.Data) {
			return rawText(firstOf(s.Kind, "satori"), string(s.Data))
		}
	}
	return segment
}

// quote is a reply: its author stands in it first, under one or both of the names
// that readers look for, and the rest is what was quoted.
func (r *contentReader) quote(e *Element) qq.Segment {
	reply := &qq.Reply{MessageRef: r.client.Names.Ref(r.chat, e.Attr("id"), 0)}
	rest := e.Children
	for len(rest) > 0 && (rest[0].Tag == "author" || rest[0].Tag == "user") {
		if reply.Sender == 0 {
			reply.Sender = userOf(rest[0].Attr("id"))
		}
		rest = rest[1:]
	}
	reply.Quoted = r.client.segments(r.chat, rest)
	return reply
}

// media reads what carries bytes: of a link only the address is known.
func (r *contentReader) media(e *Element) qq.Media {
	return qq.Media{
		URL: r.client.linkOf(firstOf(e.Attr("src"), e.Attr("url"))), Name: e.Attr("title"),
		Width: length(e.Attr("width")), Height: length(e.Attr("height")), Duration: length(e.Attr("duration")),
	}
}

func (c *Client) linkOf(src string) string {
	if c.Link == nil || !strings.HasPrefix(src, internalScheme) {
		return src
	}
	return c.Link(src)
}

func (r *contentReader) video(e *Element) qq.Segment {
	v := &qq.Video{Media: r.media(e)}
	if poster := e.Attr("poster"); poster != "" {
		v.Thumb = &qq.Media{URL: r.client.linkOf(poster)}
	}
	return v
}

func (r *contentReader) file(e *Element) qq.Segment {
	f := &qq.File{Media: r.media(e), FileID: qq.FileID(e.Attr("fileId")), Hash: e.Attr("hash"), Folder: qq.FolderID(e.Attr("folder"))}
	f.Size, _ = positive(e.Attr("size"))
	return f
}
