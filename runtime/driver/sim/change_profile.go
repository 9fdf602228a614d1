package sim

import (
	"slices"

	"llbot/protocols/qq"
)

// profileChanged replaces the profile of somebody who is there, and tells it
// to him and to his friends.
type profileChanged struct {
	User qq.User `json:"user"`
}

func (*profileChanged) kind() string { return "profile_changed" }

func (c *profileChanged) apply(st *state, at qq.Time, out *telling) {
	st.setProfile(c.User)
	st.tellProfile(c.User.ID, at, out)
}

// setProfile puts a profile wherever the person is shown.
func (st *state) setProfile(u qq.User) {
	st.Users[u.ID] = &u
	for _, holder := range st.holders(u.ID) {
		f := *st.Friends[holder][u.ID]
		remark := f.Remark
		f.User, f.Remark = u, remark
		st.Friends[holder][u.ID] = &f
	}
	for _, g := range st.Groups {
		if m := g.Members[u.ID]; m != nil {
			g.Members[u.ID] = withProfile(*m, &u)
		}
	}
}

// tellProfile tells that what a person shows of himself has changed.
func (st *state) tellProfile(u qq.UserID, at qq.Time, out *telling) {
	v := viewing{st, out.link, at}
	out.user(u, func() qq.Event { return &qq.ProfileChanged{Login: v.login(u)} })
	for _, holder := range st.holders(u) {
		out.user(holder, func() qq.Event { return &qq.FriendChanged{Friend: v.shownFriend(st.Friends[holder][u])} })
	}
}

// avatarSet changes somebody's picture.
type avatarSet struct {
	User    qq.UserID     `json:"user"`
	Picture qq.ResourceID `json:"picture"`
}

func (*avatarSet) kind() string { return "avatar" }

func (c *avatarSet) apply(st *state, at qq.Time, out *telling) {
	st.person(c.User).Picture = c.Picture
	st.tellProfile(c.User, at, out)
}

// presenceSet changes how somebody shows himself.
type presenceSet struct {
	User     qq.UserID   `json:"user"`
	Presence qq.Presence `json:"presence"`
}

func (*presenceSet) kind() string { return "presence" }

func (c *presenceSet) apply(st *state, at qq.Time, out *telling) {
	st.person(c.User).Presence = c.Presence
	st.seen(c.User, at, out)
}

// shownModel is the device that somebody shows.
type shownModel struct {
	Device string `json:"device"`
	Show   string `json:"show"`
}

// modelSet changes the device that somebody shows.
type modelSet struct {
	User  qq.UserID  `json:"user"`
	Model shownModel `json:"model"`
}

func (*modelSet) kind() string { return "model" }

func (c *modelSet) apply(st *state, _ qq.Time, _ *telling) { st.person(c.User).Model = c.Model }

// deviceMoved tells that another device of somebody came or went.
type deviceMoved struct {
	User   qq.UserID `json:"user"`
	Device qq.Device `json:"device"`
	Online bool      `json:"online"`
}

func (*deviceMoved) kind() string { return "device" }

func (c *deviceMoved) apply(st *state, _ qq.Time, out *telling) {
	p := st.person(c.User)
	p.Devices = slices.DeleteFunc(slices.Clone(p.Devices), func(d qq.Device) bool { return d == c.Device })
	if c.Online {
		p.Devices = append(p.Devices, c.Device)
	}
	out.user(c.User, func() qq.Event { return &qq.DeviceChanged{Device: c.Device, Online: c.Online} })
}
