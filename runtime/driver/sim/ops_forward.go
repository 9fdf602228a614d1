package sim

import (
	"context"

	"llbot/protocols/qq"
)

// getForward is open to whoever knows the id, as QQ's is.
func (a *actor) getForward(_ context.Context, op qq.GetForward) (all *qq.Forwarded, err error) {
	err = a.world.read(func(v viewing, _ qq.Time) error {
		set := v.Forwards.find(op.ID)
		if set == nil {
			return noForward(op.ID)
		}
		all = &qq.Forwarded{ID: op.ID, Nodes: make([]*qq.ForwardNode, len(set.Nodes))}
		for i, n := range set.Nodes {
			own := *n
			own.Segments = v.linked(n.Segments)
			if p := v.Users[n.Sender]; p != nil {
				own.Avatar = p.Avatar
			}
			all.Nodes[i] = &own
		}
		return nil
	})
	return all, err
}

// linked is a copy of content that belongs to no chat, with fresh links.
func (v viewing) linked(stored qq.Segments) qq.Segments {
	own := stored.Clone()
	for _, seg := range own {
		v.addLink(seg)
		if r, ok := seg.(*qq.Reply); ok {
			r.Quoted = v.linked(r.Quoted)
		}
	}
	return own
}

// addLink adds the links to a piece that is the viewer's own, and takes out
// what only the world knows.
func (v viewing) addLink(seg qq.Segment) {
	switch seg := seg.(type) {
	case *qq.Image:
		seg.URL = v.url(seg.ID)
	case *qq.Record:
		seg.URL, seg.Transcript = v.url(seg.ID), ""
	case *qq.Video:
		seg.URL = v.url(seg.ID)
		if seg.Thumb != nil {
			seg.Thumb.URL = v.url(seg.Thumb.ID)
		}
	case *qq.File:
		seg.URL = v.url(seg.ID)
	}
}

// forwardMessage says a stored message once more.
func (a *actor) forwardMessage(ctx context.Context, op qq.ForwardMessage) (*qq.Sent, error) {
	return a.speak(ctx, func(st *state, now qq.Time) (*said, error) {
		_, m, err := st.named(a.user, op.Ref)
		if err != nil {
			return nil, err
		}
		if m.Recalled {
			return nil, qq.Errorf(qq.ErrNotFound, "message %s is recalled", op.Ref)
		}
		content := carried(m.Segments)
		if err := checkSaid(content); err != nil {
			return nil, err
		}
		return st.speak(a.user, op.To, 0, content, now)
	})
}

// carried is content as it stands in another chat: nobody is called there,
// quotes stay behind, and a file is uploaded anew.
func carried(stored qq.Segments) qq.Segments {
	own := make(qq.Segments, 0, len(stored))
	for _, seg := range stored.Clone() {
		switch seg := seg.(type) {
		case *qq.Reply:
			continue
		case *qq.Mention:
			own = append(own, &qq.Text{Text: "@" + seg.Name + " "})
			continue
		case *qq.MentionAll:
			own = append(own, &qq.Text{Text: "@全体成员 "})
			continue
		case *qq.File:
			seg.FileID, seg.Folder, seg.Hash = "", "", ""
		}
		own = append(own, seg)
	}
	return own
}

// speak makes the message that is decided on.
func (a *actor) speak(ctx context.Context, decide func(st *state, now qq.Time) (*said, error)) (*qq.Sent, error) {
	var sent *qq.Sent
	err := a.commit(ctx, func(st *state, now qq.Time) (change, error) {
		c, err := decide(st, now)
		if err != nil {
			return nil, err
		}
		sent = c.sent(now)
		return c, nil
	})
	return sent, err
}

// sent is what the sender of a message is answered.
func (c *said) sent(now qq.Time) *qq.Sent {
	s := &qq.Sent{MessageRef: refOf(c.Chat, &message{Seq: c.Seq, Temp: c.Temp}, c.Sender), Time: now}
	s.Forward = forwardOf(c.Segments)
	return s
}

// forwardOf is the set that a message stands for, "" for most.
func forwardOf(s qq.Segments) qq.ForwardID {
	for _, seg := range s {
		if f, ok := seg.(*qq.Forward); ok {
			return f.ID
		}
	}
	return ""
}
