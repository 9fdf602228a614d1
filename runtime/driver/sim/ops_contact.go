package sim

import (
	"cmp"
	"context"
	"slices"

	"llbot/protocols/qq"
)

// QQ's numbers of what somebody does in a chat; see qq.SetTyping.
const (
	typingSpeaks = iota
	typingWrites
	typingEnds
)

func (a *actor) nudge(ctx context.Context, op qq.Nudge) (qq.None, error) {
	return a.change(ctx, func(st *state, now qq.Time) (change, error) {
		c := &nudged{Sender: a.user, Receiver: op.User}
		var err error
		switch op.Chat.Scene {
		case qq.SceneGroup:
			err = st.nudgeInGroup(c, op.Chat.Group(), now)
		case qq.SceneFriend:
			err = st.nudgeFriend(c, op.Chat.User())
		default:
			err = qq.Errorf(qq.ErrInvalid, "people can be nudged in groups and in chats with friends only")
		}
		if err == nil && op.User != a.user && st.of(op.User).NoNudges {
			err = qq.Errorf(qq.ErrForbidden, "user %d does not want to be nudged", op.User)
		}
		if err != nil {
			return nil, err
		}
		return c, nil
	})
}

// nudgeInGroup lets those nudge who may speak.
func (st *state) nudgeInGroup(c *nudged, id qq.GroupID, now qq.Time) error {
	g, me, _, err := st.both(c.Sender, c.Receiver, id)
	if err != nil {
		return err
	}
	c.Chat = groupKey(id)
	return g.maySpeak(me, now)
}

// nudgeFriend lets friends nudge each other, and themselves before the other.
func (st *state) nudgeFriend(c *nudged, peer qq.UserID) error {
	if _, err := st.isFriend(c.Sender, peer); err != nil {
		return err
	}
	if c.Receiver != peer && c.Receiver != c.Sender {
		return qq.Errorf(qq.ErrNotFound, "user %d is not in the chat of users %d and %d", c.Receiver, c.Sender, peer)
	}
	c.Chat = pairKey(c.Sender, peer)
	return nil
}

func (a *actor) setTyping(ctx context.Context, op qq.SetTyping) (qq.None, error) {
	if op.Kind < typingSpeaks || op.Kind > typingEnds {
		return qq.None{}, qq.Errorf(qq.ErrInvalid, "nobody does %d in a chat; %d to %d are known", op.Kind, typingSpeaks, typingEnds)
	}
	return a.change(ctx, func(st *state, _ qq.Time) (change, error) {
		if _, err := st.isFriend(a.user, op.User); err != nil {
			return nil, err
		}
		return &typed{User: a.user, To: op.User, Act: op.Kind}, nil
	})
}

// RecallNudge lets somebody take his last nudge back. ErrNotFound when there is
// none, ErrForbidden when it is too old.
func (w *World) RecallNudge(ctx context.Context, as qq.UserID) error {
	return w.lasting(ctx, func(st *state, now qq.Time) (change, error) {
		p := st.of(as)
		if p.LastNudge.Sender == 0 {
			return nil, qq.Errorf(qq.ErrNotFound, "user %d has made no nudge that could be taken back", as)
		}
		if id := p.LastNudge.Chat.group; id != 0 {
			if _, _, err := st.inGroup(as, id); err != nil {
				return nil, err
			}
		}
		if now-p.NudgeTime > qq.Time(qq.RecallWindow.Milliseconds()) {
			return nil, qq.Errorf(qq.ErrForbidden, "the nudge is older than %s and cannot be taken back any more", qq.RecallWindow)
		}
		return &nudgeRecalled{Sender: as}, nil
	})
}

// RefuseNudges lets somebody say whether he wants to be nudged.
func (w *World) RefuseNudges(ctx context.Context, as qq.UserID, on bool) error {
	return w.lasting(ctx, func(st *state, _ qq.Time) (change, error) {
		if st.Users[as] == nil {
			return nil, noUser(as)
		}
		if st.of(as).NoNudges == on {
			return nil, nil
		}
		return &nudgesRefused{User: as, On: on}, nil
	})
}

func (a *actor) sendLike(ctx context.Context, op qq.SendLike) (qq.None, error) {
	if op.Times < 1 || op.Times > qq.MaxLikesOnce {
		return qq.None{}, qq.Errorf(qq.ErrInvalid, "a profile can be liked 1 to %d times at once, not %d times", qq.MaxLikesOnce, op.Times)
	}
	return a.change(ctx, func(st *state, now qq.Time) (change, error) {
		switch {
		case st.Users[op.User] == nil:
			return nil, noUser(op.User)
		case op.User == a.user:
			return nil, qq.Errorf(qq.ErrInvalid, "user %d cannot like his own profile", a.user)
		}
		today, limit := st.of(a.user).Liked[op.User].today(now), st.likesADay(a.user, op.User)
		if today+op.Times > limit {
			return nil, qq.Errorf(qq.ErrRateLimited, "user %d has liked user %d %d times today; %d are allowed", a.user, op.User, today, limit)
		}
		return &liked{User: a.user, To: op.User, Times: op.Times}, nil
	})
}

func (l liking) today(now qq.Time) int {
	if l.Today.Day != dayOf(now) {
		return 0
	}
	return l.Today.Count
}

// likesADay is how often one may like another: more with QQ's paid services.
func (st *state) likesADay(from, to qq.UserID) int {
	switch {
	case st.Friends[from][to] == nil:
		return qq.MaxLikesPerOther
	case st.Users[from].VIP != qq.VIPNone:
		return 2 * qq.MaxLikesPerFriend
	}
	return qq.MaxLikesPerFriend
}

func (a *actor) listLikes(_ context.Context, op qq.ListLikes) (page *qq.Likes, err error) {
	limit, err := pageLength(op.Limit)
	if err != nil {
		return nil, err
	}
	if op.Start < 0 {
		return nil, qq.Errorf(qq.ErrInvalid, "likes cannot start at %d", op.Start)
	}
	err = a.world.read(func(v viewing, now qq.Time) error {
		all := v.of(a.user).LikedBy
		if op.Given {
			all = v.of(a.user).Liked
		}
		page = v.likes(all, a.user, now)
		return nil
	})
	if err != nil {
		return nil, err
	}
	from := min(op.Start, page.Total)
	to := min(from+limit, page.Total)
	page.Likes, page.Next = page.Likes[from:to], to
	if to == page.Total {
		page.Next = -1
	}
	return page, nil
}

// likes lists likings, the latest first.
func (v viewing) likes(all map[qq.UserID]liking, viewer qq.UserID, now qq.Time) *qq.Likes {
	page := &qq.Likes{Likes: make([]*qq.Like, 0, len(all)), Total: len(all)}
	for u, l := range all {
		page.Likes = append(page.Likes, &qq.Like{User: v.shownUser(v.Users[u]), Friend: v.Friends[viewer][u] != nil,
			Times: l.Times, Today: l.today(now), Last: l.Last})
	}
	slices.SortFunc(page.Likes, func(x, y *qq.Like) int {
		return cmp.Or(cmp.Compare(y.Last, x.Last), cmp.Compare(x.User.ID, y.User.ID))
	})
	return page
}
