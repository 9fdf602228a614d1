package sim

import (
	"maps"
	"slices"

	"llbot/protocols/qq"
)

// What a group keeps at most, the oldest going first.
const (
	boardLimit = 100 // announcements
	todoLimit  = 100 // to-dos
	honorLimit = 200 // honours, those of former holders included
)

// groupOptions are what SetGroupOptions sets beside what qq.Group shows. The
// zero value is how a new group begins.
type groupOptions struct {
	Answer         string `json:",omitempty"`
	NoRobotInvites bool   `json:",omitempty"` // by plain members
	RobotsAtOnce   bool   `json:",omitempty"` // invited by plain members, without an admin's consent
	HiddenNumber   bool   `json:",omitempty"`
	HiddenText     bool   `json:",omitempty"`
}

// groupSide is what one member made of a group for himself.
type groupSide struct {
	Remark string        `json:",omitempty"`
	Pinned bool          `json:",omitempty"` // on top of his chats
	Notify qq.NotifyMode `json:",omitempty"` // 0 is as the group begins
}

// board is what a group puts up. Its entries are replaced, never changed.
type board struct {
	Announcements []*announcement `json:",omitempty"` // oldest first
	Essence       []*essence      `json:",omitempty"` // in the order they were added
	Todos         []*todo         `json:",omitempty"` // oldest first
}

// announcement is one of a group with those who confirmed it. The picture has
// no URL, which views add.
type announcement struct {
	Said      qq.Announcement
	Confirmed map[qq.UserID]bool `json:",omitempty"`
}

// essence is a copy of a message that the group keeps.
type essence struct {
	Seq      int64
	Time     qq.Time
	Sender   qq.UserID
	Operator qq.UserID
	Added    qq.Time
	Segments qq.Segments `json:",omitempty"`
}

// todo is a message that the members are to see to, and who has.
type todo struct {
	Seq      int64
	Operator qq.UserID
	Time     qq.Time
	Done     map[qq.UserID]bool `json:",omitempty"`
}

// posted is the group's board, to be changed.
func (g *group) posted() *board {
	if g.Board == nil {
		g.Board = &board{}
	}
	return g.Board
}

// shownBoard is the group's board, to be read.
func (g *group) shownBoard() board {
	if g.Board == nil {
		return board{}
	}
	return *g.Board
}

func (b board) announcement(id qq.AnnouncementID) int {
	return slices.IndexFunc(b.Announcements, func(a *announcement) bool { return a.Said.ID == id })
}

func (b board) essence(seq int64) int {
	return slices.IndexFunc(b.Essence, func(e *essence) bool { return e.Seq == seq })
}

func (b board) todo(seq int64) int {
	return slices.IndexFunc(b.Todos, func(t *todo) bool { return t.Seq == seq })
}

// with is a copy of a set with one more in it.
func with(set map[qq.UserID]bool, u qq.UserID) map[qq.UserID]bool {
	own := maps.Clone(set)
	if own == nil {
		own = map[qq.UserID]bool{}
	}
	own[u] = true
	return own
}

// sorted is the announcements as they hang: pinned ones first, then the newest.
func (b board) sorted() []*announcement {
	list := slices.Clone(b.Announcements)
	slices.Reverse(list)
	slices.SortStableFunc(list, func(x, y *announcement) int {
		switch {
		case x.Said.Pinned == y.Said.Pinned:
			return 0
		case x.Said.Pinned:
			return -1
		}
		return 1
	})
	return list
}

// edit renews the group's description.
func (g *group) edit(change func(info *qq.Group)) {
	info := *g.Info
	change(&info)
	g.Info = &info
}

// forget drops what a group kept of somebody who is in it no longer.
func (g *group) forget(u qq.UserID) {
	delete(g.AtAll, u)
	delete(g.Sides, u)
	if g.Days != nil {
		g.Days.forget(u)
	}
}

// group is a group as viewer sees it: what all see, unless he has something of
// his own.
func (v viewing) group(g *group, viewer qq.UserID) *qq.Group {
	side, own := g.Sides[viewer]
	var muted qq.Time
	if m := g.Members[viewer]; m != nil && m.MutedUntil > v.now {
		muted = m.MutedUntil
	}
	if !own && muted == 0 && g.Picture == "" {
		return g.Info
	}
	info := *g.Info
	info.Remark, info.Pinned, info.MutedUntil = side.Remark, side.Pinned, muted
	if side.Notify != 0 {
		info.Notify = side.Notify
	}
	if g.Picture != "" {
		info.Avatar = v.url(g.Picture)
	}
	return &info
}

// nameIn is what a group calls somebody, also one who has left.
func (v viewing) nameIn(g *group, u qq.UserID) string {
	if m := g.Members[u]; m != nil {
		return m.Name()
	}
	return v.nickname(u)
}
