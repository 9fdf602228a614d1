package onebot11

import (
	"strconv"

	"llbot/protocols/qq"
	"llbot/protocols/wire"
)

// groupTold also takes NapCat's words.
type groupTold struct {
	groupInfo
	AllShut int    `json:"group_all_shut"` // NapCat: -1 everybody is muted
	Note    string `json:"group_remark"`   // NapCat
}

func groupOf(w groupTold) *qq.Group {
	return &qq.Group{
		ID: w.Group, Name: w.Name, Remark: firstText(w.Remark, w.Note), Owner: w.Owner, Members: w.Members, MaxMembers: w.MaxMembers,
		Created: seconds64(w.Created), Description: w.Memo, WholeMute: w.AllMuted != 0 || w.AllShut != 0, Avatar: w.Avatar,
		Pinned: w.Top, MutedUntil: seconds64(w.SelfMuted),
	}
}

// AskGroups answers the groups.
func AskGroups() Ask[qq.ListGroups, []*qq.Group] {
	type params struct {
		NoCache bool `json:"no_cache"`
	}
	return ask("get_group_list", func(op qq.ListGroups) any { return params{op.NoCache} }, func(_ qq.ListGroups, w []groupTold) []*qq.Group {
		return each(w, groupOf)
	})
}

// AskGroup answers one group.
func AskGroup() Ask[qq.GetGroup, *qq.Group] {
	type params struct {
		Group   qq.GroupID `json:"group_id"`
		NoCache bool       `json:"no_cache"`
	}
	return ask("get_group_info", func(op qq.GetGroup) any { return params{op.Group, op.NoCache} },
		func(_ qq.GetGroup, w groupTold) *qq.Group { return groupOf(w) })
}

// AskGroupMore answers what our own server and NapCat tell beyond AskGroup, in
// the words of QQ's own client: Question, Join and Notify.
func AskGroupMore() Ask[qq.GetGroup, *qq.Group] {
	return ask("get_group_info_ex", func(op qq.GetGroup) any { return groupAsk{op.Group} }, func(op qq.GetGroup, w kernelInfo) *qq.Group {
		return &qq.Group{ID: op.Group, Question: w.Question, Join: w.Join, Notify: qq.NotifyMode(w.Notify)}
	})
}

func memberOf(w memberInfo) *qq.Member {
	level, _ := strconv.Atoi(w.Level)
	return &qq.Member{
		Group: w.Group, User: w.User, Nickname: w.Nickname, Card: w.Card, Title: w.Title, Sex: sexOf(w.Sex), Age: w.Age, Level: level,
		QQLevel: w.QQLevel, Role: roleOf(w.Role), Joined: seconds64(w.Joined), LastSpoke: seconds64(w.LastSent),
		MutedUntil: seconds64(w.MutedUntil), Robot: w.Robot, TitleUntil: seconds64(max(w.TitleExpires, 0)), City: w.Area,
	}
}

// AskMembers answers a group's members.
func AskMembers() Ask[qq.ListMembers, []*qq.Member] {
	type params struct {
		Group   qq.GroupID `json:"group_id"`
		NoCache bool       `json:"no_cache"`
	}
	return ask("get_group_member_list", func(op qq.ListMembers) any { return params{op.Group, op.NoCache} },
		func(op qq.ListMembers, w []memberInfo) []*qq.Member {
			return each(w, func(m memberInfo) *qq.Member {
				m.Group = op.Group
				return memberOf(m)
			})
		})
}

// AskMember answers one member.
func AskMember() Ask[qq.GetMember, *qq.Member] {
	type params struct {
		memberAsk
		NoCache bool `json:"no_cache"`
	}
	return ask("get_group_member_info", func(op qq.GetMember) any { return params{memberAsk{op.Group, op.User}, op.NoCache} },
		func(op qq.GetMember, w memberInfo) *qq.Member {
			w.Group, w.User = op.Group, op.User
			return memberOf(w)
		})
}

// AskMuted is LLBot's.
func AskMuted() Ask[qq.ListMuted, []*qq.Member] {
	const lowest = 2 // QQ counts the roles from here
	return ask("get_group_shut_list", func(op qq.ListMuted) any { return groupAsk{op.Group} }, func(op qq.ListMuted, w []mutedInfo) []*qq.Member {
		return each(w, func(m mutedInfo) *qq.Member {
			user, _ := strconv.ParseInt(m.User, 10, 64)
			return &qq.Member{
				Group: op.Group, User: qq.UserID(user), UID: m.UID, Nickname: m.Nickname, Card: m.Card, Role: qq.Role(max(m.Role-lowest, 0)),
				MutedUntil: seconds64(m.Until), Level: m.Level, Title: m.Title, Joined: seconds64(m.Joined), LastSpoke: seconds64(m.LastSpoke),
			}
		})
	})
}

// AskKick removes a member.
func AskKick() Ask[qq.KickMember, qq.None] {
	type params struct {
		memberAsk
		Block bool `json:"reject_add_request"`
	}
	return askDone("set_group_kick", func(op qq.KickMember) any { return params{memberAsk{op.Group, op.Member}, op.Block} })
}

// AskMute mutes a member for whole seconds.
func AskMute() Ask[qq.MuteMember, qq.None] {
	type params struct {
		memberAsk
		Seconds int64 `json:"duration"`
	}
	return askDone("set_group_ban", func(op qq.MuteMember) any {
		return params{memberAsk{op.Group, op.Member}, int64(op.For.Seconds())}
	})
}

type enableAsk struct {
	Group  qq.GroupID `json:"group_id"`
	Enable bool       `json:"enable"`
}

// AskMuteGroup mutes everybody.
func AskMuteGroup() Ask[qq.MuteGroup, qq.None] {
	return askDone("set_group_whole_ban", func(op qq.MuteGroup) any { return enableAsk{op.Group, op.On} })
}

// AskSetCard changes a member's card.
func AskSetCard() Ask[qq.SetCard, qq.None] {
	type params struct {
		memberAsk
		Card string `json:"card"`
	}
	return askDone("set_group_card", func(op qq.SetCard) any { return params{memberAsk{op.Group, op.Member}, op.Card} })
}

// AskSetTitle gives a member a title.
func AskSetTitle() Ask[qq.SetTitle, qq.None] {
	type params struct {
		memberAsk
		Title string `json:"special_title"`
	}
	return askDone("set_group_special_title", func(op qq.SetTitle) any { return params{memberAsk{op.Group, op.Member}, op.Title} })
}

// AskSetAdmin makes a member admin.
func AskSetAdmin() Ask[qq.SetAdmin, qq.None] {
	type params struct {
		memberAsk
		Enable bool `json:"enable"`
	}
	return askDone("set_group_admin", func(op qq.SetAdmin) any { return params{memberAsk{op.Group, op.Member}, op.On} })
}

// AskGroupName renames a group.
func AskGroupName() Ask[qq.SetGroupName, qq.None] {
	type params struct {
		Group qq.GroupID `json:"group_id"`
		Name  string     `json:"group_name"`
	}
	return askDone("set_group_name", func(op qq.SetGroupName) any { return params{op.Group, op.Name} })
}

// AskGroupAvatar changes a group's picture.
func AskGroupAvatar() Ask[qq.SetGroupAvatar, qq.None] {
	type params struct {
		Group qq.GroupID `json:"group_id"`
		File  string     `json:"file"`
	}
	return askDone("set_group_portrait", func(op qq.SetGroupAvatar) any { return params{op.Group, sentSource(op.Picture)} })
}

// AskGroupRemark changes what the account calls a group.
func AskGroupRemark() Ask[qq.SetGroupRemark, qq.None] {
	type params struct {
		Group  qq.GroupID `json:"group_id"`
		Remark string     `json:"remark"`
	}
	return askDone("set_group_remark", func(op qq.SetGroupRemark) any { return params{op.Group, op.Remark} })
}

// AskGroupNotify is LLBot's.
func AskGroupNotify() Ask[qq.SetGroupNotify, qq.None] {
	type params struct {
		Group qq.GroupID    `json:"group_id"`
		Mask  qq.NotifyMode `json:"mask"`
	}
	return askDone("set_group_msg_mask", func(op qq.SetGroupNotify) any { return params{op.Group, op.Mode} })
}

// AskLeave leaves a group.
func AskLeave() Ask[qq.LeaveGroup, qq.None] {
	type params struct {
		Group   qq.GroupID `json:"group_id"`
		Dismiss bool       `json:"is_dismiss"`
	}
	return askDone("set_group_leave", func(op qq.LeaveGroup) any { return params{op.Group, op.Disband} })
}

// AskAnswerGroup answers a request by the flag that flagOf remembers of it.
func AskAnswerGroup(flagOf func(qq.GroupRequestRef) string) Ask[qq.AnswerGroupRequest, qq.None] {
	type params struct {
		Flag    string `json:"flag"`
		Sub     string `json:"sub_type"`
		Type    string `json:"type"`
		Approve bool   `json:"approve"`
		Reason  string `json:"reason,omitempty"`
	}
	return askDone("set_group_add_request", func(op qq.AnswerGroupRequest) any {
		sub := choose(op.Ref.Kind == qq.Invitation, "invite", "add")
		return params{flagOf(op.Ref), sub, sub, op.Approve, op.Reason}
	})
}

// Requests is what get_group_system_msg lists: requests to join and
// invitations, handled ones too. How a request was handled is not told, nor
// when it came, nor that somebody was invited by a member.
func (c *Client) Requests(data wire.Raw) ([]*qq.GroupRequest, error) {
	var w struct {
		systemInfo
		Old []invitedRequest `json:"InvitedRequest"` // NapCat
	}
	if err := c.readData("get_group_system_msg", data, &w); err != nil {
		return nil, err
	}
	if len(w.Invited) == 0 {
		w.Invited = w.Old
	}
	var out []*qq.GroupRequest
	for _, r := range w.Join {
		out = append(out, &qq.GroupRequest{
			GroupRequestRef: qq.GroupRequestRef{Group: r.Group, Seq: r.Request, Kind: qq.JoinRequest}, GroupName: r.Name,
			Initiator: r.Requester, Nickname: r.Nick, Comment: r.Message, State: handled(r.Checked), Operator: r.Actor,
		})
	}
	for _, r := range w.Invited {
		out = append(out, &qq.GroupRequest{
			GroupRequestRef: qq.GroupRequestRef{Group: r.Group, Seq: r.Request, Kind: qq.Invitation}, GroupName: r.Name,
			Initiator: r.Inviter, Nickname: r.Nick, State: handled(r.Checked), Operator: r.Actor,
		})
	}
	return out, nil
}

// handled: OneBot does not tell yes from no.
func handled(checked bool) qq.RequestState {
	if checked {
		return qq.RequestIgnored
	}
	return qq.RequestPending
}

// IgnoredRequests is what get_group_ignored_notifies lists: those that QQ
// filtered.
func (c *Client) IgnoredRequests(data wire.Raw) ([]*qq.GroupRequest, error) {
	var w ignoredInfo
	if err := c.readData("get_group_ignored_notifies", data, &w); err != nil {
		return nil, err
	}
	if len(w.Invited) == 0 {
		w.Invited = w.OldInvited
	}
	form := func(kind qq.GroupRequestKind) func(ignoredRequest) *qq.GroupRequest {
		return func(r ignoredRequest) *qq.GroupRequest {
			return &qq.GroupRequest{
				GroupRequestRef: qq.GroupRequestRef{Group: r.Group, Seq: r.Request, Kind: kind, Filtered: true}, GroupName: r.Name,
				Initiator: r.Inviter, Nickname: firstText(r.InviterNick, r.RequesterNick), Comment: r.Message,
				State: handled(r.Checked), Operator: r.Actor,
			}
		}
	}
	return append(each(w.Join, form(qq.JoinRequest)), each(w.Invited, form(qq.Invitation))...), nil
}
