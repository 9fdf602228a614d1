package satori

import (
	"llbot/protocols/qq"
)

// avatar is where QQ shows the picture of a person whose profile names none.
func avatar(u qq.UserID, known string) string {
	if known != "" {
		return known
	}
	return "http://q.qlogo.cn/headimg_dl?dst_uin=" + u.String() + "&spec=640"
}

// userRef is somebody of whom only the number is known.
func userRef(u qq.UserID) *User { return &User{ID: u.String()} }

// optionalUser is userRef, nil for nobody.
func optionalUser(u qq.UserID) *User {
	if u == 0 {
		return nil
	}
	return userRef(u)
}

// person is somebody of whom the number and the nickname are known.
func person(u qq.UserID, nickname string) User {
	return User{ID: u.String(), Name: nickname, Avatar: avatar(u, ""), IsBot: u.Robot()}
}

func encodeUser(u *qq.User) User {
	user := person(u.ID, u.Nickname)
	user.Nick = u.Remark
	user.Avatar = avatar(u.ID, u.Avatar)
	return user
}

func encodeFriend(f *qq.Friend) Friend { return Friend{User: encodeUser(&f.User), Nick: f.Remark} }

func encodeGuild(g *qq.Group) Guild {
	id := g.ID.String()
	guild := Guild{ID: id, Name: g.Name, Avatar: g.Avatar}
	if guild.Avatar == "" {
		guild.Avatar = "https://p.qlogo.cn/gh/" + id + "/" + id + "/640"
	}
	return guild
}

func guildChannel(g *qq.Group) Channel {
	return Channel{ID: g.ID.String(), Type: ChannelText, Name: g.Name}
}

func directChannel(u qq.UserID, name string) Channel {
	return Channel{ID: ChannelID(qq.FriendChat(u)), Type: ChannelDirect, Name: name}
}

func encodeMember(m *qq.Member) Member {
	user := person(m.User, m.Nickname)
	user.IsBot = user.IsBot || m.Robot
	return Member{
		User: &user, Nick: m.Name(), Avatar: user.Avatar, Title: m.Title,
		JoinedAt: int64(m.Joined), Roles: []Role{encodeRole(m.Role)},
	}
}

// The ids of roles; the same in lists, members and parameters.
const (
	roleMember = "0"
	roleOwner  = "1"
	roleAdmin  = "2"
)

func encodeRole(r qq.Role) Role {
	switch r {
	case qq.RoleOwner:
		return Role{ID: roleOwner, Name: r.String()}
	case qq.RoleAdmin:
		return Role{ID: roleAdmin, Name: r.String()}
	}
	return Role{ID: roleMember, Name: r.String()}
}

// place is where a message was said: its channel and, in groups, its guild
// and the sender's membership.
type place struct {
	channel *Channel
	guild   *Guild
	member  *Member
}

func placeOf(m *qq.Message) place {
	channel := Channel{ID: ChannelID(m.Chat), Type: ChannelDirect}
	if m.Scene != qq.SceneGroup {
		switch {
		case m.Friend != nil:
			channel.Name = m.Friend.Nickname
		case !m.Self:
			channel.Name = m.Nickname
		}
		return place{channel: &channel}
	}
	channel.Type = ChannelText
	guild := Guild{ID: channel.ID}
	if m.Group != nil {
		channel.Name, guild = m.Group.Name, encodeGuild(m.Group)
	}
	sender := m.Member
	if sender == nil {
		sender = qq.StubMember(m.Chat.Group(), m.Sender, m.Nickname)
	}
	member := encodeMember(sender)
	return place{channel: &channel, guild: &guild, member: &member}
}

// encodeMessage is a message as calls answer it.
func (c codec) encodeMessage(m *qq.Message) Message {
	at, user, content := placeOf(m), c.sender(m), c.content(m.Segments)
	return Message{
		ID: MessageID(m.MessageRef), Content: &content, CreatedAt: int64(m.Time),
		Channel: at.channel, Guild: at.guild, Member: at.member, User: &user,
	}
}

// sender is who said a message.
func (codec) sender(m *qq.Message) User {
	if m.Friend != nil && !m.Self {
		return encodeUser(&m.Friend.User)
	}
	user := person(m.Sender, m.Nickname)
	user.IsBot = user.IsBot || m.Member != nil && m.Member.Robot
	return user
}
