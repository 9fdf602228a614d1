package milky

import "llbot/protocols/qq"

// instantOf is a number of seconds as an instant.
func instantOf(seconds int64) qq.Time { return qq.Time(seconds) * 1000 }

func sexOf(name string) qq.Sex {
	for _, s := range []qq.Sex{qq.SexMale, qq.SexFemale} {
		if s.String() == name {
			return s
		}
	}
	return qq.SexUnknown
}

func roleOf(name string) qq.Role {
	for _, r := range []qq.Role{qq.RoleOwner, qq.RoleAdmin} {
		if r.String() == name {
			return r
		}
	}
	return qq.RoleMember
}

func stateOf(name string) qq.RequestState {
	for _, s := range []qq.RequestState{qq.RequestAccepted, qq.RequestRejected, qq.RequestIgnored} {
		if s.String() == name {
			return s
		}
	}
	return qq.RequestPending
}

func decodeFriend(f *friendEntity) *qq.Friend {
	if f == nil {
		return nil
	}
	return &qq.Friend{
		User:     qq.User{ID: f.UserID, Nickname: f.Nickname, Sex: sexOf(f.Sex), QID: f.QID, Remark: f.Remark},
		Category: qq.Category{ID: f.Category.ID, Name: f.Category.Name},
	}
}

func decodeGroup(g *groupEntity) *qq.Group {
	if g == nil {
		return nil
	}
	return &qq.Group{
		ID: g.GroupID, Name: g.GroupName, Members: g.MemberCount, MaxMembers: g.MaxMemberCount, Remark: g.Remark,
		Created: instantOf(g.CreatedTime), Description: g.Description, Question: g.Question, Announcement: g.Announcement,
	}
}

func decodeMember(m *memberEntity) *qq.Member {
	if m == nil {
		return nil
	}
	return &qq.Member{
		Group: m.GroupID, User: m.UserID, Nickname: m.Nickname, Sex: sexOf(m.Sex), Card: m.Card, Title: m.Title, Level: m.Level,
		Role: roleOf(m.Role), Joined: instantOf(m.JoinTime), LastSpoke: instantOf(m.LastSentTime),
		MutedUntil: instantOf(m.ShutUpEndTime), Robot: m.UserID.Robot(),
	}
}

func decodeAll[W, T any](list []W, decode func(W) T) []T {
	out := make([]T, 0, len(list))
	for _, w := range list {
		out = append(out, decode(w))
	}
	return out
}
