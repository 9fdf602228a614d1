package sim

import "llbot/protocols/qq"

// settle judges and completes the kinds of segment that depend on the chat, the
// sender or chance.
func (st *state) settle(c *said, now qq.Time) error {
	for i, seg := range c.Segments {
		switch seg := seg.(type) {
		case *qq.Text, *qq.Mention, *qq.Image:
			continue // nearly all
		case *qq.Dice, *qq.RPS:
			c.Segments[i] = st.thrown(seg, uint64(i))
		case *qq.Forward:
			card, err := st.wrap(c, seg, now)
			if err != nil {
				return err
			}
			c.Segments[i] = card
		default:
			if err := st.mayShow(c, seg); err != nil {
				return err
			}
		}
	}
	return nil
}

// What st.draw is asked for; the place of a segment is added.
const drawThrow = 1 << 16

// thrown is a die or a hand with its result: what was wished for, or else what
// chance gives.
func (st *state) thrown(seg qq.Segment, place uint64) qq.Segment {
	switch seg := seg.(type) {
	case *qq.Dice:
		if seg.Result == 0 {
			return &qq.Dice{Result: int(st.draw(drawThrow+place)%6) + 1}
		}
	case *qq.RPS:
		if seg.Result == 0 {
			return &qq.RPS{Result: int(st.draw(drawThrow+place)%3) + 1}
		}
	}
	return seg
}

// mayShow refuses what does not go into that chat, or not from that sender:
// official bots alone show markdown and buttons, and accounts of ours cannot
// give out money.
func (st *state) mayShow(c *said, seg qq.Segment) error {
	switch seg := seg.(type) {
	case *qq.Shake, *qq.Poke:
		if c.Chat.group != 0 {
			return qq.Errorf(qq.ErrInvalid, "a segment of kind %q goes into private chats only", qq.SegmentKind(seg))
		}
	case *qq.Contact:
		if seg.User != 0 && st.Users[seg.User] == nil {
			return noUser(seg.User)
		}
		if seg.Group != 0 && st.Groups[seg.Group] == nil {
			return qq.Errorf(qq.ErrNotFound, "there is no group %d", seg.Group)
		}
	case *qq.Markdown, *qq.Keyboard:
		if !c.Sender.Robot() {
			return qq.Errorf(qq.ErrUnsupported, "only official bots send a segment of kind %q; user %d is none", qq.SegmentKind(seg), c.Sender)
		}
	case *qq.RedPacket:
		if st.Accounts[c.Sender] {
			return qq.Errorf(qq.ErrUnsupported, "a red packet can only be received by an account")
		}
	}
	return nil
}

// lastVia is the group of the newest temporary message of a chat while both are
// still in it, else 0: an answer goes back the way that the question came.
func (st *state) lastVia(k chatKey) qq.GroupID {
	c := st.Chats[k]
	if c == nil || len(c.Messages) == 0 {
		return 0
	}
	via := c.Messages[len(c.Messages)-1].Via
	if g := st.Groups[via]; g != nil && g.Members[k.low] != nil && g.Members[k.high] != nil {
		return via
	}
	return 0
}
