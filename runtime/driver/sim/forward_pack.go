package sim

import (
	"strconv"

	"llbot/protocols/qq"
)

// wrap makes the sets of a message and gives the card that stands for them.
func (st *state) wrap(c *said, f *qq.Forward, now qq.Time) (*qq.Forward, error) {
	if f.ID != "" && len(f.Nodes) == 0 {
		return st.wrapAgain(f)
	}
	p := packing{state: st, c: c, now: now}
	set, err := p.pack(f)
	if err != nil {
		return nil, err
	}
	card := set.Card
	return &card, nil
}

// wrapAgain sends a set that exists already, maybe under another title.
func (st *state) wrapAgain(f *qq.Forward) (*qq.Forward, error) {
	set := st.Forwards.find(f.ID)
	if set == nil {
		return nil, noForward(f.ID)
	}
	card := set.Card
	if f.Title != "" {
		card.Title = f.Title
	}
	if len(f.Preview) > 0 {
		card.Preview = f.Preview
	}
	if f.Summary != "" {
		card.Summary = f.Summary
	}
	if f.Prompt != "" {
		card.Prompt = f.Prompt
	}
	return &card, nil
}

func noForward(id qq.ForwardID) error {
	return qq.Errorf(qq.ErrNotFound, "there are no forwarded messages %q, or they have expired", id)
}

// packing makes the sets of one message, inner ones first.
type packing struct {
	*state
	c     *said
	now   qq.Time
	rolls uint64
}

func (p *packing) pack(f *qq.Forward) (*forwardSet, error) {
	set := &forwardSet{Depth: 1, Size: len(f.Nodes)}
	for _, n := range f.Nodes {
		node, err := p.node(n, set)
		if err != nil {
			return nil, err
		}
		set.Nodes = append(set.Nodes, node)
	}
	switch {
	case set.Depth > qq.MaxForwardDepth:
		return nil, qq.Errorf(qq.ErrInvalid, "forwards nest at most %d deep", qq.MaxForwardDepth)
	case set.Size > forwardSize:
		return nil, qq.Errorf(qq.ErrInvalid, "a forward holds at most %d messages with those of forwards inside it, not %d", forwardSize, set.Size)
	}
	set.Card = p.card(f, set)
	p.c.Forwards = append(p.c.Forwards, set)
	return set, nil
}

// node is one message of a set: a stored one as it is now, or a made-up one.
func (p *packing) node(n *qq.ForwardNode, set *forwardSet) (*qq.ForwardNode, error) {
	node, k := &qq.ForwardNode{Sender: n.Sender, Name: n.Name, Time: n.Time, Segments: n.Segments}, p.c.Chat
	if n.Ref != nil {
		from, m, err := p.named(p.c.Sender, *n.Ref)
		if err != nil {
			return nil, err
		}
		if m.Recalled {
			return nil, qq.Errorf(qq.ErrNotFound, "message %s is recalled", n.Ref)
		}
		k = from
		node = &qq.ForwardNode{Sender: m.Sender, Name: p.mentionName(k, m.Sender), Time: m.Time, Seq: m.Seq, Segments: m.Segments.Clone()}
	}
	if node.Name == "" {
		node.Name = p.mentionName(chatKey{}, node.Sender)
	}
	if node.Time == 0 {
		node.Time = p.now
	}
	for i, seg := range node.Segments {
		own, err := p.inner(seg, k, n.Ref != nil, set)
		if err != nil {
			return nil, err
		}
		node.Segments[i] = own
	}
	return node, nil
}

// inner completes a piece inside a set. Quotes are cut off from their chat.
func (p *packing) inner(seg qq.Segment, k chatKey, stored bool, set *forwardSet) (qq.Segment, error) {
	switch seg := seg.(type) {
	case *qq.Forward:
		return p.nested(seg, stored, set)
	case *qq.Reply:
		return p.detached(seg, k, stored)
	case *qq.Mention:
		if stored {
			return seg, nil
		}
		return &qq.Mention{User: seg.User, Name: p.mentionName(k, seg.User)}, nil
	case *qq.Dice, *qq.RPS:
		p.rolls++
		return p.thrown(seg, p.rolls<<8), nil
	}
	return seg, nil
}

// nested is a set inside a set: a new one, or one that exists. What has expired
// inside a stored message stays a card.
func (p *packing) nested(f *qq.Forward, stored bool, outer *forwardSet) (qq.Segment, error) {
	inner := p.Forwards.find(f.ID)
	card := f
	switch {
	case len(f.Nodes) > 0:
		var err error
		if inner, err = p.pack(f); err != nil {
			return nil, err
		}
		card = &inner.Card
	case inner == nil && !stored:
		return nil, noForward(f.ID)
	case !stored:
		var err error
		if card, err = p.wrapAgain(f); err != nil {
			return nil, err
		}
	}
	if inner != nil {
		outer.Depth, outer.Size = max(outer.Depth, inner.Depth+1), outer.Size+inner.Size
	}
	own := *card
	return &own, nil
}

// detached is a quote that carries what it quotes.
func (p *packing) detached(r *qq.Reply, k chatKey, stored bool) (qq.Segment, error) {
	if !stored && r.Scene != qq.SceneNone {
		var err error
		if k, _, err = p.named(p.c.Sender, r.MessageRef); err != nil {
			return nil, err
		}
	}
	own := &qq.Reply{MessageRef: qq.MessageRef{Seq: r.Seq}, Sender: r.Sender, Time: r.Time}
	if m := p.find(k, r.Seq); m != nil && !m.Recalled {
		own.Sender, own.Time, own.Quoted = m.Sender, m.Time, m.Segments.Clone()
	}
	return own, nil
}

// card is what stands in the chat, filled in as QQ does where the sender left
// something open.
func (p *packing) card(f *qq.Forward, set *forwardSet) qq.Forward {
	card := qq.Forward{ID: qq.ForwardID(p.freshID("forward " + strconv.Itoa(len(p.c.Forwards)))),
		Title: f.Title, Preview: f.Preview, Summary: f.Summary, Prompt: f.Prompt}
	if card.Title == "" {
		card.Title = "群聊的聊天记录"
		if k := p.c.Chat; k.group == 0 {
			card.Title = p.nickname(k.low) + "和" + p.nickname(k.high) + "的聊天记录"
		}
	}
	if card.Summary == "" {
		card.Summary = "查看" + strconv.Itoa(len(set.Nodes)) + "条转发消息"
	}
	if card.Prompt == "" {
		card.Prompt = "[聊天记录]"
	}
	for _, n := range set.Nodes[:min(len(set.Nodes), qq.MaxForwardPreview)] {
		if len(f.Preview) == 0 {
			card.Preview = append(card.Preview, n.Name+": "+brief(n.Segments))
		}
	}
	return card
}
