package sim

import "llbot/protocols/qq"

// created is the first record of every world.
type created struct{}

func (*created) kind() string { return "created" }

func (*created) apply(*state, qq.Time, *telling) {}

// recovered follows a stop that was no orderly close. What was shown to the
// accounts but never reached the disk is unknown, so that every number that
// may have been given is passed over: nothing is named twice. Without Skip it
// only marks a leap in the numbers of records.
type recovered struct {
	Skip int64 `json:"skip"`
}

func (*recovered) kind() string { return "recovered" }

func (c *recovered) apply(st *state, _ qq.Time, _ *telling) {
	st.Floor += c.Skip
	st.NoticeSeq += c.Skip
	for _, chat := range st.Chats {
		chat.Seq += c.Skip
	}
}

// closed is the last record of an orderly run.
type closed struct{}

func (*closed) kind() string { return "closed" }

func (*closed) apply(st *state, _ qq.Time, _ *telling) { st.Clean = true }

// profileSet adds a person or changes the profile of one.
type profileSet struct {
	User qq.User `json:"user"`
}

func (*profileSet) kind() string { return "profile" }

func (c *profileSet) apply(st *state, _ qq.Time, _ *telling) {
	u := c.User
	st.Users[u.ID] = &u
	for _, list := range st.Friends {
		if f := list[u.ID]; f != nil {
			list[u.ID] = friendOf(&u, f.Remark, f.Category)
		}
	}
	for _, g := range st.Groups {
		if m := g.Members[u.ID]; m != nil {
			g.Members[u.ID] = withProfile(*m, &u)
		}
	}
}

func withProfile(m qq.Member, u *qq.User) *qq.Member {
	m.Nickname, m.Sex, m.Age, m.QQLevel = u.Nickname, u.Sex, u.Age, u.Level
	return &m
}

func friendOf(u *qq.User, remark string, category qq.Category) *qq.Friend {
	f := &qq.Friend{User: *u, Category: category}
	f.Remark = remark
	return f
}

// accountAdded makes a person an account of ours, who joins Group unless that is 0.
type accountAdded struct {
	User  qq.UserID  `json:"user"`
	Group qq.GroupID `json:"group,omitempty"`
}

func (*accountAdded) kind() string { return "account" }

func (c *accountAdded) apply(st *state, at qq.Time, out *telling) {
	st.Accounts[c.User] = true
	if g := st.Groups[c.Group]; g != nil {
		st.join(g, joining{user: c.User}, at, out)
	}
}

// befriended makes two people friends; each remark is what one calls the other.
type befriended struct {
	A       qq.UserID `json:"a"`
	B       qq.UserID `json:"b"`
	RemarkA string    `json:"remark_a,omitempty"` // A calls B so
	RemarkB string    `json:"remark_b,omitempty"` // B calls A so
}

func (*befriended) kind() string { return "befriended" }

func (c *befriended) apply(st *state, _ qq.Time, out *telling) {
	st.befriend(c.A, c.B, c.RemarkA, out)
	st.befriend(c.B, c.A, c.RemarkB, out)
}

// befriend adds user to owner's list and tells owner.
func (st *state) befriend(owner, user qq.UserID, remark string, out *telling) {
	if st.Friends[owner] == nil {
		st.Friends[owner] = map[qq.UserID]*qq.Friend{}
	}
	f := friendOf(st.Users[user], remark, firstCategory())
	st.Friends[owner][user] = f
	out.user(owner, func() qq.Event { return &qq.FriendAdded{Friend: f} })
}

// firstCategory is the folder that QQ puts every new friend into.
func firstCategory() qq.Category { return qq.Category{ID: 0, Name: "我的好友"} }

// unfriended ends a friendship on both sides.
type unfriended struct {
	A qq.UserID `json:"a"`
	B qq.UserID `json:"b"`
}

func (*unfriended) kind() string { return "unfriended" }

func (c *unfriended) apply(st *state, _ qq.Time, out *telling) {
	st.part(c.A, c.B, out)
	st.part(c.B, c.A, out)
}

// part takes user off owner's list and tells owner.
func (st *state) part(owner, user qq.UserID, out *telling) {
	delete(st.Friends[owner], user)
	out.user(owner, func() qq.Event { return &qq.FriendDeleted{User: user} })
}
