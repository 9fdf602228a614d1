package sim

import "llbot/protocols/qq"

// scenePlaced tells of which scene a world began: its digest.
type scenePlaced struct {
	Digest string `json:"digest"`
}

func (*scenePlaced) kind() string { return "scene" }

func (c *scenePlaced) apply(st *state, _ qq.Time, _ *telling) { st.Scene = c.Digest }

// groupPlaced puts a group into a new world as it is, with all its members.
type groupPlaced struct {
	Group   qq.Group       `json:"group"`
	Members []placedMember `json:"members"`
	Blocked []qq.UserID    `json:"blocked,omitempty"`
	Answer  string         `json:"answer,omitempty"`
}

// placedMember is a member without what follows from his profile.
type placedMember struct {
	User       qq.UserID `json:"u"`
	Role       qq.Role   `json:"r,omitempty"`
	Card       string    `json:"c,omitempty"`
	Title      string    `json:"t,omitempty"`
	Level      int       `json:"l,omitempty"`
	Joined     qq.Time   `json:"j,omitempty"`
	LastSpoke  qq.Time   `json:"s,omitempty"`
	MutedUntil qq.Time   `json:"m,omitempty"`
}

func (*groupPlaced) kind() string { return "group_placed" }

func (c *groupPlaced) apply(st *state, at qq.Time, _ *telling) {
	info := c.Group
	g := &group{Info: &info, Members: make(map[qq.UserID]*qq.Member, len(c.Members))}
	for _, p := range c.Members {
		m := qq.Member{Group: info.ID, User: p.User, Role: p.Role, Card: p.Card, Title: p.Title, Level: max(p.Level, 1),
			Joined: p.Joined, LastSpoke: p.LastSpoke, MutedUntil: p.MutedUntil}
		if m.Joined == 0 {
			m.Joined = at
		}
		if m.Role == qq.RoleOwner {
			info.Owner = m.User
		}
		g.Members[p.User] = withProfile(m, st.Users[p.User])
	}
	g.counted()
	for _, u := range c.Blocked {
		g.block(u)
	}
	g.Options.Answer = c.Answer
	st.Groups[info.ID] = g
}
