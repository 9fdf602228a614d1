package sim

import "llbot/protocols/qq"

// created is the first record of every world. Seed is what chance depends on.
type created struct {
	Seed uint64 `json:"seed,omitempty"`
}

func (*created) kind() string { return "created" }

func (c *created) apply(st *state, _ qq.Time, _ *telling) { st.Seed, st.Birth = c.Seed, st.Record }

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
	st.setProfile(c.User)
}

func withProfile(m qq.Member, u *qq.User) *qq.Member {
	m.Nickname, m.Sex, m.Age, m.QQLevel = u.Nickname, u.Sex, u.Age, u.Level
	m.UID, m.City, m.Robot = u.UID, u.City, u.ID.Robot()
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
	f.Online = st.visible(user)
	st.Friends[owner][user] = f
	if p := st.Persons[owner]; p != nil {
		delete(p.HeldBy, user)
	}
	out.user(owner, func() qq.Event {
		return &qq.FriendAdded{Friend: viewing{state: st, link: out.link}.shownFriend(f)}
	})
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

// part takes user off owner's list and tells owner, if he is on it.
func (st *state) part(owner, user qq.UserID, out *telling) {
	if st.Friends[owner][user] == nil {
		return
	}
	if p := st.Persons[user]; p != nil {
		delete(p.HeldBy, owner)
	}
	delete(st.Friends[owner], user)
	out.user(owner, func() qq.Event { return &qq.FriendDeleted{User: user} })
}
