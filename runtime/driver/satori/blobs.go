package satori

import (
	"context"
	"strconv"
	"strings"

	"llbot/protocols/qq"
	"llbot/protocols/satori"
)

// Satori has links to blobs and no names for them. A name of ours says which blob
// of which message it is: asked for it again, the server tells a link that is fresh
// where it makes one anew.

const blobPrefix = "satori/"

// blobID names a blob by its message and its place there.
func blobID(ref qq.MessageRef, place int) qq.ResourceID {
	return qq.ResourceID(blobPrefix + satori.MessageID(ref) + "/" + strconv.Itoa(place))
}

// placeOf reads what blobID wrote.
func placeOf(id qq.ResourceID) (ref qq.MessageRef, place int, ok bool) {
	text, ours := strings.CutPrefix(string(id), blobPrefix)
	message, number, cut := strings.Cut(text, "/")
	ref, known := satori.ParseMessageID(message)
	place, err := strconv.Atoi(number)
	return ref, place, ours && cut && known && err == nil && place >= 0
}

// named gives the blobs of a message their names.
func named(m *qq.Message) {
	place := 0
	_ = m.Segments.EachMedia(func(blob *qq.Media) error {
		if blob.ID == "" && blob.URL != "" {
			blob.ID = blobID(m.MessageRef, place)
		}
		place++
		return nil
	})
}

// blob asks for the message that holds a blob.
func (p *protocol) blob(ctx context.Context, s *session, id qq.ResourceID) (*qq.Media, error) {
	if p.o.Blobs != nil {
		if m, ours := p.o.Blobs.Stat(id); ours {
			m.ID, m.URL = id, p.o.Blobs.Link(id)
			return &m, nil
		}
	}
	ref, place, ok := placeOf(id)
	if !ok {
		return nil, qq.Errorf(qq.ErrNotFound, "there is no blob %q", id)
	}
	m, err := p.message(ctx, s, ref)
	if err != nil {
		return nil, err
	}
	var found *qq.Media
	_ = m.Segments.EachMedia(func(blob *qq.Media) error {
		if place == 0 {
			one := *blob
			found = &one
		}
		place--
		return nil
	})
	if found == nil || found.URL == "" {
		return nil, qq.Errorf(qq.ErrNotFound, "the server tells no blob %q any more", id)
	}
	return found, nil
}

// message asks for one message, and takes it as one that came.
func (p *protocol) message(ctx context.Context, s *session, ref qq.MessageRef) (*qq.Message, error) {
	m, err := p.told(ctx, s, ref)
	if err == nil {
		s.received(p, m)
	}
	return m, err
}

// told asks for one message, whose records are still open.
func (p *protocol) told(ctx context.Context, s *session, ref qq.MessageRef) (*qq.Message, error) {
	params, err := s.client.AskMessage(qq.GetMessage{Ref: ref})
	if err != nil {
		return nil, err
	}
	var answer satori.HeardMessage
	if err := s.call(ctx, "message.get", params, &answer); err != nil {
		return nil, err
	}
	return s.client.ReadMessage(&answer, ref.Chat)
}

func (p *protocol) renew(ctx context.Context, s *session, op qq.RenewLink) (string, error) {
	m, err := p.blob(ctx, s, op.Resource)
	if err != nil {
		return "", err
	}
	return m.URL, nil
}

func (p *protocol) find(ctx context.Context, s *session, op qq.FindMedia) (*qq.Media, error) {
	if op.Format != "" {
		return nil, qq.Errorf(qq.ErrUnsupported, "Satori converts no voices")
	}
	return p.blob(ctx, s, qq.ResourceID(op.Name))
}
