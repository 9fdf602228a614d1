package sim

import "llbot/protocols/qq"

// speak decides on a message: whether the sender may say it there, and what
// becomes of it. The list is the message's own and is filled in; quotes in it as well.
func (st *state) speak(sender qq.UserID, to qq.Chat, via qq.GroupID, content qq.Segments, now qq.Time) (*said, error) {
	c := &said{Sender: sender, Segments: content}
	var err error
	switch to.Scene {
	case qq.SceneGroup:
		err = st.speakInGroup(c, to.Group(), now)
	case qq.SceneFriend, qq.SceneTemp:
		err = st.speakTo(c, to, via)
	default:
		err = qq.Errorf(qq.ErrInvalid, "a message needs a scene; chat %d has none", to.Peer)
	}
	if err != nil {
		return nil, err
	}
	c.Seq = st.nextSeq(c.Chat)
	if err := st.placeFile(c, now); err != nil {
		return nil, err
	}
	if err := st.fillIn(c); err != nil {
		return nil, err
	}
	return c, st.settle(c, now)
}

func (st *state) speakInGroup(c *said, id qq.GroupID, now qq.Time) error {
	g, me, err := st.inGroup(c.Sender, id)
	if err != nil {
		return err
	}
	if err := g.maySpeak(me, now); err != nil {
		return err
	}
	c.Chat = groupKey(id)
	if callsAll(c.Segments) {
		return g.mayCallAll(me, now)
	}
	return nil
}

// speakTo places a private message. Between two who are no friends it is a
// temporary one: that is wanted when the chat is named so, when a group is
// named, and in answer to one.
func (st *state) speakTo(c *said, to qq.Chat, via qq.GroupID) error {
	peer := to.User()
	switch {
	case st.Users[peer] == nil:
		return noUser(peer)
	case peer == c.Sender:
		return qq.Errorf(qq.ErrInvalid, "user %d cannot send a private message to himself", peer)
	case callsAll(c.Segments):
		return qq.Errorf(qq.ErrInvalid, "everybody can be mentioned in groups only")
	}
	c.Chat = pairKey(c.Sender, peer)
	if st.Friends[c.Sender][peer] != nil {
		return nil
	}
	var err error
	c.Temp = true
	if via == 0 {
		via = st.lastVia(c.Chat)
	}
	if c.Via, err = st.sharedGroup(c.Sender, peer, via); err == nil && via == 0 && to.Scene == qq.SceneFriend {
		return qq.Errorf(qq.ErrForbidden, "user %d is no friend of user %d; a temporary chat names the group that both are in", peer, c.Sender)
	}
	return err
}

// fillIn adds what receivers are shown: the names of mentions, and whom and
// when a quote is from.
func (st *state) fillIn(c *said) error {
	for i, seg := range c.Segments {
		switch seg := seg.(type) {
		case *qq.Mention:
			c.Segments[i] = &qq.Mention{User: seg.User, Name: st.mentionName(c.Chat, seg.User)}
		case *qq.Reply:
			if err := st.quotable(c, seg); err != nil {
				return err
			}
		}
	}
	return nil
}

// mentionName is what stands behind the @: in a group the number for those who
// are not in it.
func (st *state) mentionName(k chatKey, u qq.UserID) string {
	if g := st.Groups[k.group]; g != nil {
		if m := g.Members[u]; m != nil {
			return m.Name()
		}
		return u.String()
	}
	if p := st.Users[u]; p != nil {
		return p.Nickname
	}
	return u.String()
}

// quotable checks a quote and fills it in. The stored form names no chat, which
// is that of the message.
func (st *state) quotable(c *said, r *qq.Reply) error {
	if r.Scene != qq.SceneNone && keyOf(c.Sender, r.Chat) != c.Chat {
		return qq.Errorf(qq.ErrInvalid, "message %s is of another chat and cannot be quoted here", r.MessageRef)
	}
	quoted := st.find(c.Chat, r.Seq)
	if quoted == nil || quoted.Recalled {
		return qq.Errorf(qq.ErrNotFound, "the quoted message %s is not there", r.MessageRef)
	}
	r.MessageRef = qq.MessageRef{Seq: r.Seq}
	r.Sender, r.Time = quoted.Sender, quoted.Time
	return nil
}
