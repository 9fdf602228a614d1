package upstream

import (
	"context"
	"errors"
	"time"

	"llbot/protocols/qq"
)

// rosterLife is how long something fetched is good without a word of change.
const rosterLife = 5 * time.Minute

// rosterSize is how many entries are kept before all are forgotten.
const rosterSize = 20_000

type memberKey struct {
	group qq.GroupID
	user  qq.UserID
}

// known is a value with the time it was learnt.
type known[T any] struct {
	v  T
	at time.Time
}

// roster is whom the events of a link told of, or needed: members, groups and
// friends. It is used by the goroutine that emits.
type roster struct {
	ask     func(context.Context, qq.Operation) (any, error)
	limit   time.Duration
	now     func() time.Time
	members map[memberKey]known[*qq.Member]
	groups  map[qq.GroupID]known[*qq.Group]
	friends map[qq.UserID]known[*qq.Friend]
}

func newRoster(ask func(context.Context, qq.Operation) (any, error), limit time.Duration, now func() time.Time) *roster {
	return &roster{
		ask: ask, limit: limit, now: now, members: map[memberKey]known[*qq.Member]{},
		groups: map[qq.GroupID]known[*qq.Group]{}, friends: map[qq.UserID]known[*qq.Friend]{},
	}
}

// look answers from what is known, or asks; what is known for long will do when
// nothing else is told.
func look[K comparable, T any, O qq.Op[T]](ctx context.Context, r *roster, in map[K]known[T], key K, op O) (v T, ok bool) {
	old, held := in[key]
	if held && r.now().Sub(old.at) < rosterLife {
		return old.v, true
	}
	ctx, cancel := context.WithTimeout(ctx, r.limit)
	defer cancel()
	answer, err := r.ask(ctx, op)
	if v, ok = answer.(T); err != nil || !ok {
		return old.v, held && !errors.Is(err, qq.ErrNotFound)
	}
	learn(r, in, key, v)
	return v, true
}

func learn[K comparable, T any](r *roster, in map[K]known[T], key K, v T) {
	if len(in) >= rosterSize {
		clear(in)
	}
	in[key] = known[T]{v, r.now()}
}

// member is a member, or a stub of one that cannot be found. 0 is nobody.
func (r *roster) member(ctx context.Context, g qq.GroupID, u qq.UserID) *qq.Member {
	if u == 0 {
		return nil
	}
	if m, ok := look(ctx, r, r.members, memberKey{g, u}, qq.GetMember{Group: g, User: u, NoCache: true}); ok && m != nil {
		return m
	}
	return qq.StubMember(g, u, r.nickname(ctx, u))
}

// lastMember is a member as he last was, a stub when nothing was heard of him.
func (r *roster) lastMember(ctx context.Context, g qq.GroupID, u qq.UserID) *qq.Member {
	if k, held := r.members[memberKey{g, u}]; held {
		delete(r.members, memberKey{g, u})
		return k.v
	}
	return qq.StubMember(g, u, r.nickname(ctx, u))
}

func (r *roster) group(ctx context.Context, g qq.GroupID) *qq.Group {
	v, _ := look(ctx, r, r.groups, g, qq.GetGroup{Group: g, NoCache: true})
	return v
}

func (r *roster) friend(ctx context.Context, u qq.UserID) *qq.Friend {
	v, _ := look(ctx, r, r.friends, u, qq.GetFriend{User: u, NoCache: true})
	return v
}

// nickname is what somebody calls himself, "" when nobody tells.
func (r *roster) nickname(ctx context.Context, u qq.UserID) string {
	if f, held := r.friends[u]; held {
		return f.v.Nickname
	}
	ctx, cancel := context.WithTimeout(ctx, r.limit)
	defer cancel()
	if v, err := r.ask(ctx, qq.GetUser{User: u}); err == nil {
		if user, ok := v.(*qq.User); ok && user != nil {
			return user.Nickname
		}
	}
	return ""
}

// heard learns from a message that tells all of itself.
func (r *roster) heard(m *qq.Message) {
	if m.Member != nil {
		learn(r, r.members, memberKey{m.Member.Group, m.Member.User}, m.Member)
	}
	if m.Group != nil && m.Scene == qq.SceneGroup {
		learn(r, r.groups, m.Group.ID, m.Group)
	}
	if m.Friend != nil {
		learn(r, r.friends, m.Friend.ID, m.Friend)
	}
}

// forget drops what an event has changed.
func (r *roster) forget(e qq.Event) {
	if _, said := e.(*qq.MessageReceived); said {
		return
	}
	for _, d := range qq.Touches(e) {
		switch d.Part {
		case qq.PartFriends:
			clear(r.friends)
		case qq.PartGroup:
			delete(r.groups, d.Group)
			for k := range r.members {
				if k.group == d.Group {
					delete(r.members, k)
				}
			}
		}
	}
}
