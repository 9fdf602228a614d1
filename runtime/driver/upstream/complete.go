package upstream

import (
	"context"

	"llbot/protocols/qq"
)

// complete fills in what an event needs and the upstream did not send with it.
// What cannot be found stays as it is, or becomes a stub where nothing would
// make the event useless. It runs before the event is emitted, and what the
// event changes is forgotten first where the state after it is wanted.
func (r *roster) complete(ctx context.Context, self qq.Login, e qq.Event) {
	switch e := e.(type) {
	case *qq.MessageReceived:
		r.completeMessage(ctx, self, &e.Message)
	case *qq.MemberDecreased:
		e.Self = e.User == self.ID
		if e.Member == nil {
			e.Member = r.lastMember(ctx, e.Group, e.User)
		}
		r.forget(e)
	case *qq.GroupRenamed:
		if k, held := r.groups[e.Group]; held && e.Old == "" && k.v.Name != e.New {
			e.Old = k.v.Name
		}
		r.forget(e)
	case *qq.FriendAdded:
		r.forget(e)
		if e.Friend != nil && e.Friend.Nickname == "" {
			if f := r.friend(ctx, e.Friend.ID); f != nil {
				e.Friend = f
			}
		}
	case *qq.FriendRequested:
		if e.Nickname == "" {
			e.Nickname = r.nickname(ctx, e.Initiator)
		}
		if e.Target == 0 {
			e.Target = self.ID
		}
	case *qq.GroupRequested:
		r.completeRequest(ctx, &e.GroupRequest)
	case *qq.EssenceChanged:
		if e.Sender == 0 {
			e.Sender = r.author(ctx, e.MessageRef)
		}
	default:
		r.forget(e)
		r.completeMember(ctx, self, e)
	}
}

// completeMember fills in the member that a group's event is about, as he is
// after it.
func (r *roster) completeMember(ctx context.Context, self qq.Login, e qq.Event) {
	fill := func(into **qq.Member, g qq.GroupID, u qq.UserID) {
		if *into == nil {
			*into = r.member(ctx, g, u)
		}
	}
	switch e := e.(type) {
	case *qq.MemberIncreased:
		e.Self = e.User == self.ID
		fill(&e.Member, e.Group, e.User)
	case *qq.AdminChanged:
		fill(&e.Member, e.Group, e.User)
	case *qq.CardChanged:
		fill(&e.Member, e.Group, e.User)
	case *qq.MemberMuted:
		fill(&e.Member, e.Group, e.User)
	case *qq.TitleChanged:
		fill(&e.Member, e.Group, e.User)
	case *qq.HonorGained:
		fill(&e.Member, e.Group, e.User)
	case *qq.ReactionChanged:
		if e.Scene == qq.SceneGroup {
			fill(&e.Member, e.Chat.Group(), e.User)
		}
		if e.Sender == 0 {
			e.Sender = r.author(ctx, e.MessageRef)
		}
	case *qq.ButtonPressed:
		if e.Scene == qq.SceneGroup {
			fill(&e.Member, e.Chat.Group(), e.User)
		}
	}
}

func (r *roster) completeMessage(ctx context.Context, self qq.Login, m *qq.Message) {
	m.Self = m.Sender == self.ID
	switch m.Scene {
	case qq.SceneGroup:
		if m.Group == nil {
			m.Group = r.group(ctx, m.Chat.Group())
		}
		if m.Member == nil {
			m.Member = r.member(ctx, m.Chat.Group(), m.Sender)
		}
		if m.Nickname == "" && m.Member != nil {
			m.Nickname = m.Member.Nickname
		}
	case qq.SceneFriend:
		if m.Friend == nil {
			m.Friend = r.friend(ctx, m.Chat.User())
		}
	}
	switch {
	case m.Nickname != "":
	case m.Self:
		m.Nickname = self.Nickname
	case m.Friend != nil && m.Friend.ID == m.Sender:
		m.Nickname = m.Friend.Nickname
	case m.Sender != 0 && m.Scene == qq.SceneTemp:
		m.Nickname = r.nickname(ctx, m.Sender)
	}
	r.heard(m)
}

func (r *roster) completeRequest(ctx context.Context, q *qq.GroupRequest) {
	if q.Nickname == "" {
		q.Nickname = r.nickname(ctx, q.Initiator)
	}
	if q.TargetName == "" && q.Target != 0 {
		q.TargetName = r.nickname(ctx, q.Target)
	}
	if q.GroupName == "" && q.Kind != qq.Invitation {
		if g := r.group(ctx, q.Group); g != nil {
			q.GroupName = g.Name
		}
	}
}

// author is who wrote a message, 0 when it cannot be read any more.
func (r *roster) author(ctx context.Context, ref qq.MessageRef) qq.UserID {
	if ref.Seq == 0 {
		return 0
	}
	ctx, cancel := context.WithTimeout(ctx, r.limit)
	defer cancel()
	if v, err := r.ask(ctx, qq.GetMessage{Ref: ref}); err == nil {
		if m, ok := v.(*qq.Message); ok && m != nil {
			return m.Sender
		}
	}
	return 0
}
