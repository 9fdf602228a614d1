package sim

import "llbot/protocols/qq"

// groupCreated founds a group. Each account in it is told only that it is in:
// a record must not make more than 16 events for one account.
type groupCreated struct {
	ID         qq.GroupID  `json:"id"`
	Name       string      `json:"name"`
	Owner      qq.UserID   `json:"owner"`
	MaxMembers int         `json:"max_members"`
	Admins     []qq.UserID `json:"admins,omitempty"`
	Members    []qq.UserID `json:"members,omitempty"` // plain ones
}

func (*groupCreated) kind() string { return "group" }

func (c *groupCreated) apply(st *state, at qq.Time, out *telling) {
	g := &group{
		Info: &qq.Group{ID: c.ID, Name: c.Name, Owner: c.Owner, MaxMembers: c.MaxMembers, Created: at,
			Notify: qq.NotifyLoud, Join: qq.JoinAsk},
		Members: map[qq.UserID]*qq.Member{},
	}
	st.Groups[c.ID] = g
	st.join(g, joining{user: c.Owner, role: qq.RoleOwner}, at, nobody())
	for _, u := range c.Admins {
		st.join(g, joining{user: u, role: qq.RoleAdmin}, at, nobody())
	}
	for _, u := range c.Members {
		st.join(g, joining{user: u}, at, nobody())
	}
	out.group(g, func(viewer qq.UserID) qq.Event {
		return &qq.MemberIncreased{Group: c.ID, User: viewer, Member: g.Members[viewer], Self: true}
	})
}

// joining says who comes into a group, and how.
type joining struct {
	user, operator, inviter qq.UserID
	role                    qq.Role
}

func (st *state) join(g *group, j joining, at qq.Time, out *telling) {
	m := withProfile(qq.Member{Group: g.Info.ID, User: j.user, Level: 1, Role: j.role, Joined: at}, st.Users[j.user])
	g.Members[j.user] = m
	g.counted()
	out.group(g, func(viewer qq.UserID) qq.Event {
		return &qq.MemberIncreased{Group: g.Info.ID, User: j.user, Operator: j.operator, Inviter: j.inviter,
			Member: m, Self: viewer == j.user}
	})
}

// counted renews the group's description after its members changed.
func (g *group) counted() {
	info := *g.Info
	info.Members = len(g.Members)
	g.Info = &info
}

// memberLeft takes a member out; Operator is 0 when he left by himself.
type memberLeft struct {
	Group    qq.GroupID `json:"group"`
	User     qq.UserID  `json:"user"`
	Operator qq.UserID  `json:"operator,omitempty"`
	Block    bool       `json:"block,omitempty"`
}

func (*memberLeft) kind() string { return "left" }

func (c *memberLeft) apply(st *state, at qq.Time, out *telling) {
	g := st.Groups[c.Group]
	m := shown(g.Members[c.User], at)
	out.group(g, func(viewer qq.UserID) qq.Event {
		return &qq.MemberDecreased{Group: c.Group, User: c.User, Operator: c.Operator, Member: m, Self: viewer == c.User}
	})
	delete(g.Members, c.User)
	g.forget(c.User)
	g.counted()
	if c.Block {
		g.block(c.User)
	}
	kind := qq.NoticeQuit
	if c.Operator != 0 {
		kind = qq.NoticeKick
	}
	st.notice(&qq.GroupNotice{Kind: kind, Group: c.Group, Target: c.User, Operator: c.Operator})
}

// block refuses somebody for good.
func (g *group) block(u qq.UserID) {
	if g.Blocked == nil {
		g.Blocked = map[qq.UserID]bool{}
	}
	g.Blocked[u] = true
}

// notice adds a line to the group notifications and numbers it.
func (st *state) notice(n *qq.GroupNotice) {
	st.NoticeSeq++
	n.Seq = st.NoticeSeq
	st.Notices = newest(append(st.Notices, n), requestLimit)
}

// disbanded ends a group. The chat's numbering outlives it.
type disbanded struct {
	Group    qq.GroupID `json:"group"`
	Operator qq.UserID  `json:"operator"`
}

func (*disbanded) kind() string { return "disbanded" }

func (c *disbanded) apply(st *state, _ qq.Time, out *telling) {
	out.group(st.Groups[c.Group], func(qq.UserID) qq.Event {
		return &qq.GroupDisbanded{Group: c.Group, Operator: c.Operator}
	})
	delete(st.Groups, c.Group)
	if talk := st.Chats[groupKey(c.Group)]; talk != nil {
		talk.Messages = nil
	}
}

// alter replaces a member by a changed copy and gives that.
func (g *group) alter(u qq.UserID, at qq.Time, edit func(m *qq.Member)) *qq.Member {
	fresh := *shown(g.Members[u], at)
	edit(&fresh)
	g.Members[u] = &fresh
	return &fresh
}

// memberMuted silences a member until a time; 0 lifts that.
type memberMuted struct {
	Group    qq.GroupID `json:"group"`
	User     qq.UserID  `json:"user"`
	Operator qq.UserID  `json:"operator"`
	Seconds  int64      `json:"seconds"`
}

func (*memberMuted) kind() string { return "muted" }

func (c *memberMuted) apply(st *state, at qq.Time, out *telling) {
	g := st.Groups[c.Group]
	m := g.alter(c.User, at, func(m *qq.Member) {
		m.MutedUntil = 0
		if c.Seconds > 0 {
			m.MutedUntil = at + qq.Time(c.Seconds*1000)
		}
	})
	out.group(g, func(qq.UserID) qq.Event {
		return &qq.MemberMuted{Group: c.Group, User: c.User, Operator: c.Operator, Seconds: c.Seconds, Member: m}
	})
}

// groupMuted silences everybody but owner and admins, or lifts that.
type groupMuted struct {
	Group    qq.GroupID `json:"group"`
	Operator qq.UserID  `json:"operator"`
	On       bool       `json:"on"`
}

func (*groupMuted) kind() string { return "group_muted" }

func (c *groupMuted) apply(st *state, _ qq.Time, out *telling) {
	g := st.Groups[c.Group]
	info := *g.Info
	info.WholeMute = c.On
	g.Info = &info
	out.group(g, func(qq.UserID) qq.Event {
		return &qq.GroupMuted{Group: c.Group, Operator: c.Operator, On: c.On}
	})
}

// cardSet changes a member's card.
type cardSet struct {
	Group    qq.GroupID `json:"group"`
	User     qq.UserID  `json:"user"`
	Operator qq.UserID  `json:"operator"`
	Card     string     `json:"card"`
}

func (*cardSet) kind() string { return "card" }

func (c *cardSet) apply(st *state, at qq.Time, out *telling) {
	g := st.Groups[c.Group]
	old := g.Members[c.User].Card
	m := g.alter(c.User, at, func(m *qq.Member) { m.Card = c.Card })
	out.group(g, func(qq.UserID) qq.Event {
		return &qq.CardChanged{Group: c.Group, User: c.User, Operator: c.Operator, Old: old, New: c.Card, Member: m}
	})
}

// adminSet makes a member admin or takes that away.
type adminSet struct {
	Group    qq.GroupID `json:"group"`
	User     qq.UserID  `json:"user"`
	Operator qq.UserID  `json:"operator"`
	On       bool       `json:"on"`
}

func (*adminSet) kind() string { return "admin" }

func (c *adminSet) apply(st *state, at qq.Time, out *telling) {
	g := st.Groups[c.Group]
	role, kind := qq.RoleMember, qq.NoticeAdminUnset
	if c.On {
		role, kind = qq.RoleAdmin, qq.NoticeAdminSet
	}
	m := g.alter(c.User, at, func(m *qq.Member) { m.Role = role })
	st.notice(&qq.GroupNotice{Kind: kind, Group: c.Group, Target: c.User, Operator: c.Operator})
	out.group(g, func(qq.UserID) qq.Event {
		return &qq.AdminChanged{Group: c.Group, User: c.User, Operator: c.Operator, On: c.On, Member: m}
	})
}
