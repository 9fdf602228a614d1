package satori

import (
	"context"

	"llbot/protocols/qq"
	"llbot/protocols/satori"
)

// messages are what is said, and what is put on it.
func (t *table) messages() {
	p := t.p
	serve(t, "message.create", p.send)
	serve(t, "message.create", p.forward)
	serve(t, "message.create", p.upload)
	serve(t, "message.get", func(ctx context.Context, s *session, op qq.GetMessage) (*qq.Message, error) {
		return p.message(ctx, s, op.Ref)
	})
	serve(t, "message.get", p.renew)
	serve(t, "message.get", p.find)
	serve(t, "message.list", p.history)
	serve(t, "message.get", p.opened)
	tell(t, (*satori.Client).Recall, "message.delete", nil)
	tell(t, (*satori.Client).React, "reaction.create", func(op qq.React) string {
		if op.On {
			return "reaction.create"
		}
		return "reaction.delete"
	})
	ask(t, "reaction.list", (*satori.Client).AskReactions, func(_ *session, _ qq.ListReactions, page satori.List[satori.User]) (*qq.Reactions, error) {
		return satori.ReadReactions(page)
	})
}

// opened answers the messages of a record, which Satori has only as part of the
// message that shows it.
func (p *protocol) opened(ctx context.Context, s *session, op qq.GetForward) (*qq.Forwarded, error) {
	ref, ok := p.shows(s.client.Account, op.ID)
	if !ok {
		return nil, qq.Errorf(qq.ErrNotFound, "no message that was seen here shows the record %q; records inside records cannot be opened over Satori", op.ID)
	}
	m, err := p.told(ctx, s, ref)
	if err != nil {
		return nil, err
	}
	for _, seg := range m.Segments {
		if f, ok := seg.(*qq.Forward); ok && f.ID == op.ID && len(f.Nodes) > 0 {
			return &qq.Forwarded{ID: op.ID, Nodes: f.Nodes}, nil
		}
	}
	return nil, qq.Errorf(qq.ErrNotFound, "the server no longer opens the record %q", op.ID)
}
