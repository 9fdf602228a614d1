package sim

import (
	"slices"
	"strings"
	"time"

	"llbot/protocols/qq"
)

func noUser(u qq.UserID) error {
	return qq.Errorf(qq.ErrNotFound, "nobody has the QQ number %d", u)
}

// clean makes text what the world keeps: valid UTF-8.
func clean(text string) string { return strings.ToValidUTF8(text, "\uFFFD") }

// inGroup is the group with u's own membership; ErrNotFound when he is not in it.
func (st *state) inGroup(u qq.UserID, id qq.GroupID) (*group, *qq.Member, error) {
	g := st.Groups[id]
	if g == nil {
		return nil, nil, qq.Errorf(qq.ErrNotFound, "there is no group %d, or user %d is not in it", id, u)
	}
	m, err := g.member(u)
	return g, m, err
}

func (g *group) member(u qq.UserID) (*qq.Member, error) {
	if m := g.Members[u]; m != nil {
		return m, nil
	}
	return nil, qq.Errorf(qq.ErrNotFound, "user %d is not in group %d", u, g.Info.ID)
}

// both is the group with the memberships of who acts and of whom it is done to.
func (st *state) both(actor, target qq.UserID, id qq.GroupID) (g *group, a, t *qq.Member, err error) {
	if g, a, err = st.inGroup(actor, id); err != nil {
		return nil, nil, nil, err
	}
	t, err = g.member(target)
	return g, a, t, err
}

// above refuses what needs a higher role than the target's.
func above(a, t *qq.Member, deed string) error {
	if a.Role > t.Role {
		return nil
	}
	return qq.Errorf(qq.ErrForbidden, "user %d (%s) may not %s user %d (%s) in group %d",
		a.User, a.Role, deed, t.User, t.Role, a.Group)
}

// manages refuses what needs an owner or admin.
func manages(m *qq.Member, deed string) error {
	if m.Role > qq.RoleMember {
		return nil
	}
	return qq.Errorf(qq.ErrForbidden, "user %d is no admin of group %d and may not %s", m.User, m.Group, deed)
}

// owns refuses what needs the owner.
func owns(m *qq.Member, deed string) error {
	if m.Role == qq.RoleOwner {
		return nil
	}
	return qq.Errorf(qq.ErrForbidden, "only the owner of group %d may %s; user %d is %s", m.Group, deed, m.User, m.Role)
}

// maySpeak refuses those who are muted, alone or with the whole group.
func (g *group) maySpeak(m *qq.Member, now qq.Time) error {
	if m = shown(m, now); m.MutedUntil != 0 {
		return qq.Errorf(qq.ErrMuted, "user %d is muted in group %d until %s",
			m.User, m.Group, m.MutedUntil.Std().Format(time.RFC3339))
	}
	if g.Info.WholeMute && m.Role == qq.RoleMember {
		return qq.Errorf(qq.ErrMuted, "group %d is muted as a whole until an admin lifts that; user %d is a plain member", m.Group, m.User)
	}
	return nil
}

// mayCallAll guards the mention of everybody.
func (g *group) mayCallAll(m *qq.Member, now qq.Time) error {
	if err := manages(m, "mention everybody"); err != nil {
		return err
	}
	if g.AllAtAll.used(now) >= qq.MaxAtAllPerGroup {
		return qq.Errorf(qq.ErrForbidden, "everybody in group %d has been mentioned %d times today, which is the limit",
			m.Group, qq.MaxAtAllPerGroup)
	}
	if g.AtAll[m.User].used(now) >= qq.MaxAtAllPerAdmin {
		return qq.Errorf(qq.ErrForbidden, "user %d has mentioned everybody in group %d %d times today, which is the limit",
			m.User, m.Group, qq.MaxAtAllPerAdmin)
	}
	return nil
}

// mayJoin guards every way into the group.
func (g *group) mayJoin(u qq.UserID) error {
	switch {
	case g.Members[u] != nil:
		return qq.Errorf(qq.ErrConflict, "user %d is in group %d already", u, g.Info.ID)
	case g.Blocked[u]:
		return qq.Errorf(qq.ErrForbidden, "group %d refuses user %d, who was kicked and blocked", g.Info.ID, u)
	}
	return g.hasRoom()
}

func (g *group) hasRoom() error {
	if len(g.Members) >= g.Info.MaxMembers {
		return qq.Errorf(qq.ErrForbidden, "group %d is full (%d members)", g.Info.ID, g.Info.MaxMembers)
	}
	return nil
}

// sharedGroup is the group through which two who are no friends may talk: via,
// or the first that both are in. ErrNotFound when there is none.
func (st *state) sharedGroup(a, b qq.UserID, via qq.GroupID) (qq.GroupID, error) {
	if via != 0 {
		if g := st.Groups[via]; g != nil && g.Members[a] != nil && g.Members[b] != nil {
			return via, nil
		}
		return 0, qq.Errorf(qq.ErrNotFound, "users %d and %d are no friends and not both in group %d", a, b, via)
	}
	var shared []qq.GroupID
	for id, g := range st.Groups {
		if g.Members[a] != nil && g.Members[b] != nil {
			shared = append(shared, id)
		}
	}
	if len(shared) == 0 {
		return 0, qq.Errorf(qq.ErrNotFound, "users %d and %d are no friends and share no group", a, b)
	}
	return slices.Min(shared), nil
}
