package qq

// ListFriends answers the account's friends by number. NoCache asks the driver.
type ListFriends struct {
	Reads[[]*Friend]
	NoCache bool
}

// Cache keeps the answer until a friendship changes.
func (op ListFriends) Cache() (Operation, Domain, bool) {
	return ListFriends{}, Domain{Part: PartFriends}, op.NoCache
}

// GetFriend answers one friend, ErrNotFound when the user is none.
type GetFriend struct {
	Reads[*Friend]
	User    UserID
	NoCache bool
}

// Cache keeps the answer until a friendship changes.
func (op GetFriend) Cache() (Operation, Domain, bool) {
	return GetFriend{User: op.User}, Domain{Part: PartFriends}, op.NoCache
}

// ListCategories answers the folders of the friend list in their order, empty
// ones included. OneBot get_friends_with_category.
type ListCategories struct{ Reads[[]*Category] }

// Cache keeps the answer until a friendship changes.
func (op ListCategories) Cache() (Operation, Domain, bool) {
	return op, Domain{Part: PartFriends}, false
}

// DeleteFriend ends a friendship, ErrNotFound when there is none.
type DeleteFriend struct {
	Changes[None]
	User UserID
}

// SetFriendRemark changes what the account calls a friend; "" clears it.
// OneBot set_friend_remark.
type SetFriendRemark struct {
	Changes[None]
	User   UserID
	Remark string
}

// SetFriendCategory moves a friend into another folder, ErrNotFound when
// there is no such folder. OneBot set_friend_category.
type SetFriendCategory struct {
	Changes[None]
	User     UserID
	Category int
}

// Pins is what stands on top of the account's list of chats.
type Pins struct {
	Friends []*Friend
	Groups  []*Group
}

// ListPins answers the pinned chats. Milky get_peer_pins.
type ListPins struct{ Reads[*Pins] }

// SetPin pins a chat or unpins it; ErrInvalid for temporary chats. Milky
// set_peer_pin.
type SetPin struct {
	Changes[None]
	Chat Chat
	On   bool
}

// Nudge pokes somebody: in a group the member User; in a private chat the peer,
// or the account itself when User is its own number. ErrNotFound when he is
// not there, ErrMuted. Milky send_friend_nudge and send_group_nudge, OneBot
// send_poke, group_poke and friend_poke.
type Nudge struct {
	Sends[None]
	Chat Chat
	User UserID
}

// SetTyping tells the peer of a private chat what the account does. Kind is
// QQ's number: 0 speaking, 1 typing, 2 nothing any more. OneBot
// set_input_status.
type SetTyping struct {
	Sends[None]
	User UserID
	Kind int
}

// OneWayFriend is somebody who has the account as a friend, but is none of
// its own any more.
type OneWayFriend struct {
	User
	Source string // where they met
}

// ListOneWayFriends answers them. OneBot get_unidirectional_friend_list.
type ListOneWayFriends struct{ Reads[[]*OneWayFriend] }

// DeleteOneWayFriend takes the account off that person's list, ErrNotFound
// when it is not there. OneBot delete_unidirectional_friend.
type DeleteOneWayFriend struct {
	Changes[None]
	User UserID
}

// ListFriendRequests answers the newest requests first, at most Limit (0 = 20).
type ListFriendRequests struct {
	Reads[[]*FriendRequest]
	Filtered bool
	Limit    int
}

// AnswerFriendRequest accepts or rejects. ErrNotFound when there is no such
// request, ErrConflict when it is no longer pending. Remark is given to the
// new friend; Reason goes with a refusal.
type AnswerFriendRequest struct {
	Changes[None]
	InitiatorUID string
	Filtered     bool
	Approve      bool
	Remark       string
	Reason       string
}
