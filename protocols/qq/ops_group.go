package qq

import "time"

// ListGroups answers the account's groups by number. NoCache asks the driver.
type ListGroups struct {
	Reads[[]*Group]
	NoCache bool
}

// Cache keeps the answer until a group's details change.
func (op ListGroups) Cache() (Operation, Domain, bool) {
	return ListGroups{}, Domain{Part: PartGroups}, op.NoCache
}

// GetGroup answers one group, ErrNotFound when the account is not in it.
type GetGroup struct {
	Reads[*Group]
	Group   GroupID
	NoCache bool
}

// Cache keeps the answer until the group changes.
func (op GetGroup) Cache() (Operation, Domain, bool) {
	return GetGroup{Group: op.Group}, Domain{PartGroup, op.Group}, op.NoCache
}

// ListMembers answers a group's members by number.
type ListMembers struct {
	Reads[[]*Member]
	Group   GroupID
	NoCache bool
}

// Cache keeps the answer until the group changes.
func (op ListMembers) Cache() (Operation, Domain, bool) {
	return ListMembers{Group: op.Group}, Domain{PartGroup, op.Group}, op.NoCache
}

// GetMember answers one member, ErrNotFound when the user is none.
type GetMember struct {
	Reads[*Member]
	Group   GroupID
	User    UserID
	NoCache bool
}

// Cache keeps the answer until the group changes.
func (op GetMember) Cache() (Operation, Domain, bool) {
	return GetMember{Group: op.Group, User: op.User}, Domain{PartGroup, op.Group}, op.NoCache
}

// KickMember removes a member; Block refuses later requests to join.
type KickMember struct {
	Moderates[None]
	Group  GroupID
	Member UserID
	Block  bool
}

// MuteMember silences a member; For = 0 lifts it. QQ's limit is 30 days.
type MuteMember struct {
	Moderates[None]
	Group  GroupID
	Member UserID
	For    time.Duration
}

// MuteGroup silences everybody but owner and admins, or lifts that.
type MuteGroup struct {
	Moderates[None]
	Group GroupID
	On    bool
}

// SetCard changes a member's card; "" clears it.
type SetCard struct {
	Moderates[None]
	Group  GroupID
	Member UserID
	Card   string
}

// SetAdmin makes a member admin or takes that away; the owner's right.
type SetAdmin struct {
	Moderates[None]
	Group  GroupID
	Member UserID
	On     bool
}

// SetTitle gives a member a special title; "" takes it away. The owner's
// right. Milky set_group_member_special_title, OneBot
// set_group_special_title.
type SetTitle struct {
	Moderates[None]
	Group  GroupID
	Member UserID
	Title  string
}

// ListMuted answers the members who are muted now, by number; MutedUntil is
// set in each. OneBot get_group_shut_list.
type ListMuted struct {
	Reads[[]*Member]
	Group GroupID
}

// LeaveGroup makes the account leave. An owner's leaving disbands the group
// when Disband is set; without it an owner is refused with ErrForbidden.
type LeaveGroup struct {
	Changes[None]
	Group   GroupID
	Disband bool
}

// GroupNotices is a page of group notifications, newest first. Next is where
// the next page starts, 0 at the end.
type GroupNotices struct {
	Notices []*GroupNotice
	Next    int64
}

// ListGroupNotices answers notifications from Start (inclusive; 0 = newest)
// downwards, at most Limit (0 = 20).
type ListGroupNotices struct {
	Reads[*GroupNotices]
	Start    int64
	Limit    int
	Filtered bool
}

// AnswerGroupRequest accepts or rejects. ErrNotFound when there is no such
// request, ErrConflict when it is no longer pending, ErrForbidden when the
// account is no admin (requests to join only).
type AnswerGroupRequest struct {
	Changes[None]
	Ref     GroupRequestRef
	Approve bool
	Reason  string
}
