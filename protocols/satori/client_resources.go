package satori

import (
	"llbot/protocols/qq"
	"llbot/protocols/wire"
)

// UnmarshalJSON takes a role, or its id alone as some servers write it.
func (r *Role) UnmarshalJSON(text []byte) error {
	if len(text) > 0 && text[0] == '"' {
		*r = Role{}
		return wire.Unmarshal(text, &r.ID)
	}
	type plain Role
	return wire.Unmarshal(text, (*plain)(r))
}

// unknownID is the failure of reading a resource of another platform.
func unknownID(what, id string) error {
	return qq.Errorf(qq.ErrUpstream, "the server told a %s %q, which is no number of QQ", what, clip(id))
}

// readAvatar leaves out the address that everybody's picture has.
func readAvatar(u qq.UserID, url string) string {
	if url == avatar(u, "") || url == "https"+avatar(u, "")[len("http"):] {
		return ""
	}
	return url
}

// ReadUser reads a person.
func ReadUser(u User) (*qq.User, error) {
	id := userOf(u.ID)
	if id == 0 {
		return nil, unknownID("user", u.ID)
	}
	return &qq.User{ID: id, Nickname: u.Name, Remark: u.Nick, Avatar: readAvatar(id, u.Avatar)}, nil
}

// ReadFriend reads an entry of the friend list. Some servers write the user
// alone.
func ReadFriend(f FriendOrUser) (*qq.Friend, error) {
	user := f.User
	if user.ID == "" {
		user = User{ID: f.ID, Name: f.Name, Avatar: f.Avatar}
	}
	u, err := ReadUser(user)
	if err != nil {
		return nil, err
	}
	if f.Nick != "" {
		u.Remark = f.Nick
	}
	return &qq.Friend{User: *u}, nil
}

// FriendOrUser is an entry of a friend list: a Friend, or as servers wrote it
// before 2026 the user with nothing around.
type FriendOrUser struct {
	User   User   `json:"user"`
	Nick   string `json:"nick"`
	ID     string `json:"id"`
	Name   string `json:"name"`
	Avatar string `json:"avatar"`
}

// ReadGuild reads a group: its number, name and picture.
func ReadGuild(g Guild) (*qq.Group, error) {
	n, ok := positive(g.ID)
	if !ok {
		return nil, unknownID("guild", g.ID)
	}
	group := &qq.Group{ID: qq.GroupID(n), Name: g.Name}
	if group.Avatar = g.Avatar; g.Avatar == encodeGuild(&qq.Group{ID: group.ID}).Avatar {
		group.Avatar = ""
	}
	return group, nil
}

// ReadMember reads a membership of a group.
func ReadMember(group qq.GroupID, m Member) (*qq.Member, error) {
	if m.User == nil {
		return nil, qq.Errorf(qq.ErrUpstream, "the server told a member without a user")
	}
	id := userOf(m.User.ID)
	if id == 0 {
		return nil, unknownID("member", m.User.ID)
	}
	return readMember(group, id, &m), nil
}

// readMember reads what is known of a member. A nick that is the nickname is no
// card.
func readMember(group qq.GroupID, id qq.UserID, m *Member) *qq.Member {
	member := &qq.Member{Group: group, User: id, Card: m.Nick, Title: m.Title, Joined: qq.Time(m.JoinedAt), Role: roleOf(m.Roles)}
	if m.User != nil {
		member.Nickname, member.Robot = m.User.Name, m.User.IsBot && !id.Robot()
	}
	if member.Card == member.Nickname {
		member.Card = ""
	}
	return member
}

// roleOf is the highest role. The names come first: servers do not agree on the
// numbers.
func roleOf(roles []Role) qq.Role {
	highest := qq.RoleMember
	for _, r := range roles {
		highest = max(highest, roleNamed(firstOf(r.Name, r.ID)))
	}
	return highest
}

func roleNamed(name string) qq.Role {
	switch name {
	case "owner", roleOwner:
		return qq.RoleOwner
	case "admin", roleAdmin:
		return qq.RoleAdmin
	}
	return qq.RoleMember
}

// ReadLogin reads an account as the server shows it.
func ReadLogin(l Login) (qq.Login, error) {
	u, err := ReadUser(l.User)
	if err != nil {
		return qq.Login{}, err
	}
	u.Remark = ""
	return qq.Login{User: *u, Online: l.Status == StatusOnline}, nil
}

// ReadReactions reads a page of who reacted; how many there are in all is not
// told.
func ReadReactions(page List[User]) (*qq.Reactions, error) {
	users, err := ReadList(page, ReadUser)
	return &qq.Reactions{Users: users, Next: page.Next}, err
}

// ReadList reads what a page of a list holds.
func ReadList[W, R any](page List[W], read func(W) (R, error)) ([]R, error) {
	out := make([]R, 0, len(page.Data))
	for _, item := range page.Data {
		v, err := read(item)
		if err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	return out, nil
}
