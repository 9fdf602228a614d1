package satori

import (
	"llbot/protocols/qq"
	"llbot/protocols/wire"
)

// Say is message.create. The blobs of the message have their URL set to what the
// server can fetch. ErrUnsupported names the first segment that the server would
// lose on the way.
func (c *Client) Say(op qq.SendMessage) (CreateCall, error) {
	if lost := c.Dialect.refuses(op.Segments); lost != nil {
		return CreateCall{}, qq.Errorf(qq.ErrUnsupported, "%s does not bring a segment of kind %q to QQ", c.Dialect.Name, qq.SegmentKind(lost))
	}
	w := contentWriter{client: c}
	elements := w.write(op.Segments)
	call := CreateCall{Channel: c.channelOf(op.Chat), Content: Write(elements)}
	if op.Via != 0 {
		call.Referrer = &Referrer{Guild: op.Via.String()}
	}
	return call, w.err
}

// SayAgain is message.create with a stored message.
func (c *Client) SayAgain(op qq.ForwardMessage) (CreateCall, error) {
	if !c.Dialect.Forwards {
		return CreateCall{}, qq.Errorf(qq.ErrUnsupported, "%s cannot say a stored message once more", c.Dialect.Name)
	}
	id, err := c.nameOf(op.Ref)
	return CreateCall{Channel: c.channelOf(op.To), Content: Write([]Element{node("message", "forward", "True", "id", id)})}, err
}

// Upload is message.create with a file.
func (c *Client) Upload(op qq.UploadFile) (CreateCall, error) {
	file := &qq.File{Folder: op.Folder}
	if op.File != nil {
		file.Media = *op.File
	}
	return c.Say(qq.SendMessage{Chat: op.Chat, Segments: qq.Segments{file}})
}

// contentWriter writes what is sent: as it is read, with the server's own ids and
// without what it knows itself.
type contentWriter struct {
	client *Client
	err    error
}

func (w *contentWriter) write(segments qq.Segments) []Element {
	elements := codec{platform: defaultPlatform}.elements(segments, true)
	w.rename(elements)
	return elements
}

// rename puts the server's ids where ours stand, and takes from quotes what they
// quote.
func (w *contentWriter) rename(elements []Element) {
	for i := range elements {
		e := &elements[i]
		switch {
		case e.Tag == "quote":
			e.Children = nil
			w.id(e)
		case e.Tag == "message" && !e.Flag("forward") && len(e.Children) == 0:
			w.id(e)
		default:
			w.rename(e.Children)
		}
	}
}

func (w *contentWriter) id(e *Element) {
	for i := range e.Attrs {
		a := &e.Attrs[i]
		ref, ok := ParseMessageID(a.Value)
		if a.Key != "id" || !ok {
			continue
		}
		name, err := w.client.nameOf(ref)
		if err != nil && w.err == nil {
			w.err = err
		}
		a.Value = name
	}
}

// ReadSent reads what message.create answered: the last of the messages that were
// sent, which holds what was to be said; a quote may stand in one of its own.
// now is the time where the server tells none.
func (c *Client) ReadSent(chat qq.Chat, answer []byte, now qq.Time) (*qq.Sent, qq.Segments, error) {
	var list []HeardMessage
	if err := wire.Unmarshal(answer, &list); err != nil {
		return nil, nil, &qq.Error{Kind: qq.ErrUpstream, Outcome: qq.Applied, Cause: err, Text: "the message was sent, but the answer cannot be read: " + err.Error()}
	}
	if len(list) == 0 {
		return nil, nil, qq.Errorf(qq.ErrUpstream, "the server sent nothing and told no reason")
	}
	m := &list[len(list)-1]
	if told, ok := chatOf(m.Channel, m.Guild); ok {
		chat = told
	}
	s := &qq.Sent{MessageRef: c.Names.Ref(chat, m.ID, m.said()), Time: m.said()}
	if s.Time == 0 {
		s.Time = now
	}
	if !s.Resolved() {
		return nil, nil, &qq.Error{Kind: qq.ErrUpstream, Outcome: qq.Applied, Text: "the message was sent, but the server told no id of it"}
	}
	var content qq.Segments
	if m.Content != nil {
		content = c.Content(s.Chat, *m.Content)
	}
	for _, seg := range content {
		if f, ok := seg.(*qq.Forward); ok {
			s.Forward = f.ID
		}
	}
	return s, content, nil
}
