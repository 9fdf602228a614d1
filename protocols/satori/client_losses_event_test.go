package satori

import "llbot/protocols/qq"

// lessEvent is what comes through of an event of account; nil for what our server
// is silent about.
func lessEvent(account qq.UserID, event qq.Event) qq.Event {
	switch v := event.(type) {
	case *qq.MessageReceived:
		return &qq.MessageReceived{Message: lessMessage(account, v.Message)}
	case *qq.MessageRecalled:
		return &qq.MessageRecalled{MessageRef: lessRef(v.MessageRef), Sender: v.Sender, Operator: v.Operator}
	case *qq.ReactionChanged:
		return &qq.ReactionChanged{MessageRef: lessRef(v.MessageRef), User: v.User, Emoji: qq.EmojiOf(v.Emoji.ID), On: v.On, Member: lessMember(v.Member)}
	case *qq.EssenceChanged:
		out := *v
		out.MessageRef = lessRef(v.MessageRef)
		return &out
	case *qq.ButtonPressed:
		out := &qq.ButtonPressed{MessageRef: lessRef(v.MessageRef), User: v.User, Button: v.Button, Data: v.Data}
		if v.Scene == qq.SceneGroup {
			out.Member = lessMember(v.Member)
		}
		return out
	case *qq.GrayTip:
		out := *v
		out.MessageRef = lessRef(v.MessageRef)
		return &out
	case *qq.FileUploaded:
		out := &qq.FileUploaded{MessageRef: lessRef(v.MessageRef), User: v.User, Self: v.User == account}
		out.File.Name, out.File.Size, out.File.FileID = v.File.Name, v.File.Size, v.File.FileID
		if v.Scene != qq.SceneGroup {
			out.File.Hash = v.File.Hash
		}
		return out
	case *qq.FlashProgressed:
		out := *v
		out.Set = qq.FlashSet{ID: v.Set.ID, Title: v.Set.Title, Link: v.Set.Link}
		if n := v.Set.Size(); n > 0 {
			out.Set.Files = []qq.FlashPart{{Size: n}}
		}
		return &out
	case *qq.UnknownEvent:
		return nil
	}
	return lessPeopleEvent(account, event)
}

func lessPeopleEvent(account qq.UserID, event qq.Event) qq.Event {
	switch v := event.(type) {
	case *qq.FriendRequested:
		return &qq.FriendRequested{FriendRequest: qq.FriendRequest{
			Time: v.Time, Initiator: v.Initiator, InitiatorUID: v.InitiatorUID, Target: account, Comment: printable(v.Comment), Filtered: v.Filtered,
		}}
	case *qq.GroupRequested:
		r := v.GroupRequest
		r.State, r.Operator, r.TargetName, r.SourceGroup, r.Comment = 0, 0, "", 0, printable(r.Comment)
		if r.Kind != qq.InvitedJoinRequest {
			r.Target = 0
		}
		return &qq.GroupRequested{GroupRequest: r}
	case *qq.FriendAdded:
		return &qq.FriendAdded{Friend: lessFriend(v.Friend)}
	case *qq.FriendChanged:
		return &qq.FriendChanged{Friend: lessFriend(v.Friend)}
	case *qq.MemberIncreased:
		out := &qq.MemberIncreased{Group: v.Group, User: v.User, Operator: v.Operator, Member: lessMember(v.Member), Self: v.Self}
		if out.Operator == 0 {
			out.Operator = v.Inviter
		}
		if v.Self {
			out.Member = nil
		}
		return out
	case *qq.MemberDecreased:
		out := &qq.MemberDecreased{Group: v.Group, User: v.User, Operator: v.Operator, Member: lessMember(v.Member), Self: v.Self}
		if v.Self {
			out.Member = nil
		}
		return out
	case *qq.GroupRenamed:
		return &qq.GroupRenamed{Group: v.Group, Operator: v.Operator, New: v.New}
	case *qq.HonorGained:
		return &qq.HonorGained{Group: v.Group, User: v.User, Honor: v.Honor, Member: lessMember(v.Member)}
	case *qq.MemberMuted:
		return &qq.MemberMuted{Group: v.Group, User: v.User, Operator: v.Operator, Seconds: v.Seconds, Member: lessMember(v.Member)}
	}
	return lessMemberEvent(account, event)
}

func lessMemberEvent(account qq.UserID, event qq.Event) qq.Event {
	switch v := event.(type) {
	case *qq.AdminChanged:
		out := &qq.AdminChanged{Group: v.Group, User: v.User, Operator: v.Operator, On: v.On, Member: lessMember(v.Member)}
		if out.Member != nil {
			out.Member.Role = qq.RoleMember
			if v.On {
				out.Member.Role = qq.RoleAdmin
			}
		}
		return out
	case *qq.CardChanged:
		out := &qq.CardChanged{Group: v.Group, User: v.User, Operator: v.Operator, Old: v.Old, New: v.New, Member: lessMember(v.Member)}
		if out.Member != nil {
			if out.Member.Card = v.New; v.New == out.Member.Nickname {
				out.Member.Card = ""
			}
		}
		return out
	case *qq.TitleChanged:
		out := &qq.TitleChanged{Group: v.Group, User: v.User, Operator: v.Operator, New: v.New, Member: lessMember(v.Member)}
		if out.Member != nil {
			out.Member.Title = v.New
		}
		return out
	case *qq.StatusChanged:
		out := &qq.StatusChanged{Online: v.Online, Reason: v.Reason, Login: lessLogin(account, v.Login, v.Online)}
		if v.Online {
			out.Reason = ""
		} else if v.Removed && v.Reason == "" {
			out.Reason = "the login was taken from the server"
		}
		return out
	case *qq.ProfileChanged:
		return &qq.StatusChanged{Online: v.Login.Online, Login: lessLogin(account, v.Login, v.Login.Online)}
	case *qq.LoginProgressed:
		on := v.State.Step == qq.LoginOnline
		return &qq.StatusChanged{Online: on, Login: lessLogin(account, qq.Login{}, on)}
	}
	return event
}

func lessLogin(account qq.UserID, l qq.Login, online bool) qq.Login {
	u := lessUser(l.User)
	u.ID, u.Remark = account, ""
	u.Avatar = readAvatar(account, l.Avatar)
	return qq.Login{User: u, Online: online}
}
