package milky

import (
	"llbot/protocols/action"
	"llbot/protocols/qq"
	"llbot/protocols/wire"
)

// Category "system" of the specification: who the account is and whom it knows.
var systemActions = []action.Action{
	action.Bind("get_login_info", nothing.login, encodeLogin).Says("Number and nickname of the account."),
	action.Bind("get_user_profile", getUserProfile.op, encodeProfile).Says("Anybody's profile."),
	action.Bind("get_friend_list", getList.friends, encodeFriends).Says("The account's friends; no_cache asks QQ anew."),
	action.Bind("get_friend_info", getFriendInfo.op, wrapFriend).Says("One friend."),
	action.Bind("get_group_list", getList.groups, encodeGroups).Says("The account's groups."),
	action.Bind("get_group_info", getGroupInfo.op, wrapGroup).Says("One of the account's groups."),
	action.Bind("get_group_member_list", getMemberList.op, encodeMembers).Says("The members of a group."),
	action.Bind("get_group_member_info", getMemberInfo.op, wrapMember).Says("One member of a group."),
}

// category is a chapter of the specification with some of its rows.
type category struct {
	name string
	rows []action.Action
}

// categories are all rows; get_impl_info tells what the program is called.
func (a App) categories() []category {
	about := []action.Action{
		action.Bind("get_impl_info", nothing.backend, a.encodeImpl).Says("What this server is, and which QQ it talks to."),
	}
	return []category{
		{"system", systemActions}, {"system", about}, {"system", profileActions},
		{"message", messageActions}, {"message", readingActions},
		{"friend", friendActions},
		{"group", groupActions}, {"group", groupInfoActions}, {"group", boardActions}, {"group", noticeActions},
		{"file", fileActions}, {"file", folderActions},
	}
}

// nothing is the parameters of an API without any.
type nothing struct{}

func (nothing) login() (qq.GetLogin, error)     { return qq.GetLogin{}, nil }
func (nothing) backend() (qq.GetBackend, error) { return qq.GetBackend{}, nil }

type loginInfo struct {
	Uin      qq.UserID `json:"uin"`
	Nickname string    `json:"nickname"`
}

func encodeLogin(l qq.Login) loginInfo { return loginInfo{l.ID, l.Nickname} }

type implInfo struct {
	ImplName     string `json:"impl_name"`
	ImplVersion  string `json:"impl_version"`
	QQVersion    string `json:"qq_protocol_version"`
	QQType       string `json:"qq_protocol_type" one:"windows|linux|macos|android_pad|android_phone|ipad|iphone|harmony|watch"`
	MilkyVersion string `json:"milky_version"`
}

func (a App) encodeImpl(b qq.Backend) implInfo {
	return implInfo{a.Name, a.Version, b.ProtocolVersion, protocolType(b.ProtocolType), Version}
}

// protocolType keeps the value inside the specification's list.
func protocolType(name string) string {
	switch name {
	case "windows", "linux", "macos", "android_pad", "android_phone", "ipad", "iphone", "harmony", "watch":
		return name
	}
	return "linux"
}

type getUserProfile struct {
	UserID uin `json:"user_id"`
}

func (p getUserProfile) op() (qq.GetUser, error) { return qq.GetUser{User: qq.UserID(p.UserID)}, nil }

type userProfile struct {
	Nickname string `json:"nickname"`
	QID      string `json:"qid"`
	Age      int    `json:"age"`
	Sex      string `json:"sex" one:"male|female|unknown"`
	Remark   string `json:"remark"`
	Bio      string `json:"bio"`
	Level    int    `json:"level"`
	Country  string `json:"country"`
	City     string `json:"city"`
	School   string `json:"school"`
}

func encodeProfile(u *qq.User) userProfile {
	return userProfile{u.Nickname, u.QID, u.Age, u.Sex.String(), u.Remark, u.Bio, u.Level, u.Country, u.City, u.School}
}

type getList struct {
	NoCache wire.Optional[bool] `json:"no_cache" default:"false"`
}

func (p getList) friends() (qq.ListFriends, error) {
	return qq.ListFriends{NoCache: p.NoCache.Value}, nil
}

func (p getList) groups() (qq.ListGroups, error) {
	return qq.ListGroups{NoCache: p.NoCache.Value}, nil
}

type friendList struct {
	Friends []*friendEntity `json:"friends"`
}

func encodeFriends(list []*qq.Friend) friendList { return friendList{encodeAll(list, encodeFriend)} }

type groupList struct {
	Groups []*groupEntity `json:"groups"`
}

func encodeGroups(list []*qq.Group) groupList { return groupList{encodeAll(list, encodeGroup)} }

type getFriendInfo struct {
	UserID  uin                 `json:"user_id"`
	NoCache wire.Optional[bool] `json:"no_cache" default:"false"`
}

func (p getFriendInfo) op() (qq.GetFriend, error) {
	return qq.GetFriend{User: qq.UserID(p.UserID), NoCache: p.NoCache.Value}, nil
}

type friendInfo struct {
	Friend *friendEntity `json:"friend"`
}

func wrapFriend(f *qq.Friend) friendInfo { return friendInfo{encodeFriend(f)} }

type getGroupInfo struct {
	GroupID uin                 `json:"group_id"`
	NoCache wire.Optional[bool] `json:"no_cache" default:"false"`
}

func (p getGroupInfo) op() (qq.GetGroup, error) {
	return qq.GetGroup{Group: qq.GroupID(p.GroupID), NoCache: p.NoCache.Value}, nil
}

type groupInfo struct {
	Group *groupEntity `json:"group"`
}

func wrapGroup(g *qq.Group) groupInfo { return groupInfo{encodeGroup(g)} }

type getMemberList struct {
	GroupID uin                 `json:"group_id"`
	NoCache wire.Optional[bool] `json:"no_cache" default:"false"`
}

func (p getMemberList) op() (qq.ListMembers, error) {
	return qq.ListMembers{Group: qq.GroupID(p.GroupID), NoCache: p.NoCache.Value}, nil
}

type memberList struct {
	Members []*memberEntity `json:"members"`
}

func encodeMembers(list []*qq.Member) memberList { return memberList{encodeAll(list, encodeMember)} }

type getMemberInfo struct {
	GroupID uin                 `json:"group_id"`
	UserID  uin                 `json:"user_id"`
	NoCache wire.Optional[bool] `json:"no_cache" default:"false"`
}

func (p getMemberInfo) op() (qq.GetMember, error) {
	return qq.GetMember{Group: qq.GroupID(p.GroupID), User: qq.UserID(p.UserID), NoCache: p.NoCache.Value}, nil
}

type memberInfo struct {
	Member *memberEntity `json:"member"`
}

func wrapMember(m *qq.Member) memberInfo { return memberInfo{encodeMember(m)} }
