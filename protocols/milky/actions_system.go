package milky

import (
	"llbot/protocols/action"
	"llbot/protocols/qq"
	"llbot/protocols/wire"
)

// Category "system" of the specification: who the account is and whom it knows.
var systemActions = []action.Action{
	action.Bind("get_login_info", nothing.login, encodeLogin),
	action.Bind("get_user_profile", getUserProfile.op, encodeProfile),
	action.Bind("get_friend_list", getList.friends, encodeFriends),
	action.Bind("get_friend_info", getFriendInfo.op, wrapFriend),
	action.Bind("get_group_list", getList.groups, encodeGroups),
	action.Bind("get_group_info", getGroupInfo.op, wrapGroup),
	action.Bind("get_group_member_list", getMemberList.op, encodeMembers),
	action.Bind("get_group_member_info", getMemberInfo.op, wrapMember),
}

// actions are the rows that tell about the program itself.
func (a App) actions() []action.Action {
	return []action.Action{action.Bind("get_impl_info", nothing.backend, a.encodeImpl)}
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
	QQType       string `json:"qq_protocol_type"`
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
	Sex      string `json:"sex"`
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
	NoCache wire.Optional[bool] `json:"no_cache"`
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
	NoCache wire.Optional[bool] `json:"no_cache"`
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
	NoCache wire.Optional[bool] `json:"no_cache"`
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
	NoCache wire.Optional[bool] `json:"no_cache"`
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
	NoCache wire.Optional[bool] `json:"no_cache"`
}

func (p getMemberInfo) op() (qq.GetMember, error) {
	return qq.GetMember{Group: qq.GroupID(p.GroupID), User: qq.UserID(p.UserID), NoCache: p.NoCache.Value}, nil
}

type memberInfo struct {
	Member *memberEntity `json:"member"`
}

func wrapMember(m *qq.Member) memberInfo { return memberInfo{encodeMember(m)} }
