package sim

import (
	"context"

	"llbot/protocols/qq"
)

// markedRead says up to which message somebody has read a chat.
type markedRead struct {
	User qq.UserID `json:"user"`
	Chat chatKey   `json:"chat"`
	Seq  int64     `json:"seq"`
}

func (*markedRead) kind() string { return "read" }

func (c *markedRead) apply(st *state, _ qq.Time, _ *telling) { st.read(c.User, c.Chat, c.Seq) }

func (st *state) read(u qq.UserID, k chatKey, seq int64) {
	if st.Read == nil {
		st.Read = map[qq.UserID]map[chatKey]int64{}
	}
	if st.Read[u] == nil {
		st.Read[u] = map[chatKey]int64{}
	}
	st.Read[u][k] = seq
}

// markedAllRead says that somebody has read everything.
type markedAllRead struct {
	User qq.UserID `json:"user"`
}

func (*markedAllRead) kind() string { return "all_read" }

func (c *markedAllRead) apply(st *state, _ qq.Time, _ *telling) {
	for k, talk := range st.Chats {
		if st.sees(c.User, k) && st.Read[c.User][k] < talk.Seq {
			st.read(c.User, k, talk.Seq)
		}
	}
}

// sees tells whether a chat is one of the user's.
func (st *state) sees(u qq.UserID, k chatKey) bool {
	if k.group == 0 {
		return k.low == u || k.high == u
	}
	g := st.Groups[k.group]
	return g != nil && g.Members[u] != nil
}

// markRead moves the mark upwards only: a client that is behind takes nothing
// back.
func (a *actor) markRead(ctx context.Context, op qq.MarkRead) (qq.None, error) {
	return a.change(ctx, func(st *state, _ qq.Time) (change, error) {
		k, err := st.talk(a.user, op.Ref.Chat)
		if err != nil {
			return nil, err
		}
		seq := st.nextSeq(k) - 1
		if op.Ref.Seq != 0 {
			_, m, err := st.named(a.user, op.Ref)
			if err != nil {
				return nil, err
			}
			seq = m.Seq
		}
		if st.Chats[k] == nil || seq <= st.Read[a.user][k] {
			return nil, nil
		}
		return &markedRead{User: a.user, Chat: k, Seq: seq}, nil
	})
}

func (a *actor) markAllRead(ctx context.Context, _ qq.MarkAllRead) (qq.None, error) {
	return a.change(ctx, func(st *state, _ qq.Time) (change, error) {
		for k, talk := range st.Chats {
			if st.sees(a.user, k) && st.Read[a.user][k] < talk.Seq {
				return &markedAllRead{User: a.user}, nil
			}
		}
		return nil, nil
	})
}
