package sim

import (
	"context"
	"time"

	"llbot/protocols/qq"
)

func (a *actor) listGroups(_ context.Context, _ qq.ListGroups) (list []*qq.Group, err error) {
	list = []*qq.Group{}
	err = a.world.read(func(v viewing, _ qq.Time) error {
		for _, g := range sortedValues(v.Groups) {
			if g.Members[a.user] != nil {
				list = append(list, v.group(g, a.user))
			}
		}
		return nil
	})
	return list, err
}

func (a *actor) getGroup(_ context.Context, op qq.GetGroup) (info *qq.Group, err error) {
	err = a.world.read(func(v viewing, _ qq.Time) error {
		g, _, err := v.inGroup(a.user, op.Group)
		if err == nil {
			info = v.group(g, a.user)
		}
		return err
	})
	return info, err
}

func (a *actor) listMembers(_ context.Context, op qq.ListMembers) (list []*qq.Member, err error) {
	err = a.world.read(func(v viewing, now qq.Time) error {
		g, _, err := v.inGroup(a.user, op.Group)
		if err != nil {
			return err
		}
		list = sortedValues(g.Members)
		for i, m := range list {
			list[i] = shown(m, now)
		}
		return nil
	})
	return list, err
}

func (a *actor) getMember(_ context.Context, op qq.GetMember) (m *qq.Member, err error) {
	err = a.world.read(func(v viewing, now qq.Time) error {
		_, _, t, err := v.both(a.user, op.User, op.Group)
		if err == nil {
			m = shown(t, now)
		}
		return err
	})
	return m, err
}

func (a *actor) kickMember(ctx context.Context, op qq.KickMember) (qq.None, error) {
	return a.change(ctx, func(st *state, _ qq.Time) (change, error) {
		_, me, target, err := st.both(a.user, op.Member, op.Group)
		if err != nil {
			return nil, err
		}
		if err := above(me, target, "kick"); err != nil {
			return nil, err
		}
		return &memberLeft{Group: op.Group, User: op.Member, Operator: a.user, Block: op.Block}, nil
	})
}

func (a *actor) muteMember(ctx context.Context, op qq.MuteMember) (qq.None, error) {
	if op.For < 0 || op.For > qq.MaxMute {
		return qq.None{}, qq.Errorf(qq.ErrInvalid, "a mute of %s is not between 0 and 30 days", op.For)
	}
	return a.change(ctx, func(st *state, now qq.Time) (change, error) {
		_, me, target, err := st.both(a.user, op.Member, op.Group)
		if err != nil {
			return nil, err
		}
		if err := above(me, target, "mute"); err != nil {
			return nil, err
		}
		if op.For == 0 && shown(target, now).MutedUntil == 0 {
			return nil, nil
		}
		seconds := int64((op.For + time.Second - 1) / time.Second) // never 0, which would lift it
		return &memberMuted{Group: op.Group, User: op.Member, Operator: a.user, Seconds: seconds}, nil
	})
}

func (a *actor) muteGroup(ctx context.Context, op qq.MuteGroup) (qq.None, error) {
	return a.change(ctx, func(st *state, _ qq.Time) (change, error) {
		g, me, err := st.inGroup(a.user, op.Group)
		if err != nil {
			return nil, err
		}
		if err := manages(me, "mute everybody"); err != nil || g.Info.WholeMute == op.On {
			return nil, err
		}
		return &groupMuted{Group: op.Group, Operator: a.user, On: op.On}, nil
	})
}

func (a *actor) setCard(ctx context.Context, op qq.SetCard) (qq.None, error) {
	card := clean(op.Card)
	if len(card) > qq.MaxCardBytes {
		return qq.None{}, qq.Errorf(qq.ErrInvalid, "a card of %d bytes is longer than %d", len(card), qq.MaxCardBytes)
	}
	return a.change(ctx, func(st *state, _ qq.Time) (change, error) {
		_, me, target, err := st.both(a.user, op.Member, op.Group)
		if err != nil {
			return nil, err
		}
		if op.Member != a.user {
			if err := above(me, target, "set the card of"); err != nil {
				return nil, err
			}
		}
		if target.Card == card {
			return nil, nil
		}
		return &cardSet{Group: op.Group, User: op.Member, Operator: a.user, Card: card}, nil
	})
}

func (a *actor) setAdmin(ctx context.Context, op qq.SetAdmin) (qq.None, error) {
	return a.change(ctx, func(st *state, _ qq.Time) (change, error) {
		g, me, target, err := st.both(a.user, op.Member, op.Group)
		if err != nil {
			return nil, err
		}
		if err := owns(me, "make or unmake admins"); err != nil {
			return nil, err
		}
		if target.Role == qq.RoleOwner {
			return nil, qq.Errorf(qq.ErrInvalid, "user %d is the owner of group %d and cannot become admin", op.Member, op.Group)
		}
		if (target.Role == qq.RoleAdmin) == op.On {
			return nil, nil
		}
		if op.On && g.admins() >= qq.MaxAdmins {
			return nil, qq.Errorf(qq.ErrForbidden, "group %d has %d admins, which is the limit", op.Group, qq.MaxAdmins)
		}
		return &adminSet{Group: op.Group, User: op.Member, Operator: a.user, On: op.On}, nil
	})
}

func (g *group) admins() int {
	n := 0
	for _, m := range g.Members {
		if m.Role == qq.RoleAdmin {
			n++
		}
	}
	return n
}

func (a *actor) leaveGroup(ctx context.Context, op qq.LeaveGroup) (qq.None, error) {
	return a.change(ctx, func(st *state, _ qq.Time) (change, error) {
		_, me, err := st.inGroup(a.user, op.Group)
		switch {
		case err != nil:
			return nil, err
		case me.Role != qq.RoleOwner:
			return &memberLeft{Group: op.Group, User: a.user}, nil
		case op.Disband:
			return &disbanded{Group: op.Group, Operator: a.user}, nil
		}
		return nil, qq.Errorf(qq.ErrForbidden, "user %d owns group %d and can leave it only by disbanding it", a.user, op.Group)
	})
}
