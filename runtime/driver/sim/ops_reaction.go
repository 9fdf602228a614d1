package sim

import (
	"context"
	"strconv"

	"llbot/protocols/qq"
)

// reactable is the message of a group that u may react to.
func (st *state) reactable(u qq.UserID, ref qq.MessageRef, now qq.Time) (*message, error) {
	if ref.Scene != qq.SceneGroup {
		return nil, qq.Errorf(qq.ErrInvalid, "only messages of groups take reactions, not %s", ref)
	}
	_, m, err := st.named(u, ref)
	if err != nil {
		return nil, err
	}
	if m.Recalled {
		return nil, qq.Errorf(qq.ErrNotFound, "message %s is recalled", ref)
	}
	g := st.Groups[ref.Group()]
	return m, g.maySpeak(g.Members[u], now)
}

// emojiOf checks an emoji; where only its number is known, the kind follows.
func emojiOf(e qq.Emoji) (qq.Emoji, error) {
	n, err := strconv.Atoi(e.ID)
	if err != nil || n < 0 || strconv.Itoa(n) != e.ID {
		return e, qq.Errorf(qq.ErrInvalid, "an emoji is named by a decimal number, not %q", clean(e.ID))
	}
	switch e.Kind {
	case 0:
		return qq.EmojiOf(e.ID), nil
	case qq.EmojiFace, qq.EmojiUnicode:
		return e, nil
	}
	return e, qq.Errorf(qq.ErrInvalid, "there is no kind %d of emoji", e.Kind)
}

func (a *actor) react(ctx context.Context, op qq.React) (qq.None, error) {
	emoji, err := emojiOf(op.Emoji)
	if err != nil {
		return qq.None{}, err
	}
	return a.change(ctx, func(st *state, now qq.Time) (change, error) {
		m, err := st.reactable(a.user, op.Ref, now)
		if err != nil {
			return nil, err
		}
		r := m.Reactions.of(emoji)
		switch there := r.place(a.user) >= 0; {
		case there && op.On:
			return nil, qq.Errorf(qq.ErrConflict, "user %d has put emoji %s on message %s already", a.user, emoji.ID, op.Ref)
		case !there && !op.On:
			return nil, qq.Errorf(qq.ErrConflict, "emoji %s of user %d does not stand on message %s", emoji.ID, a.user, op.Ref)
		case r == nil && m.Reactions != nil && len(*m.Reactions) >= qq.MaxReactionKinds:
			return nil, qq.Errorf(qq.ErrInvalid, "message %s has %d different reactions, which is the limit", op.Ref, qq.MaxReactionKinds)
		}
		return &reacted{Group: op.Ref.Group(), Seq: m.Seq, User: a.user, Emoji: emoji, On: op.On}, nil
	})
}

// listReactions pages by the numbers of reactors, so that who comes or goes
// meanwhile makes nobody appear twice.
func (a *actor) listReactions(_ context.Context, op qq.ListReactions) (*qq.Reactions, error) {
	limit, err := pageLength(op.Limit)
	if err != nil {
		return nil, err
	}
	emoji, err := emojiOf(op.Emoji)
	if err != nil {
		return nil, err
	}
	after, err := cursorOf(op.Cursor)
	if err != nil {
		return nil, err
	}
	page := &qq.Reactions{Users: []*qq.User{}}
	err = a.world.read(func(v viewing, _ qq.Time) error {
		_, m, err := v.named(a.user, op.Ref)
		if err != nil {
			return err
		}
		if r := m.Reactions.of(emoji); r != nil {
			v.fillPage(page, r, a.user, after, limit)
		}
		return nil
	})
	return page, err
}

func cursorOf(text string) (int64, error) {
	if text == "" {
		return 0, nil
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n < 0 {
		return 0, qq.Errorf(qq.ErrInvalid, "%q is no cursor of this list", clean(text))
	}
	return n, nil
}

func (v viewing) fillPage(page *qq.Reactions, r *reaction, viewer qq.UserID, after int64, limit int) {
	page.Total = len(r.By)
	var last int64
	for _, by := range r.By {
		if by.N <= after {
			continue
		}
		if len(page.Users) == limit {
			page.Next = strconv.FormatInt(last, 10)
			return
		}
		last = by.N
		page.Users = append(page.Users, &v.friend(viewer, by.User).User)
	}
}
