package onebot11

import (
	"strconv"

	"llbot/protocols/qq"
	"llbot/protocols/wire"
)

// EncodeContent is content that is to be sent in OneBot's words: the reverse of
// DecodePiece. Quotes are named by MessageRef.ID, which must be the server's
// message_id, and blobs by URI, or by URL when there is none. Sets of forwarded
// messages with Nodes are sent by an action of their own, see EncodeNodes.
// ErrUnsupported for what OneBot has no segment for.
func EncodeContent(content qq.Segments) ([]Piece, error) {
	pieces := make([]Piece, 0, len(content))
	for _, s := range content {
		p, err := encodeContent(s)
		if err != nil {
			return nil, err
		}
		if p.Type != "" {
			pieces = append(pieces, p)
		}
	}
	return pieces, nil
}

func encodeContent(s qq.Segment) (Piece, error) {
	switch s := s.(type) {
	case *qq.Image:
		return Piece{"image", append(
			[]Field{str("file", sentSource(&s.Media)), num("subType", stickerType(s.Sticker))}, filled(str("summary", s.Summary))...,
		)}, nil
	case *qq.Record:
		return Piece{"record", []Field{str("file", sentSource(&s.Media))}}, nil
	case *qq.Video:
		p := Piece{"video", []Field{str("file", sentSource(&s.Media))}}
		if s.Thumb != nil {
			p.Data = append(p.Data, str("thumb", sentSource(s.Thumb)))
		}
		return p, nil
	case *qq.File:
		return Piece{"file", append([]Field{str("file", sentSource(&s.Media))}, filled(str("name", s.Name))...)}, nil
	case *qq.Dice:
		return Piece{"dice", thrown(s.Result)}, nil
	case *qq.RPS:
		return Piece{"rps", thrown(s.Result)}, nil
	case *qq.Reply:
		if s.MessageRef.ID == 0 {
			return Piece{}, qq.Errorf(qq.ErrNotFound, "the quoted %s has no message_id at the upstream", s.MessageRef)
		}
	case *qq.Forward:
		if len(s.Nodes) > 0 {
			return Piece{}, qq.Errorf(qq.ErrUnsupported, "OneBot sends a set of forwarded messages alone")
		}
	}
	if p := encodeSegment(s); p.Type != "" && !qq.ReceivedOnly(s) {
		return p, nil
	}
	if t, empty := s.(*qq.Text); empty && t.Text == "" {
		return Piece{}, nil
	}
	return Piece{}, qq.Errorf(qq.ErrUnsupported, "OneBot has no segment to send a %T", s)
}

// sentSource is where the server finds a blob that it is to send.
func sentSource(m *qq.Media) string { return choose(m.URI != "", m.URI, m.URL) }

func stickerType(sticker bool) int64 {
	if sticker {
		return 1
	}
	return 0
}

// thrown lets QQ throw unless there is a wish.
func thrown(result int) []Field {
	if result == 0 {
		return nil
	}
	return []Field{str("result", strconv.Itoa(result))}
}

// EncodeNodes is the messages of a card that is to be sent: node segments. A
// stored message is named by Ref.ID, which must be the server's message_id.
func EncodeNodes(list []*qq.ForwardNode) (wire.Raw, error) {
	out := []byte{'['}
	for i, n := range list {
		if i > 0 {
			out = append(out, ',')
		}
		data, err := encodeNode(n)
		if err != nil {
			return nil, qq.Errorf(qq.AsError(err).Kind, "message %d of the forward: %w", i, err)
		}
		out = append(append(append(out, `{"type":"node","data":`...), data...), '}')
	}
	return append(out, ']'), nil
}

// nodeForm has both the spec's names and go-cqhttp's.
type nodeForm struct {
	ID       string   `json:"id,omitempty"`
	User     string   `json:"user_id,omitempty"`
	Uin      string   `json:"uin,omitempty"`
	Nickname string   `json:"nickname,omitempty"`
	Name     string   `json:"name,omitempty"`
	Time     int64    `json:"time,omitempty"`
	Content  wire.Raw `json:"content,omitempty"`
}

func encodeNode(n *qq.ForwardNode) ([]byte, error) {
	if n.Ref != nil {
		return wire.Marshal(nodeForm{ID: strconv.Itoa(int(n.Ref.ID))})
	}
	content, err := nodeContent(n.Segments)
	if err != nil {
		return nil, err
	}
	user := n.Sender.String()
	return wire.Marshal(nodeForm{User: user, Uin: user, Nickname: n.Name, Name: n.Name, Time: n.Time.Unix(), Content: content})
}

// nodeContent: a set inside a set is its nodes.
func nodeContent(content qq.Segments) (wire.Raw, error) {
	if len(content) == 1 {
		if inner, ok := content[0].(*qq.Forward); ok && len(inner.Nodes) > 0 {
			return EncodeNodes(inner.Nodes)
		}
	}
	pieces, err := EncodeContent(content)
	if err != nil {
		return nil, err
	}
	return FormatArray(pieces), nil
}
