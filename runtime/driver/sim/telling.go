package sim

import "llbot/protocols/qq"

// telling collects the events of one record for the accounts that watch.
type telling struct {
	watchers []qq.UserID
	link     func(qq.ResourceID) string
	told     []told
}

// told is one event of one account.
type told struct {
	account qq.UserID
	event   qq.Event
}

// nobody listens: for building a state without its events.
func nobody() *telling { return &telling{} }

func (t *telling) add(account qq.UserID, e qq.Event) { t.told = append(t.told, told{account, e}) }

// user tells one user, if that is an account that watches.
func (t *telling) user(u qq.UserID, event func() qq.Event) {
	for _, w := range t.watchers {
		if w == u {
			t.add(w, event())
		}
	}
}

// group tells every member of the group; event is called once for each.
func (t *telling) group(g *group, event func(viewer qq.UserID) qq.Event) {
	for _, w := range t.watchers {
		if g.Members[w] != nil {
			t.add(w, event(w))
		}
	}
}

// managers tells the owner and the admins of the group.
func (t *telling) managers(g *group, event func() qq.Event) {
	for _, w := range t.watchers {
		if m := g.Members[w]; m != nil && m.Role > qq.RoleMember {
			t.add(w, event())
		}
	}
}
