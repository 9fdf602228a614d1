package milky

import (
	"context"
	"time"

	"llbot/protocols/qq"
)

// serveGroups serves groups, their members and moderation.
func (c *Client) serveGroups(h *qq.Handlers) {
	ask(c, h, "get_group_list", func(op qq.ListGroups) (getList, error) { return getList{given(op.NoCache)}, nil },
		func(_ qq.ListGroups, l groupList) ([]*qq.Group, error) { return decodeAll(l.Groups, decodeGroup), nil })
	ask(c, h, "get_group_info", func(op qq.GetGroup) (getGroupInfo, error) { return getGroupInfo{uin(op.Group), given(op.NoCache)}, nil },
		func(_ qq.GetGroup, g groupInfo) (*qq.Group, error) { return found(decodeGroup(g.Group)) })
	ask(c, h, "get_group_member_list", func(op qq.ListMembers) (getMemberList, error) {
		return getMemberList{uin(op.Group), given(op.NoCache)}, nil
	}, func(_ qq.ListMembers, l memberList) ([]*qq.Member, error) {
		return decodeAll(l.Members, decodeMember), nil
	})
	ask(c, h, "get_group_member_info", func(op qq.GetMember) (getMemberInfo, error) {
		return getMemberInfo{uin(op.Group), uin(op.User), given(op.NoCache)}, nil
	}, func(_ qq.GetMember, m memberInfo) (*qq.Member, error) { return found(decodeMember(m.Member)) })
	ask(c, h, "get_group_member_list", func(op qq.ListMuted) (getMemberList, error) {
		return getMemberList{uin(op.Group), given(true)}, nil
	}, muted)
	tell(c, h, "set_group_name", func(op qq.SetGroupName) (setGroupName, error) { return setGroupName{uin(op.Group), op.Name}, nil })
	tell(c, h, "set_group_avatar", func(op qq.SetGroupAvatar) (setGroupAvatar, error) {
		u, err := c.upload(op.Picture)
		return setGroupAvatar{uin(op.Group), u}, err
	})
	tell(c, h, "set_group_member_card", func(op qq.SetCard) (setMemberCard, error) {
		return setMemberCard{uin(op.Group), uin(op.Member), op.Card}, nil
	})
	tell(c, h, "set_group_member_special_title", func(op qq.SetTitle) (setSpecialTitle, error) {
		return setSpecialTitle{uin(op.Group), uin(op.Member), op.Title}, nil
	})
	tell(c, h, "set_group_member_admin", func(op qq.SetAdmin) (setMemberAdmin, error) {
		return setMemberAdmin{uin(op.Group), uin(op.Member), given(op.On)}, nil
	})
	tell(c, h, "set_group_member_mute", func(op qq.MuteMember) (setMemberMute, error) {
		seconds := (op.For + time.Second - 1) / time.Second
		return setMemberMute{uin(op.Group), uin(op.Member), given(whole(seconds))}, nil
	})
	tell(c, h, "set_group_whole_mute", func(op qq.MuteGroup) (setWholeMute, error) { return setWholeMute{uin(op.Group), given(op.On)}, nil })
	tell(c, h, "kick_group_member", func(op qq.KickMember) (kickMember, error) {
		return kickMember{uin(op.Group), uin(op.Member), given(op.Block)}, nil
	})
	qq.Serve(h, c.leave)
}

// muted are the members who have an end of their silence: servers leave it out
// when it has passed.
func muted(_ qq.ListMuted, l memberList) ([]*qq.Member, error) {
	list := []*qq.Member{}
	for _, m := range l.Members {
		if m != nil && m.ShutUpEndTime != 0 {
			list = append(list, decodeMember(m))
		}
	}
	return list, nil
}

// leave quits a group. Milky does not say what becomes of a group whose owner
// quits, so an owner must have asked for its end.
func (c *Client) leave(ctx context.Context, op qq.LeaveGroup) (qq.None, error) {
	if !op.Disband {
		own, err := get[memberInfo](ctx, c, "get_group_member_info", getMemberInfo{uin(op.Group), uin(c.Account()), given(true)})
		if err != nil {
			return qq.None{}, err
		}
		if m := decodeMember(own.Member); m != nil && m.Role == qq.RoleOwner {
			return qq.None{}, qq.Errorf(qq.ErrForbidden, "the account owns group %d: leaving would dissolve it", op.Group)
		}
	}
	_, err := get[none](ctx, c, "quit_group", quitGroup{uin(op.Group)})
	return qq.None{}, err
}
