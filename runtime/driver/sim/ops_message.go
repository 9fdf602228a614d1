package sim

import (
	"context"
	"slices"

	"llbot/protocols/qq"
)

func (a *actor) sendMessage(ctx context.Context, op qq.SendMessage) (*qq.Sent, error) {
	content, err := a.world.content(op.Segments)
	if err != nil {
		return nil, err
	}
	return a.speak(ctx, func(st *state, now qq.Time) (*said, error) {
		return st.speak(a.user, op.Chat, op.Via, content, now)
	})
}

// talk is the chat that the user names, if he may look into it.
func (st *state) talk(u qq.UserID, c qq.Chat) (chatKey, error) {
	switch c.Scene {
	case qq.SceneGroup:
		_, _, err := st.inGroup(u, c.Group())
		return groupKey(c.Group()), err
	case qq.SceneFriend, qq.SceneTemp:
		if st.Users[c.User()] == nil {
			return chatKey{}, noUser(c.User())
		}
		return pairKey(u, c.User()), nil
	}
	return chatKey{}, qq.Errorf(qq.ErrInvalid, "a chat needs a scene; %d names none", c.Peer)
}

// named is the message that the user names.
func (st *state) named(u qq.UserID, ref qq.MessageRef) (chatKey, *message, error) {
	k, err := st.talk(u, ref.Chat)
	if err != nil {
		return k, nil, err
	}
	m := st.find(k, ref.Seq)
	if m == nil {
		return k, nil, qq.Errorf(qq.ErrNotFound, "there is no message %s", ref)
	}
	return k, m, nil
}

func (a *actor) getMessage(_ context.Context, op qq.GetMessage) (m *qq.Message, err error) {
	err = a.world.read(func(v viewing, _ qq.Time) error {
		k, found, err := v.named(a.user, op.Ref)
		if err == nil {
			m = &qq.Message{}
			v.message(m, k, found, a.user)
		}
		return err
	})
	return m, err
}

func (a *actor) recallMessage(ctx context.Context, op qq.RecallMessage) (qq.None, error) {
	return a.change(ctx, func(st *state, now qq.Time) (change, error) {
		k, m, err := st.named(a.user, op.Ref)
		if err != nil {
			return nil, err
		}
		if m.Recalled {
			return nil, qq.Errorf(qq.ErrConflict, "message %s is recalled already", op.Ref)
		}
		if err := st.mayRecall(a.user, k, m, now); err != nil {
			return nil, err
		}
		return &recalled{Chat: k, Seq: m.Seq, Operator: a.user}, nil
	})
}

// mayRecall: one's own within the window; in groups owner and admins their own
// at any time, and those of lower roles.
func (st *state) mayRecall(u qq.UserID, k chatKey, m *message, now qq.Time) error {
	own := m.Sender == u
	if g := st.Groups[k.group]; g != nil {
		me, sender := g.Members[u], g.Members[m.Sender]
		if sender == nil {
			sender = qq.StubMember(k.group, m.Sender, "")
		}
		if !own {
			return above(me, sender, "recall a message of")
		}
		if me.Role > qq.RoleMember {
			return nil
		}
	}
	if !own {
		return qq.Errorf(qq.ErrForbidden, "user %d may not recall a private message of user %d", u, m.Sender)
	}
	if now-m.Time > qq.Time(qq.RecallWindow.Milliseconds()) {
		return qq.Errorf(qq.ErrForbidden, "the message is older than %s and cannot be recalled any more", qq.RecallWindow)
	}
	return nil
}

func (a *actor) getHistory(_ context.Context, op qq.GetHistory) (h *qq.History, err error) {
	if op.Count < 0 || op.Start < 0 {
		return nil, qq.Errorf(qq.ErrInvalid, "a history of %d messages from %d makes no sense", op.Count, op.Start)
	}
	err = a.world.read(func(v viewing, _ qq.Time) error {
		k, err := v.talk(a.user, op.Chat)
		if err != nil {
			return err
		}
		h = &qq.History{Messages: []*qq.Message{}}
		c := v.Chats[k]
		if c == nil {
			return nil
		}
		page, older, newer := c.page(op)
		h.Older, h.Newer = older, newer
		for _, m := range page {
			view := &qq.Message{}
			v.message(view, k, m, a.user)
			h.Messages = append(h.Messages, view)
		}
		return nil
	})
	return h, err
}

// page is the part of a chat that was asked for, recalled messages left out,
// and the numbers of the messages that lie next to it.
func (c *chat) page(op qq.GetHistory) (page []*message, older, newer int64) {
	from, to := 0, len(c.Messages) // what lies on the asked side of Start
	if at, found := c.index(op.Start); op.Start != 0 && op.Forward {
		from = at
	} else if op.Start != 0 {
		to = at
		if found {
			to++
		}
	}
	low, high := from, to
	if op.Forward {
		page, high = c.pick(from, to, op.Count)
	} else {
		page, low = c.pickBack(from, to, op.Count)
	}
	if before, _ := c.pickBack(0, low, 1); len(before) == 1 {
		older = before[0].Seq
	}
	if after, _ := c.pick(high, len(c.Messages), 1); len(after) == 1 {
		newer = after[0].Seq
	}
	return page, older, newer
}

// pick takes up to count messages upwards from from; end is behind the last.
func (c *chat) pick(from, to, count int) (list []*message, end int) {
	for ; from < to && len(list) < count; from++ {
		if m := c.Messages[from]; !m.Recalled {
			list = append(list, m)
		}
	}
	return list, from
}

// pickBack takes up to count messages downwards from below to and puts them in
// order; start is the place of the first.
func (c *chat) pickBack(from, to, count int) (list []*message, start int) {
	for ; to > from && len(list) < count; to-- {
		if m := c.Messages[to-1]; !m.Recalled {
			list = append(list, m)
		}
	}
	slices.Reverse(list)
	return list, to
}
