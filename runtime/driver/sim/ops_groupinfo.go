package sim

import (
	"context"
	"unicode/utf8"

	"llbot/protocols/qq"
)

// serveGroupBook adds what a group is, puts up and counts.
func serveGroupBook(h *abilities) {
	qq.ServeShared(h, (*actor).setGroupName)
	qq.ServeShared(h, (*actor).setGroupAvatar)
	qq.ServeShared(h, (*actor).setGroupRemark)
	qq.ServeShared(h, (*actor).setGroupNotify)
	qq.ServeShared(h, (*actor).setGroupOptions)
	qq.ServeShared(h, (*actor).setTitle)
	qq.ServeShared(h, (*actor).listMuted)
	qq.ServeShared(h, (*actor).getAtAllQuota)
	qq.ServeShared(h, (*actor).clockIn)
	qq.ServeShared(h, (*actor).listSignIns)
	qq.ServeShared(h, (*actor).listHonors)
	qq.ServeShared(h, (*actor).listAnnouncements)
	qq.ServeShared(h, (*actor).postAnnouncement)
	qq.ServeShared(h, (*actor).deleteAnnouncement)
	qq.ServeShared(h, (*actor).listEssence)
	qq.ServeShared(h, (*actor).setEssence)
	qq.ServeShared(h, (*actor).setTodo)
}

// within refuses text of more than limit characters.
func within(what, text string, limit int) error {
	if n := utf8.RuneCountInString(text); n > limit {
		return qq.Errorf(qq.ErrInvalid, "a %s of %d characters is longer than %d", what, n, limit)
	}
	return nil
}

func (a *actor) setGroupName(ctx context.Context, op qq.SetGroupName) (qq.None, error) {
	name := clean(op.Name)
	if name == "" {
		return qq.None{}, qq.Errorf(qq.ErrInvalid, "a group needs a name")
	}
	if err := within("group name", name, qq.MaxGroupName); err != nil {
		return qq.None{}, err
	}
	return a.change(ctx, func(st *state, _ qq.Time) (change, error) {
		g, err := st.managed(a.user, op.Group, "rename it")
		if err != nil || g.Info.Name == name {
			return nil, err
		}
		return &groupRenamed{Group: op.Group, Operator: a.user, Name: name}, nil
	})
}

// managed is the group, if u is its owner or an admin of it.
func (st *state) managed(u qq.UserID, id qq.GroupID, deed string) (*group, error) {
	g, me, err := st.inGroup(u, id)
	if err != nil {
		return nil, err
	}
	return g, manages(me, deed)
}

func (a *actor) setGroupAvatar(ctx context.Context, op qq.SetGroupAvatar) (qq.None, error) {
	picture, err := a.world.picture(op.Picture)
	if err != nil {
		return qq.None{}, err
	}
	return a.change(ctx, func(st *state, _ qq.Time) (change, error) {
		g, err := st.managed(a.user, op.Group, "change its picture")
		if err != nil || g.Picture == picture.ID {
			return nil, err
		}
		return &groupPictureSet{Group: op.Group, Operator: a.user, Picture: picture.ID}, nil
	})
}

// picture is what the media store knows of a picture, as the world keeps it.
func (w *World) picture(m *qq.Media) (*qq.Media, error) {
	if m == nil {
		return nil, qq.Errorf(qq.ErrInvalid, "a picture is needed")
	}
	known, err := w.blob(m, "image")
	if err != nil {
		return nil, err
	}
	return &known, nil
}

func (a *actor) setGroupRemark(ctx context.Context, op qq.SetGroupRemark) (qq.None, error) {
	remark := clean(op.Remark)
	if err := within("remark", remark, qq.MaxRemark); err != nil {
		return qq.None{}, err
	}
	return a.setSide(ctx, op.Group, func(s *groupSide) { s.Remark = remark })
}

func (a *actor) setGroupNotify(ctx context.Context, op qq.SetGroupNotify) (qq.None, error) {
	if op.Mode < qq.NotifyLoud || op.Mode > qq.NotifySilent {
		return qq.None{}, qq.Errorf(qq.ErrInvalid, "there is no way %d for messages to reach the account", op.Mode)
	}
	return a.setSide(ctx, op.Group, func(s *groupSide) { s.Notify = op.Mode })
}

// setSide changes what a group is to the user. Blocked messages still reach an
// account: the mode is the client's.
func (a *actor) setSide(ctx context.Context, id qq.GroupID, edit func(*groupSide)) (qq.None, error) {
	return a.change(ctx, func(st *state, _ qq.Time) (change, error) {
		g, _, err := st.inGroup(a.user, id)
		if err != nil {
			return nil, err
		}
		fresh := g.Sides[a.user]
		edit(&fresh)
		if fresh == g.Sides[a.user] {
			return nil, nil
		}
		return &groupSideSet{Group: id, User: a.user, Remark: fresh.Remark, Notify: fresh.Notify}, nil
	})
}

func (a *actor) setGroupOptions(ctx context.Context, op qq.SetGroupOptions) (qq.None, error) {
	if op.Join != nil && *op.Join == 0 {
		return qq.None{}, qq.Errorf(qq.ErrInvalid, "a way of joining is needed, from %d to %d", qq.JoinFree, qq.JoinReview)
	}
	c := &groupOptionsSet{Group: op.Group, Operator: a.user, Join: op.Join, Question: cleaned(op.Question), Answer: cleaned(op.Answer),
		RobotInvites: op.RobotInvites, RobotApproval: op.RobotApproval, FoundByNumber: op.FoundByNumber, FoundByText: op.FoundByText}
	return a.change(ctx, func(st *state, _ qq.Time) (change, error) {
		g, err := st.managed(a.user, op.Group, "change how it is joined")
		if err != nil {
			return nil, err
		}
		info, o := c.from(g)
		if err := joinable(info, o); err != nil || info == *g.Info && o == g.Options {
			return nil, err
		}
		return c, nil
	})
}

func cleaned(text *string) *string {
	if text == nil {
		return nil
	}
	own := clean(*text)
	return &own
}

// joinable checks what the options would come to.
func joinable(info qq.Group, o groupOptions) error {
	asks := info.Join == qq.JoinAnswer || info.Join == qq.JoinReview
	switch {
	case info.Join > qq.JoinReview:
		return qq.Errorf(qq.ErrInvalid, "there is no way %d of joining", info.Join)
	case asks && info.Question == "":
		return qq.Errorf(qq.ErrInvalid, "joining by a question needs one")
	case info.Join == qq.JoinAnswer && o.Answer == "":
		return qq.Errorf(qq.ErrInvalid, "joining by the right answer needs one")
	}
	if err := within("question", info.Question, qq.MaxComment); err != nil {
		return err
	}
	return within("answer", o.Answer, qq.MaxAnswer)
}

func (a *actor) setTitle(ctx context.Context, op qq.SetTitle) (qq.None, error) {
	return a.change(ctx, func(st *state, now qq.Time) (change, error) {
		return st.title(a.user, op, 0, now)
	})
}

// title decides on a title; seconds 0 is for good.
func (st *state) title(owner qq.UserID, op qq.SetTitle, seconds int64, now qq.Time) (change, error) {
	title := clean(op.Title)
	if len(title) > qq.MaxTitleBytes {
		return nil, qq.Errorf(qq.ErrInvalid, "a title of %d bytes is longer than %d", len(title), qq.MaxTitleBytes)
	}
	_, me, target, err := st.both(owner, op.Member, op.Group)
	if err != nil {
		return nil, err
	}
	if err := owns(me, "give titles"); err != nil {
		return nil, err
	}
	if have := shown(target, now); have.Title == title && have.TitleUntil == 0 && seconds == 0 {
		return nil, nil
	}
	return &titleSet{Group: op.Group, User: op.Member, Operator: owner, Title: title, Seconds: seconds}, nil
}

func (a *actor) listMuted(_ context.Context, op qq.ListMuted) (list []*qq.Member, err error) {
	list = []*qq.Member{}
	err = a.world.read(func(v viewing, now qq.Time) error {
		g, _, err := v.inGroup(a.user, op.Group)
		if err != nil {
			return err
		}
		for _, m := range sortedValues(g.Members) {
			if m = shown(m, now); m.MutedUntil != 0 {
				list = append(list, m)
			}
		}
		return nil
	})
	return list, err
}

func (a *actor) getAtAllQuota(_ context.Context, op qq.GetAtAllQuota) (q qq.AtAllQuota, err error) {
	err = a.world.read(func(v viewing, now qq.Time) error {
		g, me, err := v.inGroup(a.user, op.Group)
		if err != nil {
			return err
		}
		q.Group = qq.MaxAtAllPerGroup - g.AllAtAll.used(now)
		if q.Allowed = me.Role > qq.RoleMember; q.Allowed {
			q.Own = min(qq.MaxAtAllPerAdmin-g.AtAll[a.user].used(now), q.Group)
		}
		return nil
	})
	return q, err
}
