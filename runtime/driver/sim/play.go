package sim

import (
	"context"
	"maps"
	"slices"

	"llbot/protocols/qq"
)

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
