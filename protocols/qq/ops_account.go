package qq

// GetLogin answers who the account is. Milky get_login_info, OneBot
// get_login_info, Satori login.get.
type GetLogin struct{ Reads[Login] }

// Cache keeps the answer until the login changes.
func (op GetLogin) Cache() (Operation, Domain, bool) { return op, Domain{Part: PartLogin}, false }

// Status is how an account and its driver are doing. Answered by the account
// itself, also while it is offline.
type Status struct {
	Online          bool  // logged in
	Good            bool  // the driver's link works
	Events          int64 // of all kinds, since Started
	Received        int64 // messages
	Sent            int64 // messages
	LastMessage     Time
	Started         Time
	Driver          string
	MissingFeatures []string // operations that the driver lacks, by name
}

// GetStatus asks for the Status.
type GetStatus struct{ Reads[Status] }

// Backend describes the QQ that a driver talks to.
type Backend struct {
	Name            string // e.g. "simulated QQ"
	ProtocolVersion string // the QQ client's version
	ProtocolType    string // windows linux macos android_pad android_phone ipad iphone harmony watch
}

// GetBackend asks for the Backend. Milky get_impl_info.
type GetBackend struct{ Reads[Backend] }

// GetUser answers anybody's profile, ErrNotFound for a number nobody has.
type GetUser struct {
	Reads[*User]
	User UserID
}

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

// DeleteFriend ends a friendship, ErrNotFound when there is none.
type DeleteFriend struct {
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
