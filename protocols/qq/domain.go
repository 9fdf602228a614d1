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
		if v.Scene == SceneGroup {
			return []Domain{{PartGroup, v.Chat.Group()}} // last spoke
		}
	case *FriendAdded, *FriendDeleted, DeleteFriend, AnswerFriendRequest:
		return []Domain{{Part: PartFriends}}
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
		return []Domain{{PartGroup, v.Group}}
	case *StatusChanged:
		return []Domain{{Part: PartLogin}, {Part: PartFriends}, {Part: PartGroups}}
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
	case LeaveGroup:
		return groupAndList(v.Group)
	case AnswerGroupRequest:
		return groupAndList(v.Ref.Group)
	case SendMessage:
		if v.Chat.Scene == SceneGroup {
			return []Domain{{PartGroup, v.Chat.Group()}}
		}
	}
	return nil
}

func groupAndList(g GroupID) []Domain {
	return []Domain{{PartGroup, g}, {Part: PartGroups}}
}
