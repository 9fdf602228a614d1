package sim

import (
	"context"
	"slices"
	"strings"

	"llbot/protocols/qq"
)

// QQ's numbers of how somebody shows himself; see qq.Presence.
const (
	presenceOnline    = 10
	presenceOffline   = 20 // what others see of those who are not there, or invisible
	presenceInvisible = 40
)

func (a *actor) getUser(_ context.Context, op qq.GetUser) (u *qq.User, err error) {
	err = a.world.read(func(v viewing, _ qq.Time) error {
		if f := v.Friends[a.user][op.User]; f != nil {
			u = &v.shownFriend(f).User
		} else if u = v.Users[op.User]; u == nil {
			return noUser(op.User)
		} else {
			u = v.shownUser(u)
		}
		return nil
	})
	return u, err
}

func (a *actor) editProfile(ctx context.Context, op qq.EditProfile) (qq.None, error) {
	return a.change(ctx, func(st *state, _ qq.Time) (change, error) {
		old := st.Users[a.user]
		u := *old
		if op.Nickname != nil {
			u.Nickname = clean(*op.Nickname)
		}
		if op.Bio != nil {
			u.Bio = clean(*op.Bio)
		}
		if op.Sex != nil {
			u.Sex = *op.Sex
		}
		if err := checkEdit(&u); err != nil || old.Equal(&u) {
			return nil, err
		}
		return &profileChanged{User: u}, nil
	})
}

// checkEdit holds what a person can change in his profile against QQ's limits.
func checkEdit(u *qq.User) error {
	if strings.TrimSpace(u.Nickname) == "" {
		return qq.Errorf(qq.ErrInvalid, "a nickname must not be empty")
	}
	if err := within("nickname", u.Nickname, qq.MaxNickname); err != nil {
		return err
	}
	if u.Sex > qq.SexFemale {
		return qq.Errorf(qq.ErrInvalid, "%d is no sex that profiles know", u.Sex)
	}
	return within("bio", u.Bio, qq.MaxBio)
}

// checkProfile is checkEdit, and what only QQ itself can change.
func checkProfile(u *qq.User) error {
	switch {
	case !u.ID.Valid():
		return qq.Errorf(qq.ErrInvalid, "%d is no QQ number", u.ID)
	case u.Age < 0 || u.Age > 200 || u.Level < 0 || u.LoginDays < 0 || u.VIPLevel < 0:
		return qq.Errorf(qq.ErrInvalid, "user %d cannot be %d years old, of level %d, for %d days in a row, VIP %d",
			u.ID, u.Age, u.Level, u.LoginDays, u.VIPLevel)
	case u.BirthYear < 0 || u.BirthMonth < 0 || u.BirthMonth > 12 || u.BirthDay < 0 || u.BirthDay > 31:
		return qq.Errorf(qq.ErrInvalid, "%d-%d-%d is no birthday", u.BirthYear, u.BirthMonth, u.BirthDay)
	case u.VIP > qq.VIPSuper:
		return qq.Errorf(qq.ErrInvalid, "%d is no service of QQ's", u.VIP)
	}
	return checkEdit(u)
}

func (a *actor) setAvatar(ctx context.Context, op qq.SetAvatar) (qq.None, error) {
	picture, err := a.world.picture(op.Picture)
	if err != nil {
		return qq.None{}, err
	}
	return a.change(ctx, func(st *state, _ qq.Time) (change, error) {
		if st.of(a.user).Picture == picture.ID {
			return nil, nil
		}
		return &avatarSet{User: a.user, Picture: picture.ID}, nil
	})
}

func (a *actor) getPresence(_ context.Context, op qq.GetPresence) (p qq.Presence, err error) {
	err = a.world.read(func(v viewing, _ qq.Time) error {
		if v.Users[op.User] == nil {
			return noUser(op.User)
		}
		p = v.of(op.User).Presence
		switch {
		case !v.visible(op.User) && op.User != a.user:
			p = qq.Presence{Status: presenceOffline}
		case p.Status == 0:
			p.Status = presenceOnline
		}
		return nil
	})
	return p, err
}

func (a *actor) setPresence(ctx context.Context, op qq.SetPresence) (qq.None, error) {
	p := op.Presence
	p.Face, p.Text = clean(p.Face), clean(p.Text)
	if !slices.Contains([]int{presenceOnline, 30, presenceInvisible, 50, 60, 70}, p.Status) {
		return qq.None{}, qq.Errorf(qq.ErrInvalid, "nobody can show himself as %d", p.Status)
	}
	if p.Battery < 0 || p.Battery > 100 || p.Extended < 0 {
		return qq.None{}, qq.Errorf(qq.ErrInvalid, "a battery at %d%% or a shade %d make no sense", p.Battery, p.Extended)
	}
	if err := within("status", p.Face+p.Text, qq.MaxBio); err != nil {
		return qq.None{}, err
	}
	return a.change(ctx, func(st *state, _ qq.Time) (change, error) {
		if st.of(a.user).Presence == p {
			return nil, nil
		}
		return &presenceSet{User: a.user, Presence: p}, nil
	})
}

func (a *actor) listDevices(_ context.Context, _ qq.ListDevices) (list []qq.Device, err error) {
	err = a.world.read(func(v viewing, _ qq.Time) error {
		list = append([]qq.Device{}, v.of(a.user).Devices...)
		return nil
	})
	return list, err
}

// listModels gives the names that any device may show itself under: its own,
// and those that must be paid for.
func (a *actor) listModels(_ context.Context, op qq.ListModels) ([]qq.Model, error) {
	device := clean(op.Device)
	if err := within("device", device, qq.MaxNickname); err != nil {
		return nil, err
	}
	list := []qq.Model{}
	if device != "" {
		list = append(list, qq.Model{Show: device})
	}
	return append(list, qq.Model{Show: "手机"}, qq.Model{Show: "电脑"},
		qq.Model{Show: device + " 尊享版", Paid: true}, qq.Model{Show: "超级会员专属机型", Paid: true}), nil
}

func (a *actor) setModel(ctx context.Context, op qq.SetModel) (qq.None, error) {
	list, err := a.listModels(ctx, qq.ListModels{Device: op.Device})
	if err != nil {
		return qq.None{}, err
	}
	show := clean(op.Show)
	i := slices.IndexFunc(list, func(m qq.Model) bool { return m.Show == show })
	if i < 0 {
		return qq.None{}, qq.Errorf(qq.ErrNotFound, "device %q cannot show itself as %q", op.Device, op.Show)
	}
	return a.change(ctx, func(st *state, _ qq.Time) (change, error) {
		if list[i].Paid && st.Users[a.user].VIP == qq.VIPNone {
			return nil, qq.Errorf(qq.ErrForbidden, "only members of QQ's clubs may show %q", show)
		}
		fresh := shownModel{Device: clean(op.Device), Show: show}
		if st.of(a.user).Model == fresh {
			return nil, nil
		}
		return &modelSet{User: a.user, Model: fresh}, nil
	})
}
