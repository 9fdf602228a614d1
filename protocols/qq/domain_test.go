package qq

import (
	"slices"
	"testing"
)

func TestTouches(t *testing.T) {
	login, friends, groups := Domain{Part: PartLogin}, Domain{Part: PartFriends}, Domain{Part: PartGroups}
	one := Domain{PartGroup, 7}
	group := MessageRef{Chat: GroupChat(7)}
	for _, c := range []struct {
		v    any
		want []Domain
	}{
		{&MessageReceived{Message{MessageRef: group}}, []Domain{one}},
		{&MessageReceived{Message{MessageRef: MessageRef{Chat: FriendChat(7)}}}, nil},
		{&MessageRecalled{MessageRef: group}, nil},
		{&FriendRequested{}, nil},
		{&FriendAdded{}, []Domain{friends}},
		{&FriendDeleted{}, []Domain{friends}},
		{&GroupRequested{GroupRequest{GroupRequestRef: GroupRequestRef{Group: 7}}}, nil},
		{&MemberIncreased{Group: 7}, []Domain{one, groups}},
		{&MemberDecreased{Group: 7}, []Domain{one, groups}},
		{&GroupDisbanded{Group: 7}, []Domain{one, groups}},
		{&GroupMuted{Group: 7}, []Domain{one, groups}},
		{&AdminChanged{Group: 7}, []Domain{one}},
		{&CardChanged{Group: 7}, []Domain{one}},
		{&MemberMuted{Group: 7}, []Domain{one, groups}},
		{&StatusChanged{}, []Domain{login, friends, groups}},
		{&GroupRenamed{Group: 7}, []Domain{one, groups}},
		{&TitleChanged{Group: 7}, []Domain{one}},
		{&FriendChanged{}, []Domain{friends}},
		{&ProfileChanged{}, []Domain{login}},
		{&PinChanged{Chat: GroupChat(7)}, []Domain{one, groups}},
		{&PinChanged{Chat: FriendChat(7)}, []Domain{friends}},
		{&Nudged{Chat: GroupChat(7)}, nil},
		{&ReactionChanged{MessageRef: group}, nil},
		{EditProfile{}, []Domain{login}},
		{SetAvatar{}, []Domain{login}},
		{SetFriendRemark{}, []Domain{friends}},
		{SetFriendCategory{}, []Domain{friends}},
		{SetPin{Chat: GroupChat(7)}, []Domain{one, groups}},
		{SetPin{Chat: FriendChat(7)}, []Domain{friends}},
		{SetGroupName{Group: 7}, []Domain{one, groups}},
		{SetGroupAvatar{Group: 7}, []Domain{one, groups}},
		{SetGroupRemark{Group: 7}, []Domain{one, groups}},
		{SetGroupNotify{Group: 7}, []Domain{one, groups}},
		{SetGroupOptions{Group: 7}, []Domain{one, groups}},
		{PostAnnouncement{Group: 7}, []Domain{one, groups}},
		{DeleteAnnouncement{Group: 7}, []Domain{one, groups}},
		{SetTitle{Group: 7}, []Domain{one}},
		{ForwardMessage{To: GroupChat(7)}, []Domain{one}},
		{UploadFile{Chat: GroupChat(7)}, []Domain{one}},
		{SendSpeech{Group: 7}, []Domain{one}},
		{&UnknownEvent{Kind: "x"}, nil},
		{DeleteFriend{User: 7}, []Domain{friends}},
		{AnswerFriendRequest{}, []Domain{friends}},
		{KickMember{Group: 7}, []Domain{one, groups}},
		{MuteMember{Group: 7}, []Domain{one}},
		{MuteGroup{Group: 7}, []Domain{one, groups}},
		{SetCard{Group: 7}, []Domain{one}},
		{SetAdmin{Group: 7}, []Domain{one}},
		{LeaveGroup{Group: 7}, []Domain{one, groups}},
		{AnswerGroupRequest{Ref: GroupRequestRef{Group: 7}}, []Domain{one, groups}},
		{SendMessage{Chat: GroupChat(7)}, []Domain{one}},
		{SendMessage{Chat: FriendChat(7)}, nil},
		{RecallMessage{Ref: group}, nil},
		{GetGroup{Group: 7}, nil},
		{nil, nil},
	} {
		if got := Touches(c.v); !slices.Equal(got, c.want) {
			t.Errorf("%T: %v, want %v", c.v, got, c.want)
		}
	}
}

// TestReadsTouchNothing: a read that dropped what is cached would make the
// cache useless.
func TestReadsTouchNothing(t *testing.T) {
	for _, op := range Catalogue() {
		if op.Class() == ClassRead && Touches(op) != nil {
			t.Errorf("%s touches %v", OpName(op), Touches(op))
		}
	}
}
