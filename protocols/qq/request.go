package qq

// RequestState is how far a request has come.
type RequestState uint8

// The states of a request; only a pending one can be answered.
const (
	RequestPending RequestState = iota
	RequestAccepted
	RequestRejected
	RequestIgnored
)

// String is the name that Milky uses.
func (s RequestState) String() string {
	switch s {
	case RequestAccepted:
		return "accepted"
	case RequestRejected:
		return "rejected"
	case RequestIgnored:
		return "ignored"
	}
	return "pending"
}

// FriendRequest is somebody's wish to be a friend. InitiatorUID (with
// Filtered) is the key that answers name it by.
type FriendRequest struct {
	Time         Time         `json:"time"`
	Initiator    UserID       `json:"initiator"`
	InitiatorUID string       `json:"initiator_uid"`
	Target       UserID       `json:"target"`
	TargetUID    string       `json:"target_uid"`
	State        RequestState `json:"state,omitempty"`
	Comment      string       `json:"comment,omitempty"`
	Via          string       `json:"via,omitempty"` // where the initiator found the account
	Filtered     bool         `json:"filtered,omitempty"`
	Nickname     string       `json:"nickname,omitempty"` // the initiator's
	Group        GroupID      `json:"group,omitempty"`    // through which the initiator found the account
}

// GroupRequestKind tells the three requests of groups apart.
type GroupRequestKind uint8

// The kinds. JoinRequest: Initiator wants to join. InvitedJoinRequest:
// Initiator invites Target and an admin must agree. Invitation: Initiator
// invites the account itself.
const (
	JoinRequest GroupRequestKind = iota + 1
	InvitedJoinRequest
	Invitation
)

// GroupRequestRef names a request of a group.
type GroupRequestRef struct {
	Group    GroupID          `json:"group"`
	Seq      int64            `json:"seq"`
	Kind     GroupRequestKind `json:"kind"`
	Filtered bool             `json:"filtered,omitempty"`
}

// GroupRequest is a request of a group with its state. Operator is who
// answered it, 0 while nobody did.
type GroupRequest struct {
	GroupRequestRef
	Time        Time         `json:"time"`
	GroupName   string       `json:"group_name,omitempty"`
	Initiator   UserID       `json:"initiator"`
	Nickname    string       `json:"nickname,omitempty"` // the initiator's
	Target      UserID       `json:"target,omitempty"`   // InvitedJoinRequest only
	Comment     string       `json:"comment,omitempty"`
	State       RequestState `json:"state,omitempty"`
	Operator    UserID       `json:"operator,omitempty"`
	TargetName  string       `json:"target_name,omitempty"`  // InvitedJoinRequest: the target's nickname
	SourceGroup GroupID      `json:"source_group,omitempty"` // Invitation: where it came from
}

// GroupNoticeKind is what a group notification is about.
type GroupNoticeKind uint8

// The kinds of group notification.
const (
	NoticeRequest GroupNoticeKind = iota + 1 // Request is set
	NoticeAdminSet
	NoticeAdminUnset
	NoticeKick
	NoticeQuit
)

// GroupNotice is one line of the account's group notifications. Seq rises
// over all groups and is the request's own number for NoticeRequest.
type GroupNotice struct {
	Kind     GroupNoticeKind `json:"kind"`
	Seq      int64           `json:"seq"`
	Group    GroupID         `json:"group"`
	Target   UserID          `json:"target,omitempty"`
	Operator UserID          `json:"operator,omitempty"`
	Request  *GroupRequest   `json:"request,omitempty"`
}
