package sim

import "llbot/protocols/qq"

// reactions is what stands under one message, kinds in the order in which they
// first came.
type reactions []*reaction

// reaction is one emoji with those who put it there, oldest first.
type reaction struct {
	Emoji qq.Emoji  `json:"emoji"`
	Last  int64     `json:"last"` // number of the newest reactor; never given again
	By    []reactor `json:"by"`
}

// reactor is somebody who reacted. N rises within the reaction.
type reactor struct {
	User qq.UserID `json:"user"`
	N    int64     `json:"n"`
}

// of is the reaction with that emoji, nil when nobody put it there.
func (r *reactions) of(e qq.Emoji) *reaction {
	if r == nil {
		return nil
	}
	for _, one := range *r {
		if one.Emoji == e {
			return one
		}
	}
	return nil
}

// place is where a user stands among the reactors, or -1.
func (r *reaction) place(u qq.UserID) int {
	if r == nil {
		return -1
	}
	for i, by := range r.By {
		if by.User == u {
			return i
		}
	}
	return -1
}

// reacted puts an emoji on a message of a group, or takes it off.
type reacted struct {
	Group qq.GroupID `json:"group"`
	Seq   int64      `json:"seq"`
	User  qq.UserID  `json:"user"`
	Emoji qq.Emoji   `json:"emoji"`
	On    bool       `json:"on"`
}

func (*reacted) kind() string { return "reacted" }

func (c *reacted) apply(st *state, at qq.Time, out *telling) {
	k := groupKey(c.Group)
	m, g := st.find(k, c.Seq), st.Groups[c.Group]
	count := m.react(c)
	member := shown(g.Members[c.User], at)
	out.group(g, func(viewer qq.UserID) qq.Event {
		return &qq.ReactionChanged{MessageRef: refOf(k, m, viewer), User: c.User, Sender: m.Sender,
			Emoji: c.Emoji, Count: count, On: c.On, Member: member}
	})
}

// react changes the reactions and answers how many have that emoji now.
func (m *message) react(c *reacted) int {
	if m.Reactions == nil {
		m.Reactions = &reactions{}
	}
	r := m.Reactions.of(c.Emoji)
	if c.On {
		if r == nil {
			r = &reaction{Emoji: c.Emoji}
			*m.Reactions = append(*m.Reactions, r)
		}
		r.Last++
		r.By = append(r.By, reactor{c.User, r.Last})
		return len(r.By)
	}
	at := r.place(c.User)
	r.By = append(r.By[:at:at], r.By[at+1:]...)
	if len(r.By) == 0 {
		m.Reactions.drop(c.Emoji)
	}
	return len(r.By)
}

func (r *reactions) drop(e qq.Emoji) {
	var rest reactions
	for _, one := range *r {
		if one.Emoji != e {
			rest = append(rest, one)
		}
	}
	*r = rest
}
