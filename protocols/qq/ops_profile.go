package qq

// EditProfile changes the account's own profile; nil leaves a field as it is.
// ErrInvalid past the limits of limits.go. Milky set_nickname and set_bio,
// OneBot set_qq_profile and set_self_longnick.
type EditProfile struct {
	Governs[None]
	Nickname *string
	Bio      *string
	Sex      *Sex
}

// SetAvatar changes the account's own picture. ErrMedia when it is none.
// Milky set_avatar, OneBot set_qq_avatar.
type SetAvatar struct {
	Governs[None]
	Picture *Media
}

// Resolve gives the operation its own picture.
func (op SetAvatar) Resolve(func(MessageRef) (MessageRef, error)) (Operation, error) {
	op.Picture = op.Picture.clone()
	return op, nil
}

// EachMedia visits the picture.
func (op SetAvatar) EachMedia(visit func(*Media) error) error { return visitMedia(visit, op.Picture) }

// Presence is how an account shows itself. Status and Extended are QQ's
// numbers: 10 online, 30 away, 40 invisible, 50 busy, 60 chat with me, 70 do
// not disturb; Extended tells the shades of 10 apart, e.g. 1028 listening.
type Presence struct {
	Status   int    `json:"status"`
	Extended int    `json:"extended,omitempty"`
	Battery  int    `json:"battery,omitempty"`   // percent, 0 = not shown
	Face     string `json:"face,omitempty"`      // of a status in the account's own words
	FaceKind int    `json:"face_kind,omitempty"` // QQ's number
	Text     string `json:"text,omitempty"`
}

// SetPresence changes how the account shows itself. OneBot set_online_status
// and set_diy_online_status.
type SetPresence struct {
	Governs[None]
	Presence Presence
}

// GetPresence answers how anybody shows himself, ErrNotFound for a number
// nobody has. OneBot nc_get_user_status.
type GetPresence struct {
	Reads[Presence]
	User UserID
}

// Device is another place where the account is logged in. Milky has none;
// OneBot get_online_clients.
type Device struct {
	App  int64  `json:"app"`
	Name string `json:"name"`
	Kind string `json:"kind"`
}

// ListDevices answers where else the account is logged in.
type ListDevices struct{ Reads[[]Device] }

// Model is a name under which a device can show itself.
type Model struct {
	Show string // what others read
	Paid bool   // members of QQ's clubs only
}

// ListModels answers the names that a device may show itself under. OneBot
// _get_model_show.
type ListModels struct {
	Reads[[]Model]
	Device string
}

// SetModel changes the device that the account shows. ErrForbidden for a name
// that must be paid for. OneBot _set_model_show.
type SetModel struct {
	Governs[None]
	Device string
	Show   string
}
