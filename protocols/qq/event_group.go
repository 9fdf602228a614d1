package qq

// GroupRenamed tells that a group has another name. Milky group_name_change,
// OneBot group_name, Satori guild-updated.
type GroupRenamed struct {
	Group    GroupID `json:"group"`
	Operator UserID  `json:"operator"`
	Old      string  `json:"old,omitempty"` // "" when the driver does not know
	New      string  `json:"new"`
}

// TitleChanged tells that a member was given a special title; New is "" when
// it was taken away. OneBot title, Satori guild-member-updated.
type TitleChanged struct {
	Group    GroupID `json:"group"`
	User     UserID  `json:"user"`
	Operator UserID  `json:"operator,omitempty"`
	Old      string  `json:"old,omitempty"`
	New      string  `json:"new"`
	Member   *Member `json:"member,omitempty"`
}

// HonorGained tells that a member won an honour. OneBot honor.
type HonorGained struct {
	Group  GroupID `json:"group"`
	User   UserID  `json:"user"`
	Honor  Honor   `json:"honor"`
	Member *Member `json:"member,omitempty"`
}

// LuckyKing tells who drew the most from a red packet. OneBot lucky_king.
type LuckyKing struct {
	Group  GroupID `json:"group"`
	Sender UserID  `json:"sender"` // whose packet it was
	Winner UserID  `json:"winner"`
}

func (*GroupRenamed) event() {}
func (*TitleChanged) event() {}
func (*HonorGained) event()  {}
func (*LuckyKing) event()    {}
