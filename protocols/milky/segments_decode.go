package milky

import (
	"strings"

	"llbot/protocols/qq"
	"llbot/protocols/wire"
)

// Outgoing is content as bot programs send it. It is a wire.Shape; an unknown
// type, or one that this version cannot send, is a fault.
type Outgoing qq.Segments

// Incoming is content as servers tell it. It is a wire.Shape; a type that this
// version does not know is kept as qq.Raw.
type Incoming qq.Segments

// In gives the content as part of a message of chat, which quoted messages
// belong to as well.
func (o Outgoing) In(chat qq.Chat) qq.Segments { return placed(qq.Segments(o), chat) }

// In gives the content as part of a message of chat, which quoted messages
// belong to as well.
func (in Incoming) In(chat qq.Chat) qq.Segments { return placed(qq.Segments(in), chat) }

func placed(content qq.Segments, chat qq.Chat) qq.Segments {
	content.EachRef(func(ref *qq.MessageRef) { ref.Chat = chat })
	return content
}

// DecodeWire reads an array of OutgoingSegment.
func (o *Outgoing) DecodeWire(c wire.Cursor) { *o = Outgoing(eachSegment(c, readOutgoing)) }

// DecodeWire reads an array of IncomingSegment.
func (in *Incoming) DecodeWire(c wire.Cursor) { *in = Incoming(eachSegment(c, readIncoming)) }

func eachSegment(c wire.Cursor, read func(kind string, at, data wire.Cursor) qq.Segment) qq.Segments {
	content := qq.Segments{}
	ok := c.Each(func(e wire.Cursor) {
		if e.Kind() != "an object" {
			e.Fault("must be an object, not " + e.Kind())
			return
		}
		at, data := e.Key("type"), e.Key("data")
		kind, ok := segmentType(at)
		if data.Null() {
			data.Fault("is required")
			return
		}
		if !ok {
			return
		}
		if seg := read(kind, at, data); seg != nil {
			content = append(content, seg)
		}
	})
	if !ok {
		c.Fault("must be an array, not " + c.Kind())
	}
	return content
}

func segmentType(at wire.Cursor) (kind string, ok bool) {
	switch {
	case at.Null():
		at.Fault("is required")
	case at.Kind() != "a string":
		at.Fault("must be a string, not " + at.Kind())
	default:
		at.Into(&kind)
		return kind, true
	}
	return "", false
}

type outgoingMention struct {
	UserID uin `json:"user_id"`
}

type outgoingFace struct {
	FaceID  string              `json:"face_id"`
	IsLarge wire.Optional[bool] `json:"is_large"`
}

type outgoingReply struct {
	MessageSeq whole `json:"message_seq"`
}

type outgoingImage struct {
	URI     uri                    `json:"uri"`
	SubType wire.Optional[picture] `json:"sub_type"`
	Summary wire.Optional[string]  `json:"summary"`
}

// readOutgoing reads one segment to send; nil after a fault.
func readOutgoing(kind string, at, data wire.Cursor) qq.Segment {
	switch kind {
	case "text":
		d := into[textData](data)
		return &qq.Text{Text: d.Text}
	case "mention":
		d := into[outgoingMention](data)
		return &qq.Mention{User: qq.UserID(d.UserID)}
	case "mention_all":
		into[empty](data)
		return &qq.MentionAll{}
	case "face":
		d := into[outgoingFace](data)
		return &qq.Face{ID: d.FaceID, Large: d.IsLarge.Value}
	case "reply":
		d := into[outgoingReply](data)
		return &qq.Reply{MessageRef: qq.MessageRef{Seq: int64(d.MessageSeq)}}
	case "image":
		d := into[outgoingImage](data)
		return &qq.Image{Media: qq.Media{URI: string(d.URI)}, Sticker: bool(d.SubType.Value), Summary: d.Summary.Value}
	case "record", "video", "forward", "light_app":
		at.Fault("segments of type " + kind + " are not supported by this version")
	default:
		at.Fault("is no segment type that can be sent")
	}
	return nil
}

type incomingMention struct {
	UserID uin                   `json:"user_id"`
	Name   wire.Optional[string] `json:"name"` // since 1.2
}

type incomingReply struct {
	MessageSeq whole                   `json:"message_seq"`
	SenderID   wire.Optional[uin]      `json:"sender_id"` // this and the rest since 1.2
	Time       wire.Optional[whole]    `json:"time"`
	Segments   wire.Optional[Incoming] `json:"segments"`
}

type incomingImage struct {
	ResourceID string                 `json:"resource_id"`
	TempURL    string                 `json:"temp_url"`
	Width      wire.Optional[whole]   `json:"width"`
	Height     wire.Optional[whole]   `json:"height"`
	Summary    wire.Optional[string]  `json:"summary"`
	SubType    wire.Optional[picture] `json:"sub_type"`
}

// readIncoming reads one received segment. Servers of older versions leave
// out what later ones require, so little is required here.
func readIncoming(kind string, _, data wire.Cursor) qq.Segment {
	switch kind {
	case "text":
		return &qq.Text{Text: into[textData](data).Text}
	case "mention":
		d := into[incomingMention](data)
		return &qq.Mention{User: qq.UserID(d.UserID), Name: d.Name.Value}
	case "mention_all":
		return &qq.MentionAll{}
	case "face":
		d := into[outgoingFace](data)
		return &qq.Face{ID: d.FaceID, Large: d.IsLarge.Value}
	case "reply":
		return into[incomingReply](data).segment()
	case "image":
		return into[incomingImage](data).segment()
	}
	return &qq.Raw{Kind: kind, Data: append([]byte(nil), data.Raw...)}
}

func (d incomingReply) segment() qq.Segment {
	return &qq.Reply{
		MessageRef: qq.MessageRef{Seq: int64(d.MessageSeq)},
		Sender:     qq.UserID(d.SenderID.Value), Time: qq.Time(d.Time.Value) * 1000, Quoted: qq.Segments(d.Segments.Value),
	}
}

func (d incomingImage) segment() qq.Segment {
	return &qq.Image{
		Media: qq.Media{
			ID: qq.ResourceID(d.ResourceID), URL: d.TempURL,
			Width: d.Width.Value.count(), Height: d.Height.Value.count(),
		},
		Sticker: bool(d.SubType.Value), Summary: d.Summary.Value,
	}
}

// into reads a segment's data.
func into[T any](data wire.Cursor) T {
	var v T
	data.Into(&v)
	return v
}

// picture is an image's sub_type: true for a sticker.
type picture bool

// DecodeWire takes normal or sticker.
func (p *picture) DecodeWire(c wire.Cursor) { *p = choice(c, "normal", "sticker") == "sticker" }

// uri names a blob.
type uri string

// DecodeWire takes the schemes that Milky knows.
func (u *uri) DecodeWire(c wire.Cursor) {
	var text string
	if c.Into(&text); c.Kind() != "a string" {
		return
	}
	*u = uri(text)
	scheme, _, found := strings.Cut(text, "://")
	switch strings.ToLower(scheme) {
	case "file", "http", "https", "base64":
		if found {
			return
		}
	}
	c.Fault("must begin with file://, http://, https:// or base64://")
}
