package sim

import (
	"context"
	"maps"
	"slices"

	"llbot/protocols/qq"
)

func (a *actor) getLogin(_ context.Context, _ qq.GetLogin) (l qq.Login, err error) {
	err = a.world.read(func(v viewing, _ qq.Time) error {
		l = qq.Login{User: *v.Users[a.user], Online: true}
		return nil
	})
	return l, err
}

func (a *actor) getBackend(context.Context, qq.GetBackend) (qq.Backend, error) {
	return qq.Backend{Name: "simulated QQ", ProtocolVersion: "sim-1", ProtocolType: "linux"}, nil
}

func (a *actor) getUser(_ context.Context, op qq.GetUser) (u *qq.User, err error) {
	err = a.world.read(func(v viewing, _ qq.Time) error {
		if f := v.Friends[a.user][op.User]; f != nil {
			u = &f.User
		} else if u = v.Users[op.User]; u == nil {
			return noUser(op.User)
		}
		return nil
	})
	return u, err
}

func (a *actor) listFriends(_ context.Context, _ qq.ListFriends) (list []*qq.Friend, err error) {
	err = a.world.read(func(v viewing, _ qq.Time) error {
		list = sortedValues(v.Friends[a.user])
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
		f, err = v.isFriend(a.user, op.User)
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

func (a *actor) deleteFriend(ctx context.Context, op qq.DeleteFriend) (qq.None, error) {
	return a.change(ctx, func(st *state, _ qq.Time) (change, error) {
		if _, err := st.isFriend(a.user, op.User); err != nil {
			return nil, err
		}
		return &unfriended{A: a.user, B: op.User}, nil
	})
}

// defaultPage is the length of a list when an operation states none.
const defaultPage = 20

func pageLength(limit int) (int, error) {
	switch {
	case limit < 0:
		return 0, qq.Errorf(qq.ErrInvalid, "a list of at most %d entries makes no sense", limit)
	case limit == 0:
		return defaultPage, nil
	}
	return limit, nil
}

// listFriendRequests gives the requests to the user and those of his own. This
// world filters nothing, so that the filtered list is empty.
func (a *actor) listFriendRequests(_ context.Context, op qq.ListFriendRequests) ([]*qq.FriendRequest, error) {
	limit, err := pageLength(op.Limit)
	if err != nil {
		return nil, err
	}
	list := []*qq.FriendRequest{}
	err = a.world.read(func(v viewing, _ qq.Time) error {
		for _, r := range slices.Backward(v.FriendRequests) {
			if !op.Filtered && len(list) < limit && (r.Target == a.user || r.Initiator == a.user) {
				list = append(list, r)
			}
		}
		return nil
	})
	return list, err
}

func (a *actor) answerFriendRequest(ctx context.Context, op qq.AnswerFriendRequest) (qq.None, error) {
	return a.change(ctx, func(st *state, _ qq.Time) (change, error) {
		r := st.requestTo(a.user, op.InitiatorUID)
		if r == nil || op.Filtered {
			return nil, qq.Errorf(qq.ErrNotFound, "there is no friend request from %q to user %d", op.InitiatorUID, a.user)
		}
		if r.State != qq.RequestPending {
			return nil, qq.Errorf(qq.ErrConflict, "the friend request of user %d to user %d is %s already", r.Initiator, a.user, r.State)
		}
		return &friendAnswered{From: r.Initiator, To: a.user, Approve: op.Approve,
			Remark: clean(op.Remark), Reason: clean(op.Reason)}, nil
	})
}

// requestTo is the newest request of that initiator to the user, or nil.
func (st *state) requestTo(user qq.UserID, initiator string) *qq.FriendRequest {
	for _, r := range slices.Backward(st.FriendRequests) {
		if r.Target == user && r.InitiatorUID == initiator {
			return r
		}
	}
	return nil
}
