package satori

import (
	"context"

	"llbot/protocols/qq"
	"llbot/protocols/satori"
)

// people are profiles, friends and the account itself.
func (t *table) people() {
	serve(t, "", func(_ context.Context, s *session, _ qq.GetBackend) (qq.Backend, error) {
		return qq.Backend{Name: s.client.Dialect.Name}, nil
	})
	ask(t, "user.get", (*satori.Client).AskUser, func(_ *session, _ qq.GetUser, u satori.User) (*qq.User, error) { return satori.ReadUser(u) })
	serve(t, "friend.list", func(ctx context.Context, s *session, _ qq.ListFriends) ([]*qq.Friend, error) { return s.friends(ctx) })
	serve(t, "friend.list", func(ctx context.Context, s *session, op qq.GetFriend) (*qq.Friend, error) {
		all, err := s.friends(ctx)
		if err != nil {
			return nil, err
		}
		for _, f := range all {
			if f.ID == op.User {
				return f, nil
			}
		}
		return nil, qq.Errorf(qq.ErrNotFound, "%d is no friend", op.User)
	})
	tell(t, (*satori.Client).EndFriendship, "friend.delete", nil)
	tell(t, (*satori.Client).AnswerFriend, "friend.approve", nil)
}

// friends are all friends. Entries of other platforms are left out.
func (s *session) friends(ctx context.Context) ([]*qq.Friend, error) {
	all, err := pages[satori.FriendOrUser](ctx, s, "friend.list", func(next string) any { return satori.PageCall{Next: next} })
	if err != nil {
		return nil, err
	}
	return satori.ReadList(all, satori.ReadFriend)
}

// groups are groups and their members.
func (t *table) groups() {
	serve(t, "guild.list", func(ctx context.Context, s *session, _ qq.ListGroups) ([]*qq.Group, error) {
		all, err := pages[satori.Guild](ctx, s, "guild.list", func(next string) any { return satori.PageCall{Next: next} })
		if err != nil {
			return nil, err
		}
		return satori.ReadList(all, satori.ReadGuild)
	})
	ask(t, "guild.get", (*satori.Client).AskGroup, func(_ *session, _ qq.GetGroup, g satori.Guild) (*qq.Group, error) { return satori.ReadGuild(g) })
	serve(t, "guild.member.list", func(ctx context.Context, s *session, op qq.ListMembers) ([]*qq.Member, error) {
		all, err := pages[satori.Member](ctx, s, "guild.member.list", func(next string) any {
			return satori.GuildCall{Guild: op.Group.String(), Next: next}
		})
		if err != nil {
			return nil, err
		}
		return satori.ReadList(all, func(m satori.Member) (*qq.Member, error) { return satori.ReadMember(op.Group, m) })
	})
	ask(t, "guild.member.get", (*satori.Client).AskMember, func(_ *session, op qq.GetMember, m satori.Member) (*qq.Member, error) {
		if m.User == nil {
			m.User = &satori.User{ID: op.User.String()}
		}
		return satori.ReadMember(op.Group, m)
	})
	tell(t, (*satori.Client).Kick, "guild.member.kick", nil)
	tell(t, (*satori.Client).Mute, "guild.member.mute", nil)
	tell(t, (*satori.Client).MuteGroup, "channel.mute", nil)
	tell(t, (*satori.Client).SetAdmin, "guild.member.role.set", nil)
	tell(t, (*satori.Client).Rename, "channel.update", nil)
	tell(t, (*satori.Client).Leave, "channel.delete", nil)
	tell(t, (*satori.Client).AnswerGroup, "guild.member.approve", func(op qq.AnswerGroupRequest) string {
		if op.Ref.Kind == qq.Invitation {
			return "guild.approve"
		}
		return "guild.member.approve"
	})
}
