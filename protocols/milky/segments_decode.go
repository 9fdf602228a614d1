package milky

import (
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
	IsLarge wire.Optional[bool] `json:"is_large" default:"false"`
}

type outgoingReply struct {
	MessageSeq whole `json:"message_seq"`
}

type outgoingImage struct {
	URI     uri                    `json:"uri"`
	SubType wire.Optional[picture] `json:"sub_type" default:"normal"`
	Summary wire.Optional[string]  `json:"summary"`
}

type outgoingRecord struct {
	URI uri `json:"uri"`
}

type outgoingVideo struct {
	URI   uri                      `json:"uri"`
	Thumb wire.Optional[uriOrNone] `json:"thumb_uri"`
}

func (d outgoingVideo) segment() qq.Segment {
	return &qq.Video{Media: *d.URI.media(), Thumb: d.Thumb.Value.media()}
}

type outgoingForward struct {
	Messages []outgoingNode          `json:"messages"`
	Title    wire.Optional[string]   `json:"title"`
	Preview  wire.Optional[[]string] `json:"preview"`
	Summary  wire.Optional[string]   `json:"summary"`
	Prompt   wire.Optional[string]   `json:"prompt"`
}

// outgoingNode is an OutgoingForwardedMessage.
type outgoingNode struct {
	UserID     uin                  `json:"user_id"`
	SenderName string               `json:"sender_name"`
	Segments   Outgoing             `json:"segments"`
	Time       wire.Optional[whole] `json:"time"` // since 1.3
}

func (d outgoingForward) segment() qq.Segment {
	return &qq.Forward{
		Title: d.Title.Value, Preview: d.Preview.Value, Summary: d.Summary.Value, Prompt: d.Prompt.Value,
		Nodes: encodeAll(d.Messages, outgoingNode.node),
	}
}

func (d outgoingNode) node() *qq.ForwardNode {
	return &qq.ForwardNode{
		Sender: qq.UserID(d.UserID), Name: d.SenderName, Time: d.Time.Value.instant(), Segments: qq.Segments(d.Segments),
	}
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
	case "record":
		return &qq.Record{Media: *into[outgoingRecord](data).URI.media()}
	case "video":
		return into[outgoingVideo](data).segment()
	case "forward":
		return into[outgoingForward](data).segment()
	case "light_app":
		return &qq.LightApp{Payload: into[outgoingLightAppData](data).Payload}
	default:
		at.Fault("is no segment type that can be sent")
	}
	return nil
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
