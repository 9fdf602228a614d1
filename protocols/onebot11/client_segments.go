package onebot11

import (
	"strconv"

	"llbot/protocols/qq"
	"llbot/protocols/wire"
)

// Blobs that came in a message are named by what OneBot's own look-ups take:
// the kind, a colon, and the file name or file id.
const (
	imageBlob  = "image:"
	recordBlob = "record:"
	videoBlob  = "video:"
	fileBlob   = "file:"
)

// Pieces reads the content of a received message in either form: a list of
// segments, or CQ text. What is neither has no pieces.
func (c *Client) Pieces(content wire.Raw) []Piece {
	var list pieceList
	if c.decoder.Decode(content, &list) != nil {
		return nil
	}
	return list
}

// pieceList reads a message in either form.
type pieceList []Piece

// DecodeWire takes CQ text, a list of segments, or one segment.
func (l *pieceList) DecodeWire(c wire.Cursor) {
	switch c.Kind() {
	case "a string":
		*l = ParseCQ(looseText(c))
	case "an array":
		c.Each(l.add)
	case "an object":
		l.add(c)
	}
}

func (l *pieceList) add(c wire.Cursor) {
	kind := looseText(c.Key("type"))
	if kind == "" {
		return
	}
	p := Piece{Type: kind}
	var fields fieldList
	if data := c.Key("data"); data.Kind() == "an object" {
		fields.DecodeWire(data)
	}
	p.Data = fields
	*l = append(*l, p)
}

// DecodeReceived is content as a server sends it in the inner language: the
// reverse of EncodeSegments. References hold the server's message_id alone.
// What this version does not know becomes Raw, nothing is dropped but empty
// text.
func DecodeReceived(pieces []Piece) qq.Segments {
	content := make(qq.Segments, 0, len(pieces))
	for _, p := range pieces {
		if s := decodeReceived(p); s != nil {
			content = append(content, s)
		}
	}
	return content
}

func decodeReceived(p Piece) qq.Segment {
	switch p.Type {
	case "text":
		if text := p.Get("text"); text != "" {
			return &qq.Text{Text: text}
		}
		return nil
	case "at":
		if who := p.Get("qq"); who == "all" {
			return &qq.MentionAll{}
		} else if user, err := strconv.ParseInt(who, 10, 64); err == nil {
			return &qq.Mention{User: qq.UserID(user), Name: p.Get("name")}
		}
	case "face":
		if id := p.Get("id"); id != "" {
			large := p.Get("sub_type") == strconv.Itoa(largeFace) || p.Get("type") == "sticker"
			return &qq.Face{ID: id, Large: large}
		}
	case "reply":
		if id, ok := messageID(p.Get("id")); ok {
			return &qq.Reply{MessageRef: qq.MessageRef{ID: id}}
		}
	case "forward":
		if id := p.first("id", "resid"); id != "" {
			return &qq.Forward{ID: qq.ForwardID(id)}
		}
	case "dice":
		return &qq.Dice{Result: p.number("result", "value")}
	case "rps":
		return &qq.RPS{Result: p.number("result", "value")}
	case "shake":
		return &qq.Shake{}
	case "poke":
		return &qq.Poke{Kind: p.number("type"), ID: p.number("id"), Name: p.Get("name")}
	case "redbag":
		return &qq.RedPacket{Title: p.Get("title")}
	}
	if s := receivedBlob(p); s != nil {
		return s
	}
	if s := receivedCard(p); s != nil {
		return s
	}
	return &qq.Raw{Kind: p.Type, Data: p.appendData(nil)}
}

// receivedBlob is for what carries bytes.
func receivedBlob(p Piece) qq.Segment {
	switch p.Type {
	case "image":
		if s := stickerOfShop(p); s != nil {
			return s
		}
		m := p.received(imageBlob)
		return &qq.Image{Media: m, Sticker: p.first("subType", "sub_type") == "1", Summary: p.Get("summary")}
	case "record":
		return &qq.Record{Media: p.received(recordBlob)}
	case "video":
		return &qq.Video{Media: p.received(videoBlob)}
	case "file":
		return receivedFile(p)
	case "flash_file":
		return &qq.FlashFile{Set: p.Get("file_set_id"), Title: p.Get("title"), Scene: p.number("scene_type")}
	case "flashtransfer":
		return &qq.FlashFile{Set: p.Get("fileSetId")}
	case "tts":
		return &qq.Speech{Text: p.Get("text")}
	}
	return nil
}

// received is the blob of a received piece; an address in path is a folder of
// the server's own machine, which nobody else can read.
func (p Piece) received(kind string) qq.Media {
	m := qq.Media{Name: p.Get("file"), URL: webAddress(p.first("url", "file"))}
	if m.Name != "" {
		m.ID = qq.ResourceID(kind + m.Name)
	}
	m.Size, _ = strconv.ParseInt(p.first("file_size", "size"), 10, 64)
	m.Width, m.Height = p.number("width"), p.number("height")
	return m
}

// webAddress is an address that others can fetch, or "".
func webAddress(text string) string {
	if len(text) > 7 && (text[:7] == "http://" || text[:8] == "https://") {
		return text
	}
	return ""
}

// receivedFile: go-cqhttp says name, path and size.
func receivedFile(p Piece) qq.Segment {
	f := &qq.File{Media: p.received(fileBlob), FileID: qq.FileID(p.first("file_id", "id")), Hash: p.Get("file_hash")}
	if f.ID = ""; f.FileID != "" {
		f.ID = qq.ResourceID(fileBlob + string(f.FileID))
	}
	if f.Name == "" {
		f.Name = p.Get("name")
	}
	return f
}

// stickerOfShop: NapCat and SnowLuma report the shop's stickers as pictures.
func stickerOfShop(p Piece) qq.Segment {
	id := p.Get("emoji_id")
	if id == "" {
		return nil
	}
	number, _ := strconv.ParseInt(p.Get("emoji_package_id"), 10, 64)
	return &qq.MarketFace{Package: number, ID: id, Key: p.Get("key"), Summary: p.Get("summary"), URL: p.Get("url")}
}

// number is the first of the keys that holds a whole number.
func (p Piece) number(keys ...string) int {
	n, _ := strconv.Atoi(p.first(keys...))
	return n
}
