package sim

import (
	"context"
	"slices"

	"llbot/protocols/qq"
)

// listFriendRequests gives the requests to the user and those of his own. Who
// asked does not learn that QQ filtered it.
func (a *actor) listFriendRequests(_ context.Context, op qq.ListFriendRequests) ([]*qq.FriendRequest, error) {
	limit, err := pageLength(op.Limit)
	if err != nil {
		return nil, err
	}
	list := []*qq.FriendRequest{}
	err = a.world.read(func(v viewing, _ qq.Time) error {
		for _, r := range slices.Backward(v.FriendRequests) {
			if len(list) == limit {
				break
			}
			if r = askedOf(r, a.user); r != nil && r.Filtered == op.Filtered {
				list = append(list, r)
			}
		}
		return nil
	})
	return list, err
}

// askedOf is a request as u sees it; nil when it is none of his.
func askedOf(r *qq.FriendRequest, u qq.UserID) *qq.FriendRequest {
	switch {
	case r.Target == u, r.Initiator == u && !r.Filtered:
		return r
	case r.Initiator == u:
		own := *r
		own.Filtered = false
		return &own
	}
	return nil
}

func (a *actor) answerFriendRequest(ctx context.Context, op qq.AnswerFriendRequest) (qq.None, error) {
	c := &friendAnswered{To: a.user, Approve: op.Approve, Remark: clean(op.Remark), Reason: clean(op.Reason), Filtered: op.Filtered}
	if err := within("remark", c.Remark, qq.MaxRemark); err != nil {
		return qq.None{}, err
	}
	if err := within("reason", c.Reason, qq.MaxComment); err != nil {
		return qq.None{}, err
	}
	return a.change(ctx, func(st *state, _ qq.Time) (change, error) {
		r := st.requestTo(a.user, op.InitiatorUID, op.Filtered)
		if r == nil {
			return nil, qq.Errorf(qq.ErrNotFound, "there is no friend request from %q to user %d", op.InitiatorUID, a.user)
		}
		if r.State != qq.RequestPending {
			return nil, qq.Errorf(qq.ErrConflict, "the friend request of user %d to user %d is %s already", r.Initiator, a.user, r.State)
		}
		c.From = r.Initiator
		return c, nil
	})
}

// requestTo is the newest request of that initiator to the user, or nil.
func (st *state) requestTo(user qq.UserID, initiator string, filtered bool) *qq.FriendRequest {
	for _, r := range slices.Backward(st.FriendRequests) {
		if r.Target == user && r.InitiatorUID == initiator && r.Filtered == filtered {
			return r
		}
	}
	return nil
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
	if st.Friends[a][b] != nil && st.Friends[b][a] != nil {
		return qq.Errorf(qq.ErrConflict, "users %d and %d are friends already", a, b)
	}
	return nil
}

// FriendAsk is somebody's wish to be somebody's friend.
type FriendAsk struct {
	From, To qq.UserID
	Comment  string
	Via      string     // where From found To; "" is by the number
	Group    qq.GroupID // through which he did, 0 for none
	Filtered bool       // QQ finds it doubtful: it is listed apart, and To is not told
}

// AskFriend lets somebody ask to be a friend. Asking again replaces what is
// pending.
func (w *World) AskFriend(ctx context.Context, ask FriendAsk) error {
	c := &friendAsked{From: ask.From, To: ask.To, Comment: clean(ask.Comment), Via: clean(ask.Via), Group: ask.Group, Filtered: ask.Filtered}
	for what, text := range map[string]string{"comment": c.Comment, "source": c.Via} {
		if err := within(what, text, qq.MaxComment); err != nil {
			return err
		}
	}
	return w.lasting(ctx, func(st *state, _ qq.Time) (change, error) {
		if err := st.strangers(c.From, c.To); err != nil {
			return nil, err
		}
		if g := st.Groups[c.Group]; c.Group != 0 && (g == nil || g.Members[c.From] == nil || g.Members[c.To] == nil) {
			return nil, qq.Errorf(qq.ErrNotFound, "users %d and %d are not both in group %d", c.From, c.To, c.Group)
		}
		return c, nil
	})
}

// RequestFriend is AskFriend by the number.
func (w *World) RequestFriend(ctx context.Context, from, to qq.UserID, comment string) error {
	return w.AskFriend(ctx, FriendAsk{From: from, To: to, Comment: comment})
}
