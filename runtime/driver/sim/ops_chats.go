package sim

import (
	"cmp"
	"context"
	"slices"

	"llbot/protocols/qq"
)

func (a *actor) setPin(ctx context.Context, op qq.SetPin) (qq.None, error) {
	return a.change(ctx, func(st *state, _ qq.Time) (change, error) {
		on := false
		switch op.Chat.Scene {
		case qq.SceneGroup:
			g, _, err := st.inGroup(a.user, op.Chat.Group())
			if err != nil {
				return nil, err
			}
			on = g.Sides[a.user].Pinned
		case qq.SceneFriend:
			f, err := st.isFriend(a.user, op.Chat.User())
			if err != nil {
				return nil, err
			}
			on = f.Pinned
		default:
			return nil, qq.Errorf(qq.ErrInvalid, "only groups and chats with friends can be pinned")
		}
		if on == op.On {
			return nil, nil
		}
		return &pinSet{User: a.user, Chat: op.Chat, On: op.On}, nil
	})
}

func (a *actor) listPins(_ context.Context, _ qq.ListPins) (*qq.Pins, error) {
	pins := &qq.Pins{Friends: []*qq.Friend{}, Groups: []*qq.Group{}}
	err := a.world.read(func(v viewing, _ qq.Time) error {
		for _, f := range sortedValues(v.Friends[a.user]) {
			if f.Pinned {
				pins.Friends = append(pins.Friends, v.shownFriend(f))
			}
		}
		for _, g := range sortedValues(v.Groups) {
			if g.Sides[a.user].Pinned {
				pins.Groups = append(pins.Groups, v.group(g, a.user))
			}
		}
		return nil
	})
	return pins, err
}

// recentPage is the length of a list of chats when none is stated.
const recentPage = 10

func (a *actor) listRecentChats(_ context.Context, op qq.ListRecentChats) (*qq.RecentChats, error) {
	limit := cmp.Or(op.Limit, recentPage)
	if limit < 0 {
		return nil, qq.Errorf(qq.ErrInvalid, "a list of at most %d chats makes no sense", limit)
	}
	all := &qq.RecentChats{Chats: []*qq.RecentChat{}}
	err := a.world.read(func(v viewing, _ qq.Time) error {
		keys := v.chatsOf(a.user)
		for _, k := range keys[:min(limit, len(keys))] {
			all.Chats = append(all.Chats, v.recent(k, a.user))
		}
		return nil
	})
	return all, err
}

// chatsOf lists the chats that u is in and that hold a message, the latest first.
func (st *state) chatsOf(u qq.UserID) []chatKey {
	var list []chatKey
	for k, c := range st.Chats {
		if len(c.Messages) > 0 && st.sees(u, k) {
			list = append(list, k)
		}
	}
	slices.SortFunc(list, func(x, y chatKey) int {
		return cmp.Or(cmp.Compare(st.Chats[y].last().Time, st.Chats[x].last().Time),
			cmp.Compare(x.group, y.group), cmp.Compare(x.low, y.low), cmp.Compare(x.high, y.high))
	})
	return list
}

func (c *chat) last() *message { return c.Messages[len(c.Messages)-1] }

// recent is a chat as a line of viewer's list.
func (v viewing) recent(k chatKey, viewer qq.UserID) *qq.RecentChat {
	m := v.Chats[k].last()
	r := &qq.RecentChat{Chat: refOf(k, m, viewer).Chat, Time: m.Time, Last: &qq.Message{}, Unread: v.unread(k, viewer)}
	v.message(r.Last, k, m, viewer)
	if g := v.Groups[k.group]; g != nil {
		info := v.group(g, viewer)
		r.Name, r.Remark = info.Name, info.Remark
		return r
	}
	r.Name = v.nickname(k.other(viewer))
	if f := v.Friends[viewer][k.other(viewer)]; f != nil {
		r.Remark = f.Remark
	}
	return r
}

// unread counts what others said in a chat behind the last that u read or said
// there.
func (st *state) unread(k chatKey, u qq.UserID) int {
	n := 0
	for _, m := range slices.Backward(st.Chats[k].Messages) {
		if m.Sender == u || m.Seq <= st.Read[u][k] {
			break
		}
		if !m.Recalled {
			n++
		}
	}
	return n
}
