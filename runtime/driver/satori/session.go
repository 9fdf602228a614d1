package satori

import (
	"context"
	"net/http"

	"llbot/protocols/qq"
	"llbot/protocols/satori"
	"llbot/protocols/wire"
	"llbot/runtime/driver/upstream"
)

// session is how calls of one link are made.
type session struct {
	http   *upstream.HTTP
	base   string // "http://host/prefix/v1/"
	header http.Header
	login  satori.Login
	client *satori.Client
	offers map[string]bool // the server's features; empty when it tells none
}

// call makes a call and reads its answer into out, unless that is nil: servers
// answer methods without a result in many ways.
func (s *session) call(ctx context.Context, method string, params, out any) error {
	body, err := s.post(ctx, method, params)
	if err != nil || out == nil {
		return err
	}
	if err := wire.Unmarshal(body, out); err != nil {
		return &qq.Error{Kind: qq.ErrUpstream, Outcome: qq.Unknown, Cause: err, Text: "the server's answer to " + method + " cannot be read: " + err.Error()}
	}
	return nil
}

// post makes a call and answers the body.
func (s *session) post(ctx context.Context, method string, params any) ([]byte, error) {
	body, err := wire.Marshal(params)
	if err != nil {
		return nil, qq.Errorf(qq.ErrInternal, "%s: %w", method, err)
	}
	header, nonce := s.header, ""
	if s.client.Dialect.Keyed {
		nonce = upstream.Nonce(ctx)
	}
	if nonce != "" {
		header = header.Clone()
		header.Set("Idempotency-Key", nonce)
	}
	reply, err := s.http.Post(ctx, s.base+method, header, body)
	if err != nil {
		return nil, err
	}
	if err := satori.Failure(reply.Status, reply.Body); err != nil {
		if nonce != "" && reply.Status == http.StatusConflict { // maybe of the key, whose first try nobody can tell of
			e := *qq.AsError(err)
			e.Outcome = qq.Unknown
			return nil, &e
		}
		return nil, err
	}
	return reply.Body, nil
}

// pages reads a list to its end.
func pages[W any](ctx context.Context, s *session, method string, call func(next string) any) (satori.List[W], error) {
	const most = 1000
	var all satori.List[W]
	next := ""
	for range most {
		var page satori.List[W]
		if err := s.call(ctx, method, call(next), &page); err != nil {
			return all, err
		}
		all.Data = append(all.Data, page.Data...)
		if page.Next == "" || page.Next == next {
			return all, nil
		}
		next = page.Next
	}
	return all, qq.Errorf(qq.ErrUpstream, "the server's %s has no end", method)
}

// received completes a message as all others of a received kind are: a record is
// named, and its messages are had by GetForward; bytes that came inside the
// message go to our store.
func (s *session) received(p *protocol, m *qq.Message) {
	for _, seg := range m.Segments {
		f, ok := seg.(*qq.Forward)
		if !ok || f.ID == "" {
			continue
		}
		f.Nodes = nil
		p.noteForward(s.client.Account, f.ID, m.MessageRef)
	}
	p.store(m.Segments)
	named(m)
}
