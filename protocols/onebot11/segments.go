package onebot11

import (
	"bytes"
	"math"
	"slices"
	"strconv"
	"strings"

	"llbot/protocols/qq"
	"llbot/protocols/wire"
)

// EncodeSegments is received content in OneBot's words. Quotes of messages
// that cannot be found and empty texts are left out; what this version does
// not know passes as it is.
func EncodeSegments(content qq.Segments) []Piece {
	pieces := make([]Piece, 0, len(content))
	for _, s := range content {
		if p := encodeSegment(s); p.Type != "" {
			pieces = append(pieces, p)
		}
	}
	return pieces
}

func encodeSegment(s qq.Segment) Piece {
	switch s := s.(type) {
	case *qq.Text:
		if s.Text != "" {
			return Piece{"text", []Field{str("text", s.Text)}}
		}
	case *qq.Mention:
		p := Piece{"at", []Field{str("qq", s.User.String())}}
		if s.Name != "" {
			p.Data = append(p.Data, str("name", s.Name))
		}
		return p
	case *qq.MentionAll:
		return Piece{"at", []Field{str("qq", "all")}}
	case *qq.Face:
		return Piece{"face", []Field{str("id", s.ID), num("sub_type", faceType(s))}}
	case *qq.Reply:
		if s.MessageRef.ID != 0 {
			return Piece{"reply", []Field{str("id", strconv.Itoa(int(s.MessageRef.ID)))}}
		}
	case *qq.Image:
		return encodeImage(s)
	case *qq.Raw:
		return Piece{s.Kind, rawFields(s.Data)}
	}
	return Piece{}
}

func encodeImage(s *qq.Image) Piece {
	name, kind := s.Name, int64(0)
	if name == "" {
		name = string(s.Media.ID)
	}
	if s.Sticker {
		kind = 1
	}
	return Piece{"image", []Field{
		str("file", name), num("subType", kind), str("url", s.URL), str("file_size", strconv.FormatInt(s.Size, 10)),
	}}
}

// largeFace is the sub_type of the big animated form of a face.
const largeFace = 3

// faceType is QQ's own division: the first 222 faces, the later ones, and the
// large form of either.
func faceType(f *qq.Face) int64 {
	if f.Large {
		return largeFace
	}
	if n, err := strconv.Atoi(f.ID); err == nil && n >= 222 {
		return 2
	}
	return 1
}

func str(key, value string) Field      { return Field{Key: key, Value: value} }
func num(key string, n int64) Field    { return Field{key, strconv.FormatInt(n, 10), true} }
func lit(key string, raw []byte) Field { return Field{key, string(raw), true} }

// fieldList reads any JSON object as fields.
type fieldList []Field

// DecodeWire keeps strings as text and everything else as it is written.
func (l *fieldList) DecodeWire(c wire.Cursor) {
	c.Members(func(key string, v wire.Cursor) {
		var text string
		if v.Kind() == "a string" && wire.Unmarshal(v.Raw, &text) == nil {
			*l = append(*l, str(key, text))
		} else {
			*l = append(*l, lit(key, v.Raw))
		}
	})
}

func rawFields(data []byte) []Field {
	var l fieldList
	if (&wire.Decoder{}).Decode(bytes.ToValidUTF8(data, []byte("\uFFFD")), &l) != nil {
		return nil
	}
	return l
}

// sendKeys are the fields that are read of a segment that is to be sent; nil
// for the types that cannot be.
func sendKeys(kind string) []string {
	switch kind {
	case "text":
		return []string{"text"}
	case "at":
		return []string{"qq", "name"}
	case "face":
		return []string{"id", "sub_type"}
	case "image":
		return []string{"file", "url", "summary", "subType", "sub_type"}
	case "reply":
		return []string{"id"}
	}
	return nil
}

// unsupportedSegments are OneBot's other types, which need what the inner
// language does not have yet, or what QQ no longer has.
func unsupportedSegments() []string {
	return []string{
		"record", "video", "file", "rps", "dice", "shake", "poke", "anonymous", "share", "contact", "location", "music",
		"forward", "node", "xml", "json", "mface", "markdown", "keyboard", "flash_file", "flashtransfer", "onlinefile",
		"miniapp", "redbag", "cardimage", "tts", "gift",
	}
}

// DecodePiece turns a segment that is to be sent into the inner language; nil
// for empty text. When reason is not "", it tells what is wrong with the field
// key, or with the type when key is "".
func DecodePiece(p Piece) (s qq.Segment, key, reason string) {
	switch p.Type {
	case "text":
		if text := p.Get("text"); text != "" {
			return &qq.Text{Text: text}, "", ""
		}
		return nil, "", ""
	case "at":
		return decodeAt(p)
	case "face":
		id := p.Get("id")
		if n, err := strconv.Atoi(id); err != nil || n < 0 {
			return nil, "id", "must be the number of a face"
		}
		return &qq.Face{ID: id, Large: p.Get("sub_type") == strconv.Itoa(largeFace)}, "", ""
	case "image":
		return decodeImage(p)
	case "reply":
		id, err := strconv.ParseInt(p.Get("id"), 10, 64)
		if err != nil || id == 0 || id < math.MinInt32 || id > math.MaxInt32 {
			return nil, "id", "must be a message_id"
		}
		return &qq.Reply{MessageRef: qq.MessageRef{ID: qq.MessageID(id)}}, "", ""
	}
	if slices.Contains(unsupportedSegments(), p.Type) {
		return nil, "", "segments of type " + p.Type + " are not supported by this version of llbot"
	}
	return nil, "", "there is no segment type " + strconv.Quote(p.Type)
}

func decodeAt(p Piece) (qq.Segment, string, string) {
	who := p.Get("qq")
	if who == "all" {
		return &qq.MentionAll{}, "", ""
	}
	user, err := strconv.ParseInt(who, 10, 64)
	if err != nil || user <= 0 {
		return nil, "qq", `must be a QQ number or "all"`
	}
	return &qq.Mention{User: qq.UserID(user), Name: p.Get("name")}, "", ""
}

func decodeImage(p Piece) (qq.Segment, string, string) {
	key := "file"
	if p.Get("url") != "" {
		key = "url"
	}
	uri, ok := mediaURI(p.Get(key))
	if !ok {
		return nil, key, "must be http(s)://, file://, base64://, data:…;base64, or an absolute path"
	}
	sticker := p.Get("subType") == "1" || p.Get("sub_type") == "1"
	return &qq.Image{Media: qq.Media{URI: uri}, Sticker: sticker, Summary: p.Get("summary")}, "", ""
}

// mediaURI brings OneBot's ways to name a blob to the three of qq.Media.
func mediaURI(text string) (string, bool) {
	scheme, rest, _ := strings.Cut(text, ":")
	switch strings.ToLower(scheme) {
	case "http", "https", "file", "base64":
		return strings.ToLower(scheme) + ":" + rest, strings.HasPrefix(rest, "//") && len(rest) > 2
	case "data":
		if _, data, found := strings.Cut(rest, ";base64,"); found {
			return "base64://" + data, true
		}
		return "", false
	}
	if strings.HasPrefix(text, "/") {
		return "file://" + text, true
	}
	if len(scheme) == 1 && nameByte(scheme[0]) && strings.HasPrefix(rest, `\`) {
		return "file:///" + strings.ReplaceAll(text, `\`, "/"), true
	}
	return "", false
}
