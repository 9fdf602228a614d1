package sim

import (
	"slices"

	"llbot/protocols/qq"
)

// remarkSet changes what somebody calls a friend.
type remarkSet struct {
	Owner  qq.UserID `json:"owner"`
	User   qq.UserID `json:"user"`
	Remark string    `json:"remark"`
}

func (*remarkSet) kind() string { return "friend_remark" }

func (c *remarkSet) apply(st *state, at qq.Time, out *telling) {
	st.alterFriend(c.Owner, c.User, at, out, func(f *qq.Friend) { f.Remark = c.Remark })
}

// filed moves a friend into another folder.
type filed struct {
	Owner    qq.UserID `json:"owner"`
	User     qq.UserID `json:"user"`
	Category int       `json:"category"`
}

func (*filed) kind() string { return "friend_category" }

func (c *filed) apply(st *state, at qq.Time, out *telling) {
	folder, _ := st.category(c.Owner, c.Category)
	st.alterFriend(c.Owner, c.User, at, out, func(f *qq.Friend) { f.Category = folder })
}

// category is a folder of somebody's friend list.
func (st *state) category(owner qq.UserID, id int) (qq.Category, bool) {
	for _, c := range append([]qq.Category{firstCategory()}, st.of(owner).Categories...) {
		if c.ID == id {
			return c, true
		}
	}
	return firstCategory(), false
}

// categorySet makes a folder, renames it, or with Name "" takes it away: its
// friends go into the first one.
type categorySet struct {
	Owner qq.UserID `json:"owner"`
	ID    int       `json:"id"`
	Name  string    `json:"name,omitempty"`
}

func (*categorySet) kind() string { return "category" }

func (c *categorySet) apply(st *state, at qq.Time, _ *telling) {
	p := st.person(c.Owner)
	p.LastFolder = max(p.LastFolder, c.ID)
	list := slices.Clone(p.Categories)
	i := slices.IndexFunc(list, func(f qq.Category) bool { return f.ID == c.ID })
	folder := qq.Category{ID: c.ID, Name: c.Name}
	switch {
	case c.Name == "":
		list, folder = slices.Delete(list, i, i+1), firstCategory()
	case i < 0:
		list = append(list, folder)
	default:
		list[i] = folder
	}
	for i := range list {
		list[i].Sort = i + 1
		if list[i].ID == c.ID {
			folder = list[i]
		}
	}
	p.Categories = list
	st.refile(c.Owner, c.ID, folder)
}

// refile puts the friends of a folder into what has become of it. Nobody is
// told: this is his own doing.
func (st *state) refile(owner qq.UserID, id int, folder qq.Category) {
	for u, f := range st.Friends[owner] {
		if f.Category.ID == id {
			fresh := *f
			fresh.Category = folder
			st.Friends[owner][u] = &fresh
		}
	}
}

// dropped takes User off Owner's list alone: Owner stays on his.
type dropped struct {
	Owner  qq.UserID `json:"owner"`
	User   qq.UserID `json:"user"`
	Source string    `json:"source,omitempty"` // where they met
}

func (*dropped) kind() string { return "dropped" }

func (c *dropped) apply(st *state, _ qq.Time, out *telling) {
	st.part(c.Owner, c.User, out)
	if st.Friends[c.User][c.Owner] == nil {
		return
	}
	p := st.person(c.Owner)
	if p.HeldBy == nil {
		p.HeldBy = map[qq.UserID]string{}
	}
	p.HeldBy[c.User] = c.Source
}

// pinSet puts a chat on top of somebody's list of chats, or lets go of it.
type pinSet struct {
	User qq.UserID `json:"user"`
	Chat qq.Chat   `json:"chat"`
	On   bool      `json:"on"`
}

func (*pinSet) kind() string { return "pin" }

func (c *pinSet) apply(st *state, _ qq.Time, out *telling) {
	if c.Chat.Scene == qq.SceneGroup {
		st.Groups[c.Chat.Group()].side(c.User, func(s *groupSide) { s.Pinned = c.On })
	} else {
		f := *st.Friends[c.User][c.Chat.User()]
		f.Pinned = c.On
		st.Friends[c.User][c.Chat.User()] = &f
	}
	out.user(c.User, func() qq.Event { return &qq.PinChanged{Chat: c.Chat, On: c.On} })
}

// side changes what a group is to one member.
func (g *group) side(u qq.UserID, edit func(s *groupSide)) {
	if g.Sides == nil {
		g.Sides = map[qq.UserID]groupSide{}
	}
	s := g.Sides[u]
	edit(&s)
	g.Sides[u] = s
}
