package qq

import "slices"

// Segment is one piece of a message: one of the pointer types that SegmentKinds
// lists (*Text, *Mention, *Image, *Forward, …) or *Raw.
type Segment interface{ segment() }

// Segments is the content of a message, in order.
type Segments []Segment

// Text is plain text.
type Text struct {
	Text string `json:"text"`
}

// Mention calls one member of a group ("@Alice").
type Mention struct {
	User UserID `json:"user"`
	Name string `json:"name,omitempty"` // without the leading @; filled by the driver on receipt
}

// MentionAll calls everybody in a group.
type MentionAll struct{}

// Face is one of QQ's numbered emoji.
type Face struct {
	ID    string `json:"id"`
	Large bool   `json:"large,omitempty"`
}

// Reply quotes a message of the same chat. Time, Sender and Quoted are filled
// by the driver on receipt; Quoted is empty when the message cannot be found.
type Reply struct {
	MessageRef
	Sender UserID   `json:"sender,omitempty"`
	Time   Time     `json:"time,omitempty"`
	Quoted Segments `json:"quoted,omitempty"`
}

// Image is a picture. Sticker marks the small kind that is shown like an emoji.
type Image struct {
	Media
	Sticker bool   `json:"sticker,omitempty"`
	Summary string `json:"summary,omitempty"`
}

// Raw is a segment of a kind that this version does not know; it survives
// storing and forwarding unread.
type Raw struct {
	Kind string `json:"kind"`
	Data []byte `json:"data"`
}

// Media is a blob inside a segment or an operation. A bot names it by URI;
// ingest replaces that by ID and the measures; a driver fills URL with a link
// that expires.
type Media struct {
	URI      string     `json:"uri,omitempty"` // http(s)://, file://, base64://; "" after ingest
	ID       ResourceID `json:"id,omitempty"`
	URL      string     `json:"url,omitempty"`
	Name     string     `json:"name,omitempty"`
	MIME     string     `json:"mime,omitempty"`
	Size     int64      `json:"size,omitempty"`     // bytes
	Width    int        `json:"width,omitempty"`    // pixels
	Height   int        `json:"height,omitempty"`   // pixels
	Duration int        `json:"duration,omitempty"` // seconds, sound and video
}

// clone is the blob for another owner; nil for none.
func (m *Media) clone() *Media {
	if m == nil {
		return nil
	}
	c := *m
	return &c
}

func (*Text) segment()       {}
func (*Mention) segment()    {}
func (*MentionAll) segment() {}
func (*Face) segment()       {}
func (*Reply) segment()      {}
func (*Image) segment()      {}
func (*Raw) segment()        {}

// NewText is the content of a message that is nothing but text.
func NewText(text string) Segments { return Segments{&Text{Text: text}} }

// EachRef visits every quoted or forwarded message, nested ones included.
func (s Segments) EachRef(visit func(*MessageRef)) {
	for _, seg := range s {
		switch seg := seg.(type) {
		case *Reply:
			visit(&seg.MessageRef)
			seg.Quoted.EachRef(visit)
		case *Forward:
			seg.eachRef(visit)
		}
	}
}

// EachMedia visits every blob of the content, those of forwarded messages
// included; quoted content is not visited.
func (s Segments) EachMedia(visit func(*Media) error) error {
	for _, seg := range s {
		if err := eachMedia(seg, visit); err != nil {
			return err
		}
	}
	return nil
}

func eachMedia(seg Segment, visit func(*Media) error) error {
	switch seg := seg.(type) {
	case *Image:
		return visit(&seg.Media)
	case *Record:
		return visit(&seg.Media)
	case *Video:
		if err := visit(&seg.Media); err != nil || seg.Thumb == nil {
			return err
		}
		return visit(seg.Thumb)
	case *File:
		return visit(&seg.Media)
	case *Forward:
		return seg.eachMedia(visit)
	}
	return nil
}

// Clone copies the content deeply enough that ids can be stamped and blobs
// ingested into the copy.
func (s Segments) Clone() Segments {
	c := slices.Clone(s)
	for i, seg := range c {
		c[i] = cloneSegment(seg)
	}
	return c
}

// cloneSegment copies what holds references or blobs; the rest is shared.
func cloneSegment(seg Segment) Segment {
	switch seg := seg.(type) {
	case *Reply:
		c := *seg
		c.Quoted = seg.Quoted.Clone()
		return &c
	case *Image:
		c := *seg
		return &c
	case *Record:
		c := *seg
		return &c
	case *Video:
		c := *seg
		c.Thumb = seg.Thumb.clone()
		return &c
	case *File:
		c := *seg
		return &c
	case *Forward:
		return seg.clone()
	}
	return seg
}

// PlainText is the text of the content with everything else left out.
func (s Segments) PlainText() string {
	var text []byte
	for _, seg := range s {
		if t, ok := seg.(*Text); ok {
			text = append(text, t.Text...)
		}
	}
	return string(text)
}
