package sim

import (
	"slices"

	"llbot/protocols/qq"
)

// announced puts an announcement up. No table knows an event of that.
type announced struct {
	ID        qq.AnnouncementID `json:"id"`
	Group     qq.GroupID        `json:"group"`
	Author    qq.UserID         `json:"author"`
	Text      string            `json:"text"`
	Image     *qq.Media         `json:"image,omitempty"`
	Pinned    bool              `json:"pinned,omitempty"`
	Confirm   bool              `json:"confirm,omitempty"`
	EditCard  bool              `json:"edit_card,omitempty"`
	Popup     bool              `json:"popup,omitempty"`
	Newcomers bool              `json:"newcomers,omitempty"`
}

func (*announced) kind() string { return "announced" }

func (c *announced) apply(st *state, at qq.Time, _ *telling) {
	g := st.Groups[c.Group]
	b := g.posted()
	b.Announcements = newest(append(b.Announcements, &announcement{Said: qq.Announcement{
		ID: c.ID, Group: c.Group, Author: c.Author, Time: at, Text: c.Text, Image: c.Image, Pinned: c.Pinned,
		Confirm: c.Confirm, EditCard: c.EditCard, Popup: c.Popup, Newcomers: c.Newcomers,
	}}), boardLimit)
	g.headline()
}

// headline makes the first announcement that of the group's description.
func (g *group) headline() {
	text := ""
	if list := g.shownBoard().sorted(); len(list) > 0 {
		text = list[0].Said.Text
	}
	g.edit(func(info *qq.Group) { info.Announcement = text })
}

// unannounced takes an announcement down.
type unannounced struct {
	Group    qq.GroupID        `json:"group"`
	ID       qq.AnnouncementID `json:"id"`
	Operator qq.UserID         `json:"operator"`
}

func (*unannounced) kind() string { return "unannounced" }

func (c *unannounced) apply(st *state, _ qq.Time, _ *telling) {
	g := st.Groups[c.Group]
	b := g.posted()
	i := b.announcement(c.ID)
	b.Announcements = slices.Delete(b.Announcements, i, i+1)
	g.headline()
}

// confirmed notes that a member has read an announcement.
type confirmed struct {
	Group qq.GroupID        `json:"group"`
	ID    qq.AnnouncementID `json:"id"`
	User  qq.UserID         `json:"user"`
}

func (*confirmed) kind() string { return "announcement_confirmed" }

func (c *confirmed) apply(st *state, _ qq.Time, _ *telling) {
	b := st.Groups[c.Group].posted()
	i := b.announcement(c.ID)
	b.Announcements[i] = &announcement{Said: b.Announcements[i].Said, Confirmed: with(b.Announcements[i].Confirmed, c.User)}
}

// essenceSet keeps a message as essence, or lets go of it.
type essenceSet struct {
	Group    qq.GroupID `json:"group"`
	Seq      int64      `json:"seq"`
	Operator qq.UserID  `json:"operator"`
	On       bool       `json:"on"`
}

func (*essenceSet) kind() string { return "essence" }

func (c *essenceSet) apply(st *state, at qq.Time, out *telling) {
	g := st.Groups[c.Group]
	b := g.posted()
	var sender qq.UserID
	if c.On {
		m := st.find(groupKey(c.Group), c.Seq)
		sender = m.Sender
		b.Essence = append(b.Essence, &essence{Seq: c.Seq, Time: m.Time, Sender: sender, Operator: c.Operator, Added: at,
			Segments: m.Segments.Clone()})
	} else {
		i := b.essence(c.Seq)
		sender = b.Essence[i].Sender
		b.Essence = slices.Delete(b.Essence, i, i+1)
	}
	out.group(g, func(qq.UserID) qq.Event {
		return &qq.EssenceChanged{MessageRef: qq.MessageRef{Chat: qq.GroupChat(c.Group), Seq: c.Seq},
			Sender: sender, Operator: c.Operator, On: c.On}
	})
}

// todoStepped sets a to-do, takes it back, or notes that somebody did it. No
// table knows an event of that.
type todoStepped struct {
	Group qq.GroupID  `json:"group"`
	Seq   int64       `json:"seq"`
	User  qq.UserID   `json:"user"`
	Step  qq.TodoStep `json:"step"`
}

func (*todoStepped) kind() string { return "todo" }

func (c *todoStepped) apply(st *state, at qq.Time, _ *telling) {
	b := st.Groups[c.Group].posted()
	i := b.todo(c.Seq)
	switch c.Step {
	case qq.TodoSet:
		b.Todos = newest(append(b.Todos, &todo{Seq: c.Seq, Operator: c.User, Time: at}), todoLimit)
	case qq.TodoCancel:
		b.Todos = slices.Delete(b.Todos, i, i+1)
	case qq.TodoDone:
		done := *b.Todos[i]
		done.Done = with(done.Done, c.User)
		b.Todos[i] = &done
	}
}
