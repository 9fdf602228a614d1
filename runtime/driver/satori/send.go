package satori

import (
	"context"
	"strings"

	"llbot/protocols/qq"
	"llbot/protocols/satori"
)

// send says something.
func (p *protocol) send(ctx context.Context, s *session, op qq.SendMessage) (*qq.Sent, error) {
	op.Segments = op.Segments.Clone()
	if err := p.o.UploadAll(op.Segments); err != nil {
		return nil, err
	}
	inline(op.Segments)
	call, err := s.client.Say(op)
	if err != nil {
		return nil, err
	}
	sent, _, err := p.create(ctx, s, op.Chat, call)
	return sent, err
}

// forward says a stored message once more.
func (p *protocol) forward(ctx context.Context, s *session, op qq.ForwardMessage) (*qq.Sent, error) {
	call, err := s.client.SayAgain(op)
	if err != nil {
		return nil, err
	}
	sent, _, err := p.create(ctx, s, op.To, call)
	return sent, err
}

// upload puts a file into a chat. Its id is told by servers that write it into
// the message.
func (p *protocol) upload(ctx context.Context, s *session, op qq.UploadFile) (*qq.Upload, error) {
	file := &qq.File{Folder: op.Folder}
	if op.File != nil {
		file.Media = *op.File
	}
	content := qq.Segments{file}
	if err := p.o.UploadAll(content); err != nil {
		return nil, err
	}
	inline(content)
	op.File = &file.Media
	call, err := s.client.Upload(op)
	if err != nil {
		return nil, err
	}
	sent, said, err := p.create(ctx, s, op.Chat, call)
	if err != nil {
		return nil, err
	}
	up := &qq.Upload{MessageRef: sent.MessageRef, Time: sent.Time}
	for _, seg := range said {
		if f, ok := seg.(*qq.File); ok {
			up.File = f.FileID
		}
	}
	return up, nil
}

func (p *protocol) create(ctx context.Context, s *session, chat qq.Chat, call satori.CreateCall) (*qq.Sent, qq.Segments, error) {
	answer, err := s.post(ctx, "message.create", call)
	if err != nil {
		return nil, nil, err
	}
	sent, said, err := s.client.ReadSent(chat, answer, qq.TimeOf(p.now()))
	if err == nil && sent.Forward != "" {
		p.noteForward(s.client.Account, sent.Forward, sent.MessageRef)
	}
	return sent, said, err
}

// inline writes what goes whole in the form of the specification.
func inline(content qq.Segments) {
	_ = content.EachMedia(func(m *qq.Media) error {
		m.URL = m.URI
		if payload, whole := strings.CutPrefix(m.URI, "base64://"); whole {
			kind := m.MIME
			if kind == "" {
				kind = "application/octet-stream"
			}
			m.URL = "data:" + kind + ";base64," + payload
		}
		return nil
	})
}

// store takes bytes that came inside a message into our store: links to them are
// what bots expect.
func (p *protocol) store(content qq.Segments) {
	if p.o.Blobs == nil {
		return
	}
	_ = content.EachMedia(func(m *qq.Media) error {
		if !strings.HasPrefix(m.URL, "data:") {
			return nil
		}
		ctx, cancel := context.WithTimeout(context.Background(), storing)
		defer cancel()
		kept := qq.Media{URI: m.URL, Name: m.Name}
		if err := p.o.Blobs.Ingest(ctx, &kept); err != nil {
			return nil // it stays inside
		}
		kept.URL = p.o.Blobs.Link(kept.ID)
		kept.Duration = max(kept.Duration, m.Duration)
		*m = kept
		return nil
	})
}
