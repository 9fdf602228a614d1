package sim

import "llbot/protocols/qq"

// loginMoved brings somebody's login a step further.
type loginMoved struct {
	User  qq.UserID     `json:"user"`
	State qq.LoginState `json:"state"`
}

func (*loginMoved) kind() string { return "login" }

func (c *loginMoved) apply(st *state, at qq.Time, out *telling) {
	p := st.person(c.User)
	was, is := p.Login == nil, c.State.Step == qq.LoginOnline
	state := c.State
	p.Login = &state
	if is {
		p.Login, p.Session = nil, st.Record
	}
	if was == is {
		out.user(c.User, func() qq.Event { return &qq.LoginProgressed{State: state} })
		return
	}
	out.user(c.User, func() qq.Event {
		return &qq.StatusChanged{Online: is, Reason: state.Reason, Login: viewing{st, out.link, at}.login(c.User)}
	})
	st.seen(c.User, at, out)
}

// onlyOnline takes back what accounts that are logged out would be told: they
// hear of nothing but their login.
func (t *telling) onlyOnline(st *state) {
	if len(st.Persons) == 0 {
		return
	}
	kept := t.told[:0]
	for _, one := range t.told {
		if st.online(one.account) || aboutLogin(one.event) {
			kept = append(kept, one)
		}
	}
	clear(t.told[len(kept):])
	t.told = kept
}

func aboutLogin(e qq.Event) bool {
	switch e.(type) {
	case *qq.StatusChanged, *qq.LoginProgressed:
		return true
	}
	return false
}
