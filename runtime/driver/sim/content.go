package sim

import "llbot/protocols/qq"

// content is a checked copy of what somebody wants to say, with what the media
// store knows of its pictures. It depends on no chat.
func (w *World) content(s qq.Segments) (qq.Segments, error) {
	own, err := w.pieces(s)
	if err != nil {
		return nil, err
	}
	return own, checkSaid(own)
}

func (w *World) pieces(s qq.Segments) (qq.Segments, error) {
	own := make(qq.Segments, 0, len(s))
	for _, seg := range s {
		c, err := w.segment(seg)
		if err != nil {
			return nil, err
		}
		if c != nil {
			own = append(own, c)
		}
	}
	return own, nil
}

// segment copies one piece; nil for text that is empty.
func (w *World) segment(seg qq.Segment) (qq.Segment, error) {
	switch seg := seg.(type) {
	case *qq.Text:
		if seg.Text == "" {
			return nil, nil
		}
		return &qq.Text{Text: clean(seg.Text)}, nil
	case *qq.Mention:
		return &qq.Mention{User: seg.User}, nil
	case *qq.MentionAll:
		return seg, nil
	case *qq.Face:
		if seg.ID == "" {
			return nil, qq.Errorf(qq.ErrInvalid, "a face needs an id")
		}
		return &qq.Face{ID: clean(seg.ID), Large: seg.Large}, nil
	case *qq.Reply:
		return &qq.Reply{MessageRef: qq.MessageRef{Chat: seg.Chat, Seq: seg.Seq}}, nil
	case *qq.Image:
		return w.image(seg)
	case *qq.File:
		return w.file(seg)
	case nil:
		return nil, qq.Errorf(qq.ErrInvalid, "the message has a segment that is nothing")
	}
	return w.special(seg)
}
