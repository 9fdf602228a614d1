package sim

import "llbot/protocols/qq"

// viewing builds what one account sees of the state.
type viewing struct {
	*state
	link func(qq.ResourceID) string
	now  qq.Time
}

// message fills in m as viewer sees it.
func (v viewing) message(into *qq.Message, k chatKey, m *message, viewer qq.UserID) {
	into.MessageRef = refOf(k, m, viewer)
	into.Time, into.Sender, into.Self, into.Recalled = m.Time, m.Sender, m.Sender == viewer, m.Recalled
	into.Nickname, into.Random = v.nickname(m.Sender), v.random(k, m.Seq)
	switch into.Scene {
	case qq.SceneGroup:
		v.groupSide(into, m, viewer)
	case qq.SceneFriend:
		into.Friend = v.pictured(v.friend(viewer, into.User()))
	case qq.SceneTemp:
		if g := v.Groups[m.Via]; g != nil {
			into.Group = v.group(g, viewer)
		}
	}
	into.Segments = qq.Segments{}
	if !m.Recalled {
		into.Segments = v.segments(k, m.Segments, viewer, true)
	}
}

func (v viewing) groupSide(into *qq.Message, m *message, viewer qq.UserID) {
	if g := v.Groups[into.Chat.Group()]; g != nil {
		into.Group = v.group(g, viewer)
		if sender := g.Members[m.Sender]; sender != nil {
			into.Member = shown(sender, v.now)
		}
	}
	if into.Member == nil {
		into.Member = qq.StubMember(into.Chat.Group(), m.Sender, into.Nickname)
	}
}

// refOf names a message from viewer's side.
func refOf(k chatKey, m *message, viewer qq.UserID) qq.MessageRef {
	if k.group != 0 {
		return qq.MessageRef{Chat: qq.GroupChat(k.group), Seq: m.Seq}
	}
	scene := qq.SceneFriend
	if m.Temp {
		scene = qq.SceneTemp
	}
	return qq.MessageRef{Chat: qq.Chat{Scene: scene, Peer: int64(k.other(viewer))}, Seq: m.Seq}
}

// segments is a copy of stored content that belongs to viewer. Quotes carry
// the quoted content one level deep.
func (v viewing) segments(k chatKey, stored qq.Segments, viewer qq.UserID, quote bool) qq.Segments {
	own := stored.Clone()
	for _, seg := range own {
		switch seg := seg.(type) {
		case *qq.Text, *qq.Mention:
		case *qq.File:
			v.showFile(seg, k)
		case *qq.Reply:
			v.quote(seg, k, viewer, quote)
		default:
			v.addLink(seg)
		}
	}
	return own
}

func (v viewing) quote(r *qq.Reply, k chatKey, viewer qq.UserID, deep bool) {
	quoted := v.find(k, r.Seq)
	if quoted == nil {
		quoted = &message{Seq: r.Seq, Recalled: true}
	}
	r.MessageRef = refOf(k, quoted, viewer)
	if deep && !quoted.Recalled {
		r.Quoted = v.segments(k, quoted.Segments, viewer, false)
	}
}

func (v viewing) url(id qq.ResourceID) string {
	if v.link == nil {
		return ""
	}
	return v.link(id)
}

func (st *state) nickname(u qq.UserID) string {
	if p := st.Users[u]; p != nil {
		return p.Nickname
	}
	return ""
}

// friend is the friend as owner sees him; somebody who is a friend no longer
// is shown by his profile.
func (st *state) friend(owner, user qq.UserID) *qq.Friend {
	if f := st.Friends[owner][user]; f != nil {
		return f
	}
	if p := st.Users[user]; p != nil {
		return &qq.Friend{User: *p}
	}
	return &qq.Friend{User: qq.User{ID: user}}
}

// shown is a member without a mute or a title that has run out by now.
func shown(m *qq.Member, now qq.Time) *qq.Member {
	muted, titled := m.MutedUntil != 0 && m.MutedUntil <= now, m.TitleUntil != 0 && m.TitleUntil <= now
	if !muted && !titled {
		return m
	}
	fresh := *m
	if muted {
		fresh.MutedUntil = 0
	}
	if titled {
		fresh.Title, fresh.TitleUntil = "", 0
	}
	return &fresh
}
