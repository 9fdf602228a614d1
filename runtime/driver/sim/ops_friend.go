package sim

import (
	"cmp"
	"context"
	"maps"
	"slices"

	"llbot/protocols/qq"
)

func (a *actor) listFriends(_ context.Context, _ qq.ListFriends) (list []*qq.Friend, err error) {
	err = a.world.read(func(v viewing, _ qq.Time) error {
		list = sortedValues(v.Friends[a.user])
		for i, f := range list {
			list[i] = v.shownFriend(f)
		}
		return nil
	})
	return list, err
}

// sortedValues is a map's values in the order of its keys, never nil.
func sortedValues[K qq.UserID | qq.GroupID, V any](m map[K]V) []V {
	list := make([]V, 0, len(m))
	for _, k := range slices.Sorted(maps.Keys(m)) {
		list = append(list, m[k])
	}
	return list
}

func (a *actor) getFriend(_ context.Context, op qq.GetFriend) (f *qq.Friend, err error) {
	err = a.world.read(func(v viewing, _ qq.Time) error {
		if f, err = v.isFriend(a.user, op.User); err == nil {
			f = v.shownFriend(f)
		}
		return err
	})
	return f, err
}

func (st *state) isFriend(owner, user qq.UserID) (*qq.Friend, error) {
	if f := st.Friends[owner][user]; f != nil {
		return f, nil
	}
	return nil, qq.Errorf(qq.ErrNotFound, "user %d is no friend of user %d", user, owner)
}

// listCategories counts, in each folder, the friends and those who are online.
func (a *actor) listCategories(_ context.Context, _ qq.ListCategories) (list []*qq.Category, err error) {
	err = a.world.read(func(v viewing, _ qq.Time) error {
		at := map[int]*qq.Category{}
		for _, c := range append([]qq.Category{firstCategory()}, v.of(a.user).Categories...) {
			list = append(list, &c)
			at[c.ID] = &c
		}
		for _, f := range v.Friends[a.user] {
			at[f.Category.ID].Friends++
			if f.Online {
				at[f.Category.ID].Online++
			}
		}
		return nil
	})
	return list, err
}

func (a *actor) deleteFriend(ctx context.Context, op qq.DeleteFriend) (qq.None, error) {
	return a.change(ctx, func(st *state, _ qq.Time) (change, error) {
		if _, err := st.isFriend(a.user, op.User); err != nil {
			return nil, err
		}
		return &unfriended{A: a.user, B: op.User}, nil
	})
}

func (a *actor) setFriendRemark(ctx context.Context, op qq.SetFriendRemark) (qq.None, error) {
	remark := clean(op.Remark)
	if err := within("remark", remark, qq.MaxRemark); err != nil {
		return qq.None{}, err
	}
	return a.change(ctx, func(st *state, _ qq.Time) (change, error) {
		f, err := st.isFriend(a.user, op.User)
		if err != nil || f.Remark == remark {
			return nil, err
		}
		return &remarkSet{Owner: a.user, User: op.User, Remark: remark}, nil
	})
}

func (a *actor) setFriendCategory(ctx context.Context, op qq.SetFriendCategory) (qq.None, error) {
	return a.change(ctx, func(st *state, _ qq.Time) (change, error) {
		f, err := st.isFriend(a.user, op.User)
		if err != nil {
			return nil, err
		}
		if _, ok := st.category(a.user, op.Category); !ok {
			return nil, noCategory(a.user, op.Category)
		}
		if f.Category.ID == op.Category {
			return nil, nil
		}
		return &filed{Owner: a.user, User: op.User, Category: op.Category}, nil
	})
}

func noCategory(u qq.UserID, id int) error {
	return qq.Errorf(qq.ErrNotFound, "the friend list of user %d has no folder %d", u, id)
}

func (a *actor) listOneWayFriends(_ context.Context, _ qq.ListOneWayFriends) (list []*qq.OneWayFriend, err error) {
	list = []*qq.OneWayFriend{}
	err = a.world.read(func(v viewing, _ qq.Time) error {
		for holder, source := range v.of(a.user).HeldBy {
			list = append(list, &qq.OneWayFriend{User: *v.shownUser(v.Users[holder]), Source: source})
		}
		return nil
	})
	slices.SortFunc(list, func(x, y *qq.OneWayFriend) int { return cmp.Compare(x.ID, y.ID) })
	return list, err
}

// deleteOneWayFriend takes the user off the list of somebody who holds him.
func (a *actor) deleteOneWayFriend(ctx context.Context, op qq.DeleteOneWayFriend) (qq.None, error) {
	return a.change(ctx, func(st *state, _ qq.Time) (change, error) {
		if _, held := st.of(a.user).HeldBy[op.User]; !held {
			return nil, qq.Errorf(qq.ErrNotFound, "user %d is no one-way friend of user %d", op.User, a.user)
		}
		return &dropped{Owner: op.User, User: a.user}, nil
	})
}

// DropFriend ends a friendship on the side of owner alone: user, who met him
// through source, has him on his list still. ErrNotFound when they are no friends.
func (w *World) DropFriend(ctx context.Context, owner, user qq.UserID, source string) error {
	return w.lasting(ctx, func(st *state, _ qq.Time) (change, error) {
		if _, err := st.isFriend(owner, user); err != nil {
			return nil, err
		}
		return &dropped{Owner: owner, User: user, Source: clean(source)}, nil
	})
}

// SetCategory makes a folder of somebody's friend list (id 0), renames it, or
// takes it away when the name is "", and answers its id.
func (w *World) SetCategory(ctx context.Context, owner qq.UserID, id int, name string) (int, error) {
	name = clean(name)
	if err := within("name of the folder", name, qq.MaxRemark); err != nil {
		return 0, err
	}
	err := w.lasting(ctx, func(st *state, _ qq.Time) (change, error) {
		if st.Users[owner] == nil {
			return nil, noUser(owner)
		}
		p := st.of(owner)
		if id != 0 {
			if _, ok := st.category(owner, id); !ok {
				return nil, noCategory(owner, id)
			}
			return &categorySet{Owner: owner, ID: id, Name: name}, nil
		}
		if name == "" || len(p.Categories) >= categoryLimit {
			return nil, qq.Errorf(qq.ErrInvalid, "a folder needs a name, and there can be %d of them", categoryLimit)
		}
		id = p.LastFolder + 1
		return &categorySet{Owner: owner, ID: id, Name: name}, nil
	})
	return id, err
}
