package sim

import (
	"maps"
	"slices"

	"llbot/protocols/qq"
)

// What a world keeps at most of one person.
const (
	likerLimit    = 10_000 // whom somebody liked, and who liked him; the one liked longest ago goes first
	categoryLimit = 100    // folders of a friend list beside the first
	deviceLimit   = 16     // other places where he is logged in
)

// person is what a user has beside his profile. Nobody's is there before
// something in it changed; the zero value is what everybody begins with.
type person struct {
	Login      *qq.LoginState       `json:",omitempty"` // nil: he is online
	Session    uint64               `json:",omitempty"` // the record by which he came online last
	Presence   qq.Presence          `json:",omitzero"`
	Picture    qq.ResourceID        `json:",omitempty"`
	Model      shownModel           `json:",omitzero"`
	Devices    []qq.Device          `json:",omitempty"` // in the order they came
	Categories []qq.Category        `json:",omitempty"` // beside the first, in their order
	LastFolder int                  `json:",omitempty"` // the greatest id that a folder had
	HeldBy     map[qq.UserID]string `json:",omitempty"` // who has him as a friend but is none of his, and where they met
	Liked      map[qq.UserID]liking `json:",omitempty"` // profiles that he liked
	LikedBy    map[qq.UserID]liking `json:",omitempty"` // the same from the other side
	Likes      int                  `json:",omitempty"` // that he got in all
	LastNudge  nudged               `json:",omitzero"`  // that he made
	NudgeTime  qq.Time              `json:",omitempty"`
	NoNudges   bool                 `json:",omitempty"` // he does not want to be poked
}

// liking is how often one liked another.
type liking struct {
	Times int     `json:"times"`
	Today quota   `json:"today"`
	Last  qq.Time `json:"last"`
}

// person is u's own part of the state, made when it is not there; for changes only.
func (st *state) person(u qq.UserID) *person {
	p := st.Persons[u]
	if p == nil {
		p = &person{}
		if st.Persons == nil {
			st.Persons = map[qq.UserID]*person{}
		}
		st.Persons[u] = p
	}
	return p
}

// of is u's part of the state, for looking only.
func (st *state) of(u qq.UserID) person {
	if p := st.Persons[u]; p != nil {
		return *p
	}
	return person{}
}

// online tells whether somebody is logged in.
func (st *state) online(u qq.UserID) bool {
	p := st.Persons[u]
	return p == nil || p.Login == nil
}

// visible tells whether friends see that somebody is online.
func (st *state) visible(u qq.UserID) bool {
	p := st.Persons[u]
	return p == nil || p.Login == nil && p.Presence.Status != presenceInvisible
}

// holders lists who has u on his friend list.
func (st *state) holders(u qq.UserID) []qq.UserID {
	list := slices.Collect(maps.Keys(st.Friends[u]))
	for holder := range st.of(u).HeldBy {
		list = append(list, holder)
	}
	slices.Sort(list)
	return slices.DeleteFunc(list, func(holder qq.UserID) bool { return st.Friends[holder][u] == nil })
}

// alterFriend replaces a friend on owner's list by a changed copy and tells owner.
func (st *state) alterFriend(owner, user qq.UserID, at qq.Time, out *telling, edit func(f *qq.Friend)) {
	fresh := *st.Friends[owner][user]
	edit(&fresh)
	st.Friends[owner][user] = &fresh
	out.user(owner, func() qq.Event {
		return &qq.FriendChanged{Friend: viewing{st, out.link, at}.shownFriend(&fresh)}
	})
}

// seen brings what friends see of u's being online up to date and tells them.
func (st *state) seen(u qq.UserID, at qq.Time, out *telling) {
	on := st.visible(u)
	for _, holder := range st.holders(u) {
		if st.Friends[holder][u].Online != on {
			st.alterFriend(holder, u, at, out, func(f *qq.Friend) { f.Online = on })
		}
	}
}

// upToDate makes of a state that an older program wrote what this one expects:
// friends carry whether they are online.
func (st *state) upToDate() *state {
	for _, list := range st.Friends {
		for u, f := range list {
			if on := st.visible(u); f.Online != on {
				fresh := *f
				fresh.Online = on
				list[u] = &fresh
			}
		}
	}
	return st
}

// shownUser is a profile with what stands elsewhere in the state.
func (v viewing) shownUser(u *qq.User) *qq.User {
	p := v.Persons[u.ID]
	if p == nil || p.Picture == "" && p.Likes == 0 {
		return u
	}
	fresh := *u
	v.addTo(&fresh, p)
	return &fresh
}

func (v viewing) addTo(u *qq.User, p *person) {
	u.Likes = p.Likes
	if p.Picture != "" {
		u.Avatar = v.url(p.Picture)
	}
}

// shownFriend is shownUser of a friend.
func (v viewing) shownFriend(f *qq.Friend) *qq.Friend {
	p := v.Persons[f.ID]
	if p == nil || p.Picture == "" && p.Likes == 0 {
		return f
	}
	fresh := *f
	v.addTo(&fresh.User, p)
	return &fresh
}

// pictured is a friend as messages show him, copied for his picture's sake
// alone: messages are many.
func (v viewing) pictured(f *qq.Friend) *qq.Friend {
	if p := v.Persons[f.ID]; p == nil || p.Picture == "" {
		return f
	}
	return v.shownFriend(f)
}

// login is an account as it presents itself.
func (v viewing) login(u qq.UserID) qq.Login {
	return qq.Login{User: *v.shownUser(v.Users[u]), Online: v.online(u)}
}
