package sim

import (
	"context"
	"maps"
	"slices"

	"llbot/protocols/qq"
)

// Ensure adds a person, or changes his profile to this one. UID and, when it is
// "", Avatar follow from the number; Remark is not part of a profile.
func (w *World) Ensure(ctx context.Context, u qq.User) error {
	return w.setProfile(ctx, u, func(*qq.User) error { return nil })
}

// AddUser adds a person; ErrConflict when the number is taken.
func (w *World) AddUser(ctx context.Context, u qq.User) error {
	return w.setProfile(ctx, u, func(old *qq.User) error {
		if old != nil {
			return qq.Errorf(qq.ErrConflict, "the QQ number %d is taken by %s", u.ID, old.Nickname)
		}
		return nil
	})
}

func (w *World) setProfile(ctx context.Context, u qq.User, allowed func(old *qq.User) error) error {
	if !u.ID.Valid() {
		return qq.Errorf(qq.ErrInvalid, "%d is no QQ number", u.ID)
	}
	for _, text := range []*string{&u.Nickname, &u.QID, &u.Bio, &u.Country, &u.City, &u.School, &u.Avatar} {
		*text = clean(*text)
	}
	u = complete(u)
	return w.lasting(ctx, func(st *state, _ qq.Time) (change, error) {
		old := st.Users[u.ID]
		if err := allowed(old); err != nil || old != nil && old.Equal(&u) {
			return nil, err
		}
		return &profileSet{User: u}, nil
	})
}

// lasting makes a change and waits until it is on disk.
func (w *World) lasting(ctx context.Context, decide decision) error {
	n, err := w.commit(ctx, decide)
	if err != nil {
		return err
	}
	return w.synced(ctx, n)
}

// NewGroup describes a group to be founded. Members are plain ones.
type NewGroup struct {
	ID         qq.GroupID
	Name       string
	Owner      qq.UserID
	Admins     []qq.UserID
	Members    []qq.UserID
	MaxMembers int // 0 means 500
}

// AddGroup founds a group; ErrConflict when the number is taken, ErrNotFound
// when somebody in it is unknown, ErrInvalid when they are too many or named twice.
func (w *World) AddGroup(ctx context.Context, g NewGroup) error {
	if g.MaxMembers == 0 {
		g.MaxMembers = seedCapacity
	}
	everybody := append(append([]qq.UserID{g.Owner}, g.Admins...), g.Members...)
	if g.ID <= 0 || len(everybody) > g.MaxMembers {
		return qq.Errorf(qq.ErrInvalid, "group %d cannot have %d members of at most %d", g.ID, len(everybody), g.MaxMembers)
	}
	return w.lasting(ctx, func(st *state, _ qq.Time) (change, error) {
		if st.Groups[g.ID] != nil {
			return nil, qq.Errorf(qq.ErrConflict, "the group number %d is taken", g.ID)
		}
		seen := map[qq.UserID]bool{}
		for _, u := range everybody {
			if st.Users[u] == nil {
				return nil, noUser(u)
			}
			if seen[u] {
				return nil, qq.Errorf(qq.ErrInvalid, "user %d is named twice for group %d", u, g.ID)
			}
			seen[u] = true
		}
		return &groupCreated{ID: g.ID, Name: clean(g.Name), Owner: g.Owner, MaxMembers: g.MaxMembers,
			Admins: g.Admins, Members: g.Members}, nil
	})
}

// Befriend makes two people friends at once; ErrConflict when they are.
func (w *World) Befriend(ctx context.Context, a, b qq.UserID) error {
	return w.lasting(ctx, func(st *state, _ qq.Time) (change, error) {
		if err := st.strangers(a, b); err != nil {
			return nil, err
		}
		return &befriended{A: a, B: b}, nil
	})
}

// strangers refuses what only makes sense between two who are no friends.
func (st *state) strangers(a, b qq.UserID) error {
	for _, u := range []qq.UserID{a, b} {
		if st.Users[u] == nil {
			return noUser(u)
		}
	}
	if a == b {
		return qq.Errorf(qq.ErrInvalid, "user %d cannot be a friend of himself", a)
	}
	if st.Friends[a][b] != nil {
		return qq.Errorf(qq.ErrConflict, "users %d and %d are friends already", a, b)
	}
	return nil
}

// RequestFriend lets from ask to be to's friend. Asking again replaces what is
// pending.
func (w *World) RequestFriend(ctx context.Context, from, to qq.UserID, comment string) error {
	return w.lasting(ctx, func(st *state, _ qq.Time) (change, error) {
		if err := st.strangers(from, to); err != nil {
			return nil, err
		}
		return &friendAsked{From: from, To: to, Comment: clean(comment)}, nil
	})
}

// RequestJoin lets user ask to be let into a group. Its owner and admins are told.
func (w *World) RequestJoin(ctx context.Context, id qq.GroupID, user qq.UserID, comment string) error {
	return w.lasting(ctx, func(st *state, _ qq.Time) (change, error) {
		if _, err := st.entrance(id, user); err != nil {
			return nil, err
		}
		return &groupAsked{Kind: qq.JoinRequest, Group: id, Initiator: user, Invited: user, Comment: clean(comment)}, nil
	})
}

// entrance is the group that user wants into, if he may.
func (st *state) entrance(id qq.GroupID, user qq.UserID) (*group, error) {
	if st.Users[user] == nil {
		return nil, noUser(user)
	}
	g := st.Groups[id]
	if g == nil {
		return nil, qq.Errorf(qq.ErrNotFound, "there is no group %d", id)
	}
	return g, g.mayJoin(user)
}

// Invite lets a member invite somebody. A plain member's wish goes to the owner
// and the admins (qq.InvitedJoinRequest); that of an owner or admin goes to the
// invited one (qq.Invitation).
func (w *World) Invite(ctx context.Context, id qq.GroupID, inviter, target qq.UserID) error {
	return w.lasting(ctx, func(st *state, _ qq.Time) (change, error) {
		g, err := st.entrance(id, target)
		if err != nil {
			return nil, err
		}
		m, err := g.member(inviter)
		if err != nil {
			return nil, err
		}
		c := &groupAsked{Kind: qq.InvitedJoinRequest, Group: id, Initiator: inviter, Invited: target}
		if m.Role > qq.RoleMember {
			c.Kind = qq.Invitation
		}
		return c, nil
	})
}

// Users lists everybody there is, by number.
func (w *World) Users() []*qq.User {
	w.mu.Lock()
	defer w.mu.Unlock()
	return sortedValues(w.st.Users)
}

// Accounts lists the users that are accounts of ours, by number.
func (w *World) Accounts() []qq.UserID {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Sorted(maps.Keys(w.st.Accounts))
}

// GroupInfo is a group with everybody in it, by number.
type GroupInfo struct {
	Group   *qq.Group
	Members []*qq.Member
}

// Groups lists every group there is, by number.
func (w *World) Groups() []GroupInfo {
	w.mu.Lock()
	defer w.mu.Unlock()
	now := qq.TimeOf(w.opt.Now())
	var list []GroupInfo
	for _, g := range sortedValues(w.st.Groups) {
		info := GroupInfo{Group: g.Info, Members: sortedValues(g.Members)}
		for i, m := range info.Members {
			info.Members[i] = shown(m, now)
		}
		list = append(list, info)
	}
	return list
}
