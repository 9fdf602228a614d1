package sim

import "llbot/protocols/qq"

const kindSaid = "said"

// said is a new message. Its content is complete but for what views add.
type said struct {
	Chat     chatKey     `json:"chat"`
	Seq      int64       `json:"seq"`
	Sender   qq.UserID   `json:"sender"`
	Temp     bool        `json:"temp,omitempty"`
	Via      qq.GroupID  `json:"via,omitempty"`
	Segments qq.Segments `json:"segments"`
	Upload   bool        `json:"upload,omitempty"` // came of UploadFile

	Forwards []*forwardSet `json:"forwards,omitempty"` // new sets, inner ones first
}

func (*said) kind() string { return kindSaid }

func (c *said) apply(st *state, at qq.Time, out *telling) {
	m := &message{Seq: c.Seq, Time: at, Sender: c.Sender, Temp: c.Temp, Via: c.Via, Segments: c.Segments}
	talk := st.Chats[c.Chat]
	if talk == nil {
		talk = &chat{}
		st.Chats[c.Chat] = talk
	}
	talk.add(m)
	g := st.Groups[c.Chat.group]
	if g != nil {
		g.spoke(c, at)
	}
	file := fileOf(c.Segments)
	if file != nil {
		st.keepFile(c, file, at)
	}
	st.Blobs.note(c)
	st.keepForwards(c.Forwards)
	v := viewing{st, out.link, at}
	for _, w := range out.watchers {
		if g != nil && g.Members[w] == nil || g == nil && w != c.Chat.low && w != c.Chat.high {
			continue
		}
		e := &qq.MessageReceived{}
		v.message(&e.Message, c.Chat, m, w)
		out.add(w, e)
		if file != nil {
			out.add(w, v.uploaded(&e.Message, file))
		}
	}
	if g != nil && g.Members[c.Sender] != nil {
		g.spokeToday(c.Sender, at, out)
	}
}

// spoke notes when a member spoke last, in steps of a second so that one value
// serves all messages of it, and what he used of his quota.
func (g *group) spoke(c *said, at qq.Time) {
	if m := g.Members[c.Sender]; m != nil && m.LastSpoke.Unix() != at.Unix() {
		fresh := *shown(m, at)
		fresh.LastSpoke = at
		g.Members[c.Sender] = &fresh
	}
	if !callsAll(c.Segments) {
		return
	}
	if g.AtAll == nil {
		g.AtAll = map[qq.UserID]quota{}
	}
	g.AtAll[c.Sender] = g.AtAll[c.Sender].oneMore(at)
	g.AllAtAll = g.AllAtAll.oneMore(at)
}

// oneMore is the quota after another use.
func (q quota) oneMore(at qq.Time) quota { return quota{Day: dayOf(at), Count: q.used(at) + 1} }

// used is how much went on the day of now.
func (q quota) used(now qq.Time) int {
	if q.Day != dayOf(now) {
		return 0
	}
	return q.Count
}

func callsAll(s qq.Segments) bool {
	for _, seg := range s {
		if _, ok := seg.(*qq.MentionAll); ok {
			return true
		}
	}
	return false
}

// dayOf counts days as they begin in China.
func dayOf(t qq.Time) int64 { return (t.Unix() + 8*3600) / 86400 }

// recalled takes a message back.
type recalled struct {
	Chat     chatKey   `json:"chat"`
	Seq      int64     `json:"seq"`
	Operator qq.UserID `json:"operator"`
}

func (*recalled) kind() string { return "recalled" }

func (c *recalled) apply(st *state, at qq.Time, out *telling) {
	m := st.find(c.Chat, c.Seq)
	st.withdrawFile(c.Chat, m, at)
	m.Recalled, m.Segments, m.Reactions = true, nil, nil
	event := func(viewer qq.UserID) qq.Event {
		return &qq.MessageRecalled{MessageRef: refOf(c.Chat, m, viewer), Sender: m.Sender, Operator: c.Operator}
	}
	if g := st.Groups[c.Chat.group]; g != nil {
		out.group(g, event)
		return
	}
	for _, u := range []qq.UserID{c.Chat.low, c.Chat.high} {
		out.user(u, func() qq.Event { return event(u) })
	}
}
