package sim

import "llbot/protocols/qq"

// groupRenamed gives a group another name.
type groupRenamed struct {
	Group    qq.GroupID `json:"group"`
	Operator qq.UserID  `json:"operator"`
	Name     string     `json:"name"`
}

func (*groupRenamed) kind() string { return "group_name" }

func (c *groupRenamed) apply(st *state, _ qq.Time, out *telling) {
	g := st.Groups[c.Group]
	old := g.Info.Name
	g.edit(func(info *qq.Group) { info.Name = c.Name })
	out.group(g, func(qq.UserID) qq.Event {
		return &qq.GroupRenamed{Group: c.Group, Operator: c.Operator, Old: old, New: c.Name}
	})
}

// groupPictureSet changes a group's picture. No table knows an event of that.
type groupPictureSet struct {
	Group    qq.GroupID    `json:"group"`
	Operator qq.UserID     `json:"operator"`
	Picture  qq.ResourceID `json:"picture"`
}

func (*groupPictureSet) kind() string { return "group_picture" }

func (c *groupPictureSet) apply(st *state, _ qq.Time, _ *telling) {
	st.Groups[c.Group].Picture = c.Picture
}

// groupSideSet changes what a group is to one member; the whole of it.
type groupSideSet struct {
	Group  qq.GroupID    `json:"group"`
	User   qq.UserID     `json:"user"`
	Remark string        `json:"remark,omitempty"`
	Notify qq.NotifyMode `json:"notify,omitempty"`
}

func (*groupSideSet) kind() string { return "group_side" }

func (c *groupSideSet) apply(st *state, _ qq.Time, _ *telling) {
	st.Groups[c.Group].side(c.User, func(s *groupSide) { s.Remark, s.Notify = c.Remark, c.Notify })
}

// groupOptionsSet changes how a group is found and joined, how many it takes
// and what it says of itself. What is nil stays.
type groupOptionsSet struct {
	Group         qq.GroupID   `json:"group"`
	Operator      qq.UserID    `json:"operator,omitempty"` // 0 for QQ itself
	Join          *qq.JoinMode `json:"join,omitempty"`
	Question      *string      `json:"question,omitempty"`
	Answer        *string      `json:"answer,omitempty"`
	RobotInvites  *bool        `json:"robot_invites,omitempty"`
	RobotApproval *bool        `json:"robot_approval,omitempty"`
	FoundByNumber *bool        `json:"found_by_number,omitempty"`
	FoundByText   *bool        `json:"found_by_text,omitempty"`
	MaxMembers    *int         `json:"max_members,omitempty"`
	Description   *string      `json:"description,omitempty"`
}

func (*groupOptionsSet) kind() string { return "group_options" }

func (c *groupOptionsSet) apply(st *state, _ qq.Time, _ *telling) {
	g := st.Groups[c.Group]
	info, o := c.from(g)
	g.Info, g.Options = &info, o
}

// from is what the options and the description of the group come to.
func (c *groupOptionsSet) from(g *group) (qq.Group, groupOptions) {
	info, o := *g.Info, g.Options
	replace(&info.Join, c.Join)
	replace(&info.Question, c.Question)
	replace(&info.MaxMembers, c.MaxMembers)
	replace(&info.Description, c.Description)
	replace(&o.Answer, c.Answer)
	opposite(&o.NoRobotInvites, c.RobotInvites)
	opposite(&o.RobotsAtOnce, c.RobotApproval)
	opposite(&o.HiddenNumber, c.FoundByNumber)
	opposite(&o.HiddenText, c.FoundByText)
	return info, o
}

func opposite(old, fresh *bool) {
	if fresh != nil {
		*old = !*fresh
	}
}

// replace puts a new value in place of the old one if there is one.
func replace[T any](old, fresh *T) {
	if fresh != nil {
		*old = *fresh
	}
}

// titleSet gives a member a special title for a time; Seconds 0 is for good.
type titleSet struct {
	Group    qq.GroupID `json:"group"`
	User     qq.UserID  `json:"user"`
	Operator qq.UserID  `json:"operator"`
	Title    string     `json:"title"`
	Seconds  int64      `json:"seconds,omitempty"`
}

func (*titleSet) kind() string { return "title" }

func (c *titleSet) apply(st *state, at qq.Time, out *telling) {
	g := st.Groups[c.Group]
	old := shown(g.Members[c.User], at).Title
	m := g.alter(c.User, at, func(m *qq.Member) {
		m.Title, m.TitleUntil = c.Title, 0
		if c.Title != "" && c.Seconds > 0 {
			m.TitleUntil = at + qq.Time(c.Seconds*1000)
		}
	})
	out.group(g, func(qq.UserID) qq.Event {
		return &qq.TitleChanged{Group: c.Group, User: c.User, Operator: c.Operator, Old: old, New: c.Title, Member: m}
	})
}

// memberRanked sets a member's level in the group.
type memberRanked struct {
	Group qq.GroupID `json:"group"`
	User  qq.UserID  `json:"user"`
	Level int        `json:"level"`
}

func (*memberRanked) kind() string { return "level" }

func (c *memberRanked) apply(st *state, at qq.Time, _ *telling) {
	st.Groups[c.Group].alter(c.User, at, func(m *qq.Member) { m.Level = c.Level })
}

// groupJoined lets somebody in without an answer from anybody of the group.
type groupJoined struct {
	Group   qq.GroupID `json:"group"`
	User    qq.UserID  `json:"user"`
	Inviter qq.UserID  `json:"inviter,omitempty"`
}

func (*groupJoined) kind() string { return "group_joined" }

func (c *groupJoined) apply(st *state, at qq.Time, out *telling) {
	st.join(st.Groups[c.Group], joining{user: c.User, inviter: c.Inviter}, at, out)
}

// unblocked lets somebody ask again who was blocked.
type unblocked struct {
	Group qq.GroupID `json:"group"`
	User  qq.UserID  `json:"user"`
}

func (*unblocked) kind() string { return "unblocked" }

func (c *unblocked) apply(st *state, _ qq.Time, _ *telling) {
	delete(st.Groups[c.Group].Blocked, c.User)
}
