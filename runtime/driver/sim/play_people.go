package sim

import (
	"context"
	"slices"

	"llbot/protocols/qq"
)

// Ensure adds a person, or changes his profile to this one. UID and, when it is
// "", Avatar follow from the number; Remark is not part of a profile, and Likes
// are counted.
func (w *World) Ensure(ctx context.Context, u qq.User) error {
	return w.putProfile(ctx, u, func(*qq.User) error { return nil })
}

// AddUser adds a person; ErrConflict when the number is taken.
func (w *World) AddUser(ctx context.Context, u qq.User) error {
	return w.putProfile(ctx, u, func(old *qq.User) error {
		if old != nil {
			return qq.Errorf(qq.ErrConflict, "the QQ number %d is taken by %s", u.ID, old.Nickname)
		}
		return nil
	})
}

func (w *World) putProfile(ctx context.Context, u qq.User, allowed func(old *qq.User) error) error {
	u = tidy(u)
	if err := checkProfile(&u); err != nil {
		return err
	}
	return w.lasting(ctx, func(st *state, _ qq.Time) (change, error) {
		old := st.Users[u.ID]
		switch err := allowed(old); {
		case err != nil || old != nil && old.Equal(&u):
			return nil, err
		case old != nil:
			return &profileChanged{User: u}, nil
		}
		return &profileSet{User: u}, nil
	})
}

// tidy is a profile as the world keeps it.
func tidy(u qq.User) qq.User {
	for _, text := range []*string{&u.Nickname, &u.QID, &u.Bio, &u.Country, &u.City, &u.School, &u.Avatar} {
		*text = clean(*text)
	}
	u.Labels = slices.Clone(u.Labels)
	for i := range u.Labels {
		u.Labels[i] = clean(u.Labels[i])
	}
	u.Likes = 0
	return complete(u)
}

// MoveDevice lets another device of somebody come (on) or go. ErrConflict when
// it is there already, or there are too many; ErrNotFound when it is not there.
func (w *World) MoveDevice(ctx context.Context, user qq.UserID, d qq.Device, on bool) error {
	d.Name, d.Kind = clean(d.Name), clean(d.Kind)
	return w.lasting(ctx, func(st *state, _ qq.Time) (change, error) {
		if st.Users[user] == nil {
			return nil, noUser(user)
		}
		list := st.of(user).Devices
		switch there := slices.Contains(list, d); {
		case on && (there || len(list) >= deviceLimit):
			return nil, qq.Errorf(qq.ErrConflict, "user %d is logged in on %q already, or on %d devices", user, d.Name, deviceLimit)
		case !on && !there:
			return nil, qq.Errorf(qq.ErrNotFound, "user %d is not logged in on %q", user, d.Name)
		}
		return &deviceMoved{User: user, Device: d, Online: on}, nil
	})
}
