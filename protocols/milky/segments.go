package milky

import "llbot/protocols/qq"

// Segment is one segment as it stands on the wire, ready to be marshalled.
type Segment struct {
	Type string `json:"type"`
	Data any    `json:"data"`
}

// EncodeIncoming writes content as servers tell it to bot programs. Kinds
// without a Milky form become the text that stands for them, or are left out
// (see inWords); the result is never nil.
func EncodeIncoming(content qq.Segments) []Segment {
	out := make([]Segment, 0, len(content))
	for _, seg := range content {
		if s := encodeIncoming(seg); s.Type != "" {
			out = append(out, s)
		}
	}
	return out
}

// encodeIncoming gives no type for what cannot be told.
func encodeIncoming(seg qq.Segment) Segment {
	switch seg := seg.(type) {
	case *qq.Text:
		return text(seg.Text)
	case *qq.Mention:
		return encodeMention(seg)
	case *qq.MentionAll:
		return Segment{"mention_all", empty{}}
	case *qq.Face:
		return Segment{"face", faceData{seg.ID, seg.Large}}
	case *qq.Reply:
		if seg.Sender.Valid() { // sender_id is required; without it clients refuse the whole message
			return Segment{"reply", replyData{seg.Seq, seg.Sender, seg.Time.Unix(), EncodeIncoming(seg.Quoted)}}
		}
		return Segment{}
	case *qq.Image:
		return Segment{"image", imageData{
			seg.Media.ID, seg.URL, seg.Width, seg.Height, seg.Summary, subType(seg.Sticker),
		}}
	case *qq.Record:
		return Segment{"record", recordData{seg.Media.ID, seg.URL, seg.Duration}}
	case *qq.Video:
		return Segment{"video", videoData{seg.Media.ID, seg.URL, seg.Width, seg.Height, seg.Duration}}
	case *qq.File:
		return Segment{"file", fileData{seg.FileID, seg.Media.Name, seg.Size, seg.Hash}}
	}
	return encodeCard(seg)
}

func encodeCard(seg qq.Segment) Segment {
	switch seg := seg.(type) {
	case *qq.Forward:
		return Segment{"forward", forwardData{seg.ID, seg.Title, listed(seg.Preview), seg.Summary}}
	case *qq.MarketFace:
		return Segment{"market_face", marketFaceData{seg.Package, seg.ID, seg.Key, seg.Summary, seg.URL}}
	case *qq.LightApp:
		return Segment{"light_app", lightAppData{seg.App, seg.Payload}}
	case *qq.XML:
		return Segment{"xml", xmlData{seg.Service, seg.Payload}}
	case *qq.Markdown:
		return Segment{"markdown", markdownData{seg.Content}}
	}
	return inWords(seg)
}

// encodeMention writes a mention of nobody known as the text that QQ shows,
// since user_id cannot be left out.
func encodeMention(m *qq.Mention) Segment {
	if !m.User.Valid() {
		return text("@" + m.Name)
	}
	return Segment{"mention", mentionData{m.User, m.Name}}
}

func text(words string) Segment { return Segment{"text", textData{words}} }

// EncodeOutgoing writes content as bot programs send it to servers. A blob
// goes by its URI, or by its URL when it has none. Kinds that Milky cannot
// send become the text that stands for them, or are left out; the result is
// never nil.
func EncodeOutgoing(content qq.Segments) []Segment {
	out := make([]Segment, 0, len(content))
	for _, seg := range content {
		if s := encodeOutgoing(seg); s.Type != "" {
			out = append(out, s)
		}
	}
	return out
}

func encodeOutgoing(seg qq.Segment) Segment {
	switch seg := seg.(type) {
	case *qq.Text:
		return text(seg.Text)
	case *qq.Mention:
		if !seg.User.Valid() {
			return text("@" + seg.Name)
		}
		return Segment{"mention", outgoingMentionData{seg.User}}
	case *qq.MentionAll:
		return Segment{"mention_all", empty{}}
	case *qq.Face:
		return Segment{"face", faceData{seg.ID, seg.Large}}
	case *qq.Reply:
		return Segment{"reply", outgoingReplyData{seg.Seq}}
	case *qq.Image:
		return Segment{"image", outgoingImageData{source(&seg.Media), subType(seg.Sticker), seg.Summary}}
	case *qq.Record:
		return Segment{"record", outgoingRecordData{source(&seg.Media)}}
	case *qq.Video:
		return Segment{"video", outgoingVideoData{source(&seg.Media), source(seg.Thumb)}}
	case *qq.LightApp:
		return Segment{"light_app", outgoingLightAppData{seg.Payload}}
	case *qq.Forward:
		return encodeOutgoingForward(seg)
	}
	return inWords(seg)
}

// encodeOutgoingForward leaves stored messages out, which Milky cannot name
// inside a forward; a forward without any other message is no segment.
func encodeOutgoingForward(f *qq.Forward) Segment {
	messages := encodeKnown(f.Nodes, func(n *qq.ForwardNode) *outgoingNodeData {
		if n == nil || n.Ref != nil || !n.Sender.Valid() {
			return nil
		}
		return &outgoingNodeData{n.Sender, n.Name, EncodeOutgoing(n.Segments), n.Time.Unix()}
	})
	if len(messages) == 0 {
		return Segment{}
	}
	return Segment{"forward", outgoingForwardData{messages, f.Title, f.Preview, f.Summary, f.Prompt}}
}

// source is where a blob can be had from, "" for none.
func source(m *qq.Media) string {
	switch {
	case m == nil:
		return ""
	case m.URI != "":
		return m.URI
	}
	return m.URL
}

func subType(sticker bool) string {
	if sticker {
		return "sticker"
	}
	return "normal"
}
