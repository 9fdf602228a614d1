package satori

import (
	"strconv"
	"strings"

	"llbot/protocols/qq"
)

// nativeSegment reads the elements that nativeElement writes; nil for tags that
// are none of them. AstrBot's names of cards, ark and json, need no prefix.
func nativeSegment(e *Element) (qq.Segment, error) {
	name, ours := strings.CutPrefix(e.Tag, prefixOurs)
	if !ours {
		name, ours = strings.CutPrefix(e.Tag, prefixLLBot)
	}
	switch {
	case e.Tag == "ark" || e.Tag == "json":
		name = tagArk
	case !ours:
		return nil, nil
	}
	r := attrReader{e: e}
	segment := r.playful(name)
	if segment == nil {
		segment = r.card(name)
	}
	if r.wrong != "" {
		return nil, qq.Errorf(qq.ErrInvalid, "content: <%s> %s", e.Tag, r.wrong)
	}
	return segment, nil
}

// attrReader reads attributes and remembers the first one that makes no sense.
type attrReader struct {
	e     *Element
	wrong string
}

func (r *attrReader) text(key string) string { return r.e.Attr(key) }

// number reads a whole number; absent is 0.
func (r *attrReader) number(key string) int64 {
	text := r.e.Attr(key)
	if text == "" {
		return 0
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		r.fault(key, "no whole number")
	}
	return n
}

func (r *attrReader) degrees(key string) float64 {
	d, err := strconv.ParseFloat(r.e.Attr(key), 64)
	if err != nil || d != d {
		r.fault(key, "no number")
		return 0
	}
	return d
}

func (r *attrReader) fault(key, what string) {
	if r.wrong == "" {
		r.wrong = key + " " + strconv.Quote(clip(r.e.Attr(key))) + " is " + what
	}
}

func (r *attrReader) playful(name string) qq.Segment {
	switch name {
	case tagMarketFace:
		return &qq.MarketFace{Package: r.number("emojiPackageId"), ID: r.text("emojiId"), Key: r.text("key"), Summary: r.text("summary")}
	case tagDice:
		return &qq.Dice{Result: int(r.number("result"))}
	case tagRPS:
		return &qq.RPS{Result: int(r.number("result"))}
	case tagShake:
		return &qq.Shake{}
	case tagPoke:
		return &qq.Poke{Kind: int(r.number("type")), ID: int(r.number("id")), Name: r.text("name")}
	case tagRedPacket:
		return &qq.RedPacket{Title: r.text("title")}
	case tagFlashFile:
		return &qq.FlashFile{Set: r.text("set"), Title: r.text("title"), Scene: int(r.number("scene"))}
	case tagRaw:
		return &qq.Raw{Kind: r.text("kind"), Data: []byte(r.text("data"))}
	}
	return nil
}

func (r *attrReader) card(name string) qq.Segment {
	switch name {
	case tagArk:
		return &qq.LightApp{Payload: r.text("data")}
	case tagXML:
		return &qq.XML{Payload: r.text("data"), Service: int(r.number("service"))}
	case tagMarkdown:
		return &qq.Markdown{Content: r.text("content")}
	case tagSpeech:
		return &qq.Speech{Text: firstOf(r.text("text"), PlainText(r.e.Children))}
	case tagShare:
		return &qq.Share{URL: r.text("url"), Title: r.text("title"), Content: r.text("content"), Image: r.text("image")}
	case tagMusic:
		return &qq.Music{
			Platform: r.text("platform"), ID: r.text("id"), URL: r.text("url"), Title: r.text("title"),
			Audio: r.text("audio"), Singer: r.text("singer"), Content: r.text("content"), Image: r.text("image"),
		}
	case tagContact:
		if r.text("type") == "group" {
			return &qq.Contact{Group: qq.GroupID(r.number("id"))}
		}
		return &qq.Contact{User: qq.UserID(r.number("id"))}
	case tagLocation:
		return &qq.Location{Latitude: r.degrees("lat"), Longitude: r.degrees("lon"), Title: r.text("title"), Content: r.text("content")}
	}
	return nil
}

// blob reads what audio, video and file carry.
func blob(e *Element) (qq.Media, error) {
	src := firstOf(e.Attr("src"), e.Attr("url"))
	if src == "" {
		return qq.Media{}, qq.Errorf(qq.ErrInvalid, "content: <%s> needs a src", e.Tag)
	}
	media, err := source(src)
	media.Name = e.Attr("title")
	media.Width, media.Height, media.Duration = length(e.Attr("width")), length(e.Attr("height")), length(e.Attr("duration"))
	return media, err
}

// lone reads audio, video and file, each a message of its own.
func lone(e *Element) (qq.Segment, error) {
	media, err := blob(e)
	if err != nil {
		return nil, err
	}
	switch e.Tag {
	case "audio":
		return &qq.Record{Media: media}, nil
	case "file":
		return &qq.File{Media: media, Folder: qq.FolderID(e.Attr("folder"))}, nil
	}
	v := &qq.Video{Media: media}
	if poster := e.Attr("poster"); poster != "" {
		thumb, err := source(poster)
		if err != nil {
			return nil, err
		}
		v.Thumb = &thumb
	}
	return v, nil
}
