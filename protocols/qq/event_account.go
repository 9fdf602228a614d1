package qq

// FriendChanged tells that something about a friend changed: the remark, the
// folder, the profile. Satori friend-updated.
type FriendChanged struct {
	Friend *Friend `json:"friend"`
}

// ProfileLiked tells that User liked the account's profile. OneBot
// profile_like.
type ProfileLiked struct {
	User     UserID `json:"user"`
	Nickname string `json:"nickname"`
	Times    int    `json:"times"`
}

// ProfileChanged tells that the account's own profile changed: nickname, bio,
// picture. Satori login-updated.
type ProfileChanged struct {
	Login Login `json:"login"`
}

// LoginProgressed tells how far a login has come before the account is
// online; StatusChanged tells the rest. Satori login-updated.
type LoginProgressed struct {
	State LoginState `json:"state"`
}

// DeviceChanged tells that another device of the account came (Online) or
// went. OneBot client_status.
type DeviceChanged struct {
	Device Device `json:"device"`
	Online bool   `json:"online"`
}

func (*FriendChanged) event()   {}
func (*ProfileLiked) event()    {}
func (*ProfileChanged) event()  {}
func (*LoginProgressed) event() {}
func (*DeviceChanged) event()   {}
