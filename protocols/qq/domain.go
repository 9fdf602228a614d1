package qq

// Domain is a part of what an account knows that changes as one: a cached
// answer is dropped when its domain is touched. Group is set for the domain
// of one group's details and members.
type Domain struct {
	Part  Part
	Group GroupID
}

// Part tells the domains apart.
type Part uint8

// The parts.
const (
	PartLogin   Part = iota + 1 // the account's own profile and state
	PartFriends                 // friend list
	PartGroups                  // list of groups with their details
	PartGroup                   // one group's details and members
)

// Touches lists the domains that an event or an operation changes; nil when
// it changes none that is cached. The list errs on the side of too much.
func Touches(v any) []Domain {
	switch v := v.(type) {
	case *MessageReceived:
		return lastSpoke(v.Chat)
	case *StatusChanged:
		return []Domain{{Part: PartLogin}, {Part: PartFriends}, {Part: PartGroups}}
	case *FriendAdded, *FriendDeleted, *FriendChanged, DeleteFriend, AnswerFriendRequest, SetFriendRemark, SetFriendCategory:
		return []Domain{{Part: PartFriends}}
	case *ProfileChanged, EditProfile, SetAvatar, LogIn, LogOut:
		return []Domain{{Part: PartLogin}}
	case *PinChanged:
		return listed(v.Chat)
	case SetPin:
		return listed(v.Chat)
	}
	return touchedGroup(v)
}

// touchedGroup is Touches for what belongs to one group.
func touchedGroup(v any) []Domain {
	switch v := v.(type) {
	case *MemberIncreased:
		return groupAndList(v.Group)
	case *MemberDecreased:
		return groupAndList(v.Group)
	case *GroupDisbanded:
		return groupAndList(v.Group)
	case *GroupMuted:
		return groupAndList(v.Group)
	case *AdminChanged:
		return []Domain{{PartGroup, v.Group}}
	case *CardChanged:
		return []Domain{{PartGroup, v.Group}}
	case *MemberMuted:
		return groupAndList(v.Group) // maybe the account itself: Group.MutedUntil
	case *GroupRenamed:
		return groupAndList(v.Group)
	case *TitleChanged:
		return []Domain{{PartGroup, v.Group}}
	case KickMember:
		return groupAndList(v.Group)
	case MuteMember:
		return []Domain{{PartGroup, v.Group}}
	case MuteGroup:
		return groupAndList(v.Group)
	case SetCard:
		return []Domain{{PartGroup, v.Group}}
	case SetAdmin:
		return []Domain{{PartGroup, v.Group}}
	case SetTitle:
		return []Domain{{PartGroup, v.Group}}
	case SetGroupName:
		return groupAndList(v.Group)
	case SetGroupAvatar:
		return groupAndList(v.Group)
	case SetGroupRemark:
		return groupAndList(v.Group)
	case SetGroupNotify:
		return groupAndList(v.Group)
	case SetGroupOptions:
		return groupAndList(v.Group)
	case PostAnnouncement:
		return groupAndList(v.Group)
	case DeleteAnnouncement:
		return groupAndList(v.Group)
	case LeaveGroup:
		return groupAndList(v.Group)
	case AnswerGroupRequest:
		return groupAndList(v.Ref.Group)
	case SendMessage:
		return lastSpoke(v.Chat)
	case ForwardMessage:
		return lastSpoke(v.To)
	case UploadFile:
		return lastSpoke(v.Chat)
	case SendSpeech:
		return lastSpoke(GroupChat(v.Group))
	}
	return nil
}

// lastSpoke is what a message in a chat changes: when its sender last spoke.
func lastSpoke(c Chat) []Domain {
	if c.Scene != SceneGroup {
		return nil
	}
	return []Domain{{PartGroup, c.Group()}}
}

// listed is where a chat stands in a list.
func listed(c Chat) []Domain {
	if c.Scene == SceneGroup {
		return groupAndList(c.Group())
	}
	return []Domain{{Part: PartFriends}}
}

func groupAndList(g GroupID) []Domain {
	return []Domain{{PartGroup, g}, {Part: PartGroups}}
}
