package milky

import "llbot/protocols/qq"

// Segment is one segment as it stands on the wire, ready to be marshalled.
type Segment struct {
	Type string `json:"type"`
	Data any    `json:"data"`
}

type textData struct {
	Text string `json:"text"`
}

type mentionData struct {
	UserID qq.UserID `json:"user_id"`
	Name   string    `json:"name"`
}

type faceData struct {
	FaceID  string `json:"face_id"`
	IsLarge bool   `json:"is_large"`
}

type replyData struct {
	MessageSeq int64     `json:"message_seq"`
	SenderID   qq.UserID `json:"sender_id"`
	Time       int64     `json:"time"`
	Segments   []Segment `json:"segments"`
}

type imageData struct {
	ResourceID qq.ResourceID `json:"resource_id"`
	TempURL    string        `json:"temp_url"`
	Width      int           `json:"width"`
	Height     int           `json:"height"`
	Summary    string        `json:"summary"`
	SubType    string        `json:"sub_type"`
}

// EncodeIncoming writes content as servers tell it to bot programs. Segments
// without a Milky form (qq.Raw) are left out; the result is never nil.
func EncodeIncoming(content qq.Segments) []Segment {
	out := make([]Segment, 0, len(content))
	for _, seg := range content {
		switch seg := seg.(type) {
		case *qq.Text:
			out = append(out, Segment{"text", textData{seg.Text}})
		case *qq.Mention:
			out = append(out, encodeMention(seg))
		case *qq.MentionAll:
			out = append(out, Segment{"mention_all", empty{}})
		case *qq.Face:
			out = append(out, Segment{"face", faceData{seg.ID, seg.Large}})
		case *qq.Reply:
			if seg.Sender.Valid() { // sender_id is required; without it clients refuse the whole message
				out = append(out, Segment{"reply", replyData{seg.Seq, seg.Sender, seg.Time.Unix(), EncodeIncoming(seg.Quoted)}})
			}
		case *qq.Image:
			out = append(out, Segment{"image", imageData{
				seg.Media.ID, seg.URL, seg.Width, seg.Height, seg.Summary, subType(seg.Sticker),
			}})
		}
	}
	return out
}

// encodeMention writes a mention of nobody known as the text that QQ shows,
// since user_id cannot be left out.
func encodeMention(m *qq.Mention) Segment {
	if !m.User.Valid() {
		return Segment{"text", textData{"@" + m.Name}}
	}
	return Segment{"mention", mentionData{m.User, m.Name}}
}

type outgoingMentionData struct {
	UserID qq.UserID `json:"user_id"`
}

type outgoingReplyData struct {
	MessageSeq int64 `json:"message_seq"`
}

type outgoingImageData struct {
	URI     string `json:"uri"`
	SubType string `json:"sub_type"`
	Summary string `json:"summary,omitempty"`
}

// EncodeOutgoing writes content as bot programs send it to servers. An image
// goes by its URI, or by its URL when it has none. Segments without a Milky
// form (qq.Raw) are left out; the result is never nil.
func EncodeOutgoing(content qq.Segments) []Segment {
	out := make([]Segment, 0, len(content))
	for _, seg := range content {
		switch seg := seg.(type) {
		case *qq.Text:
			out = append(out, Segment{"text", textData{seg.Text}})
		case *qq.Mention:
			out = append(out, Segment{"mention", outgoingMentionData{seg.User}})
		case *qq.MentionAll:
			out = append(out, Segment{"mention_all", empty{}})
		case *qq.Face:
			out = append(out, Segment{"face", faceData{seg.ID, seg.Large}})
		case *qq.Reply:
			out = append(out, Segment{"reply", outgoingReplyData{seg.Seq}})
		case *qq.Image:
			uri := seg.URI
			if uri == "" {
				uri = seg.URL
			}
			out = append(out, Segment{"image", outgoingImageData{uri, subType(seg.Sticker), seg.Summary}})
		}
	}
	return out
}

func subType(sticker bool) string {
	if sticker {
		return "sticker"
	}
	return "normal"
}
