package sim

import (
	"context"
	"fmt"
	"slices"

	"llbot/protocols/qq"
)

func (a *actor) clockIn(ctx context.Context, op qq.ClockIn) (qq.None, error) {
	return a.change(ctx, func(st *state, now qq.Time) (change, error) {
		g, _, err := st.inGroup(a.user, op.Group)
		if err != nil {
			return nil, err
		}
		if slices.ContainsFunc(g.today(now), func(s signIn) bool { return s.User == a.user }) {
			return nil, qq.Errorf(qq.ErrConflict, "user %d has signed in to group %d today already", a.user, op.Group)
		}
		return &signedIn{Group: op.Group, User: a.user}, nil
	})
}

func (a *actor) listSignIns(_ context.Context, op qq.ListSignIns) (list []qq.SignIn, err error) {
	list = []qq.SignIn{}
	err = a.world.read(func(v viewing, now qq.Time) error {
		g, _, err := v.inGroup(a.user, op.Group)
		if err != nil {
			return err
		}
		for i, s := range g.today(now) {
			list = append(list, qq.SignIn{User: s.User, Nickname: v.nickname(s.User), Time: s.Time, Rank: i + 1})
		}
		return nil
	})
	return list, err
}

// listHonors gives the holders of honours, the latest first; of the talkative
// the former ones as well.
func (a *actor) listHonors(_ context.Context, op qq.ListHonors) (list []qq.HonorHolder, err error) {
	if op.Only > qq.HonorEmotion {
		return nil, qq.Errorf(qq.ErrInvalid, "there is no honour %d", op.Only)
	}
	list = []qq.HonorHolder{}
	err = a.world.read(func(v viewing, _ qq.Time) error {
		g, _, err := v.inGroup(a.user, op.Group)
		if err != nil || g.Days == nil {
			return err
		}
		for _, h := range slices.Backward(g.Days.Honors) {
			if op.Only == 0 || op.Only == h.Honor {
				list = append(list, v.holder(h))
			}
		}
		return nil
	})
	return list, err
}

func (v viewing) holder(h honor) qq.HonorHolder {
	holder := qq.HonorHolder{Honor: h.Honor, User: h.User, Nickname: v.nickname(h.User), Description: h.describe()}
	if u := v.Users[h.User]; u != nil {
		holder.Avatar = u.Avatar
	}
	if h.Honor == qq.HonorTalkative {
		holder.Days, holder.Current = h.Days, h.Current
	}
	return holder
}

// describe is the words that QQ puts beside the name.
func (h honor) describe() string {
	switch h.Honor {
	case qq.HonorTalkative:
		return fmt.Sprintf("蝉联%d天", h.Days)
	case qq.HonorPerformer:
		return fmt.Sprintf("连续发言%d天", performerDays)
	case qq.HonorLegend:
		return fmt.Sprintf("连续发言%d天", legendDays)
	}
	return ""
}
