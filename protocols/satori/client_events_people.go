package satori

import (
	"llbot/protocols/qq"
	"llbot/protocols/wire"
)

// requestName marks ids of requests among those of messages.
const requestName = "request:"

// comment is what somebody wrote with a request.
func (c *Client) comment(h *heard) string {
	if h.Message.Content == nil {
		return ""
	}
	elements, err := Parse(*h.Message.Content)
	if err != nil {
		return *h.Message.Content
	}
	return labelOf(elements)
}

// when is the time of a request.
func (h *heard) when() qq.Time {
	if h.Message.CreatedAt != 0 {
		return qq.Time(h.Message.CreatedAt)
	}
	return qq.Time(h.Timestamp)
}

// friendAsked reads a request. An id of another form than ours is the key as it
// is.
func (c *Client) friendAsked(h *heard) qq.Event {
	if h.Message == nil || h.Message.ID == "" || h.whom() == 0 {
		return nil
	}
	key, ok := parseFriendRequestID(h.Message.ID)
	if !ok {
		key = friendRequest{uid: h.Message.ID}
	}
	r := qq.FriendRequest{
		Time: h.when(), Initiator: h.whom(), InitiatorUID: key.uid, Filtered: key.filtered,
		Target: c.Account, Comment: c.comment(h),
	}
	if h.User != nil {
		r.Nickname = h.User.Name
	}
	return &qq.FriendRequested{FriendRequest: r}
}

// groupAsked reads a request to join or an invitation. The seq of an id of
// another form than ours is made up like those of messages.
func (c *Client) groupAsked(h *heard) qq.Event {
	group := h.group()
	if h.Message == nil || h.Message.ID == "" || group == 0 {
		return nil
	}
	r := qq.GroupRequest{Time: h.when(), Comment: c.comment(h), Initiator: h.whom()}
	if h.Guild != nil {
		r.GroupName = h.Guild.Name
	}
	ref, ok := parseGroupRequestID(h.Message.ID)
	if !ok {
		ref = qq.GroupRequestRef{Group: group, Kind: qq.JoinRequest}
		ref.Seq = c.Names.Ref(qq.GroupChat(group), requestName+h.Message.ID, r.Time).Seq
		switch {
		case h.Type == "guild-request":
			ref.Kind = qq.Invitation
		case h.operator() != 0:
			ref.Kind = qq.InvitedJoinRequest
		}
	}
	r.GroupRequestRef = ref
	initiator := h.User
	switch ref.Kind {
	case qq.Invitation, qq.InvitedJoinRequest:
		if h.Operator == nil {
			break
		}
		if initiator = h.Operator; ref.Kind == qq.InvitedJoinRequest {
			r.Target = h.whom()
		}
		r.Initiator = h.operator()
	}
	if initiator != nil {
		r.Nickname = initiator.Name
	}
	return &qq.GroupRequested{GroupRequest: r}
}

func friendHeard(h *heard) qq.Event {
	switch {
	case h.Type == "friend-deleted" || h.Type == "friend-removed":
		if h.whom() == 0 {
			return nil
		}
		return &qq.FriendDeleted{User: h.whom()}
	case h.Friend == nil && h.User == nil:
		return nil
	}
	entry := FriendOrUser{}
	if h.Friend != nil {
		entry = *h.Friend
	}
	if entry.User.ID == "" && h.User != nil {
		entry.User = *h.User
	}
	friend, err := ReadFriend(entry)
	switch {
	case err != nil:
		return nil
	case h.Type == "friend-updated":
		return &qq.FriendChanged{Friend: friend}
	}
	return &qq.FriendAdded{Friend: friend}
}

// guildHeard reads what happens in groups; nil for other types.
func (c *Client) guildHeard(h *heard) qq.Event {
	group := h.group()
	if group == 0 {
		return nil
	}
	switch h.Type {
	case "guild-added":
		return &qq.MemberIncreased{Group: group, User: c.Account, Operator: h.operator(), Self: true}
	case "guild-removed", "guild-deleted":
		if h.nativeKind() == "group_disband" {
			return &qq.GroupDisbanded{Group: group, Operator: h.operator()}
		}
		return &qq.MemberDecreased{Group: group, User: c.Account, Operator: h.operator(), Self: true}
	case "guild-updated":
		if h.Guild == nil || h.Guild.Name == "" {
			return nil
		}
		return &qq.GroupRenamed{Group: group, Operator: h.operator(), New: h.Guild.Name}
	}
	return c.memberHeard(h, group)
}

func (c *Client) memberHeard(h *heard, group qq.GroupID) qq.Event {
	user := h.whom()
	if user == 0 {
		return nil
	}
	switch h.Type {
	case "guild-member-added":
		return &qq.MemberIncreased{Group: group, User: user, Operator: h.operator(), Member: h.member(), Self: user == c.Account}
	case "guild-member-removed", "guild-member-deleted":
		return &qq.MemberDecreased{Group: group, User: user, Operator: h.operator(), Member: h.member(), Self: user == c.Account}
	case "guild-member-updated":
		return memberUpdated(h, group, user)
	}
	return nil
}

// memberUpdated tells by the native data what changed, or by what stands in the
// member where that is one thing. Nothing else tells.
func memberUpdated(h *heard, group qq.GroupID, user qq.UserID) qq.Event {
	if h.Member == nil {
		return nil
	}
	kind := h.nativeKind()
	if kind == "" {
		switch m := h.Member; {
		case len(m.Roles) > 0 && m.Nick == "" && m.Title == "":
			kind = nativeAdmin
		case len(m.Roles) == 0 && m.Nick != "" && m.Title == "":
			kind = nativeCard
		}
	}
	switch kind {
	case nativeAdmin:
		return &qq.AdminChanged{Group: group, User: user, Operator: h.operator(), On: roleOf(h.Member.Roles) >= qq.RoleAdmin, Member: h.member()}
	case nativeTitle:
		return &qq.TitleChanged{Group: group, User: user, Operator: h.operator(), New: h.Member.Title, Member: h.member()}
	case nativeCard:
		changed := &qq.CardChanged{Group: group, User: user, Operator: h.operator(), New: h.Member.Nick, Member: h.member()}
		if data := new(CardData); h.Native != "" && wire.Unmarshal(h.Data, data) == nil {
			changed.New, changed.Old = data.New, data.Old
		}
		return changed
	}
	return nil
}
