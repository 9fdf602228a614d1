package sim

import (
	"context"
	"slices"
	"strconv"

	"llbot/protocols/qq"
)

// essencePage is the length of a page of essence when none is stated.
const essencePage = 50

func (a *actor) listAnnouncements(_ context.Context, op qq.ListAnnouncements) (list []*qq.Announcement, err error) {
	list = []*qq.Announcement{}
	err = a.world.read(func(v viewing, _ qq.Time) error {
		g, _, err := v.inGroup(a.user, op.Group)
		if err != nil {
			return err
		}
		for _, e := range g.shownBoard().sorted() {
			list = append(list, v.announcement(e))
		}
		return nil
	})
	return list, err
}

func (v viewing) announcement(e *announcement) *qq.Announcement {
	own := e.Said
	own.Confirmed = len(e.Confirmed)
	if own.Image != nil {
		img := *own.Image
		img.URL = v.url(img.ID)
		own.Image = &img
	}
	return &own
}

func (a *actor) postAnnouncement(ctx context.Context, op qq.PostAnnouncement) (qq.None, error) {
	c := &announced{Group: op.Group, Author: a.user, Text: clean(op.Text), Pinned: op.Pinned, Confirm: op.Confirm,
		EditCard: op.EditCard, Popup: op.Popup, Newcomers: op.Newcomers}
	if c.Text == "" {
		return qq.None{}, qq.Errorf(qq.ErrInvalid, "an announcement needs text")
	}
	err := within("announcement", c.Text, qq.MaxAnnouncement)
	if err == nil && op.Image != nil {
		c.Image, err = a.world.picture(op.Image)
	}
	if err != nil {
		return qq.None{}, err
	}
	return a.change(ctx, func(st *state, _ qq.Time) (change, error) {
		if _, err := st.managed(a.user, op.Group, "put announcements up"); err != nil {
			return nil, err
		}
		// A record's number is given once, and so is the announcement's.
		c.ID = qq.AnnouncementID(strconv.FormatUint(st.Record+1, 16))
		return c, nil
	})
}

func (a *actor) deleteAnnouncement(ctx context.Context, op qq.DeleteAnnouncement) (qq.None, error) {
	return a.change(ctx, func(st *state, _ qq.Time) (change, error) {
		g, err := st.managed(a.user, op.Group, "take announcements down")
		if err != nil {
			return nil, err
		}
		if err := g.hangs(op.ID); err != nil {
			return nil, err
		}
		return &unannounced{Group: op.Group, ID: op.ID, Operator: a.user}, nil
	})
}

// hangs refuses an announcement that is not there.
func (g *group) hangs(id qq.AnnouncementID) error {
	if g.shownBoard().announcement(id) < 0 {
		return qq.Errorf(qq.ErrNotFound, "group %d has no announcement %q", g.Info.ID, id)
	}
	return nil
}

func (a *actor) listEssence(_ context.Context, op qq.ListEssence) (page *qq.Essences, err error) {
	if op.Page < 0 || op.Size < 0 {
		return nil, qq.Errorf(qq.ErrInvalid, "page %d of %d messages makes no sense", op.Page, op.Size)
	}
	if op.Size == 0 {
		op.Size = essencePage
	}
	page = &qq.Essences{Messages: []*qq.Essence{}}
	err = a.world.read(func(v viewing, _ qq.Time) error {
		g, _, err := v.inGroup(a.user, op.Group)
		if err != nil {
			return err
		}
		list := g.shownBoard().Essence
		size := min(op.Size, len(list))
		high := max(0, len(list)-size*min(op.Page, len(list)))
		low := max(0, high-size)
		for _, e := range slices.Backward(list[low:high]) {
			page.Messages = append(page.Messages, v.essence(g, e, a.user))
		}
		page.Last = low == 0
		return nil
	})
	return page, err
}

func (v viewing) essence(g *group, e *essence, viewer qq.UserID) *qq.Essence {
	k := groupKey(g.Info.ID)
	return &qq.Essence{
		MessageRef: qq.MessageRef{Chat: qq.GroupChat(g.Info.ID), Seq: e.Seq}, Time: e.Time, Added: e.Added,
		Sender: e.Sender, SenderName: v.nameIn(g, e.Sender), Operator: e.Operator, OperatorName: v.nameIn(g, e.Operator),
		Segments: v.segments(k, e.Segments, viewer, true),
	}
}

// setEssence lets go of a message also when that itself is gone.
func (a *actor) setEssence(ctx context.Context, op qq.SetEssence) (qq.None, error) {
	return a.change(ctx, func(st *state, _ qq.Time) (change, error) {
		g, err := st.boardOf(a.user, op.Ref)
		if err != nil {
			return nil, err
		}
		if err := manages(g.Members[a.user], "choose essence"); err != nil {
			return nil, err
		}
		kept := g.shownBoard().essence(op.Ref.Seq) >= 0
		if err := st.standing(op.Ref, kept); err != nil {
			return nil, err
		}
		switch {
		case kept == op.On:
			return nil, qq.Errorf(qq.ErrConflict, "message %s is essence: %t", op.Ref, kept)
		case op.On && len(g.shownBoard().Essence) >= qq.MaxEssencePerGroup:
			return nil, qq.Errorf(qq.ErrForbidden, "group %d has %d essence messages, which is the limit", g.Info.ID, qq.MaxEssencePerGroup)
		}
		return &essenceSet{Group: g.Info.ID, Seq: op.Ref.Seq, Operator: a.user, On: op.On}, nil
	})
}

// boardOf is the group of a message that is named, if u is in it.
func (st *state) boardOf(u qq.UserID, ref qq.MessageRef) (*group, error) {
	if ref.Scene != qq.SceneGroup {
		return nil, qq.Errorf(qq.ErrInvalid, "message %s is of no group", ref)
	}
	g, _, err := st.inGroup(u, ref.Group())
	return g, err
}

// standing refuses a message that is not there, or was recalled, unless a copy
// of it is kept.
func (st *state) standing(ref qq.MessageRef, kept bool) error {
	if m := st.find(groupKey(ref.Group()), ref.Seq); !kept && (m == nil || m.Recalled) {
		return qq.Errorf(qq.ErrNotFound, "there is no message %s", ref)
	}
	return nil
}

func (a *actor) setTodo(ctx context.Context, op qq.SetTodo) (qq.None, error) {
	return a.change(ctx, func(st *state, _ qq.Time) (change, error) {
		g, err := st.boardOf(a.user, op.Ref)
		if err != nil {
			return nil, err
		}
		if err := st.mayStep(g, a.user, op); err != nil {
			return nil, err
		}
		return &todoStepped{Group: g.Info.ID, Seq: op.Ref.Seq, User: a.user, Step: op.Step}, nil
	})
}

// mayStep: owner and admins set and cancel, everybody does; each once.
func (st *state) mayStep(g *group, u qq.UserID, op qq.SetTodo) error {
	if op.Step < qq.TodoSet || op.Step > qq.TodoDone {
		return qq.Errorf(qq.ErrInvalid, "a to-do has no step %d", op.Step)
	}
	if op.Step != qq.TodoDone {
		if err := manages(g.Members[u], "set to-dos"); err != nil {
			return err
		}
	}
	b := g.shownBoard()
	i := b.todo(op.Ref.Seq)
	switch {
	case op.Step == qq.TodoSet && i >= 0:
		return qq.Errorf(qq.ErrConflict, "message %s is a to-do already", op.Ref)
	case op.Step == qq.TodoSet:
		return st.standing(op.Ref, false)
	case i < 0:
		return qq.Errorf(qq.ErrNotFound, "message %s is no to-do", op.Ref)
	case op.Step == qq.TodoDone && b.Todos[i].Done[u]:
		return qq.Errorf(qq.ErrConflict, "user %d has done %s already", u, op.Ref)
	}
	return nil
}
