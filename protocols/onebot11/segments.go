package onebot11

import (
	"bytes"
	"strconv"

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
		return Piece{"at", filled(str("qq", s.User.String()), str("name", s.Name))}
	case *qq.MentionAll:
		return Piece{"at", []Field{str("qq", "all")}}
	case *qq.Face:
		return Piece{"face", []Field{str("id", s.ID), num("sub_type", faceType(s))}}
	case *qq.Reply:
		if s.MessageRef.ID != 0 {
			return Piece{"reply", []Field{str("id", strconv.Itoa(int(s.MessageRef.ID)))}}
		}
	case *qq.Forward:
		return Piece{"forward", []Field{str("id", string(s.ID))}}
	case *qq.Raw:
		return Piece{s.Kind, rawFields(s.Data)}
	case *qq.Dice:
		return Piece{"dice", []Field{str("result", strconv.Itoa(s.Result))}}
	case *qq.RPS:
		return Piece{"rps", []Field{str("result", strconv.Itoa(s.Result))}}
	case *qq.Shake:
		return Piece{"shake", nil}
	case *qq.Poke:
		return Piece{"poke", filled(str("type", strconv.Itoa(s.Kind)), str("id", strconv.Itoa(s.ID)), str("name", s.Name))}
	case *qq.RedPacket:
		return Piece{"redbag", []Field{str("title", s.Title)}}
	}
	if p := encodeBlob(s); p.Type != "" {
		return p
	}
	return encodeCard(s)
}

// encodeBlob is for what carries bytes.
func encodeBlob(s qq.Segment) Piece {
	switch s := s.(type) {
	case *qq.Image:
		kind := int64(0)
		if s.Sticker {
			kind = 1
		}
		p := Piece{"image", []Field{
			str("file", fileName(&s.Media)), num("subType", kind), str("url", s.URL), str("file_size", strconv.FormatInt(s.Size, 10)),
		}}
		p.Data = append(p.Data, filled(str("summary", s.Summary))...)
		return p
	case *qq.Record:
		return Piece{"record", soundFields(&s.Media)}
	case *qq.Video:
		return Piece{"video", soundFields(&s.Media)}
	case *qq.File:
		return Piece{"file", []Field{
			str("file", fileName(&s.Media)), str("url", s.URL), str("file_id", string(s.FileID)), str("path", ""),
			str("file_size", strconv.FormatInt(s.Size, 10)),
		}}
	case *qq.FlashFile:
		return Piece{"flash_file", []Field{str("title", s.Title), str("file_set_id", s.Set), num("scene_type", int64(s.Scene))}}
	case *qq.Speech:
		return Piece{"tts", []Field{str("text", s.Text)}}
	}
	return Piece{}
}

// soundFields: path is empty, for blobs live in the server's own store.
func soundFields(m *qq.Media) []Field {
	return []Field{
		str("file", fileName(m)), str("url", m.URL), str("path", ""), str("file_size", strconv.FormatInt(m.Size, 10)),
	}
}

func fileName(m *qq.Media) string { return choose(m.Name != "", m.Name, string(m.ID)) }

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

// filled leaves out the fields that are empty.
func filled(fields ...Field) []Field {
	var out []Field
	for _, f := range fields {
		if f.Value != "" {
			out = append(out, f)
		}
	}
	return out
}

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
