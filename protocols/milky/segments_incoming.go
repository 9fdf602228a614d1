package milky

import (
	"llbot/protocols/qq"
	"llbot/protocols/wire"
)

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
	case "record", "video":
		return into[incomingSound](data).segment(kind)
	case "file":
		return into[incomingFile](data).segment()
	}
	return readIncomingCard(kind, data)
}

func readIncomingCard(kind string, data wire.Cursor) qq.Segment {
	switch kind {
	case "forward":
		return into[incomingForward](data).segment()
	case "market_face":
		return into[incomingMarketFace](data).segment()
	case "light_app":
		d := into[incomingLightApp](data)
		return &qq.LightApp{App: d.App.Value, Payload: d.Payload}
	case "xml":
		d := into[incomingXML](data)
		return &qq.XML{Service: d.Service.Value.count(), Payload: d.Payload}
	case "markdown":
		return &qq.Markdown{Content: into[markdownData](data).Content}
	}
	return &qq.Raw{Kind: kind, Data: append([]byte(nil), data.Raw...)}
}

func (d incomingReply) segment() qq.Segment {
	return &qq.Reply{
		MessageRef: qq.MessageRef{Seq: int64(d.MessageSeq)},
		Sender:     qq.UserID(d.SenderID.Value), Time: d.Time.Value.instant(), Quoted: qq.Segments(d.Segments.Value),
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

// incomingSound is a record or a video.
type incomingSound struct {
	ResourceID string               `json:"resource_id"`
	TempURL    string               `json:"temp_url"`
	Width      wire.Optional[whole] `json:"width"` // this and the next of videos only
	Height     wire.Optional[whole] `json:"height"`
	Duration   wire.Optional[whole] `json:"duration"`
}

func (d incomingSound) segment(kind string) qq.Segment {
	m := qq.Media{
		ID: qq.ResourceID(d.ResourceID), URL: d.TempURL, Width: d.Width.Value.count(), Height: d.Height.Value.count(),
		Duration: d.Duration.Value.count(),
	}
	if kind == "video" {
		return &qq.Video{Media: m}
	}
	return &qq.Record{Media: m}
}

type incomingFile struct {
	FileID string                `json:"file_id"`
	Name   wire.Optional[string] `json:"file_name"`
	Size   wire.Optional[whole]  `json:"file_size"`
	Hash   wire.Optional[string] `json:"file_hash"`
}

func (d incomingFile) segment() qq.Segment {
	return &qq.File{
		Media: qq.Media{Name: d.Name.Value, Size: int64(d.Size.Value)}, FileID: qq.FileID(d.FileID), Hash: d.Hash.Value,
	}
}

type incomingForward struct {
	ID      string                  `json:"forward_id"`
	Title   wire.Optional[string]   `json:"title"` // this and the rest since 1.1
	Preview wire.Optional[[]string] `json:"preview"`
	Summary wire.Optional[string]   `json:"summary"`
}

func (d incomingForward) segment() qq.Segment {
	return &qq.Forward{ID: qq.ForwardID(d.ID), Title: d.Title.Value, Preview: d.Preview.Value, Summary: d.Summary.Value}
}

type incomingMarketFace struct {
	Package wire.Optional[whole]  `json:"emoji_package_id"` // all but url since 1.1
	ID      wire.Optional[string] `json:"emoji_id"`
	Key     wire.Optional[string] `json:"key"`
	Summary wire.Optional[string] `json:"summary"`
	URL     wire.Optional[string] `json:"url"`
}

func (d incomingMarketFace) segment() qq.Segment {
	return &qq.MarketFace{
		Package: int64(d.Package.Value), ID: d.ID.Value, Key: d.Key.Value, Summary: d.Summary.Value, URL: d.URL.Value,
	}
}

type incomingLightApp struct {
	App     wire.Optional[string] `json:"app_name"`
	Payload string                `json:"json_payload"`
}

type incomingXML struct {
	Service wire.Optional[whole] `json:"service_id"`
	Payload string               `json:"xml_payload"`
}
