package sim

import (
	"cmp"
	"context"

	"llbot/protocols/qq"
)

// GrantHonor gives a member an honour, as QQ does. Who holds it already holds
// it a day longer and nobody is told.
func (w *World) GrantHonor(ctx context.Context, id qq.GroupID, user qq.UserID, h qq.Honor) error {
	if h < qq.HonorTalkative || h > qq.HonorEmotion {
		return qq.Errorf(qq.ErrInvalid, "there is no honour %d", h)
	}
	return w.lasting(ctx, func(st *state, _ qq.Time) (change, error) {
		_, _, err := st.inGroup(user, id)
		return &honored{Group: id, User: user, Honor: h}, err
	})
}

// DrawLucky lets a member win the most of another's (or his own) red packet.
func (w *World) DrawLucky(ctx context.Context, id qq.GroupID, sender, winner qq.UserID) error {
	return w.lasting(ctx, func(st *state, _ qq.Time) (change, error) {
		_, _, _, err := st.both(sender, winner, id)
		return &luckyDrawn{Group: id, Sender: sender, Winner: winner}, err
	})
}

// GrayLine is a line that QQ shows between a group's messages.
type GrayLine struct {
	Group    qq.GroupID `json:"group"`
	Seq      int64      `json:"seq"`      // of the message that it stands under
	Business string     `json:"business"` // QQ's number of the kind of line, "" for 1061, a plain one
	Text     string     `json:"text"`
	Raw      string     `json:"raw,omitempty"` // QQ's own JSON or XML
}

// ShowTip shows a line that as is the cause of to all members.
func (w *World) ShowTip(ctx context.Context, as qq.UserID, l GrayLine) error {
	const plainTip = "1061"
	return w.lasting(ctx, func(st *state, _ qq.Time) (change, error) {
		if _, _, err := st.inGroup(as, l.Group); err != nil {
			return nil, err
		}
		if err := st.standing(qq.MessageRef{Chat: qq.GroupChat(l.Group), Seq: l.Seq}, false); err != nil {
			return nil, err
		}
		l.Business = cmp.Or(l.Business, plainTip)
		return &tipShown{GrayLine: l, User: as}, nil
	})
}

// RankMember sets a member's level in the group, 1 to 100.
func (w *World) RankMember(ctx context.Context, id qq.GroupID, user qq.UserID, level int) error {
	if level < 1 || level > topLevel {
		return qq.Errorf(qq.ErrInvalid, "level %d is not between 1 and %d", level, topLevel)
	}
	return w.lasting(ctx, func(st *state, _ qq.Time) (change, error) {
		_, m, err := st.inGroup(user, id)
		if err != nil || m.Level == level {
			return nil, err
		}
		return &memberRanked{Group: id, User: user, Level: level}, nil
	})
}

// Confirm lets a member confirm that he has read an announcement. ErrInvalid
// when it asks for no confirmation, ErrConflict when he did.
func (w *World) Confirm(ctx context.Context, as qq.UserID, id qq.GroupID, a qq.AnnouncementID) error {
	return w.lasting(ctx, func(st *state, _ qq.Time) (change, error) {
		g, _, err := st.inGroup(as, id)
		if err != nil {
			return nil, err
		}
		if err := g.hangs(a); err != nil {
			return nil, err
		}
		b := g.shownBoard()
		e := b.Announcements[b.announcement(a)]
		switch {
		case !e.Said.Confirm:
			return nil, qq.Errorf(qq.ErrInvalid, "announcement %q asks for no confirmation", a)
		case e.Confirmed[as]:
			return nil, qq.Errorf(qq.ErrConflict, "user %d has confirmed announcement %q already", as, a)
		}
		return &confirmed{Group: id, ID: a, User: as}, nil
	})
}

// GroupTuning is what QQ's side of a group may be changed to; nil stays.
type GroupTuning struct {
	Group       qq.GroupID
	MaxMembers  *int // at least as many as there are
	Description *string
}

// TuneGroup changes what no operation of an account does.
func (w *World) TuneGroup(ctx context.Context, t GroupTuning) error {
	return w.lasting(ctx, func(st *state, _ qq.Time) (change, error) {
		g := st.Groups[t.Group]
		if g == nil {
			return nil, qq.Errorf(qq.ErrNotFound, "there is no group %d", t.Group)
		}
		if t.MaxMembers != nil && *t.MaxMembers < len(g.Members) {
			return nil, qq.Errorf(qq.ErrInvalid, "group %d has %d members, which is more than %d", t.Group, len(g.Members), *t.MaxMembers)
		}
		c := &groupOptionsSet{Group: t.Group, MaxMembers: t.MaxMembers, Description: cleaned(t.Description)}
		if info, _ := c.from(g); info == *g.Info {
			return nil, nil
		}
		return c, nil
	})
}
