package qq

import "reflect"

// Sex of a person as profiles state it.
type Sex uint8

// The sexes of a QQ profile.
const (
	SexUnknown Sex = iota
	SexMale
	SexFemale
)

// String is male, female or unknown, as all three protocols spell it.
func (s Sex) String() string {
	switch s {
	case SexMale:
		return "male"
	case SexFemale:
		return "female"
	}
	return "unknown"
}

// Role of a member in a group; a greater role stands above a smaller one.
type Role uint8

// The roles of a group.
const (
	RoleMember Role = iota
	RoleAdmin
	RoleOwner
)

// String is owner, admin or member, as all three protocols spell it.
func (r Role) String() string {
	switch r {
	case RoleOwner:
		return "owner"
	case RoleAdmin:
		return "admin"
	}
	return "member"
}

// User is a person's profile. Absent text is "", an absent number 0.
type User struct {
	ID       UserID `json:"id"`
	UID      string `json:"uid,omitempty"` // QQ's opaque string id
	Nickname string `json:"nickname"`
	Remark   string `json:"remark,omitempty"` // what the asking account calls this friend
	Sex      Sex    `json:"sex,omitempty"`
	Age      int    `json:"age,omitempty"`
	Level    int    `json:"level,omitempty"`
	QID      string `json:"qid,omitempty"`
	Bio      string `json:"bio,omitempty"`
	Country  string `json:"country,omitempty"`
	City     string `json:"city,omitempty"`
	School   string `json:"school,omitempty"`
	Avatar   string `json:"avatar,omitempty"` // URL

	BirthYear  int      `json:"birth_year,omitempty"`
	BirthMonth int      `json:"birth_month,omitempty"` // 1 to 12
	BirthDay   int      `json:"birth_day,omitempty"`   // 1 to 31
	Registered Time     `json:"registered,omitempty"`
	LoginDays  int      `json:"login_days,omitempty"` // in a row
	VIP        VIP      `json:"vip,omitempty"`
	VIPLevel   int      `json:"vip_level,omitempty"`
	VIPByYear  bool     `json:"vip_by_year,omitempty"` // paid for a year
	Likes      int      `json:"likes,omitempty"`       // of the profile, in all
	Labels     []string `json:"labels,omitempty"`
}

// Equal tells whether two profiles say the same.
func (u *User) Equal(other *User) bool {
	return reflect.DeepEqual(u, other)
}

// VIP is which of QQ's paid services a person has.
type VIP uint8

// The services; a super member is a member too.
const (
	VIPNone VIP = iota
	VIPMember
	VIPSuper
)

// Category is a folder of an account's friend list. Sort is its place in the
// list. Friends and Online are counted by ListCategories only.
type Category struct {
	ID      int    `json:"id"`
	Name    string `json:"name"`
	Sort    int    `json:"sort,omitempty"`
	Friends int    `json:"friends,omitempty"`
	Online  int    `json:"online,omitempty"`
}

// Friend is a friend as one account sees it. Shared and never changed once
// handed out: a change makes a new value.
type Friend struct {
	User
	Category Category `json:"category"`
	Pinned   bool     `json:"pinned,omitempty"` // on top of the list of chats
	Online   bool     `json:"online,omitempty"`
}

// Group is a group as one account sees it. Never changed once handed out.
type Group struct {
	ID           GroupID `json:"id"`
	Name         string  `json:"name"`
	Remark       string  `json:"remark,omitempty"`
	Owner        UserID  `json:"owner"`
	Members      int     `json:"members"`
	MaxMembers   int     `json:"max_members"`
	Created      Time    `json:"created"`
	Description  string  `json:"description,omitempty"`
	Question     string  `json:"question,omitempty"`
	Announcement string  `json:"announcement,omitempty"`
	WholeMute    bool    `json:"whole_mute,omitempty"`
	Avatar       string  `json:"avatar,omitempty"` // URL

	Pinned     bool       `json:"pinned,omitempty"`      // on top of the list of chats
	Notify     NotifyMode `json:"notify,omitempty"`      // 0 = unknown
	Join       JoinMode   `json:"join,omitempty"`        // 0 = unknown
	MutedUntil Time       `json:"muted_until,omitempty"` // the asking account, 0 = not muted
}

// Member is one person's membership of a group. Never changed once handed out.
type Member struct {
	Group      GroupID `json:"group"`
	User       UserID  `json:"user"`
	Nickname   string  `json:"nickname"`
	Card       string  `json:"card,omitempty"`
	Title      string  `json:"title,omitempty"`
	Sex        Sex     `json:"sex,omitempty"`
	Age        int     `json:"age,omitempty"`
	Level      int     `json:"level"` // level inside the group
	QQLevel    int     `json:"qq_level,omitempty"`
	Role       Role    `json:"role"`
	Joined     Time    `json:"joined"`
	LastSpoke  Time    `json:"last_spoke"`
	MutedUntil Time    `json:"muted_until,omitempty"` // 0 = not muted
	Robot      bool    `json:"robot,omitempty"`
	UID        string  `json:"uid,omitempty"`         // QQ's opaque string id
	TitleUntil Time    `json:"title_until,omitempty"` // 0 = the title stays
	City       string  `json:"city,omitempty"`
}

// Name is what the group shows: the card, or else the nickname.
func (m *Member) Name() string {
	if m.Card != "" {
		return m.Card
	}
	return m.Nickname
}

// Login is an account of ours as it presents itself.
type Login struct {
	User
	Online bool `json:"online"`
}
