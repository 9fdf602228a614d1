package qq

// GetLogin answers who the account is. Milky get_login_info, OneBot
// get_login_info, Satori login.get.
type GetLogin struct{ Reads[Login] }

// Cache keeps the answer until the login changes.
func (op GetLogin) Cache() (Operation, Domain, bool) { return op, Domain{Part: PartLogin}, false }

// Status is how an account and its driver are doing. Answered by the account
// itself, also while it is offline.
type Status struct {
	Online          bool   // logged in
	Good            bool   // the driver's link works
	Reason          string // why it is not online, "" when nobody said
	Events          int64  // of all kinds, since Started
	Received        int64  // messages
	Sent            int64  // messages
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

// GetUser answers anybody's profile, ErrNotFound for a number nobody has. Milky
// get_user_profile, OneBot get_stranger_info, get_profile_like_count and
// get_qq_avatar, Satori user.get.
type GetUser struct {
	Reads[*User]
	User UserID
}
