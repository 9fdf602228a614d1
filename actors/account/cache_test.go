package account

import (
	"context"
	"fmt"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"llbot/protocols/qq"
)

// roster is a driver that counts how often it is asked for what can be cached.
func roster(asked *atomic.Int32, during func()) *driver {
	d := &driver{}
	count := func() {
		asked.Add(1)
		if during != nil {
			during()
		}
	}
	qq.Serve(&d.Handlers, func(context.Context, qq.ListFriends) ([]*qq.Friend, error) {
		count()
		return []*qq.Friend{{}}, nil
	})
	qq.Serve(&d.Handlers, func(_ context.Context, op qq.GetGroup) (*qq.Group, error) {
		count()
		if op.Group == 404 {
			return nil, qq.ErrNotFound
		}
		return &qq.Group{ID: op.Group, Members: int(asked.Load())}, nil
	})
	qq.Serve(&d.Handlers, func(context.Context, qq.ListGroups) ([]*qq.Group, error) { count(); return nil, nil })
	qq.Serve(&d.Handlers, func(context.Context, qq.GetMember) (*qq.Member, error) { count(); return &qq.Member{}, nil })
	qq.Serve(&d.Handlers, func(context.Context, qq.MuteGroup) (qq.None, error) { return qq.None{}, nil })
	qq.Serve(&d.Handlers, func(_ context.Context, op qq.SetCard) (qq.None, error) {
		if op.Card == "panic" {
			panic("applied all the same")
		}
		return qq.None{}, qq.Errorf(qq.ErrTimeout, "applied all the same")
	})
	return d
}

func TestCache(t *testing.T) {
	friends, group, member := qq.ListFriends{}, qq.GetGroup{Group: 7}, qq.GetMember{Group: 7, User: 9}
	do := func(op qq.Operation) func(*house) {
		return func(h *house) { _, _ = h.ref.Do(context.Background(), op) }
	}
	happens := func(e qq.Event) func(*house) { return func(h *house) { emit(h.t, h, 0, e) } }
	for name, c := range map[string]struct {
		op     qq.Operation
		change func(*house)
		asked  int32 // by a first read, the change and a second read
	}{
		"hit":                     {friends, func(*house) {}, 1},
		"another key":             {member, do(qq.GetMember{Group: 7, User: 10}), 2},
		"no_cache":                {friends, do(qq.ListFriends{NoCache: true}), 2},
		"answer of no_cache":      {qq.ListFriends{NoCache: true}, do(friends), 2},
		"failure is not kept":     {qq.GetGroup{Group: 404}, func(*house) {}, 2},
		"event of the domain":     {friends, happens(&qq.FriendDeleted{}), 2},
		"event of another domain": {friends, happens(&qq.GroupMuted{Group: 7}), 1},
		"event of the group":      {member, happens(&qq.CardChanged{Group: 7}), 2},
		"event of another group":  {member, happens(&qq.CardChanged{Group: 8}), 1},
		"message in the group":    {member, happens(message(1)), 2},
		"event of group and list": {qq.ListGroups{}, happens(&qq.GroupDisbanded{Group: 8}), 2},
		"operation":               {group, do(qq.MuteGroup{Group: 7}), 2},
		"operation that fails":    {member, do(qq.SetCard{Group: 7}), 2},
		"operation that panics":   {member, do(qq.SetCard{Group: 7, Card: "panic"}), 2},
		"offline and online again": {group, func(h *house) {
			emit(h.t, h, 0, &qq.StatusChanged{})
			emit(h.t, h, 0, &qq.StatusChanged{Online: true})
		}, 2},
	} {
		t.Run(name, func(t *testing.T) {
			var asked atomic.Int32
			inside(t, roster(&asked, nil), func(t *testing.T, h *house) {
				do(c.op)(h)
				c.change(h)
				do(c.op)(h)
				want(t, "asked", asked.Load(), c.asked)
			})
		})
	}
}

// TestChangeWhileFetching: an answer that was made before a change and arrives
// after it is given to its asker, and to nobody else.
func TestChangeWhileFetching(t *testing.T) {
	var asked atomic.Int32
	inside(t, roster(&asked, nil), func(t *testing.T, h *house) {
		g, err := qq.Do(t.Context(), h.ref, qq.GetGroup{Group: 7})
		if err != nil {
			t.Fatal(err)
		}
		want(t, "answer", g.Members, 1)
		emit(t, h, 0, &qq.GroupMuted{Group: 7})
		for range 2 {
			if g, err = qq.Do(t.Context(), h.ref, qq.GetGroup{Group: 7}); err != nil {
				t.Fatal(err)
			}
			want(t, "fresh answer", g.Members, 2)
		}
	})
	asked.Store(0)
	var h *house
	d := roster(&asked, func() {
		if asked.Load() == 1 {
			emit(h.t, h, 0, &qq.GroupMuted{Group: 7})
		}
	})
	synctest.Test(t, func(t *testing.T) {
		h = newHouse(t, d)
		defer h.end()
		for i := range 3 {
			g, err := qq.Do(t.Context(), h.ref, qq.GetGroup{Group: 7})
			if err != nil {
				t.Fatal(err)
			}
			want(t, fmt.Sprint("answer ", i), g.Members, min(i+1, 2))
		}
	})
}

func TestOfflineIsNotAnsweredFromTheCache(t *testing.T) {
	var asked atomic.Int32
	inside(t, roster(&asked, nil), func(t *testing.T, h *house) {
		if _, err := h.ref.Do(t.Context(), qq.GetGroup{Group: 7}); err != nil {
			t.Fatal(err)
		}
		emit(t, h, 0, &qq.StatusChanged{})
		_, err := h.ref.Do(t.Context(), qq.GetGroup{Group: 7})
		wantKind(t, err, qq.ErrOffline)
	})
}

func TestCacheIsBounded(t *testing.T) {
	var c cache
	for i := range cacheLimit + 10 {
		op := qq.GetMember{Group: 1, User: qq.UserID(i)}
		ticket, _, hit := c.lookup(op)
		want(t, "hit", hit, false)
		c.store(ticket, i)
	}
	if n := c.size.Load(); n > 10 {
		t.Errorf("%d answers held", n)
	}
	_, v, hit := c.lookup(qq.GetMember{Group: 1, User: cacheLimit + 9})
	want(t, "hit", hit, true)
	want(t, "value", v.(int), cacheLimit+9)
}

func TestUncacheableIsNotStored(t *testing.T) {
	var c cache
	ticket, _, hit := c.lookup(qq.GetUser{User: 1})
	want(t, "hit", hit, false)
	c.store(ticket, 1)
	want(t, "size", c.size.Load(), 0)
}

func TestEveryDomainHasAVersion(t *testing.T) {
	var c cache
	for _, e := range append(qq.EventKinds(), &qq.UnknownEvent{}) {
		if _, added := e.(*qq.FriendAdded); !added {
			c.touch(e)
		}
	}
	for _, op := range qq.Catalogue() {
		c.touch(op)
		c.lookup(op)
	}
}

func TestHeldAsLongAsCached(t *testing.T) {
	var asked atomic.Int32
	inside(t, roster(&asked, nil), func(t *testing.T, h *house) {
		op := qq.GetGroup{Group: 7}
		if _, _, ok := h.ref.Held(op); ok {
			t.Fatal("held before anybody asked")
		}
		v, err := h.ref.Do(context.Background(), op)
		if err != nil {
			t.Fatal(err)
		}
		held, made, ok := h.ref.Held(op)
		if !ok || held != v {
			t.Fatalf("%v, %v, want %v", held, ok, v)
		}
		made.Keep("face", []byte("text"))
		if _, again, _ := h.ref.Held(op); string(again.Text("face")) != "text" {
			t.Error("what was made of it was not kept")
		}
		room := h.ref.state.cache.room.Load()
		emit(t, h, 0, &qq.GroupRenamed{Group: 7})
		if _, _, ok := h.ref.Held(op); ok {
			t.Error("held although it changed")
		}
		for _, other := range []qq.Operation{qq.GetGroup{Group: 7, NoCache: true}, qq.SetCard{}, qq.SendMessage{}, qq.GetStatus{}} {
			if _, _, ok := h.ref.Held(other); ok {
				t.Errorf("%T is held", other)
			}
		}
		if _, err := h.ref.Do(context.Background(), op); err != nil {
			t.Fatal(err)
		}
		if _, made, _ := h.ref.Held(op); made.Text("face") != nil || h.ref.state.cache.room.Load() <= room {
			t.Errorf("text of the old answer: %s; room %d, before %d", made.Text("face"), h.ref.state.cache.room.Load(), room)
		}
	})
}
