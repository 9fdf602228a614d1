package satori

import "llbot/protocols/qq"

// peopleEvent translates what happens to friends, groups and their members;
// false for other kinds.
func (c codec) peopleEvent(ev *Event, event qq.Event) bool {
	switch v := event.(type) {
	case *qq.FriendRequested:
		friendRequested(ev, v)
	case *qq.FriendAdded:
		friendChanged(ev, "friend-added", v.Friend)
	case *qq.FriendChanged:
		friendChanged(ev, "friend-updated", v.Friend)
	case *qq.FriendDeleted:
		ev.Type, ev.User = "friend-deleted", userRef(v.User)
	case *qq.GroupRequested:
		groupRequested(ev, &v.GroupRequest)
	case *qq.MemberIncreased:
		memberIncreased(ev, v)
	case *qq.MemberDecreased:
		memberDecreased(ev, v)
	case *qq.GroupDisbanded:
		c.native(ev, "group_disband", &GroupDisbandData{v.Group, v.Operator})
		ev.Type, ev.Operator = "guild-removed", optionalUser(v.Operator)
		ev.in(v.Group)
	case *qq.GroupRenamed:
		ev.Type, ev.Operator = "guild-updated", optionalUser(v.Operator)
		ev.in(v.Group)
		ev.Guild.Name, ev.Channel.Name = v.New, v.New
	case *qq.AdminChanged:
		c.adminChanged(ev, v)
	case *qq.CardChanged:
		c.cardChanged(ev, v)
	case *qq.TitleChanged:
		c.titleChanged(ev, v)
	default:
		return false
	}
	return true
}

func friendChanged(ev *Event, kind string, f *qq.Friend) {
	ev.Type = kind
	if f == nil {
		return
	}
	friend := encodeFriend(f)
	channel := directChannel(f.ID, f.Nickname)
	ev.Friend, ev.User, ev.Channel = &friend, &friend.User, &channel
}

// titleChanged carries OneBot's data too: a title that was taken away is absent
// in the member.
func (c codec) titleChanged(ev *Event, v *qq.TitleChanged) {
	c.native(ev, nativeTitle, &TitleData{v.Group, v.User, v.New})
	ev.Type, ev.Operator = "guild-member-updated", optionalUser(v.Operator)
	ev.in(v.Group)
	ev.about(v.User, v.Member)
	ev.Member.Title = v.New
}

// loginEvent translates what happens to the account itself; false for other
// kinds.
func (c codec) loginEvent(ev *Event, account qq.UserID, event qq.Event) bool {
	switch v := event.(type) {
	case *qq.StatusChanged:
		c.statusChanged(ev, account, v)
	case *qq.ProfileChanged:
		c.loginUpdated(ev, account, v.Login)
	case *qq.LoginProgressed:
		login := c.loginUpdated(ev, account, qq.Login{Online: v.State.Step == qq.LoginOnline})
		switch v.State.Step {
		case qq.LoginWaiting, qq.LoginScanned, qq.LoginConfirmed:
			login.Status = StatusConnect
			ev.Login = login
		}
	default:
		return false
	}
	return true
}

func (c codec) loginUpdated(ev *Event, account qq.UserID, login qq.Login) Login {
	login.ID = account
	l := c.encodeLogin(login)
	ev.Type, ev.Login = "login-updated", l
	return l
}

// statusChanged: a login that went offline tells why in OneBot's data.
func (c codec) statusChanged(ev *Event, account qq.UserID, v *qq.StatusChanged) {
	login := v.Login
	login.Online = v.Online
	c.loginUpdated(ev, account, login)
	kind := ev.Type
	switch {
	case v.Added:
		kind = "login-added"
	case v.Removed:
		kind = "login-removed"
	}
	if !v.Online {
		c.native(ev, "bot_offline", &OfflineData{v.Reason})
	}
	ev.Type = kind
}

// isLogin tells the events that READY makes up for.
func isLogin(e qq.Event) bool {
	switch e.(type) {
	case *qq.StatusChanged, *qq.ProfileChanged, *qq.LoginProgressed:
		return true
	}
	return false
}
